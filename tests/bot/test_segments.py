from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.segments import MAX_SENTENCES, asks, split


def texts(message: str) -> list[str]:
    return [segment.text for segment in split(message)]


def test_sentences_end_at_marks_and_line_breaks() -> None:
    assert texts("Hi. I'm scared! what is a biopsy?\nthanks") == ["Hi.", "I'm scared!", "what is a biopsy?", "thanks"]


def test_a_second_question_is_cut_off_before_its_question_word() -> None:
    assert texts("what is kisqali and how is it given") == ["what is kisqali", "how is it given"]


def test_and_between_things_does_not_cut() -> None:
    assert texts("does it go to bone and liver") == ["does it go to bone and liver"]


@pytest.mark.parametrize("sentence", ["how long does a scan take", "Is it painful", "tell me about letrozole", "pain?"])
def test_questions_and_requests_ask(sentence: str) -> None:
    assert asks(sentence)


@pytest.mark.parametrize("sentence", ["I was diagnosed in May", "thank you so much", "my mum has bone mets"])
def test_statements_do_not_ask(sentence: str) -> None:
    assert not asks(sentence)


@given(st.text(max_size=400))
def test_segments_are_pieces_of_the_message_in_order(message: str) -> None:
    found = split(message)
    assert len(found) <= MAX_SENTENCES
    assert all(message[segment.start : segment.end] == segment.text for segment in found)
    assert [segment.start for segment in found] == sorted(segment.start for segment in found)
