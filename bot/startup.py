"""What must be there before the server starts: Rasa logs a traceback, starts all the same and answers nothing."""

from __future__ import annotations

from pathlib import Path

from bot import encoder, model, paths
from bot.answering import shared


def check(trained: Path) -> None:
    """Look at everything the bot needs, in the order in which a person would mend it.

    Raises:
        LanternError: the data folder (E34), the data (E10), the encoder (E20, E21) or the model (E23) cannot be used.
    """
    paths.check_data_dir()
    shared()
    folder = encoder.weights_folder()
    encoder._checked(folder, "tokenizer.json")
    encoder._graph_file(folder)  # built now, where it was not yet
    model.check(trained)
