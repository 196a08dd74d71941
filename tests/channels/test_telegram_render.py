"""Replies as Telegram shows them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bot.compose import Composer
from bot.decide import Decision, tapped
from bot.knowledge import Knowledge
from bot.rasa_parts.channels.telegram.render import Picture, Text, notice_parts, reply_parts
from tests.channels.conftest import Rig
from tests.channels.fake_telegram import PNG
from tests.channels.telegram_html import parse, units


def rendered(knowledge: Knowledge, decision: Decision, **more: Any) -> list[Any]:
    return reply_parts(Composer(knowledge).reply(decision).as_json(), "Sources", **more)


def test_every_answer_fits(knowledge: Knowledge) -> None:
    """Each answer, and the largest replies there can be, in Telegram's limits and in its HTML."""
    ids = list(knowledge.entries)
    longest = sorted(ids, key=lambda one: -len(" ".join(knowledge[one].shown_points)))[:3]
    for decision in [*map(tapped, ids), Decision("answer", tuple(longest), 0.9, opening="greeting")]:
        for part in rendered(knowledge, decision):
            limit, part = (1024, part.caption) if isinstance(part, Picture) else (4096, part)
            text, entities = parse(part.html)
            assert text.strip() and units(text) <= limit and len(entities) <= 100
            assert all(len(payload.encode()) <= 64 for _, payload in part.buttons)


def test_form(knowledge: Knowledge) -> None:
    (part,) = rendered(knowledge, tapped("symptoms.bone"))
    entry = knowledge["symptoms.bone"]
    assert part.html.startswith(f"<b>{entry.title}</b>\n{entry.summary.text[:20]}")
    assert all(f"\n• {point}" in part.plain for point in entry.shown_points)
    assert part.html.count("<a href=") == len(entry.cites)
    assert part.html.endswith(f"<i>{knowledge.phrase('disclaimer', 'general')}</i>")
    assert len(part.buttons) == len(entry.next)


def test_order(knowledge: Knowledge) -> None:
    """A warm line, each answer in its own message, the disclaimer and the buttons at the very end."""
    parts = rendered(knowledge, Decision("answer", ("symptoms.bone", "living.pain"), 0.9, opening="greeting"))
    assert len(parts) == 2 and not parts[0].buttons and parts[1].buttons
    assert parts[0].plain.startswith(tuple(knowledge.phrases["warm_openings"]["greeting"]))
    assert parts[1].plain.startswith(knowledge["living.pain"].title)
    assert "<i>" not in parts[0].html and parts[1].html.endswith("</i>")


def test_an_emergency_says_what_to_do_first(knowledge: Knowledge) -> None:
    parts = rendered(knowledge, Decision("urgent", ("urgent.emergency", "symptoms.lung"), None))
    assert parts[0].plain.splitlines()[1].startswith("Call your local emergency number now.")


def test_a_picture_without_a_file_is_told_in_words(knowledge: Knowledge, tmp_path: Path) -> None:
    parts = rendered(knowledge, tapped("prognosis.by_stage"), figures=tmp_path)
    assert all(isinstance(part, Text) for part in parts)
    assert f"({knowledge.phrase('figures', 'survival-by-stage')})" in parts[0].plain


def test_a_picture(knowledge: Knowledge, tmp_path: Path) -> None:
    (tmp_path / "survival-by-stage.png").write_bytes(PNG)
    text, picture, ending = rendered(knowledge, tapped("prognosis.by_stage"), figures=tmp_path)
    assert isinstance(picture, Picture) and picture.caption.plain == knowledge.phrase("figures", "survival-by-stage")
    assert "Sources" in text.plain and ending.buttons


@pytest.mark.parametrize("src", ["/figures/../../etc/passwd.svg", "https://x.example/a.svg", "/figures/none.svg"])
def test_only_our_own_pictures(knowledge: Knowledge, tmp_path: Path, src: str) -> None:
    reply = Composer(knowledge).reply(tapped("prognosis.by_stage")).as_json()
    reply["answers"][0]["figure"]["src"] = src
    assert not [part for part in reply_parts(reply, "Sources", figures=tmp_path) if isinstance(part, Picture)]


def test_nothing_in_a_text_is_taken_for_form() -> None:
    part: Any
    (part,) = notice_parts(
        "Blood < 5 & <b>not bold</b> &lt;", 'Ask "them" <now>', [("ok", "/x"), ("too long", "/" * 65)]
    )
    text, entities = parse(part.html)
    assert text == 'Blood < 5 & <b>not bold</b> &lt;\n\nAsk "them" <now>' and [e.kind for e in entities] == ["italic"]
    assert part.buttons == (("ok", "/x"),)


async def test_a_picture_is_uploaded(polling: Rig, knowledge: Knowledge, tmp_path: Path) -> None:
    """From the server's own files, between the words and the end; told in words when Telegram refuses it."""
    (sent_first,) = await polling.say("hello")
    desk = polling.running.desk
    desk.figures = tmp_path
    for content, with_photo in ((PNG + b"0" * 2000, True), (b"no picture", False)):
        (tmp_path / "spread-sites.png").write_bytes(content)
        text, picture, ending = await polling.deliver(polling.telegram.tap(sent_first, "/spread/where"))
        assert text.runs("bold") == [knowledge["spread.where"].title]
        assert bool(picture.photo) is with_photo and picture.text == knowledge.phrase("figures", "spread-sites")
        assert ending.runs("italic") and ending.buttons
        assert [bool(m.fields.get("disable_notification")) for m in (text, picture, ending)] == [False, True, True]
