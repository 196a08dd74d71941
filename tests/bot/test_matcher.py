from __future__ import annotations

import pytest

from bot import terms
from bot.matcher import Matcher, english

MATCHER = Matcher(terms.load(), ["exercise", "medicine", "together"])


def found(text: str) -> list[str]:
    return [mention.name for mention in MATCHER.find(text)]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("herceptin side effects", ["trastuzumab"]),
        ("KISQALI?", ["ribociclib"]),
        ("bone mets and liver metastases", ["bone", "liver"]),
        ("ER+/HER2- disease", ["hormone-receptor-positive"]),
        ("is a PET-CT better than an MRI", ["PET", "MRI"]),
        ("bone scan", ["bone scan"]),  # the longest name, not the site in it
    ],
)
def test_names_are_found(text: str, names: list[str]) -> None:
    assert found(text) == names


@pytest.mark.parametrize(
    ("text", "name"), [("hercepton", "trastuzumab"), ("palbocyclib", "palbociclib"), ("letrozol", "letrozole")]
)
def test_misspelt_drug_names_are_found(text: str, name: str) -> None:
    assert found(text) == [name]


@pytest.mark.parametrize("text", ["exercise", "medicine", "together", "capsaicin cream", "my friend Alex", "tamale"])
def test_ordinary_words_are_no_drugs(text: str) -> None:
    assert found(text) == []


def test_offsets_are_characters_of_the_text() -> None:
    (mention,) = MATCHER.find("is the Liver ok")
    assert "is the Liver ok"[mention.start : mention.end] == "Liver"


def test_words_that_nobody_knows_are_not_kept() -> None:
    """spaCy remembers each new word for ever, so that anybody could fill the memory."""
    strings = english().vocab.strings
    MATCHER.find("a first message")
    before = len(strings)
    for number in range(50):
        MATCHER.find(" ".join(f"qz{number}x{word}" for word in range(100)))
    assert len(strings) == before
    assert MATCHER.find("bone mets")[0].name == "bone"
