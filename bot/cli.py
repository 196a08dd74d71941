"""The ``lantern`` command. Each subcommand imports what it needs, so that the light ones start at once."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from bot.errors import LanternError


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one subcommand; problems are told in one line each, with what to do."""
    options = _parser().parse_args(arguments)
    try:
        return int(options.run(options) or 0)
    except LanternError as error:
        print(error, file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="lantern", description="An FAQ bot about metastatic breast cancer.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def add(name: str, run: object, about: str) -> argparse.ArgumentParser:
        command = commands.add_parser(name, help=about, description=about)
        command.set_defaults(run=run)
        return command

    start = add("start", _start, "train if needed, then chat here and serve http://localhost:5005")
    serve = add("serve", _serve, "only the server (for a machine that nobody sits at)")
    for command in (start, serve):
        command.add_argument("--host", default="127.0.0.1")
        command.add_argument("--port", type=int, default=5005)
    add("train", _train, "train the model").add_argument("--if-needed", action="store_true")
    add("shell", _shell, "chat in the terminal, without a server")
    ask = add("ask", _ask, "print one reply")
    ask.add_argument("question")
    ask.add_argument("--json", action="store_true", help="as the JSON of the reply contract")
    _add_measuring(add)
    _add_curating(add)
    return parser


def _add_measuring(add: object) -> None:
    evaluate = add("evaluate", _evaluate, "measure on a file of labelled questions")  # type: ignore[operator]
    evaluate.add_argument("file", type=Path)
    evaluate.add_argument("--json", type=Path, help="write measures and outcomes here")
    evaluate.add_argument("--picture", type=Path, help="draw the confusion of topics here (PNG)")
    evaluate.add_argument("--errors", action="store_true", help="list what went wrong")
    evaluate.add_argument("--fail-under", type=float, metavar="SHARE", help="exit 1 if any set's `right` is lower")
    calibrate = add("calibrate", _calibrate, "propose thresholds from held-out phrasings")  # type: ignore[operator]
    calibrate.add_argument("--picture", type=Path, help="draw the curve here (PNG)")


def _add_curating(add: object) -> None:
    """Filled in by bot.cli_curate: validate, review, new-question, figures."""


def _train(options: argparse.Namespace) -> None:
    from bot import model

    if options.if_needed and model.is_current():
        print("The model fits the data.")
        return
    print("Training the model (about a minute) ...", flush=True)
    from bot.rasa_parts.training import train_model

    train_model()


def _start(options: argparse.Namespace) -> None:
    _train(argparse.Namespace(if_needed=True))
    from bot import model
    from bot.rasa_parts import server, shell

    print(f"Web page: http://localhost:{options.port}")
    server.serve(model.path(), options.host, options.port, shell.converse if sys.stdin.isatty() else None)


def _serve(options: argparse.Namespace) -> None:
    from bot import model
    from bot.rasa_parts import server

    server.serve(model.path(), options.host, options.port)


def _shell(_options: argparse.Namespace) -> None:
    from bot.rasa_parts import shell
    from bot.rasa_parts.local import LocalBot

    from bot import model

    asyncio.run(shell.converse(LocalBot(model.path()).agent))


def _ask(options: argparse.Namespace) -> None:
    from bot import model, plain
    from bot.rasa_parts.local import LocalBot

    reply = asyncio.run(LocalBot(model.path()).ask("ask", options.question))
    print(json.dumps(reply, ensure_ascii=False, indent=2) if options.json else plain.render(reply))


def _evaluate(options: argparse.Namespace) -> int:
    from bot import evaluate, model, questions
    from bot.rasa_parts.local import LocalBot

    cases = questions.read(options.file)
    outcomes = asyncio.run(evaluate.run(cases, LocalBot(model.path()).ask))
    measured = evaluate.measures(outcomes)
    print(evaluate.table(measured))
    if options.errors:
        print("\n".join(evaluate.error_lines(outcomes)))
    if options.json:
        options.json.write_text(json.dumps(evaluate.as_json(measured, outcomes), indent=1), encoding="utf-8")
    if options.picture:
        from bot import pictures

        pictures.confusion(outcomes, options.picture)
    lowest = min(row["right"] for row in measured.values())
    return int(options.fail_under is not None and lowest < options.fail_under)


def _calibrate(options: argparse.Namespace) -> None:
    from bot import calibrate

    curve = calibrate.curve()
    print(calibrate.table(curve))
    if options.picture:
        from bot import pictures

        pictures.curve(curve, options.picture)
