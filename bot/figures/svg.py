"""Shapes as SVG. The picture has a white ground of its own, so that it is readable on a dark page."""

from __future__ import annotations

from html import escape

from bot.figures.shapes import WHITE, WIDTH, Box, Drawing, Oval, Path, Shape, Text

FONT = "Arial, Helvetica, 'DejaVu Sans', sans-serif"


def render(drawing: Drawing, alt: str) -> str:
    """The file's text; ``alt`` is what the picture shows, in words."""
    size = f'viewBox="0 0 {_n(WIDTH)} {_n(drawing.height)}" width="{_n(WIDTH)}" height="{_n(drawing.height)}"'
    rows = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-labelledby="title desc" font-family="{FONT}">',
        f'<title id="title">{escape(drawing.title)}</title>',
        f'<desc id="desc">{escape(alt)}</desc>',
        f'<rect width="100%" height="100%" rx="8" fill="{WHITE}"/>',
        *map(_shape, drawing.shapes),
        "</svg>",
    ]
    return "\n".join(rows) + "\n"


def _shape(shape: Shape) -> str:
    if isinstance(shape, Text):
        look = f'font-size="{_n(shape.size)}" fill="{shape.color}"' + (' font-weight="bold"' if shape.bold else "")
        anchor = "" if shape.anchor == "start" else f' text-anchor="{shape.anchor}"'
        return f'<text x="{_n(shape.x)}" y="{_n(shape.y)}" {look}{anchor}>{escape(shape.words)}</text>'
    if isinstance(shape, Box):
        place = f'x="{_n(shape.x)}" y="{_n(shape.y)}" width="{_n(shape.width)}" height="{_n(shape.height)}"'
        return f'<rect {place} rx="{_n(shape.radius)}" {_look(shape.fill, shape.edge, 1.5)}/>'
    if isinstance(shape, Oval):
        place = f'cx="{_n(shape.x)}" cy="{_n(shape.y)}" rx="{_n(shape.across)}" ry="{_n(shape.down)}"'
        return f"<ellipse {place} {_look(shape.fill, shape.edge, shape.thick)}/>"
    return f'<path d="{_line(shape)}" {_look(shape.fill, shape.edge, shape.thick)}/>'


def _line(path: Path) -> str:
    steps = " ".join(kind + " ".join(map(_n, numbers)) for kind, numbers in path.steps)
    return steps + (" Z" if path.closed else "")


def _look(fill: str | None, edge: str | None, thick: float) -> str:
    line = f' stroke="{edge}" stroke-width="{_n(thick)}" stroke-linecap="round" stroke-linejoin="round"' if edge else ""
    return f'fill="{fill or "none"}"{line}'


def _n(number: float) -> str:
    return f"{number:.1f}".rstrip("0").rstrip(".")
