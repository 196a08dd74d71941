"""Subcommands for those who run a bot: purge, report, analytics."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path


def add_to(add: Callable[..., argparse.ArgumentParser]) -> None:
    purge = add("purge", _purge, "remove conversations older than LANTERN_KEEP_DAYS (the server does so daily)")
    purge.add_argument("--days", type=float, help="keep this many days instead")
    report = add("report", _report, "write what people asked and the bot could not answer (HTML)")
    report.add_argument("file", type=Path)
    report.add_argument("--days", type=float, default=30, help="look back this far (default: 30)")
    add("analytics", _analytics, "keep what several workers tell RabbitMQ (analytics.db), until stopped")


def _purge(options: argparse.Namespace) -> None:
    from bot.rasa_parts import purge

    print(purge.run(options.days))


def _report(options: argparse.Namespace) -> None:
    from bot.rasa_parts import reporting

    print(reporting.write(options.file, options.days))


def _analytics(_options: argparse.Namespace) -> None:
    from bot.rasa_parts import analytics_consumer

    analytics_consumer.run()
