"""axe finds nothing, in every state of the widget."""

from __future__ import annotations

import pytest

from tests.web.help import PHONE, answer, reply

pytestmark = pytest.mark.browser
FIGURE = {"src": "/figures/spread-sites.svg", "alt": "A drawing of a body. Marked are bones, lungs, liver and brain."}


def consent(v):
    v.open().page.wait_for_selector("[data-accept]")


def start(v):
    v.start()


def answered(v):
    v.start().ask("What are the symptoms of bone metastases?")
    v.page.click(".sources summary")


def urgent(v):
    v.start().ask("I have crushing chest pain and cannot breathe")
    v.page.wait_for_selector("article.urgent")


def personal(v):
    v.start().ask("How long do I have to live?")


def several(v):
    v.start().answering(
        reply(kind="personal", opening="I am sorry.", answers=[answer(), answer(id="symptoms.lung")])
    ).ask("x")


def term(v):
    word = next(iter(v.page.request.get("/api/hello").json()["glossary"]))
    v.start().answering(reply(answers=[answer(summary=f"Here the word {word} stands.")])).ask("x")
    v.page.click(".term")


def figure(v):
    v.start().answering(reply(answers=[answer(figure=FIGURE)])).ask("x")
    v.page.click("figure summary")


def failed(v):
    v.start().answering(status=500, body="").say("x").page.wait_for_selector(".fail")


def waiting(v):
    v.start().context.set_offline(True)
    v.say("x").page.wait_for_selector(".turn .note")


def busy(v):
    v.start().page.route("**/api/message", lambda route: None)
    v.say("x").page.wait_for_selector(".typing")


def unreachable(v):
    v.page.route("**/api/hello", lambda route: route.abort())
    v.open().page.wait_for_selector("[data-greet]")


def menu(v):
    v.start().ask("What is a biopsy?")
    v.page.click("[aria-controls=menu]")


def confirm(v):
    menu(v)
    v.page.click("[data-delete]")


def reason(v):
    v.start().ask("What is a biopsy?")
    v.page.click("text=Not helpful")


def rated(v):
    v.start().ask("What is a biopsy?")
    v.page.click("text=Helpful >> nth=0")
    v.page.wait_for_selector("[data-rated]")


def closed(v):
    v.page.wait_for_selector(".launcher")


STATES = [
    closed, consent, start, answered, urgent, personal, several, term, figure, failed, waiting, busy, unreachable, menu,
    confirm, reason, rated,
]  # fmt: skip


@pytest.mark.parametrize("state", STATES, ids=lambda state: state.__name__)
def test_light(visit, state):
    v = visit()
    state(v)
    assert v.axe() == []


@pytest.mark.parametrize("state", [consent, answered, urgent, figure, failed, menu, confirm], ids=lambda s: s.__name__)
@pytest.mark.parametrize("look", ["dark", "contrast", "contrast dark", "forced", "phone", "rtl"])
def test_other_looks(visit, server, charity, state, look):
    options = {
        "dark": {"color_scheme": "dark"}, "contrast": {"contrast": "more"}, "forced": {"forced_colors": "active"},
        "contrast dark": {"contrast": "more", "color_scheme": "dark"}, "phone": PHONE, "rtl": {},
    }[look]  # fmt: skip
    url = charity.page("/rtl", server.url, attributes='dir="rtl"') if look == "rtl" else server.url
    v = visit(url, **{"base_url": server.url, **options})
    state(v)
    assert v.axe() == []
