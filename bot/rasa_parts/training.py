"""Trains the model with Rasa."""

from __future__ import annotations

import warnings

from rasa.model_training import train

from bot import model
from bot.paths import MODELS, PROJECT
from bot.rasa_parts import logs


def train_model() -> None:
    """Train from config.yml, domain.yml and data/; the result is models/lantern.tar.gz."""
    logs.configure()
    with warnings.catch_warnings():  # Rasa wants an answer for each retrieval intent; ours are in knowledge/
        warnings.filterwarnings("ignore", category=UserWarning, module=r"rasa\.shared")
        _train()
    model.mark_current()


def _train() -> None:
    train(
        domain=str(PROJECT / "domain.yml"),
        config=str(PROJECT / "config.yml"),
        training_files=str(PROJECT / "data"),
        output=str(MODELS),
        fixed_model_name=model.NAME,
    )
