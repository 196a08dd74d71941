"""A diagram of steps below each other, each with a small picture of cells, tissue and vessels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot.figures.shapes import (
    BLUE,
    EDGE,
    MARGIN,
    ORANGE,
    PINK,
    TEXT,
    WHITE,
    WIDTH,
    Box,
    Drawing,
    Oval,
    Path,
    Shape,
    Text,
    arrow,
    headed,
    smooth,
)  # fmt: skip

SIDE = 92.0  # a small picture is a square
TISSUE, BLOOD, NORMAL, CORE = "#f6e7dc", "#f3c6c6", "#dfb595", "#5a2200"
LEFT = MARGIN + SIDE + 14


def draw(fields: Mapping[str, Any]) -> Drawing:
    """The picture of a ``steps`` figure."""
    drawing = headed(fields["title"])
    for number, step in enumerate(fields["steps"]):
        if number:
            drawing.add(*arrow(MARGIN + SIDE / 2, drawing.height + 1, drawing.height + 18))
            drawing.height += 20
        _step(drawing, number, step)
    drawing.height += 6
    drawing.write_notes(fields["notes"])
    return drawing


def _step(drawing: Drawing, number: int, step: Mapping[str, Any]) -> None:
    top = drawing.height
    drawing.add(Box(MARGIN, top, SIDE, SIDE, TISSUE))
    drawing.add(*SCENES[number % len(SCENES)](MARGIN, top))
    drawing.add(_frame(top))
    drawing.add(Oval(LEFT + 12, top + 13, 13, 13, BLUE))
    drawing.add(Text(LEFT + 12, top + 19, str(number + 1), TEXT, True, WHITE, BLUE, "middle"))
    drawing.height = top - 1
    drawing.write(step["name"], LEFT + 32, WIDTH - LEFT - 32 - 8, bold=True)
    drawing.height += 6
    drawing.write(step["text"], LEFT, WIDTH - LEFT - 8)
    drawing.height = max(drawing.height, top + SIDE)


def _frame(top: float) -> Path:
    right, bottom = MARGIN + SIDE, top + SIDE
    corners = ((MARGIN, top), (right, top), (right, bottom), (MARGIN, bottom))
    return Path((("M", corners[0]), *(("L", c) for c in corners[1:])), edge=EDGE, closed=True)


def _cell(x: float, y: float, radius: float = 8.0, *, asleep: bool = False) -> tuple[Shape, ...]:
    """A cancer cell: dark rim and core, so that it stands out without its color too."""
    core = WHITE if asleep else CORE
    return Oval(x, y, radius, radius, ORANGE, CORE), Oval(x + 1, y, radius / 2.6, radius / 2.6, core)


def _cells(x: float, y: float, places: Sequence[tuple[float, float]]) -> list[Shape]:
    return [shape for across, down in places for shape in _cell(x + across, y + down)]


def _healthy(x: float, y: float, places: Sequence[tuple[float, float]]) -> list[Shape]:
    return [Oval(x + across, y + down, 8, 8, NORMAL, "#8a6b52") for across, down in places]


def _vessel(x: float, y: float, top: float = 46, bottom: float = 80) -> list[Shape]:
    ends = (x + 2, x + SIDE - 2)  # round line ends must stay inside the frame
    walls = [Path((("M", (ends[0], y + r)), ("L", (ends[1], y + r))), edge=PINK, thick=4) for r in (top, bottom)]
    return [Box(x, y + top, SIDE, bottom - top, BLOOD), *walls]


def _gap(x: float, y: float, row: float, color: str) -> Shape:
    """A hole in a vessel's wall."""
    return Path((("M", (x + 34, y + row)), ("L", (x + 58, y + row))), edge=color, thick=5)


def _detachment(x: float, y: float) -> list[Shape]:
    tumor = ((18, 30), (32, 24), (24, 44), (38, 38), (18, 58), (33, 54), (26, 70))
    return [*_cells(x, y, tumor), *_cells(x, y, ((58, 34), (74, 58)))]


def _invasion(x: float, y: float) -> list[Shape]:
    tissue = ((50, 14), (70, 14), (50, 32), (72, 34), (50, 68), (72, 56), (52, 84), (72, 76))
    tumor = ((14, 22), (16, 42), (14, 62), (28, 32), (30, 52), (46, 50), (61, 44))
    return [*_healthy(x, y, tissue), *_cells(x, y, tumor)]


def _entry(x: float, y: float) -> list[Shape]:
    return [*_vessel(x, y), _gap(x, y, 46, BLOOD), *_cells(x, y, ((24, 20), (44, 28), (47, 49), (66, 64)))]


def _survival(x: float, y: float) -> list[Shape]:
    small = [Oval(x + a, y + b, 3.5, 3.5, WHITE, EDGE) for a, b in ((37, 44), (42, 56), (55, 42), (58, 54))]
    dead = [(x + 16, y + 50), (x + 78, y + 44)]
    gone = [Oval(a, b, 7, 7, BLOOD, EDGE) for a, b in dead]
    crosses = [
        Path((("M", (a - 5, b - 5 * way)), ("L", (a + 5, b + 5 * way))), edge=EDGE, thick=2)
        for a, b in dead
        for way in (-1, 1)
    ]
    return [*_vessel(x, y, 28, 68), *gone, *crosses, *_cells(x, y, ((48, 49),)), *small]


def _exit(x: float, y: float) -> list[Shape]:
    places = ((16, 28), (44, 30), (47, 47), (60, 72))
    return [*_vessel(x, y, 12, 46), _gap(x, y, 46, TISSUE), *_cells(x, y, places)]


def _colonization(x: float, y: float) -> list[Shape]:
    supply = smooth([(x + 4, y + 84), (x + 20, y + 74), (x + 32, y + 58)], closed=False)
    tumor = ((34, 30), (50, 24), (42, 44), (58, 40), (34, 52), (50, 58))
    sleeping = _cell(x + 78, y + 76, asleep=True)
    return [Path(supply, edge=PINK, thick=5), *_cells(x, y, tumor), *sleeping]


SCENES = (_detachment, _invasion, _entry, _survival, _exit, _colonization)
