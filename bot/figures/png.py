"""Shapes as PNG, 1080 pixels wide, drawn by matplotlib with the typeface that it brings along."""

from __future__ import annotations

import pathlib

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import Ellipse, FancyBboxPatch, PathPatch, Rectangle
from matplotlib.path import Path as Outline

from bot.figures.shapes import WHITE, WIDTH, Box, Drawing, Oval, Path, Shape, Text

PIXELS = 1080
_DPI = 72 * PIXELS / WIDTH  # so that one unit is one point
_CODES = {"M": (Outline.MOVETO,), "L": (Outline.LINETO,), "C": (Outline.CURVE4,) * 3}
_ALIGN = {"start": "left", "middle": "center", "end": "right"}


def save(drawing: Drawing, path: pathlib.Path) -> None:
    """Write the picture; no date or version goes in, so that the bytes depend on the shapes only."""
    figure = paint(drawing)
    figure.savefig(path, dpi=_DPI, facecolor=WHITE, metadata={"Software": None})


def paint(drawing: Drawing) -> Figure:
    """The picture on a canvas."""
    figure = Figure(figsize=(WIDTH / 72, drawing.height / 72))
    FigureCanvasAgg(figure)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set(xlim=(0, WIDTH), ylim=(drawing.height, 0))
    axes.axis("off")
    for order, shape in enumerate(drawing.shapes):
        _add(axes, shape, order)
    return figure


def _add(axes: object, shape: Shape, order: int) -> None:
    if isinstance(shape, Text):
        look = {"fontsize": shape.size, "color": shape.color, "weight": "bold" if shape.bold else "normal"}
        axes.text(  # type: ignore[attr-defined]
            shape.x, shape.y, shape.words, ha=_ALIGN[shape.anchor], va="baseline", family="DejaVu Sans",
            zorder=order, parse_math=False, **look,
        )  # fmt: skip
        return
    patch = _patch(shape)
    patch.set_zorder(order)
    axes.add_patch(patch)  # type: ignore[attr-defined]


def _patch(shape: Box | Oval | Path) -> Rectangle | FancyBboxPatch | Ellipse | PathPatch:
    thick = 1.5 if isinstance(shape, Box) else shape.thick
    look = {
        "facecolor": shape.fill or "none",
        "edgecolor": shape.edge or "none",
        "linewidth": thick if shape.edge else 0,
    }
    if isinstance(shape, Oval):
        return Ellipse((shape.x, shape.y), 2 * shape.across, 2 * shape.down, **look)
    if isinstance(shape, Box):
        if not shape.radius:
            return Rectangle((shape.x, shape.y), shape.width, shape.height, **look)
        style = f"round,pad=0,rounding_size={shape.radius}"
        return FancyBboxPatch((shape.x, shape.y), shape.width, shape.height, boxstyle=style, **look)
    points: list[tuple[float, float]] = []
    codes: list[int] = []
    for kind, numbers in shape.steps:
        points += list(zip(numbers[::2], numbers[1::2], strict=True))
        codes += _CODES[kind]
    if shape.closed:
        points.append(points[0])
        codes.append(Outline.CLOSEPOLY)
    return PathPatch(Outline(points, codes), capstyle="round", joinstyle="round", **look)
