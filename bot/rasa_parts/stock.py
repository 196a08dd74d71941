"""Rasa's own command line without the warnings of its libraries: ``lantern rasa shell``, ``lantern rasa run``, ..."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from bot import quiet

SHELL_DEFAULTS = (  # unless one of these is given, these are added
    ({"-v", "-vv", "--verbose", "--debug", "--quiet"}, ("--quiet",)),  # no log lines between the answers
    ({"-i", "--interface"}, ("--interface", "127.0.0.1")),  # its server is for this terminal only
)


def main(arguments: Sequence[str]) -> None:
    """As ``rasa ARGUMENTS``; the shell comes without log lines, and out of reach from other machines."""
    quiet.hush()
    from rasa.__main__ import main as rasa_main

    added: list[str] = []
    if arguments[:1] == ["shell"]:
        added = [word for given, words in SHELL_DEFAULTS if not given & set(arguments) for word in words]
    sys.argv = ["rasa", *arguments, *added]
    rasa_main()
