"""The danger rules: what rings, what must not, what the reasons are, and how fast and how robust they are."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot import yaml
from bot.errors import DataError
from bot.paths import KNOWLEDGE, PROJECT
from bot.safety import SafetyRules

DATA = yaml.read(PROJECT / "tests" / "data" / "safety.yml")
RULES = SafetyRules.load()


def messages(*parts: str) -> list[Any]:
    return [
        pytest.param(group, line, id=f"{group}:{line[:60]}")
        for part in parts
        for group, lines in DATA[part].items()
        for line in lines.splitlines()
    ]


DANGER = messages("danger", "fresh danger", "more danger")
CALM = messages("calm", "fresh calm", "more calm")


@pytest.mark.parametrize(("answer", "message"), DANGER)
def test_danger_rings(answer: str, message: str) -> None:
    danger = RULES.scan(message)
    assert danger is not None and danger.rings, danger


@pytest.mark.parametrize(("group", "message"), CALM)
def test_calm_does_not_ring(group: str, message: str) -> None:
    danger = RULES.scan(message)
    assert danger is None or not danger.certain, danger


def test_rates() -> None:
    found = [(param.values[0], RULES.scan(str(param.values[1]))) for param in DANGER]
    certain = sum(danger is not None and danger.certain for _, danger in found)
    right = sum(danger is not None and answer in (danger.answer, *danger.also) for answer, danger in found)
    assert certain / len(found) >= 0.95, "certain without the classifier's help"
    assert right / len(found) >= 0.98, "the right one of the four answers"
    doubtful = [m for _, m in (p.values for p in CALM) if (d := RULES.scan(str(m))) is not None and d.rings]
    assert len(doubtful) / len(CALM) <= 0.03, doubtful


def test_enough_examples() -> None:
    assert len(messages("danger")) >= 250 and len(messages("calm")) >= 250
    texts = [str(param.values[1]).lower() for param in (*DANGER, *CALM)]
    assert len(texts) == len(set(texts)), "no message twice"


@pytest.mark.parametrize(
    ("message", "why"),
    [
        ("can bone mets cause confusion?", "asks about causes"),
        ("what are the signs of a stroke", "asks"),
        ("no fever, chills or cough since the last chemo", "denial"),
        ("I had a seizure two years ago", "past"),
        ("if I get a fever what should I do", "plan"),
        ("do people with mbc have a higher suicide risk", "people"),
        ("I get a bit out of breath going upstairs", "mild"),
    ],
)
def test_silence_has_a_reason(message: str, why: str) -> None:
    danger = RULES.scan(message)
    assert danger is not None and not danger.rings
    assert danger.silenced is not None and (why in danger.silenced or "suicide" in danger.silenced)


@pytest.mark.parametrize(
    "message",
    [
        "I can't feel my legs",
        "is it normal that I can't feel my legs since this morning?",
        "I can not breathe",
        "not passing urine since last night",
        "Can docetaxel do this? I can't breathe",
        "I had docetaxel last week and now I've got a temperature of 38.5",
        "does this chest pain mean it is in my lungs? I've had it since this morning",
        "no cough, but I have chest pain",
        "I don't have pain but my legs are numb",
    ],
)
def test_neither_no_nor_question_mark_hides_a_present_sign(message: str) -> None:
    danger = RULES.scan(message)
    assert danger is not None and danger.certain, danger


@pytest.mark.parametrize(
    ("message", "rings"),
    [
        ("my temp is 38", True), ("my temp is 38.0", True), ("my temperature is 38,2", True), ("temp of 39", True),
        ("it says 38.5 degrees", True), ("101.3F on chemo", True), ("100.4 f", True), ("fever of 102", True),
        ("temp 100.3 on chemo", True), ("temp 37.6 on chemo", True), ("my temp is 37", False),
        ("temperature 36.8 on chemo", False), ("temp 98.6", False), ("temp is 99.1 on chemo", False),
        ("I'm 38 with two kids", False), ("38 weeks since my scan", False), ("my marker is 38.5", False),
        ("CA 15-3 was 39", False), ("bmi 38.2", False), ("in room 101", False),
    ],
)  # fmt: skip
def test_temperatures(message: str, rings: bool) -> None:
    danger = RULES.scan(message)
    assert (danger is not None and danger.rings) is rings, danger


@pytest.mark.parametrize(
    "message",
    [
        "I CANT BREATHE",
        "i can\u2019t breathe",
        "i cannot breathe",
        "I caaan't breaaathe",
        "cant breath",
        "i can't breeth",
    ],
)
def test_however_it_is_typed(message: str) -> None:
    danger = RULES.scan(message)
    assert danger is not None and danger.answer == "urgent.emergency" and danger.rings


def test_spans_are_the_words_that_rang() -> None:
    message = "Hello. My husband says he can\u2019t really feel his legs."
    danger = RULES.scan(message)
    assert danger is not None
    assert [message[a:b] for a, b in danger.spans] == ["can\u2019t", "feel", "legs"]


def test_two_dangers_give_both_answers() -> None:
    danger = RULES.scan("I can't breathe and I have a fever of 39.5 on chemo")
    assert danger is not None
    assert danger.answer == "urgent.emergency" and "urgent.infection" in danger.also


def test_found_in_the_middle_of_a_very_long_message() -> None:
    filler = "We talked about scans and about the garden. " * 1100
    message = filler + "I can't feel my legs. " + filler
    danger = RULES.scan(message)
    assert danger is not None and danger.certain
    assert message[danger.spans[0][0] : danger.spans[-1][1]] == "can't feel my legs"


def test_fast() -> None:
    short = "what are the side effects of letrozole and does it cause chest pain"
    RULES.scan(short)
    start = time.process_time()
    for _ in range(200):
        RULES.scan(short)
    assert (time.process_time() - start) / 200 < 0.005, "well under 1 ms on a quiet machine"
    long = ("Metastatic breast cancer may cause pain in a bone. Doctors look at scans and at blood tests. " * 1100)[
        :100_000
    ]
    start = time.process_time()
    RULES.scan(long)
    assert time.process_time() - start < 0.25, "under 50 ms on a quiet machine"


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=300))
def test_never_fails(text: str) -> None:
    danger = RULES.scan(text)
    assert danger is None or all(0 <= a <= b <= len(text) for a, b in danger.spans)


@pytest.mark.parametrize(
    "text", ["", " ", "\n", "\u0130\u0130\u0130 can't breathe", "\x00", "3" * 50, "?" * 5000, "a" * 100_000]
)
def test_odd_texts(text: str) -> None:
    RULES.scan(text)


def test_every_rule_has_an_example() -> None:
    texts = [str(param.values[1]) for param in (*DANGER, *CALM)] + DATA["of rules"].splitlines()
    unused = {rule.name for rule in RULES.rules}
    for text in texts:
        words = RULES._reader.read(text)
        found = RULES._lexicon.find(words)
        for name, match in RULES._thermometer.find(words):
            found.setdefault(name, []).append(match)
        RULES._drop_harmless(found)
        unused -= {rule.name for rule in RULES.rules if rule.name in unused and any(RULES._matches(rule, found, words))}
    assert not unused


def test_faults_name_file_and_line(tmp_path: Path) -> None:
    broken = (KNOWLEDGE / "safety.yml").read_text(encoding="utf-8")
    broken = broken.replace("all: [cannot breathe]", "all: [canot breathe]").replace(
        "    telling: true\n", "    teling: true\n", 1
    )
    path = tmp_path / "safety.yml"
    path.write_text(broken, encoding="utf-8")
    with pytest.raises(DataError) as error:
        SafetyRules.load(path)
    assert any("canot breathe" in str(problem) or "teling" in str(problem) for problem in error.value.problems)
    assert all(problem.line > 1 for problem in error.value.problems)
