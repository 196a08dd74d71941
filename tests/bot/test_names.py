from __future__ import annotations

import pytest

from bot import terms
from bot.knowledge import Knowledge
from bot.names import Names


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("kisqali?", "treatment.cdk46"),
        ("what is a PET scan", "diagnosis.pet"),
        ("What is neutropenia?", "diagnosis.blood_tests"),
        ("and in the liver", "spread.liver"),  # the site before any entry's synonym
        ("tell me about palliative care", "living.palliative_care"),
        ("side effects of kisqali", None),
        ("what is it", None),
        ("", None),
    ],
)
def test_a_mere_name_is_told_from_a_question(knowledge: Knowledge, text: str, answer: str | None) -> None:
    assert Names(terms.load(), knowledge).answer(text) == answer
