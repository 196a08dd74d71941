from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.spelling import Speller, common_words

SPELLER = Speller.load(
    ["coughing", "blood", "palliative", "treatment", "symptoms", "care", "bright", "hello"],
    ["brian", "coffin", "what", "exercise"],
)


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("coghing up blod", "coughing up blood"),
        ("treatmnet symtoms", "treatment symptoms"),
        ("heeeelllloooo", "hello"),
        ("mbc liver sx", "metastatic breast cancer liver symptoms"),
        ("🙏", "thank you"),
        ("😊", "thanks"),
        ("🤗👋🏽", "thank you hello"),  # a skin tone says nothing
        ("scan was bad 😡🥲", "scan was bad I am angry I am sad"),
        ("what is PALLIATIVE care", "what is PALLIATIVE care"),
        ("Brian has a coffin", "Brian has a coffin"),  # right words stay, however near to others
        ("xqzt 12.5 mg/ml?!", "xqzt 12.5 mg/ml?!"),
    ],
)
def test_slips_are_mended_and_words_stay(typed: str, read: str) -> None:
    assert SPELLER.mend(typed) == read


@given(st.text(max_size=300))
def test_any_text_is_taken(text: str) -> None:
    assert SPELLER.mend(SPELLER.mend(text)) == SPELLER.mend(SPELLER.mend(SPELLER.mend(text)))


def test_a_word_of_one_writer_is_not_common() -> None:
    assert common_words(["the liver", "the livr", "liver?"]) == ["liver", "the"]
