"""The outline of a body, with the places of spread and lines to their names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.figures.shapes import (
    BLUE,
    EDGE,
    INK,
    LEADING,
    MARGIN,
    ORANGE,
    PALE,
    PURPLE,
    TEXT,
    WIDTH,
    Drawing,
    Oval,
    Path,
    Shape,
    Text,
    headed,
    smooth,
    width_of,
)  # fmt: skip

MIDDLE, HEIGHT = WIDTH / 2, 430.0
BONE = "#8a6d00"
# Half of the outline, from the neck down the outside of the arm and up the inside of the leg: (off the middle, down).
HALF = (
    (9, 62), (10, 78), (16, 88), (36, 95), (50, 106), (56, 134), (60, 168), (67, 204), (71, 236),
    (66, 240), (60, 222), (53, 190), (46, 160), (42, 140), (40, 168), (37, 190), (43, 216), (47, 244),
    (44, 290), (36, 336), (34, 372), (27, 408), (32, 424), (16, 425), (15, 400), (14, 350), (10, 300),
    (3, 252),
)  # fmt: skip
LUNG = ((9, 104), (18, 100), (29, 118), (31, 142), (19, 146), (9, 138))
HIP = ((4, 222), (20, 206), (34, 214), (30, 232), (12, 242), (4, 236))
LIVER = ((-32, 156), (-18, 150), (8, 153), (12, 158), (-4, 166), (-20, 178), (-31, 176))
# Where each name stands, and where its line ends: (side, height of the name, end of the line).
PLACES: Mapping[str, tuple[str, float, tuple[float, float]]] = {
    "brain": ("end", 30, (12, 28)),
    "lungs": ("start", 108, (-22, 122)),
    "liver": ("start", 186, (-18, 166)),
    "bones": ("end", 272, (22, 226)),
}


def draw(fields: Mapping[str, Any]) -> Drawing:
    """The picture of a ``body`` figure."""
    drawing = headed(fields["title"])
    top = drawing.height + 4
    drawing.add(*_outline(top), *_organs(top))
    for site in fields["sites"]:
        drawing.add(*_label(site, top))
    drawing.height = top + HEIGHT + 8
    drawing.write_notes(fields["notes"])
    return drawing


def _outline(top: float) -> list[Shape]:
    right = [(MIDDLE + across, top + down) for across, down in HALF]
    left = [(MIDDLE - across, top + down) for across, down in reversed(HALF)]
    body = Path(smooth([*right, *left]), PALE, EDGE, 2, closed=True)
    return [body, Oval(MIDDLE, top + 36, 27, 34, PALE, EDGE, 2)]


def _organs(top: float) -> list[Shape]:
    brain = Oval(MIDDLE, top + 28, 20, 16, PURPLE)
    lungs = [_blob(LUNG, side, top, BLUE) for side in (-1, 1)]
    return [brain, *lungs, *_bones(top), _blob(LIVER, 1, top, ORANGE)]


def _blob(points: tuple[tuple[float, float], ...], side: int, top: float, color: str) -> Path:
    """A soft shape; ``side`` -1 mirrors it to the left half."""
    return Path(smooth([(MIDDLE + side * across, top + down) for across, down in points]), color, closed=True)


def _bones(top: float) -> list[Shape]:
    spine = [Oval(MIDDLE, top + 84 + 9.5 * i, 4, 3.6, BONE) for i in range(14)]
    hips = [_blob(HIP, side, top, BONE) for side in (-1, 1)]
    limbs = [((30, 250), (24, 325)), ((23, 338), (22, 402)), ((46, 112), (54, 160)), ((56, 168), (65, 212))]
    long_bones = [
        Path((("M", (MIDDLE + s * a, top + b)), ("L", (MIDDLE + s * c, top + d))), edge=BONE, thick=5)
        for s in (-1, 1)
        for (a, b), (c, d) in limbs
    ]
    return [*spine, *hips, *long_bones]


def _label(site: Mapping[str, Any], top: float) -> list[Shape]:
    anchor, down, (across, end) = PLACES[site["place"]]
    x = MARGIN if anchor == "start" else WIDTH - MARGIN
    y = top + down + TEXT * 0.35
    wide = width_of(site["name"], TEXT, bold=True) + 6
    beside = x + wide if anchor == "start" else x - wide
    line = Path((("M", (beside, top + down)), ("L", (MIDDLE + across, top + end))), edge=INK, thick=1.5)
    names: list[Shape] = [Text(x, y, site["name"], TEXT, bold=True, anchor=anchor)]
    if "text" in site:
        names.append(Text(x, y + TEXT * LEADING, site["text"], TEXT, anchor=anchor))
    return [line, Oval(MIDDLE + across, top + end, 3, 3, INK), *names]
