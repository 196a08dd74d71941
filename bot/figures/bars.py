"""A bar chart: a bar for each group, with its number written beside it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.figures.shapes import BLUE, EDGE, MARGIN, PALE, SMALL, TEXT, Box, Drawing, Path, Text, headed

LONGEST, THICK = 224.0, 26.0  # units of 100 percent, and of a bar's height
TICKS = (0, 50, 100)


def draw(fields: Mapping[str, Any]) -> Drawing:
    """The picture of a ``bars`` figure."""
    drawing = headed(fields["title"])
    drawing.write(fields["about"])
    drawing.height += 6
    for bar in fields["bars"]:
        _bar(drawing, bar)
    _scale(drawing)
    drawing.write_notes(fields["notes"])
    return drawing


def _bar(drawing: Drawing, bar: Mapping[str, Any]) -> None:
    drawing.height += 8
    drawing.write(f"{bar['name']}: {bar['text']}")
    drawing.height += 6
    top, length = drawing.height, LONGEST * bar["value"] / 100
    drawing.add(Box(MARGIN, top, LONGEST, THICK, PALE), Box(MARGIN, top, length, THICK, BLUE))
    drawing.add(Text(MARGIN + LONGEST + 8, top + THICK - 7, bar["label"], TEXT, bold=True))
    drawing.height += THICK


def _scale(drawing: Drawing) -> None:
    top = drawing.height + 8
    drawing.add(Path((("M", (MARGIN, top)), ("L", (MARGIN + LONGEST, top))), edge=EDGE))
    for tick in TICKS:
        x = MARGIN + LONGEST * tick / 100
        drawing.add(Path((("M", (x, top)), ("L", (x, top + 6))), edge=EDGE))
        anchor = "start" if tick == 0 else "middle"
        drawing.add(Text(x, top + 7 + SMALL, f"{tick}%", SMALL, anchor=anchor))
    drawing.height = top + 6 + SMALL + 8
