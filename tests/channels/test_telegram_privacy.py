"""What the channel leaves behind: in the log, on the disk, after /delete."""

from __future__ import annotations

import logging
from typing import Any

import pytest

from tests.channels.conftest import Rig
from tests.channels.fake_telegram import TOKEN
from tests.channels.test_telegram_faults import OTHER_POLLER
from tests.channels.wire import Page, Refusal

SECRET_PART = TOKEN.split(":")[1]


async def test_what_the_log_holds(
    rig: Rig, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    """Never the token, a chat's id or a person's words; at any level, from any library, whatever fails."""
    caplog.set_level(logging.DEBUG)
    rig.telegram.faults["getMe"] = ["drop", Page(200, "<html>"), Refusal(401, "Unauthorized")]
    rig.telegram.faults["getUpdates"] = ["drop", OTHER_POLLER]
    await rig.start()
    rig.telegram.faults["sendMessage"] = ["drop", Refusal(400, "Bad Request: can't parse entities")]
    await rig.say("my name is Zebedee", person=7531753175)
    rig.telegram.faults["sendMessage"] = ["drop"] * 9
    await rig.say("my name is Zebedee", person=7531753175)
    rig.telegram.faults.clear()
    rig.telegram.blocked.add(7531753175)
    await rig.say("my name is Zebedee", person=7531753175)
    await rig.stop()
    written = caplog.text + "".join(capfd.readouterr())
    assert "E50" in written and "E53" in written
    ours = "\n".join(record.getMessage() for record in caplog.records if not record.name.startswith("rasa"))
    for secret in (SECRET_PART, "7531753175", "Zebedee"):
        assert secret not in ours
    assert SECRET_PART not in written


async def test_what_the_disk_holds(polling: Rig, bot: Any, tmp_path: Any) -> None:
    """Chats only as keyed hashes; after /delete nothing of the conversation."""
    person = 7531753175
    await polling.say("my name is Barnaby", person=person)
    files = b"".join(path.read_bytes() for path in tmp_path.iterdir() if path.is_file())
    assert str(person).encode() not in files and b"Barnaby" not in files
    with bot.store.session_scope() as session:
        rows = session.query(bot.store.SQLEvent.sender_id, bot.store.SQLEvent.data).all()
    mine = {sender for sender, data in rows if "Barnaby" in data}
    assert len(mine) == 1 and str(person) not in "".join(sender + data for sender, data in rows)
    await polling.say("/delete", person=person)
    with bot.store.session_scope() as session:
        assert session.query(bot.store.SQLEvent).filter(bot.store.SQLEvent.sender_id == mine.pop()).count() == 0
