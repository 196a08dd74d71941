"""Small screens, large text, other directions, less motion: nothing is cut off, all can be tapped."""

from __future__ import annotations

import pytest

from tests.web.help import PHONE, answer, reply

pytestmark = pytest.mark.browser
NARROW = {"viewport": {"width": 320, "height": 568}, "is_mobile": True, "has_touch": True}
ZOOMED = {"viewport": {"width": 320, "height": 256}}  # 1280 x 1024 at 400%
LONG = "Pneumonoultramicroscopicsilicovolcanoconiosis" * 3

TOO_SMALL = """() => {
  const root = document.querySelector("lantern-chat").shadowRoot;
  return [...root.querySelectorAll("button:not(.term), select, textarea, summary, .call")]
    .map((e) => [e, e.getBoundingClientRect()])
    .filter(([e, box]) => box.width && (box.width < 44 || box.height < 44))
    .map(([e, box]) => `${e.className || e.localName} ${e.textContent.trim()} ${box.width}x${box.height}`);
}"""
OVERFLOWING = """() => {
  const root = document.querySelector("lantern-chat").shadowRoot, width = document.documentElement.clientWidth;
  return [...root.querySelectorAll(".panel *:not(.sr)")]
    .filter((e) => e.getBoundingClientRect().width)
    .filter((e) => e.getBoundingClientRect().left < -1 || e.getBoundingClientRect().right > width + 1)
    .map((e) => `${e.className || e.localName} ${e.textContent.trim().slice(0, 40)}`);
}"""


def fits(v) -> None:
    assert v.page.evaluate(OVERFLOWING) == []
    assert v.page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


@pytest.mark.parametrize("screen", [NARROW, PHONE, ZOOMED, {}], ids=["320", "360", "400%", "desktop"])
def test_everything_fits_and_can_be_tapped(visit, screen):
    v = visit(**screen).open()
    v.page.wait_for_selector("[data-accept]")
    fits(v)
    assert v.page.evaluate(TOO_SMALL) == []
    v.page.click("[data-accept]")
    v.ask("What are the symptoms of bone metastases?")
    v.page.click(".sources summary")
    v.page.click("text=Not helpful")
    v.page.click("[aria-controls=menu]")
    fits(v)
    assert v.page.evaluate(TOO_SMALL) == []


def test_words_without_end_break(visit):
    v = visit(**NARROW).start().answering(reply(answers=[answer(title=LONG, summary=LONG, points=[LONG])])).ask(LONG)
    fits(v)


def test_the_largest_text_fits_on_a_phone(visit):
    v = visit(**NARROW).start().ask("What are the symptoms of bone metastases?")
    v.page.click("[aria-controls=menu]")
    for _ in range(3):
        v.page.click("text=Larger text")
    assert "200%" in v.text(".menu")
    size = v.inside("parseFloat(getComputedStyle(root.querySelector('.summary')).fontSize)")
    assert size == 32
    fits(v)
    v.page.reload()
    v.open()
    v.page.click("[aria-controls=menu]")
    assert "200%" in v.text(".menu"), "the choice is kept"


def test_all_can_be_reached_at_400_percent(visit):
    v = visit(**ZOOMED).start().ask("What is a biopsy?")
    for selector in (".summary", ".sources summary", "#question", "header button >> nth=1"):
        v.page.locator(selector).first.scroll_into_view_if_needed()
        box = v.page.locator(selector).first.bounding_box()
        assert box["y"] >= 0 and box["y"] + min(box["height"], 44) <= 256, selector
    bar = v.page.locator(".emergency").bounding_box()
    assert bar["y"] >= 0, "the emergency line stays"
    v.page.focus(".scroll")
    for _ in range(8):
        v.page.keyboard.press("Tab")
        bottom = v.inside("root.activeElement.closest('.turn') && root.activeElement.getBoundingClientRect().bottom")
        assert bottom is None or bottom > bar["y"] + bar["height"], "what has the focus is seen"


def test_full_screen_on_phones_with_the_page_out_of_reach(visit):
    v = visit(**PHONE).start()
    assert v.page.locator(".panel").bounding_box() == {"x": 0, "y": 0, "width": 360, "height": 740}
    assert v.inside("root.querySelector('.panel').matches(':modal')")
    v.page.click("text=Close")
    v.page.wait_for_selector(".launcher:visible")
    assert "launcher" in v.focused()


def test_a_window_beside_the_page_on_a_desktop(visit):
    v = visit().start()
    box = v.page.locator(".panel").bounding_box()
    assert box["width"] < 500 and box["x"] > 500
    assert not v.inside("root.querySelector('.panel').matches(':modal')")
    v.page.set_viewport_size({"width": 400, "height": 700})
    v.until("root.querySelector('.panel').matches(':modal')")
    assert v.focused("id") == "question"


def test_the_keyboard_of_a_phone_stays_away_until_wanted(visit):
    v = visit(**PHONE).start()
    assert v.focused() == "scroll"


def test_right_to_left(visit, server, charity):
    v = visit(charity.page("/rtl", server.url, attributes='dir="rtl"'))
    assert v.page.locator(".launcher").bounding_box()["x"] < 100
    v.start().ask("What are the symptoms of bone metastases?")
    panel, mine = v.page.locator(".panel").bounding_box(), v.page.locator(".me").bounding_box()
    send, field = v.page.locator(".composer .main").bounding_box(), v.page.locator("#question").bounding_box()
    assert panel["x"] < 100 and send["x"] < field["x"] and mine["x"] - panel["x"] < 30
    fits(v)


def test_less_motion_when_the_device_says_so(visit):
    for wish, expected in (("reduce", 0), ("no-preference", 3)):
        v = visit(reduced_motion=wish).start()
        v.page.route("**/api/message", lambda route: None)
        v.say("x").page.wait_for_selector(".typing")
        assert v.inside("root.getAnimations().length") == expected


@pytest.mark.parametrize(
    ("options", "choice", "background"),
    [
        ({}, "auto", "rgb(255, 253, 249)"),
        ({"color_scheme": "dark"}, "auto", "rgb(21, 25, 28)"),
        ({"contrast": "more"}, "auto", "rgb(255, 255, 255)"),
        ({"color_scheme": "dark"}, "light", "rgb(255, 253, 249)"),
        ({}, "dark", "rgb(21, 25, 28)"),
        ({}, "contrast", "rgb(0, 0, 0)"),
    ],
)
def test_colours_follow_the_device_or_the_choice(visit, options, choice, background):
    v = visit(**options).start()
    v.page.click("[aria-controls=menu]")
    v.page.select_option("#theme", choice)
    assert v.inside("getComputedStyle(root.querySelector('.panel')).backgroundColor") == background


def test_a_page_with_odd_styles_does_not_reach_in(visit, server, charity):
    odd = "<style>* { color: red !important; font-size: 5px } html { font-size: 10px; letter-spacing: 1em }</style>"
    v = visit(charity.page("/odd", server.url, head=odd)).start().ask("What is a biopsy?")
    style = "getComputedStyle(root.querySelector('.summary'))"
    look = [v.inside(f"{style}.{name}") for name in ("fontSize", "letterSpacing", "color")]
    assert look == ["16px", "normal", "rgb(31, 35, 40)"]
