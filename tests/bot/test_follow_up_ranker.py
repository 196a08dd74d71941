"""What a follow-up is weighed by, and how its weights are found and kept."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from bot import calibrate_follow_ups, examples, knowledge, terms
from bot import follow_up_training as training
from bot.encoder import SentenceEncoder
from bot.entry_texts import EntryTexts, sentences
from bot.follow_up_ranker import CIRCUMSTANCES, NAMES, NUMBERS, WEIGHTS, FollowUp, FollowUpRanker, Reading
from bot.knowledge import UNCLEAR
from bot.moves import BACK, OWN, STAY, Moves, move, stays
from bot.surroundings import Surroundings

KNOWLEDGE = knowledge.load()
AROUND = Surroundings.of(KNOWLEDGE, terms.load())
ANSWERS = ("living.travel", "overview.triple_negative", "prognosis.by_subtype", "prognosis.factors", "smalltalk.thanks")
LONG = "which blood tests does a clinic usually do for people each month"
EVEN = np.full(len(ANSWERS), 1 / len(ANSWERS))


def ranked(last: str, *, bare: np.ndarray = EVEN, moves: dict[str, float] | None = None, **more: object) -> list[str]:
    ranker, nowhere = FollowUpRanker.load(ANSWERS), np.full(len(ANSWERS), 0.3)
    readings = Reading(bare, nowhere), Reading(bare, nowhere)
    asked = FollowUp(*readings, moves or {}, bool(more.pop("pointing", False)), False, 3, last, **more)  # type: ignore[arg-type]
    likely = ranker.probabilities(asked, AROUND)
    assert likely.sum() == pytest.approx(1)
    return [ANSWERS[i] for i in np.argsort(-likely)]


def test_what_is_near_the_last_answer_is_likelier() -> None:
    order = ranked("overview.triple_negative")
    assert order.index("prognosis.by_subtype") < order.index("prognosis.factors") < len(ANSWERS)


def test_what_the_words_say_counts_most() -> None:
    assert ranked("overview.triple_negative", bare=np.array([0.96, 0.01, 0.01, 0.01, 0.01]))[0] == "living.travel"


def test_words_that_stay_get_the_same_again() -> None:
    assert ranked("living.travel", moves={STAY: 0.0})[0] == "living.travel"


def test_what_was_spoken_of_before_is_remembered() -> None:
    later, sooner = ranked("living.travel"), ranked("living.travel", earlier=("prognosis.factors",))
    assert sooner.index("prognosis.factors") < later.index("prognosis.factors")


def test_words_that_point_back_are_never_unclear() -> None:
    ranker = FollowUpRanker.load((*ANSWERS, UNCLEAR))
    words = Reading(np.array([0.01] * len(ANSWERS) + [0.95]), np.full(len(ANSWERS) + 1, 0.3))
    why = FollowUp(words, words, {}, True, False, 1, "living.travel")
    assert ranker.probabilities(why, AROUND)[-1] == 0
    assert ranker.probabilities(replace(why, pointing=False), AROUND)[-1] > 0.1


def test_some_moves_stay() -> None:
    assert stays({STAY: -0.5, OWN: -1.0}) and stays({BACK: -0.1, "treatment": -2.0})
    assert not stays({OWN: -0.2, STAY: -1.5})


def test_moves_are_named_after_where_they_lead() -> None:
    assert move("symptoms.bone", "symptoms.bone") == STAY
    assert move("symptoms.bone", "treatment.bone_mets") == "treatment"
    assert move("symptoms.bone", "treatment.bone_mets", ("treatment.bone_mets",)) == BACK


def test_moves_are_learned_and_kept(tmp_path: Path) -> None:
    rows = np.eye(4, dtype=np.float32)[[0, 1, 2, 0, 1, 2]]
    before = ["spread.bone"] * 6
    moves = Moves.train(rows, before, [STAY, "treatment", "living", STAY, "treatment", "living"])
    np.savez(tmp_path / "moves.npz", **moves.arrays())
    with np.load(tmp_path / "moves.npz", allow_pickle=False) as saved:
        again = Moves.from_arrays(saved)
    logs = again.logs(rows[1], "spread.bone")
    assert logs["treatment"] > logs[STAY] and logs == moves.logs(rows[1], "spread.bone")


def test_the_same_words_may_make_another_move_after_another_topic() -> None:
    rows = np.tile(np.eye(768, dtype=np.float32)[:1], (12, 1))
    moves = Moves.train(rows, ["treatment.parp", "diagnosis.biopsy", "spread.how"] * 4, [STAY, OWN, BACK] * 4)
    assert moves.logs(rows[0], "treatment.serds")[STAY] > moves.logs(rows[0], "diagnosis.ct")[STAY]
    assert moves.logs(rows[0], "research.overview").keys() == {STAY, OWN, BACK}  # a topic never seen says nothing


def test_new_weights_go_into_the_file_beside_their_comments(tmp_path: Path) -> None:
    path = Path(shutil.copy(WEIGHTS, tmp_path))
    weights = np.round(np.linspace(-3, 3, len(NAMES)), 2)
    calibrate_follow_ups.write(weights, path)
    assert FollowUpRanker.load(ANSWERS, path).weights == pytest.approx(weights)
    before, after = (file.read_text(encoding="utf-8").splitlines() for file in (WEIGHTS, path))
    assert [line for line in before if line.startswith("#")] == [line for line in after if line.startswith("#")]


def test_the_fit_prefers_what_was_right() -> None:
    numbers = np.zeros((2, 20, 3), dtype=np.float32)
    numbers[0, :, 1] = 1.0  # the right one has the first number
    weights = calibrate_follow_ups.fit(numbers, np.full(20, 1), np.array([0.0, 0.7]))
    assert weights[0] > 1 and abs(weights[1]) < 0.01  # the second number is no help


def test_follow_ups_after_one_answer_are_not_torn_apart() -> None:
    before = ["a", "b", "c", "a", "b", "d"]
    fold = calibrate_follow_ups.folds(before)
    assert fold[0] == fold[3] and fold[1] == fold[4] and len(set(fold)) == 4


def test_follow_ups_name_answers_that_exist() -> None:
    found = examples.follow_ups()
    assert len(found) > 1000
    assert [each for each in found if not {each.before, each.answer} <= KNOWLEDGE.entries.keys()] == []
    assert {each.before.split(".")[0] for each in found} >= {"treatment", "side_effects"}


def test_only_what_leans_back_is_filled_in() -> None:
    made = [
        examples.FollowUpExample("symptoms.bone", "how is it treated", "treatment.bone_mets"),
        examples.FollowUpExample("symptoms.bone", LONG, "diagnosis.blood_tests"),
    ]
    asked = training.of(made, KNOWLEDGE)
    assert asked.filled == ("how is bone metastases treated",) and asked.moves == ("treatment",)


def test_questions_that_need_nothing_before_them_are_learned_too() -> None:
    alone = training.alone(examples.training(), KNOWLEDGE, 50)
    assert len(alone) == 50 and set(alone.moves) == {OWN}
    assert len(set(alone.before)) > 20 and (alone + alone).bare == alone.bare * 2


def test_every_number_has_a_weight_in_all_circumstances() -> None:
    assert {(c, n) for c in CIRCUMSTANCES for n in NUMBERS} <= set(NAMES) and len(set(NAMES)) == len(NAMES)


def test_a_name_that_was_used_brings_its_sides_along() -> None:
    ranker, even = FollowUpRanker.load(ANSWERS), Reading(EVEN, EVEN)
    bare = FollowUp(even, even, {}, True, False, 3, "living.travel")
    named = replace(bare, terms=("triple-negative",))
    side = NAMES.index(("always", "earlier_side"))
    assert not ranker.numbers(bare, AROUND)[side].any()
    assert ranker.numbers(named, AROUND)[side][ANSWERS.index("overview.triple_negative")] == 1


def test_what_an_entry_says_is_near_its_own_words() -> None:
    encoder = SentenceEncoder.load()
    texts = EntryTexts.of(KNOWLEDGE, ANSWERS, encoder)
    assert sentences(KNOWLEDGE, "smalltalk.thanks")
    said = sentences(KNOWLEDGE, "living.travel")[0]
    near = EntryTexts.from_arrays(texts.arrays()).nearness(encoder.encode([said])[0])
    assert near.shape == (len(ANSWERS),) and ANSWERS[int(near.argmax())] == "living.travel"
    assert near.max() == pytest.approx(1, abs=0.01)


def test_who_leads_here_is_known() -> None:
    for answer, following in AROUND.leads_to.items():
        assert all(answer in AROUND.led_from[after] for after in following)
