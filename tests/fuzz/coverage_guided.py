"""Atheris on the two parsers of what strangers write: YAML and Telegram's updates. Optional; see ``scripts/fuzz``.

python -m tests.fuzz.coverage_guided telegram -max_total_time=600
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

import atheris

with atheris.instrument_imports(include=["bot", "ruamel"]):
    from bot import yaml
    from bot.errors import DataError
    from bot.rasa_parts.channels.telegram.updates import Me, read

FILE = Path(tempfile.mkdtemp()) / "symptoms.yml"


KEYS = (
    "update_id", "message", "callback_query", "chat", "from", "id", "type", "text", "caption", "data", "message_id",
    "is_bot", "entities", "user", "reply_to_message", "sender_chat", "photo", "is_topic_message", "message_thread_id",
    "forum_topic_created", "media_group_id", "is_automatic_forward", "caption_entities",
)  # fmt: skip
TEXTS = ("private", "group", "supergroup", "/start", "/start@lantern_bot x", "@lantern_bot what is a biopsy?")


def value(given: Any, depth: int = 0) -> Any:
    """Any JSON, mostly of the names that Telegram uses: bytes alone would hardly ever be an update."""
    kind = given.ConsumeIntInRange(0, 8 if depth < 5 else 5)
    if kind > 6:
        count = given.ConsumeIntInRange(0, 6)
        return {given.PickValueInList(list(KEYS)): value(given, depth + 1) for _ in range(count)}
    if kind == 6:
        return [value(given, depth + 1) for _ in range(given.ConsumeIntInRange(0, 3))]
    simple = (None, True, given.ConsumeInt(9), given.ConsumeFloat(), given.PickValueInList(list(TEXTS)))
    return simple[kind] if kind < 5 else given.ConsumeUnicode(20)


def telegram(data: bytes) -> None:
    given = atheris.FuzzedDataProvider(data)
    update = {"update_id": value(given), "message": value(given), "callback_query": value(given)}
    if given.ConsumeBool():
        del update["callback_query"]
    read(update, Me(7, "lantern_bot"), frozenset({"start"}))


def knowledge(data: bytes) -> None:
    FILE.write_bytes(data)
    try:
        yaml.read(FILE)
    except DataError:
        return


if __name__ == "__main__":
    target = {"telegram": telegram, "knowledge": knowledge}[sys.argv.pop(1)]
    atheris.Setup(sys.argv, target)
    atheris.Fuzz()
