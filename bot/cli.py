"""The ``lantern`` command. Each subcommand imports what it needs, so that the light ones start at once."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence

from bot import cli_curate, cli_measure, cli_operate, cli_talk, quiet
from bot.errors import LanternError

Run = Callable[[argparse.Namespace], "int | None"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one subcommand; problems are told in one line each, with what to do."""
    quiet.hush()
    options = parser().parse_args(arguments)
    try:
        return int(options.run(options) or 0)
    except LanternError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def parser() -> argparse.ArgumentParser:
    """All subcommands and their options."""
    whole = argparse.ArgumentParser(prog="lantern", description="An FAQ bot about metastatic breast cancer.")
    commands = whole.add_subparsers(required=True, metavar="COMMAND")

    def add(name: str, run: Run, about: str) -> argparse.ArgumentParser:
        command = commands.add_parser(name, help=about, description=about)
        command.set_defaults(run=run)
        return command

    for module in (cli_talk, cli_measure, cli_curate, cli_operate):
        module.add_to(add)
    return whole
