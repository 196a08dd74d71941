"""The curator's report: what was not answered, in groups, without those who asked."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path
from typing import Any

import pytest

from bot import report
from bot.rasa_parts import reporting
from bot.rasa_parts.channels.web_feedback import Feedback
from bot.report import Asked
from bot.scrub import scrub
from tests.ops.conftest import Filed

GONE = [
    ("my name is Zebediah Quackenbush and I hurt", "Zebediah", "Quackenbush"),
    ("my name is zebediah quackenbush and i hurt", "zebediah", "quackenbush"),
    ("Hi, I'm called Zeb. can I fly?", "Zeb"),
    ("Dr Quackenbush said no", "Quackenbush"),
    ("dr. quackenbush said no", "quackenbush"),
    ("my sister gertrude has it too", "gertrude"),
    ("we saw Ottoline at Addenbrooke's in Cambridge", "Ottoline", "Addenbrooke", "Cambridge"),
    ("write to zeb.quack+x@example.co.uk please", "zeb", "example"),
    ("see https://example.org/me?id=7 or www.example.org", "example"),
    ("I am @zebquack there", "zebquack"),
    ("call +44 (0)7700 900-123 now", "7700", "900", "123"),
    ("call 07700900123", "07700900123"),
    ("born 12/03/1961", "12/03", "1961"),
    ("born on 3rd of March 1961", "3rd", "March", "1961"),
    ("diagnosed March 3, 2019", "2019"),
    ("I am 43 and live in CB2 0QQ", "43", "CB2", "0QQ"),
    ("NHS number 943 476 5919", "943", "476", "5919"),
    ("regards, zebediah", "zebediah"),
]
STAYS = [
    "is stage 4 the end?",
    "what is HER2-positive cancer?",
    "do CDK4/6 inhibitors cause hair loss?",
    "What about Kisqali and Faslodex?",
    "I'm scared. What now?",
    "my doctor said it has spread",
    "My oncologist wants a biopsy",
]


@pytest.mark.parametrize(("text", "gone"), [(text, gone) for text, *gone in GONE])
def test_who_asked_is_taken_out(text: str, gone: list[str]) -> None:
    cleaned = scrub(text)
    assert not [word for word in gone if word in cleaned], cleaned
    assert "[" in cleaned


@pytest.mark.parametrize("text", STAYS)
def test_what_was_asked_stays(text: str) -> None:
    assert scrub(text) == text


def test_scrubbing_again_changes_nothing() -> None:
    for text, *_ in GONE:
        assert scrub(scrub(text)) == scrub(text)


def test_similar_questions_are_one_group() -> None:
    import numpy as np

    vectors = {"a": [1, 0, 0], "a!": [0.99, 0.1, 0], "b": [0, 1, 0]}
    asked = [Asked("a", "fallback")] * 3 + [Asked("a!", "clarify"), Asked("b", "clarify"), Asked(" ", "clarify")]
    groups = report.group(asked, lambda texts: np.array([vectors[text] for text in texts], dtype=float))
    assert [(g.count, g.texts, g.kinds) for g in groups] == [
        (4, (("a", 3), ("a!", 1)), (("fallback", 3), ("clarify", 1))),
        (1, (("b", 1),), (("clarify", 1),)),
    ]
    assert report.group([], lambda _: pytest.fail("nothing to encode")) == []
    assert report.group([Asked("a", "clarify")], lambda _: pytest.fail("one needs no comparing"))[0].count == 1


def test_the_page_needs_nothing_else_and_runs_nothing() -> None:
    attack = "<script>alert(1)</script>"
    groups = [report.Group(((attack, 2),), (("fallback", 2),))]
    opinions = report.verdicts([("2026-01-01", "symptoms.bone", False, attack)], lambda text: text)
    import datetime

    html = report.page(groups, opinions, 10, datetime.date(2026, 1, 2))
    assert "<script" not in html and "&lt;script&gt;" in html
    assert not re.search(r"(src|href)=", html) and "20% of 10" in html
    assert "none" in report.page([], [], 0, datetime.date(2026, 1, 2))


def test_the_least_helpful_answer_comes_first() -> None:
    rows = [("d", "a", True, ""), ("d", "b", False, "unclear"), ("d", "b", False, ""), ("d", "a", False, "")]
    found = report.verdicts(rows, str.upper)
    assert [(v.answer, v.helpful, v.unhelpful, v.reasons) for v in found] == [
        ("b", 0, 2, ("UNCLEAR",)),
        ("a", 1, 1, ()),
    ]


def test_the_report_holds_what_was_not_answered(
    filed: Filed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, encoder_in: Any
) -> None:
    encoder_in(tmp_path)
    kinds = {text: filed.ask(text)["kind"] for text in ("who won the football yesterday?", "what is a biopsy?")}
    assert list(kinds.values()) == ["fallback", "answer"]
    assert filed.ask("can Zebediah park at the stadium?", "other")["kind"] in ("fallback", "clarify")
    filed.ask("/symptoms/bone")
    Feedback.in_file(tmp_path / "feedback.db").add("symptoms.bone", False, "call me, 07700900123")
    told = reporting.write(tmp_path / "report.html")
    html = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "2 of 3 questions" in told and "football" in html and "stadium" in html and "biopsy" not in html
    assert "Zebediah" not in html and "07700" not in html and "symptoms.bone" in html


def test_old_questions_are_left_out(filed: Filed) -> None:
    import time

    filed.ask("who won the football yesterday?")
    assert len(list(reporting.read_turns(filed.store, time.time() - 60))) == 1
    assert list(reporting.read_turns(filed.store, time.time() + 60)) == []
    asyncio.run(filed.store.delete("somebody"))
    assert list(reporting.read_turns(filed.store, 0)) == []


@pytest.fixture
def encoder_in(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Make a folder the data folder, with the encoder that was built for the tests."""
    from bot import encoder

    def use(folder: Path) -> None:
        built = encoder._graph_file(encoder.weights_folder())
        monkeypatch.setenv("LANTERN_DATA", str(folder))
        (folder / built.name).symlink_to(built)

    return use
