from __future__ import annotations

import pytest

from bot import terms
from bot.knowledge import Knowledge

TERMS = terms.load()


@pytest.mark.parametrize(
    ("answer", "mentioned", "fitted"),
    [
        ("symptoms.bone", ["lung"], "symptoms.lung"),
        ("treatment.liver_mets", ["brain"], "treatment.brain_mets"),
        ("side_effects.chemotherapy", ["trastuzumab"], "side_effects.her2_targeted"),
        ("treatment.tamoxifen", ["olaparib"], "treatment.parp"),
        ("symptoms.bone", ["lung", "bone"], "symptoms.bone"),  # two sites: no telling which is meant
        ("treatment.taking_medicines", ["letrozole"], "treatment.taking_medicines"),  # not one of the drugs' answers
        ("living.fatigue", ["pain"], "living.fatigue"),  # symptoms do not stand in for each other
    ],
)
def test_an_answer_gives_way_to_its_sibling(answer: str, mentioned: list[str], fitted: str) -> None:
    assert TERMS.fit(answer, mentioned) == fitted


def test_every_side_is_an_answer(knowledge: Knowledge) -> None:
    assert {answer for term in TERMS.all for answer in term.sides.values()} <= set(knowledge.entries)


def test_no_name_belongs_to_two_terms() -> None:
    names = [name.lower() for term in TERMS.all for name in set(map(str.lower, term.names))]
    assert sorted(names) == sorted(set(names))
