"""A diagram of groups: one start, an arrow to each group, and what goes with it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.figures.shapes import (
    BLUE,
    EDGE,
    GREEN,
    LEADING,
    MARGIN,
    PALE,
    PURPLE,
    TEXT,
    WHITE,
    WIDTH,
    Box,
    Drawing,
    Oval,
    Path,
    arrow_right,
    headed,
    wrapped,
)  # fmt: skip

COLORS = (BLUE, PURPLE, GREEN)
PAD = 10.0  # between the edge of a box and its words
TRUNK, INDENT = MARGIN + 6, MARGIN + 28  # the line that joins the start with the groups, and their left edge


def draw(fields: Mapping[str, Any]) -> Drawing:
    """The picture of a ``groups`` figure."""
    drawing = headed(fields["title"])
    _start(drawing, fields["start"])
    trunk, top = len(drawing.shapes), drawing.height
    for number, group in enumerate(fields["groups"]):
        drawing.height += 14
        branch = drawing.height + 17
        drawing.add(*arrow_right(TRUNK, INDENT - 1, branch))
        _group(drawing, group, COLORS[number % len(COLORS)], INDENT)
    drawing.shapes.insert(trunk, Path((("M", (TRUNK, top)), ("L", (TRUNK, branch))), edge=EDGE, thick=2.5))
    drawing.height += 18
    _group(drawing, fields["others"], EDGE, MARGIN)
    drawing.height += 4
    drawing.write_notes(fields["notes"])
    return drawing


def _start(drawing: Drawing, words: str) -> None:
    inner = WIDTH - 2 * MARGIN - 2 * PAD
    height = len(wrapped(words, inner, TEXT)) * TEXT * LEADING + 14
    drawing.add(Box(MARGIN, drawing.height, WIDTH - 2 * MARGIN, height, PALE, EDGE, 8))
    bottom = drawing.height + height
    drawing.height += 5
    drawing.write(words, MARGIN + PAD, inner, on=PALE)
    drawing.height = bottom


def _group(drawing: Drawing, group: Mapping[str, Any], color: str, left: float) -> None:
    """A box with a colored head; the frame goes below the words, once its height is known."""
    frame, top, width = len(drawing.shapes), drawing.height, WIDTH - MARGIN - left
    inner = width - 2 * PAD
    head = len(wrapped(group["name"], inner, TEXT, bold=True)) * TEXT * LEADING + 10
    drawing.add(Box(left, top, width, head, color))
    drawing.height += 3
    drawing.write(group["name"], left + PAD, inner, bold=True, color=WHITE, on=color)
    drawing.height = top + head + 2
    for point in group["points"]:
        drawing.height += 4
        drawing.add(Oval(left + PAD + 2, drawing.height + TEXT * 0.75, 3, 3, color))
        drawing.write(point, left + PAD + 14, inner - 14)
    drawing.height += 10
    drawing.shapes.insert(frame, Box(left, top, width, drawing.height - top, WHITE, color))
