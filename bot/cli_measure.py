"""Subcommands that measure: evaluate, calibrate, texts."""

from __future__ import annotations

import argparse
import asyncio
import json
from collections.abc import Callable
from pathlib import Path


def add_to(add: Callable[..., argparse.ArgumentParser]) -> None:
    evaluate = add("evaluate", _evaluate, "measure on a file of labelled questions")
    evaluate.add_argument("file", type=Path)
    evaluate.add_argument("--json", type=Path, help="write measures and outcomes here")
    evaluate.add_argument("--picture", type=Path, help="draw the confusion of topics here (PNG)")
    evaluate.add_argument("--errors", action="store_true", help="list what went wrong")
    evaluate.add_argument("--fail-under", type=float, metavar="SHARE", help="exit 1 if any set's `right` is lower")
    calibrate = add("calibrate", _calibrate, "show what each threshold does on the held-out phrasings")
    calibrate.add_argument("--picture", type=Path, help="draw the curve here (PNG)")
    what = "find the weights of follow-ups and write them to bot/follow_up.yml (some minutes)"
    calibrate.add_argument("--follow-ups", action="store_true", help=what)
    add("texts", _texts, "print the texts that tools/adapt_encoder.py learns from (JSON)")


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
    if options.follow_ups:
        _calibrate_follow_ups()
        return
    from bot import calibrate

    points = calibrate.curve()
    print(calibrate.table(points))
    if options.picture:
        from bot import pictures

        pictures.curve(points, options.picture)


def _calibrate_follow_ups() -> None:
    from bot import calibrate_follow_ups

    found = calibrate_follow_ups.find()
    print(found)
    calibrate_follow_ups.write(found.weights)


def _texts(_options: argparse.Namespace) -> None:
    from bot import adaptation
    from bot.answering import shared
    from bot.calibrate import speller
    from bot.encoder import SentenceEncoder

    rows = adaptation.rows(shared().knowledge, speller(SentenceEncoder.load()))
    print(json.dumps(rows, ensure_ascii=False))
