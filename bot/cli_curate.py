"""Subcommands for those who write and review the answers: validate, review, new-question, figures."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path


def add_to(add: Callable[..., argparse.ArgumentParser]) -> None:
    validate = add("validate", _validate, "check the knowledge base, the examples and the figures")
    validate.add_argument("--readability", action="store_true", help="print the school grade of every answer")
    validate.add_argument("--coverage", action="store_true", help="print what every answer has and lacks")
    _add_review(add("review", lambda options: options.step(options), "sign off answers, in a spreadsheet"))
    new = add("new-question", _new_question, "make the places for a new question")
    new.add_argument("topic")
    new.add_argument("name", metavar="ID", help="the part after the dot, e.g. `scalp_cooling` for living.scalp_cooling")
    add("figures", _figures, "draw the figures anew from knowledge/figures.yml")


def _add_review(review: argparse.ArgumentParser) -> None:
    steps = review.add_subparsers(required=True, metavar="STEP")
    export = steps.add_parser("export", help="write a sheet to read (HTML) and one to fill in (CSV)")
    export.add_argument("ids", nargs="*", metavar="ID", help="answers or topics; all when none is named")
    export.add_argument("--folder", type=Path, default=Path("review"))
    export.set_defaults(step=_export)
    take = steps.add_parser("import", help="take over a filled-in CSV")
    take.add_argument("file", type=Path)
    take.set_defaults(step=_import)


def _validate(options: argparse.Namespace) -> int:
    from bot import validate

    if options.readability:
        print("\n".join(validate.readability_table()))
    if options.coverage:
        print("\n".join(validate.coverage()))
    report = validate.run()
    print("\n".join(report.lines()))
    return int(bool(report.problems))


def _export(options: argparse.Namespace) -> None:
    from bot.review.export import export

    for path in export(options.ids or None, options.folder):
        print(path)


def _import(options: argparse.Namespace) -> None:
    from bot.review.record import import_csv

    verdicts = import_csv(options.file)
    print("\n".join(map(str, verdicts)) or "The sheet holds no verdict; nothing was changed.")


def _new_question(options: argparse.Namespace) -> None:
    from bot.scaffold import new_question

    for path in new_question(options.topic, options.name):
        print(f"{path}: fill in what is empty")
    print("Then run `uv run lantern validate`: it names what is still missing.")


def _figures(_options: argparse.Namespace) -> None:
    from bot import figures

    for path in figures.write():
        print(path)
