"""The curator's report from the store of conversations and the web channel's verdicts; for ``lantern report``."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from bot import report
from bot.paths import data_dir
from bot.rasa_parts import endpoints, postgres
from bot.rasa_parts.channels.web_feedback import Feedback
from bot.rasa_parts.fail_safe import unwrapped
from bot.rasa_parts.purge import DAY
from bot.scrub import scrub

UNANSWERED = ("clarify", "fallback")


def write(target: Path, days: float = 30) -> str:
    """Write the page on the last ``days``; returns what it holds in one line."""
    from bot.encoder import WIDTH, SentenceEncoder

    store = unwrapped(endpoints.tracker_store())
    turns = list(read_turns(store, time.time() - days * DAY))
    asked = [report.Asked(scrub(text), kind) for text, kind in turns if kind in UNANSWERED]
    encoder = SentenceEncoder.load()
    groups = report.group(asked, lambda texts: encoder.encode(texts)[:, :WIDTH])
    opinions = report.verdicts(Feedback.beside(store, data_dir()).rows(), scrub)
    target.write_text(report.page(groups, opinions, len(turns), date.today()), encoding="utf-8")
    return f"{target}: {len(asked)} of {len(turns)} questions without an answer, {len(opinions)} answers with verdicts"


def read_turns(store: Any, since: float) -> Iterator[tuple[str, str]]:
    """The words of each turn and the kind of its reply; buttons are left out."""
    table = store.SQLEvent.__table__
    query = sa.select(table.c.sender_id, table.c.type_name, table.c.data)
    query = query.where(table.c.timestamp >= since, table.c.type_name.in_(("user", "bot")))
    query = query.order_by(table.c.sender_id, table.c.id)
    said, who = "", None
    with postgres.unhurried(), store.engine.connect() as connection:
        for sender, kind_of_event, data in connection.execution_options(stream_results=True).execute(query):
            event = json.loads(data)
            if kind_of_event == "user":
                said, who = str(event.get("text") or ""), sender
                continue
            kind = ((event.get("data") or {}).get("custom") or {}).get("kind")
            if kind and sender == who and said and not said.startswith("/"):
                yield said, str(kind)
                said = ""
