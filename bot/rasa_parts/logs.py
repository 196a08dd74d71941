"""What goes to the log: warnings and errors, never the words of a message.

Rasa's structured debug lines quote messages; unconfigured, structlog prints all of them.
"""

from __future__ import annotations

import logging

from rasa.utils.common import configure_logging_and_warnings
from rasa.utils.log_utils import configure_structlog


def configure(level: int = logging.WARNING) -> None:
    """Set up logging for everything in this process.

    ``level`` below WARNING is for developers: Rasa's debug lines hold what people wrote.
    """
    configure_structlog(level)
    configure_logging_and_warnings(log_level=level, warn_only_once=True)
