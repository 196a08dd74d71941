"""Trains the model with Rasa."""

from __future__ import annotations

from rasa.model_training import train

from bot import model
from bot.paths import MODELS, PROJECT


def train_model() -> None:
    """Train from config.yml, domain.yml and data/; the result is models/lantern.tar.gz."""
    train(
        domain=str(PROJECT / "domain.yml"),
        config=str(PROJECT / "config.yml"),
        training_files=str(PROJECT / "data"),
        output=str(MODELS),
        fixed_model_name=model.NAME,
    )
    model.mark_current()
