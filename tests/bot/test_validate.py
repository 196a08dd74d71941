from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from bot import validate, yaml
from bot.checks.phrases import WORKED_OUT, asked_for
from bot.checks.phrasings import normal
from bot.decide import OPENINGS
from tests.bot import small_project
from tests.bot.small_project import change

TODAY = date(2026, 11, 25)
FOLLOW_UPS = "data/follow_ups/symptoms.yml"
NLU, HELD_OUT, KNOWLEDGE = "data/nlu/symptoms.yml", "tests/nlu/symptoms.yml", "knowledge/symptoms.yml"


@pytest.fixture(scope="module", autouse=True)
def _read_once() -> Iterator[None]:
    """Files that a test leaves alone are not parsed again: that is nearly all the time these tests would take."""
    known: dict[tuple[str, bytes], Any] = {}
    read = yaml.read

    def cached(path: Path) -> Any:
        key = (path.name, path.read_bytes()) if path.exists() else ("", b"")
        if key not in known or not path.exists():
            known[key] = read(path)
        return known[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(yaml, "read", cached)
        yield


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_project.make(tmp_path_factory.mktemp("project"))


@pytest.fixture
def root(sound: Path, tmp_path: Path) -> Path:
    return shutil.copytree(sound, tmp_path / "project")


def test_the_projects_own_data_have_no_problems() -> None:
    assert validate.run().problems == ()


def test_a_sound_project_has_no_problems(root: Path) -> None:
    report = validate.run(root, TODAY)
    assert report.problems == report.warnings == ()
    assert report.lines()[-1].endswith("no problems and no warnings.")


# (file, old, new, path:line that is reported, a part of the message)
BROKEN = {
    "lost id": ("knowledge/ids.txt", "", "symptoms.gone\n", "knowledge/ids.txt:", "`symptoms.gone` has no entry"),
    "orphan in training": (NLU, "symptoms/one", "symptoms/two", f"{NLU}:3", "`symptoms.two` has no entry"),
    "orphan held out": (HELD_OUT, "symptoms.one:", "symptoms.two:", f"{HELD_OUT}:1", "`symptoms.two` has no entry"),
    "wrong file": (NLU, "symptoms/one", "spread/one", f"{NLU}:3", "stands in the wrong file"),
    "two blocks": (NLU, "", "- intent: symptoms/one\n  examples: |\n    - new\n", f"{NLU}:3", "has 2 blocks"),
    "few examples": (NLU, "    - way 0 to ask for symptoms one\n", "", f"{KNOWLEDGE}:3", "9 training examples"),
    "few held out": (HELD_OUT, "  - held out 0 for symptoms one\n", "", f"{KNOWLEDGE}:3", "2 held-out"),
    "two answers": (
        NLU,
        "way 3 to ask for symptoms one",
        "Way 3, to ask: for SPREAD one?",
        f"{NLU}:8",
        "under `spread",
    ),
    "same example twice": (NLU, "way 3 to", "way 4 to", f"{NLU}:9", "stands twice"),
    "held out and trained": (
        HELD_OUT,
        "held out 1 for",
        "way 1 to ask for",
        f"{HELD_OUT}:3",
        f"training too ({NLU}:6)",
    ),
    "no source": (KNOWLEDGE, "Three. [source-a]", "Three.", f"{KNOWLEDGE}:13", 'no source for "Three."'),
    "dead source": (KNOWLEDGE, "more. [source-b]", "more. [sauce-b]", f"{KNOWLEDGE}:12", "`sauce-b`, which is not"),
    "unused source": (
        "knowledge/sources.yml",
        "",
        small_project.SOURCE.format(key="source-c"),
        "knowledge/sources.yml:",
        "not used",
    ),
    "address with a space": ("knowledge/sources.yml", "org/source-a", "org/a b", "knowledge/sources.yml:5", "a space"),
    "same page twice": ("knowledge/sources.yml", "org/source-a", "org/source-b", f"{KNOWLEDGE}:7", "2 times"),
    "source of the future": ("knowledge/sources.yml", "2026-11-20", "2126-11-20", "knowledge/sources.yml:7", "future"),
    "word without source": ("knowledge/glossary.yml", " [source-a]", "", "knowledge/glossary.yml:1", "no source"),
    "hard word": (
        "knowledge/glossary.yml",
        "A reply.",
        "An individualized communication of information.",
        "knowledge/glossary.yml:1",
        "US grade",
    ),
    "word in no answer": ("knowledge/glossary.yml", "answer:", "unheard:", "knowledge/glossary.yml:1", "in no answer"),
    "unknown next": (
        KNOWLEDGE,
        "[overview.one]",
        "[overview.two]",
        f"{KNOWLEDGE}:17",
        "`overview.two`, which does not",
    ),
    "next to itself": (KNOWLEDGE, "[overview.one]", "[symptoms.one]", f"{KNOWLEDGE}:17", "suggests itself"),
    "next to danger": (KNOWLEDGE, "[overview.one]", "[urgent.one]", f"{KNOWLEDGE}:17", "suggests `urgent.one`"),
    "no next": (KNOWLEDGE, "[overview.one]", "[]", f"{KNOWLEDGE}:3", "has no `next`"),
    "same synonym": (
        KNOWLEDGE,
        "[name of symptoms",
        "[Name of Spread",
        f"{KNOWLEDGE}:15",
        "same synonym as `spread.one`",
    ),
    "same question": (
        KNOWLEDGE,
        "is symptoms one?",
        "is spread one?",
        f"{KNOWLEDGE}:5",
        "same question as `spread.one`",
    ),
    "same title": (KNOWLEDGE, "of symptoms one", "of spread one", f"{KNOWLEDGE}:4", "same title as `spread.one`"),
    "two terms": (
        "knowledge/terms.yml",
        "",
        "  lung: {names: [Bones], about: spread.one}\n",
        "knowledge/terms.yml:3",
        '"Bones" names both `bone` and `lung`',
    ),
    "term to nowhere": ("knowledge/terms.yml", "overview.one", "overview.x", "knowledge/terms.yml:2", "for about"),
    "general to nowhere": (
        "knowledge/terms.yml",
        "",
        "general:\n  causes: overview.x\n",
        "knowledge/terms.yml:4",
        "for causes",
    ),
    "two points": (KNOWLEDGE, "    - Three. [source-a]\n", "", f"{KNOWLEDGE}:10", "has 2 points"),
    "no subject": (KNOWLEDGE, "  subject: the symptoms one\n", "", f"{KNOWLEDGE}:3", "no `subject`"),
    "treatment in part": (
        "knowledge/treatment.yml",
        "One: it is so.",
        "How it works: it is so.",
        "knowledge/treatment.yml:10",
        '"Main risks',
    ),
    "too hard": (
        KNOWLEDGE,
        "Two, and more.",
        "Individualized multidisciplinary communication necessitates institutional "
        "responsibility notwithstanding pharmaceutical considerations.",
        f"{KNOWLEDGE}:3",
        "needs US grade",
    ),
    "long sentences": (KNOWLEDGE, "Two, and more.", f"It is {'so ' * 90}.", f"{KNOWLEDGE}:3", "words a sentence"),
    "promotion": (KNOWLEDGE, "Two, and more.", "Go to a world-class place.", f"{KNOWLEDGE}:12", "(promotion)"),
    "the founding institute": (
        "knowledge/sources.yml",
        "A publisher",
        "Baofa",
        "knowledge/sources.yml:4",
        "promotes nob",
    ),
    "a name": (KNOWLEDGE, "Ask your team.", "Ask Dr Who.", f"{KNOWLEDGE}:14", "names no person"),
    "follow-up after nothing": (FOLLOW_UPS, "symptoms.one", "symptoms.two", f"{FOLLOW_UPS}:1", "`symptoms.two` is no"),
    "follow-up to nothing": (FOLLOW_UPS, "treatment.one", "treatment.x", f"{FOLLOW_UPS}:2", "`treatment.x` is no"),
    "follow-up that is no list": (FOLLOW_UPS, '- "and then?"', "- 7", f"{FOLLOW_UPS}:2", "holds no list of"),
    "British spelling": (KNOWLEDGE, "Ask your team.", "Ask of the tumour.", f"{KNOWLEDGE}:14", 'spell it "tumor"'),
    "a dose": (KNOWLEDGE, "Two, and more.", "Take 20 mg a day.", f"{KNOWLEDGE}:12", "is a dose"),
    "one country's number": (KNOWLEDGE, "Ask your team.", "Call 911 now.", f"{KNOWLEDGE}:14", "one country"),
    "markup": (KNOWLEDGE, "Ask your team.", "Ask <b>now</b>.", f"{KNOWLEDGE}:14", '"<" must not stand'),
    "missing phrase": ("knowledge/phrases.yml", "outage:", "outrage:", "knowledge/phrases.yml:1", "phrase `outage` is"),
    "missing disclaimer": (
        "knowledge/phrases.yml",
        "  prognosis:",
        "  x:",
        "knowledge/phrases.yml",
        "`disclaimer.prog",
    ),
    "unfilled field": ("knowledge/phrases.yml", "{date}", "{dote}", "knowledge/phrases.yml:", "{dote}, which nothing"),
    "figure not described": (
        "knowledge/phrases.yml",
        "survival-by",
        "survive-by",
        "knowledge/phrases.yml:",
        "not described",
    ),
    "figure not drawn": (
        "knowledge/figures.yml",
        "A chart",
        "Another chart",
        "knowledge/figures.yml:2",
        "lantern figures",
    ),
    "number in the figure only": (
        "knowledge/figures.yml",
        "label: 40%",
        "label: 41%",
        "knowledge/figures.yml:",
        "41% stands",
    ),
    "figure of a dead source": (
        "knowledge/figures.yml",
        "[source-a]",
        "[source-x]",
        "knowledge/figures.yml:",
        "`source-x`",
    ),
    "checked tomorrow": (KNOWLEDGE, "2026-11-20", "2026-11-26", f"{KNOWLEDGE}:18", "in the future"),
    "false sign-off": (KNOWLEDGE, "unreviewed", "approved", f"{KNOWLEDGE}:19", "without role, day and hash"),
    "form": (KNOWLEDGE, "  title: Title of symptoms one", "  title:", f"{KNOWLEDGE}:4", "title is still empty"),
    "unknown field": (KNOWLEDGE, "  title:", "  name: x\n  title:", f"{KNOWLEDGE}:", "'name' was unexpected"),
    "not YAML": (KNOWLEDGE, "synonyms: [", "synonyms: [[", f"{KNOWLEDGE}:", "check quotes"),
    "not a list": (HELD_OUT, "  - held out 0 for symptoms one\n", "  held\n#", f"{HELD_OUT}:", ""),
    "no examples block": (NLU, "  examples: |\n", "  exam: |\n", f"{NLU}:1", "no `intent:` with `examples"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_each_fault_is_reported_at_its_line(case: str, root: Path) -> None:
    file, old, new, place, message = BROKEN[case]
    change(root, file, old, new)
    found = [str(problem) for problem in validate.problems(root)]
    assert any(row.startswith(place) and message in row for row in found), found
    assert all(re.match(r"\S+:\d+: .+; .+", row) for row in found)


def test_prognosis_needs_two_sources(root: Path) -> None:
    text = (
        (root / "knowledge/prognosis.yml").read_text().replace(", source-b]", "]").replace("[source-b]", "[source-a]")
    )
    (root / "knowledge/prognosis.yml").write_text(text)
    assert "cites 1 source" in str(validate.problems(root))


def test_all_problems_are_reported_at_once(root: Path) -> None:
    change(root, KNOWLEDGE, "  title: Title of symptoms one", "  title:")
    change(root, "knowledge/spread.yml", "[overview.one]", "[overview.two]")
    change(root, "data/nlu/living.yml", "living/one", "living/two")
    assert {str(problem.path) for problem in validate.problems(root)} >= {
        KNOWLEDGE, "knowledge/spread.yml", "data/nlu/living.yml",
    }  # fmt: skip


def test_a_file_that_cannot_be_read_hides_what_would_only_follow_from_it(root: Path) -> None:
    (root / KNOWLEDGE).unlink()
    assert [str(problem) for problem in validate.problems(root)] == [f"{KNOWLEDGE}:1: the file is missing; restore it"]


def test_old_answers_are_a_warning(root: Path) -> None:
    assert validate.run(root, date(2027, 5, 19)).warnings == ()
    half_a_year = validate.run(root, date(2027, 5, 20)).warnings
    assert {warning.path.stem for warning in half_a_year} == {"treatment", "side_effects", "prognosis", "research"}
    assert len(validate.run(root, date(2027, 11, 20)).warnings) > len(half_a_year)


def test_phrasings_are_compared_without_case_and_punctuation_but_not_without_plus_and_minus() -> None:
    assert normal("What's  HER2-positive?!") == normal("whats her2 positive")
    assert len({normal("HER2+"), normal("HER2-"), normal("HER2")}) == 3
    assert len({normal("?"), normal("...."), normal("🙏")}) == 3


def test_the_phrases_that_the_code_works_out_are_known() -> None:
    assert {name for group, *rest in WORKED_OUT if group == "warm_openings" for name in rest} == set(OPENINGS.values())
    assert {("outage",), ("disclaimer", "general"), ("stale",)} <= asked_for()


def test_coverage_has_a_line_for_every_answer(root: Path) -> None:
    lines = validate.coverage(root)
    row = next(line for line in lines if line.startswith("symptoms.one"))
    assert row.split() == ["symptoms.one", "10", "3", "2", "2026-11-20", "unreviewed"]
    assert lines[-1].startswith(f"{len(lines) - 2} answers")
