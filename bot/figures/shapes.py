"""What a picture is made of. Units: the picture is 360 wide, as a phone is, so a size in units is one on the phone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

WIDTH, MARGIN = 360.0, 16.0
BIG, TEXT, SMALL = 21.0, 17.0, 16.0  # 16 units are 12 points on a phone; nothing is smaller
WHITE, INK, PALE, EDGE = "#ffffff", "#1a1a1a", "#e4e9ef", "#5b6670"
BLUE, GREEN, PURPLE, ORANGE, PINK = "#0b5394", "#006b4f", "#6a3d9a", "#c14a00", "#b3477d"
LEADING = 1.3


@dataclass(frozen=True)
class Box:
    """A rectangle, with round corners where ``radius`` is not 0."""

    x: float
    y: float
    width: float
    height: float
    fill: str
    edge: str | None = None
    radius: float = 0.0


@dataclass(frozen=True)
class Oval:
    """A circle or ellipse around a center."""

    x: float
    y: float
    across: float
    down: float
    fill: str
    edge: str | None = None
    thick: float = 1.5


@dataclass(frozen=True)
class Path:
    """Straight lines (``L``) and curves (``C``, two control points each) from a start (``M``)."""

    steps: tuple[tuple[str, tuple[float, ...]], ...]
    fill: str | None = None
    edge: str | None = None
    thick: float = 1.5
    closed: bool = False


@dataclass(frozen=True)
class Text:
    """One line of text; ``y`` is its baseline, ``on`` the color behind it, ``anchor`` start, middle or end."""

    x: float
    y: float
    words: str
    size: float = TEXT
    bold: bool = False
    color: str = INK
    on: str = WHITE
    anchor: str = "start"


Shape = Box | Oval | Path | Text


@dataclass
class Drawing:
    """Shapes in the order drawn; ``height`` grows as text is set below each other."""

    title: str
    height: float = MARGIN
    shapes: list[Shape] = field(default_factory=list)

    def add(self, *shapes: Shape) -> None:
        self.shapes += shapes

    def write(
        self, words: str, x: float = MARGIN, width: float = WIDTH - 2 * MARGIN, size: float = TEXT, *,
        bold: bool = False, color: str = INK, on: str = WHITE,
    ) -> None:  # fmt: skip
        """Set a paragraph below what stands there, as many lines as it needs."""
        for line in wrapped(words, width, size, bold=bold):
            self.height += size * LEADING
            self.add(Text(x, self.height - size * (LEADING - 1), line, size, bold, color, on))

    def write_notes(self, notes: Iterable[str]) -> None:
        """The small print at the end, and the margin below it."""
        for note in notes:
            self.height += 6
            self.write(note, size=SMALL)
        self.height += MARGIN


def headed(title: str) -> Drawing:
    """A drawing that begins with its title."""
    drawing = Drawing(title)
    drawing.write(title, size=BIG, bold=True)
    drawing.height += 8
    return drawing


def wrapped(words: str, width: float, size: float, *, bold: bool = False) -> list[str]:
    """Words broken into lines that fit."""
    lines: list[str] = []
    for word in words.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and width_of(longer, size, bold=bold) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def width_of(words: str, size: float, *, bold: bool = False) -> float:
    """How wide a line of text is in DejaVu Sans, which is wider than what most browsers show."""
    hundredths = sum(_WIDTHS[ord(sign) - 32] if " " <= sign <= "~" else 100 for sign in words)
    return size * hundredths / 100 * (1.13 if bold else 1.0)


# Widths of the signs from space to ~ in DejaVu Sans, in hundredths of the size: matplotlib is too slow to ask.
_WIDTHS = (
    32, 40, 46, 84, 64, 95, 78, 27, 39, 39, 50, 84, 32, 36, 32, 34, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 34, 34,
    84, 84, 84, 53, 100, 68, 69, 70, 77, 63, 58, 77, 75, 29, 29, 66, 56, 86, 75, 79, 60, 79, 69, 63, 61, 73, 68, 99,
    69, 61, 69, 39, 34, 39, 84, 50, 50, 61, 63, 55, 63, 62, 35, 63, 63, 28, 28, 58, 28, 97, 63, 61, 63, 63, 41, 52,
    39, 63, 59, 82, 59, 59, 52, 64, 34, 64, 84,
)  # fmt: skip


def arrow(x: float, top: float, bottom: float) -> tuple[Shape, ...]:
    """An arrow that points down."""
    shaft = Path((("M", (x, top)), ("L", (x, bottom - 6))), edge=EDGE, thick=2.5)
    tip = (("M", (x - 6, bottom - 8)), ("L", (x + 6, bottom - 8)), ("L", (x, bottom)))
    return shaft, Path(tip, fill=EDGE, closed=True)


def arrow_right(left: float, right: float, y: float) -> tuple[Shape, ...]:
    """An arrow that points to the right."""
    shaft = Path((("M", (left, y)), ("L", (right - 6, y))), edge=EDGE, thick=2.5)
    tip = (("M", (right - 8, y - 6)), ("L", (right - 8, y + 6)), ("L", (right, y)))
    return shaft, Path(tip, fill=EDGE, closed=True)


def smooth(points: Sequence[tuple[float, float]], *, closed: bool = True) -> tuple[tuple[str, tuple[float, ...]], ...]:
    """A soft line through points (Catmull-Rom)."""
    count = len(points)
    last = count if closed else count - 1
    steps: list[tuple[str, tuple[float, ...]]] = [("M", points[0])]
    for i in range(last):
        before, start, end, after = (_at(points, i + k, closed=closed) for k in (-1, 0, 1, 2))
        first = (start[0] + (end[0] - before[0]) / 6, start[1] + (end[1] - before[1]) / 6)
        second = (end[0] - (after[0] - start[0]) / 6, end[1] - (after[1] - start[1]) / 6)
        steps.append(("C", (*first, *second, *end)))
    return tuple(steps)


def _at(points: Sequence[tuple[float, float]], index: int, *, closed: bool) -> tuple[float, float]:
    return points[index % len(points)] if closed else points[min(max(index, 0), len(points) - 1)]
