from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from bot import scaffold, validate
from bot.errors import DataError
from bot.paths import HELD_OUT, KNOWLEDGE, NLU

NEW = """\
  title: Dry eyes
  question: What helps with dry eyes?
  subject: dry eyes
  summary: Some drugs can make your eyes dry. [nci-se]
  points:
    - Tell your team about it. [nci-se]
    - It can mostly be made milder. [nci-se]
    - It may have another cause. [nci-se]
  ask: Ask what you can use for your eyes.
  synonyms: [dry eye syndrome]
  next: [living.symptom_management]
  checked: 2026-11-25
  review: {status: unreviewed}
"""


@pytest.fixture(scope="module")
def known() -> set[str]:
    """What is wrong with the project's data today: another test's concern."""
    return {str(problem) for problem in validate.problems()}


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project's own data, with a new question added to it."""
    root = tmp_path_factory.mktemp("project")
    for folder in (KNOWLEDGE, NLU, HELD_OUT):
        shutil.copytree(folder, root / folder.relative_to(KNOWLEDGE.parent))
    scaffold.new_question("living", "dry_eyes", root)
    return root


def test_only_the_three_files_change_and_only_at_their_end(copy: Path) -> None:
    for folder in (KNOWLEDGE, NLU, HELD_OUT):
        for path in folder.glob("*.yml"):
            text = (copy / path.relative_to(KNOWLEDGE.parent)).read_text(encoding="utf-8")
            old = path.read_text(encoding="utf-8")
            assert text == old or (path.stem == "living" and text.startswith(old.rstrip("\n")) and "dry_eyes" in text)


def test_validation_names_what_is_missing_and_nothing_else(copy: Path, known: set[str]) -> None:
    found = [problem.what for problem in validate.problems(copy) if str(problem) not in known]
    assert all("living.dry_eyes" in what for what in found)
    for field in ("title", "question", "subject", "summary", "points", "checked"):
        assert f"living.dry_eyes {field} is still empty" in found
    assert any("0 training examples" in what for what in found)
    assert any("0 held-out phrasings" in what for what in found)


def test_a_filled_in_question_is_complete_without_any_code(copy: Path, tmp_path: Path, known: set[str]) -> None:
    root = shutil.copytree(copy, tmp_path / "project")
    knowledge, nlu, held_out = (root / folder / "living.yml" for folder in ("knowledge", "data/nlu", "tests/nlu"))
    text = knowledge.read_text(encoding="utf-8")
    knowledge.write_text(text[: text.index("living.dry_eyes:")] + "living.dry_eyes:\n" + NEW, encoding="utf-8")
    nlu.write_text(nlu.read_text(encoding="utf-8") + "".join(f"    - dry eyes question {n}\n" for n in range(10)))
    rows = "".join(f"  - sore dry eyes {n}\n" for n in range(3))
    held_out.write_text(held_out.read_text(encoding="utf-8").replace("dry_eyes: []\n", f"dry_eyes:\n{rows}"))
    assert {str(problem) for problem in validate.problems(root)} <= known


@pytest.mark.parametrize(
    ("topic", "name", "message"),
    [
        ("weather", "rain", "there is no topic"),
        ("urgent", "fire", "takes no new questions"),
        ("living", "Dry Eyes", "cannot be an id"),
        ("living", "../x", "cannot be an id"),
        ("living", "pain", "exists already"),
    ],
)
def test_what_will_not_do_is_refused_and_changes_nothing(copy: Path, topic: str, name: str, message: str) -> None:
    before = {path: path.read_bytes() for path in copy.rglob("*.yml")}
    with pytest.raises(DataError, match=message):
        scaffold.new_question(topic, name, copy)
    assert {path: path.read_bytes() for path in copy.rglob("*.yml")} == before
