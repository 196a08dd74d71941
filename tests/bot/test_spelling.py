from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.spelling import Speller
from bot.words import Words, dictionary, sound

COUNTS = {
    "coughing": 20, "blood": 90, "boat": 2, "bone": 500, "palliative": 60, "treatment": 800, "care": 90, "mean": 90,
    "symptoms": 900, "bright": 3, "hello": 40, "brain": 300, "mets": 700, "tumor": 300, "side": 600, "effects": 600,
    "kisqali": 40, "tired": 60, "tied": 3, "survival": 200, "rate": 90, "liver": 400, "mum": 400, "of": 5000,
    "what": 3000, "is": 5000, "her2": 300, "low": 200, "to": 6000, "e": 1000, "cancer": 3000,
}  # fmt: skip
PAIRS = frozenset({("brain", "mets"), ("bone", "mets"), ("survival", "rate"), ("side", "effects")})
SPELLER = Speller.load(Words(COUNTS, PAIRS), dictionary() | {"brian"})


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("coghing up blod", "coughing up blood"),
        ("treatmnet symtoms", "treatment symptoms"),
        ("heeeelllloooo", "hello"),
        ("mbc liver sx", "metastatic breast cancer liver symptoms"),
        ("🙏", "thank you"),
        ("😊", "thanks"),
        ("cya 👋", "cya"),  # beside words a wave is no greeting
        ("🤗👋🏽", "thank you hello"),  # a skin tone says nothing
        ("scan was bad 😡🥲", "scan was bad I am angry I am sad"),
        ("BOAN METS", "bone METS"),  # by its sound and its neighbor; "boat" is nearer
        ("hepatic tumer", "hepatic tumor"),
        ("brian mets", "brain mets"),  # a right word in a place where nobody writes it
        ("the survival rat", "the survival rat"),  # three letters are too few to know
        ("sideeffectsofkisqali", "side effects of kisqali"),
        ("whatisher2low", "what is her2 low"),
        ("PIK3CA, cellsearch, toremifene", "PIK3CA, cellsearch, toremifene"),  # names are not taken to pieces
        ("SERMs and TREATMNET", "SERMs and treatment"),  # capitals inside a word make it a name
        ("2nd 30mg symptômes", "2nd 30mg symptômes"),  # half a word is no word
        ("herb mets", "herb mets"),  # a name with a digit is no slip of a word
        ("xrays cansur palative", "xrays cancer palliative"),
        ("so tierd", "so tired"),
        ("she is wheezing and her speech is slurring", "she is wheezing and her speech is slurring"),
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
    assert Words.of(["the liver", "the livr", "liver?"], ()).counts == {"liver": 2, "the": 2}


def test_slips_of_several_writers_are_none_of_the_words() -> None:
    texts = [*["cancer in her bones"] * 40, *["canser of mums bones, MDTs"] * 2, *["mets, cant"] * 20, "can't"]
    words = Words.of(texts, dictionary())
    assert "canser" not in words.counts and {"mums", "cant", "mdts", "bones"} <= words.counts.keys()
    assert ("cancer", "in") in words.pairs and ("of", "mums") not in words.pairs


def test_words_are_kept_whole() -> None:
    words = Words(COUNTS, PAIRS)
    assert Words.from_json(json.loads(json.dumps(words.as_json()))) == words


@pytest.mark.parametrize(
    ("one", "other"), [("boan", "bone"), ("brane", "brain"), ("fone", "phone"), ("livver", "liver"), ("sell", "cell")]
)
def test_what_sounds_the_same(one: str, other: str) -> None:
    assert sound(one) == sound(other)


def test_the_dictionary_is_there() -> None:
    assert {"tumour", "oestrogen", "wheezing", "slurring"} <= dictionary()
