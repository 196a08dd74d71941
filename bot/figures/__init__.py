"""The pictures of the knowledge base, drawn from knowledge/figures.yml: SVG for the web, PNG for Telegram.

One description of shapes makes both, so that they cannot differ. The same data give the same bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from bot import yaml
from bot.figures import bars, body, groups, steps
from bot.figures.shapes import Drawing
from bot.figures.svg import render
from bot.paths import PROJECT

FORMS: Mapping[str, Callable[[Mapping[str, Any]], Drawing]] = {
    "bars": bars.draw,
    "steps": steps.draw,
    "body": body.draw,
    "groups": groups.draw,
}


def names(root: Path = PROJECT) -> list[str]:
    """The names of all pictures."""
    return list(_data(root))


def drawing(name: str, root: Path = PROJECT) -> Drawing:
    """One picture as shapes."""
    fields = _data(root)[name]
    return FORMS[fields["form"]](fields)


def svg(name: str, root: Path = PROJECT) -> str:
    """One picture as SVG, with its text alternative inside."""
    alt = yaml.read(root / "knowledge" / "phrases.yml").get("figures", {}).get(name, "")
    return render(drawing(name, root), " ".join(str(alt).split()))


def write(root: Path = PROJECT) -> list[Path]:
    """Draw all pictures into knowledge/figures; the paths written."""
    from bot.figures import png  # matplotlib is slow to import

    folder = root / "knowledge" / "figures"
    folder.mkdir(exist_ok=True)
    written = []
    for name in names(root):
        (folder / f"{name}.svg").write_text(svg(name, root), encoding="utf-8")
        png.save(drawing(name, root), folder / f"{name}.png")
        written += [folder / f"{name}.svg", folder / f"{name}.png"]
    return written


def _data(root: Path) -> dict[str, Any]:
    return yaml.read(root / "knowledge" / "figures.yml")
