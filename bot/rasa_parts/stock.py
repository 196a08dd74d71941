"""Rasa's own command line without the warnings of its libraries: ``lantern rasa shell``, ``lantern rasa run``, ..."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from bot import quiet


def main(arguments: Sequence[str]) -> None:
    """As ``rasa ARGUMENTS``."""
    quiet.hush()
    from rasa.__main__ import main as rasa_main

    sys.argv = ["rasa", *arguments]
    rasa_main()
