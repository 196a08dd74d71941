"""What the knowledge must say, entry by entry, whoever rewrites it."""

from __future__ import annotations

import re

import pytest

from bot import yaml
from bot.checks.words import shown
from bot.context import resolve
from bot.knowledge import SOFT_TOPICS, Entry, Knowledge
from bot.paths import KNOWLEDGE

DISCERN = ("How it works", "What it may do", "Main risks", "How it is given", "Other choices")
NUMBER = re.compile(r"\d+(?:\.\d+)?%|\bin 100\b|\bof 100\b|\bof every 100\b|\bin 10\b|\bof every 10\b")


def whole(entry: Entry) -> str:
    return " ".join(text for _, text in shown(entry))


def test_every_promised_answer_is_there(knowledge: Knowledge) -> None:
    rows = (KNOWLEDGE / "ids.txt").read_text(encoding="utf-8").splitlines()
    promised = [row for row in rows if row and not row.startswith("#")]
    assert len(promised) == len(set(promised)) >= 164
    assert set(promised) <= set(knowledge.entries)


def test_answers_about_one_treatment_tell_its_good_and_bad_sides(knowledge: Knowledge) -> None:
    found = [e for e in knowledge if e.topic == "treatment" and any(p.text.startswith(DISCERN[0]) for p in e.points)]
    assert len(found) >= 20
    for entry in found:
        labels = [point.text.partition(":")[0] for point in entry.points]
        assert set(DISCERN) <= set(labels), entry.id


@pytest.mark.parametrize("entry_id", ["prognosis.survival_rate", "prognosis.by_stage", "prognosis.by_subtype"])
def test_survival_figures_name_their_group_and_years_and_are_no_forecast(knowledge: Knowledge, entry_id: str) -> None:
    text = whole(knowledge[entry_id])
    assert "US women" in text and re.search(r"20\d\d to 20\d\d", text)
    assert "relative survival" in text
    assert re.search(r"large groups|not about you|cannot tell what will happen", text)


def test_the_stage_figures_are_those_of_one_edition(knowledge: Knowledge) -> None:
    text = whole(knowledge["prognosis.by_stage"])
    assert all(figure in knowledge["prognosis.by_stage"].summary.text for figure in ("over 99%", "87%", "33%"))
    assert "older edition" in text  # the founding article's 99/86/29 is named as such


def test_percentages_of_prognosis_carry_a_source(knowledge: Knowledge) -> None:
    for entry in knowledge:
        for statement in (entry.summary, *entry.points):
            if NUMBER.search(statement.text) and entry.topic not in SOFT_TOPICS:
                assert statement.cites, (entry.id, statement.text)


@pytest.mark.parametrize(
    ("entry_id", "words"),
    [
        ("overview.curable", "usually cannot be cured, but it can be treated"),
        ("overview.still_breast_cancer", "still breast cancer"),
        ("overview.causes", "not your fault"),
        ("living.palliative_care", "not the same as hospice"),
        ("symptoms.none", "doctors do not advise routine scans"),
        ("symptoms.bone", "Constipation can have more than one cause: high calcium"),
        ("treatment.surgery", "not been shown to lengthen life"),
        ("treatment.t_dxd", "died of it"),
        ("prognosis.remission", "does not mean cured"),
    ],
)
def test_what_must_not_be_lost_in_a_rewrite(knowledge: Knowledge, entry_id: str, words: str) -> None:
    assert words in whole(knowledge[entry_id])


def test_urgent_answers_begin_with_what_to_do_now(knowledge: Knowledge) -> None:
    for entry in knowledge:
        if entry.topic == "urgent":
            first = entry.summary.text.split(".")[0]
            assert re.search(r"\b[Cc]all\b.*\bnow\b", first), (entry.id, first)


def test_a_fever_sends_to_the_team_wherever_it_is_named_during_treatment(knowledge: Knowledge) -> None:
    for entry in knowledge:
        text = whole(entry)
        if "38 C" in text:
            assert "100.4 F" in text, entry.id
            assert re.search(r"day or night|24-hour", text), entry.id


def test_subjects_are_noun_phrases_that_fit_a_follow_up(knowledge: Knowledge) -> None:
    for entry in knowledge:
        if entry.topic in (*SOFT_TOPICS, "urgent"):
            assert entry.subject == "", entry.id
            continue
        assert 1 <= len(entry.subject.split()) <= 9 and not entry.subject.endswith((".", "?")), entry.id
    assert resolve("how is it treated?", knowledge["symptoms.bone"].subject) == "how is bone metastases treated?"
    assert knowledge["symptoms.bone"].subject == knowledge["treatment.bone_mets"].subject == "bone metastases"


def test_the_glossary_explains_enough_words_once(knowledge: Knowledge) -> None:
    assert len(knowledge.glossary) >= 60
    terms = list(yaml.read(KNOWLEDGE / "glossary.yml"))
    assert terms == sorted(terms, key=str.casefold)
    assert len({term.casefold().rstrip("s") for term in terms}) == len(terms)


def test_no_entry_claims_a_review_that_was_not_made(knowledge: Knowledge) -> None:
    signed = [entry.id for entry in knowledge if entry.review.status == "approved"]
    if not signed:
        assert "No clinician has reviewed" in knowledge.phrase("checked")
        assert not any(re.search(r"reviewed by (?:a|our) (?:doctor|clinician)", whole(entry)) for entry in knowledge)


def test_the_consent_screen_says_nothing_twice(knowledge: Knowledge) -> None:
    """It shows the introduction, and right below it what happens to what a person writes."""
    intro, consent = (knowledge.phrase(name).lower() for name in ("bot_intro", "consent"))
    said = [" ".join(words) for text in (intro, consent) for words in _runs(text)]
    assert len(said) == len(set(said))


def _runs(text: str, length: int = 4) -> list[list[str]]:
    """Every run of so many words in a row, once."""
    words = re.findall(r"[a-z0-9']+", text)
    runs = [words[start : start + length] for start in range(len(words) - length + 1)]
    return [run for number, run in enumerate(runs) if run not in runs[:number]]
