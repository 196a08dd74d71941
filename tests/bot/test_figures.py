from __future__ import annotations

import shutil
from pathlib import Path
from xml.etree import ElementTree

import pytest

from bot import figures, yaml
from bot.figures import png
from bot.figures.shapes import WIDTH, Text, wrapped
from bot.knowledge import Knowledge
from bot.paths import KNOWLEDGE

NAMES = figures.names()
ELEVEN_POINTS = 11 * 96 / 72  # in CSS pixels; a picture 360 units wide is shown 320 to 360 pixels wide on a phone


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colors as WCAG 2 reckons it."""
    bright, dark = sorted((_luminance(color) for color in (one, other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


def _luminance(color: str) -> float:
    parts = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_contrast_is_reckoned_as_wcag_does() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("name", NAMES)
def test_the_committed_picture_is_what_the_data_say(name: str) -> None:
    drawn = (KNOWLEDGE / "figures" / f"{name}.svg").read_text(encoding="utf-8")
    assert drawn == figures.svg(name), "run `uv run lantern figures`"


def test_drawing_twice_gives_the_same_bytes(tmp_path: Path) -> None:
    for number in (1, 2):
        root = tmp_path / str(number)
        (root / "knowledge").mkdir(parents=True)
        for name in ("figures.yml", "phrases.yml"):
            shutil.copy(KNOWLEDGE / name, root / "knowledge")
        figures.write(root)
    drawn = [{path.name: path.read_bytes() for path in (tmp_path / n).rglob("figures/*")} for n in "12"]
    assert len(drawn[0]) == 2 * len(NAMES) and drawn[0] == drawn[1]


@pytest.mark.parametrize("name", NAMES)
def test_every_word_is_big_and_dark_enough(name: str) -> None:
    texts = [shape for shape in figures.drawing(name).shapes if isinstance(shape, Text)]
    assert texts
    for text in texts:
        assert text.size * 330 / WIDTH >= ELEVEN_POINTS - 0.01, text.words
        assert contrast(text.color, text.on) >= 4.5, text.words


@pytest.mark.parametrize("name", NAMES)
def test_no_word_is_cut_off_and_none_lies_over_another(name: str) -> None:
    figure = png.paint(figures.drawing(name))
    renderer = figure.canvas.get_renderer()
    boxes = [(text.get_text(), text.get_window_extent(renderer)) for text in figure.axes[0].texts]
    for number, (words, box) in enumerate(boxes):
        assert box.x0 >= 0 and box.x1 <= figure.bbox.width and box.y0 >= 0 and box.y1 <= figure.bbox.height, words
        for others, other in boxes[number + 1 :]:
            across = min(box.x1, other.x1) - max(box.x0, other.x0)
            down = min(box.y1, other.y1) - max(box.y0, other.y0)
            assert across <= 0 or down <= 2, (words, others)


@pytest.mark.parametrize("name", NAMES)
def test_the_files_fit_a_phone_and_a_dark_page(name: str) -> None:
    raw = (KNOWLEDGE / "figures" / f"{name}.png").read_bytes()
    assert raw[:8] == b"\x89PNG\r\n\x1a\n" and int.from_bytes(raw[16:20], "big") == 1080
    root = ElementTree.fromstring((KNOWLEDGE / "figures" / f"{name}.svg").read_text(encoding="utf-8"))
    title, description, ground = list(root)[:3]
    assert title.text and description.text and len(description.text) > 100
    assert ground.get("width") == "100%" and ground.get("fill") == "#ffffff"
    assert not [e for e in root.iter() if e.tag.endswith(("script", "image", "style", "use"))]


@pytest.mark.parametrize("name", NAMES)
def test_the_alternative_says_every_number_and_the_picture_every_name(name: str, knowledge: Knowledge) -> None:
    fields = yaml.read(KNOWLEDGE / "figures.yml")[name]
    alternative = knowledge.phrase("figures", name)
    for bar in fields.get("bars", ()):
        assert bar["label"].replace("%", " percent") in alternative
    drawn = " ".join(shape.words for shape in figures.drawing(name).shapes if isinstance(shape, Text))
    for item in [
        *fields.get("bars", ()),
        *fields.get("steps", ()),
        *fields.get("sites", ()),
        *fields.get("groups", ()),
    ]:
        assert item["name"] in drawn


def test_the_bars_are_as_long_as_their_numbers_say() -> None:
    for bar in yaml.read(KNOWLEDGE / "figures.yml")["survival-by-stage"]["bars"]:
        assert str(bar["value"]) in bar["label"]
        # A bar cannot show "over": it is drawn at the number that is surely reached.
        assert bar["label"] in (f"{bar['value']}%", f"over {bar['value']}%")


def test_long_words_stand_alone_rather_than_get_lost() -> None:
    assert wrapped("a extraordinarily b", 60, 17) == ["a", "extraordinarily", "b"]
