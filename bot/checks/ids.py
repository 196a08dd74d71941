"""Ids: the same in the knowledge, the training examples and the held-out phrasings, and none of the contract lost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from bot.checks.project import HELD_OUT, KNOWLEDGE, NLU, Project
from bot.errors import Problem
from bot.knowledge import topic_of

FEWEST_EXAMPLES, FEWEST_HELD_OUT = 10, 3
CONTRACT = KNOWLEDGE / "ids.txt"


def check(project: Project) -> Iterator[Problem]:
    """Lost ids of the contract, orphans, ids in the wrong file, ids that nobody can ask for."""
    yield from _lost(project)
    yield from _orphans(project)
    yield from _unasked(project)


def _lost(project: Project) -> Iterator[Problem]:
    path = project.root / CONTRACT
    if not path.exists():
        yield Problem(CONTRACT, 1, "the list of promised ids is missing", "restore it")
        return
    for line, row in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        promised = row.split("#")[0].strip()
        if promised and promised not in project.ids:
            todo = "write its entry again: promised ids never go away"
            yield Problem(CONTRACT, line, f"`{promised}` has no entry in the knowledge", todo)


def _orphans(project: Project) -> Iterator[Problem]:
    for file, answers in project.asked.items():
        in_training = file.parent == NLU
        for answer, times in Counter(answers).items():
            keys = ("nlu", answers.index(answer)) if in_training else (answer,)
            if answer not in project.ids:
                what = f"`{answer}` has no entry in the knowledge"
                yield project.problem(file, keys, what, "write the entry, or remove it here")
            elif topic_of(answer) != file.stem:
                what = f"`{answer}` stands in the wrong file"
                yield project.problem(file, keys, what, f"move it to {file.parent / topic_of(answer)}.yml")
            if times > 1:
                yield project.problem(file, keys, f"`{answer}` has {times} blocks", "join them to one")


def _unasked(project: Project) -> Iterator[Problem]:
    training = Counter(example.answer for example in project.training)
    held_out = Counter(example.answer for example in project.held_out)
    for answer, file in project.ids.items():
        for count, fewest, folder, kind in (
            (training[answer], FEWEST_EXAMPLES, NLU, "training examples"),
            (held_out[answer], FEWEST_HELD_OUT, HELD_OUT, "held-out phrasings"),
        ):
            if count < fewest:
                what = f"has {count} {kind}, at least {fewest} are needed"
                yield project.entry_problem(answer, (), what, f"write more in {folder / file.name}")
