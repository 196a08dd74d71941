"""Markup in any field is shown as text, also on a page that would let it run."""

from __future__ import annotations

import pytest

from tests.web.help import STRICT, answer, reply

pytestmark = pytest.mark.browser

ATTACKS = [
    "<img src=x onerror=window.hit=1>",
    "<script>window.hit=1</script>",
    '"><svg onload=window.hit=1>',
    "'-window.hit=1-'",
    "${window.hit=1}{{window.hit=1}}",
    "<a href='javascript:window.hit=1'>x</a>",
    "javascript:window.hit=1",
    "</textarea><iframe srcdoc='<script>parent.hit=1</script>'>",
]


def poisoned(attack: str) -> dict:
    """A reply with the attack in every field, known or not."""
    bad = answer(
        id=attack, title=attack, summary=attack, points=[attack, attack], status=attack, checked=attack,
        sources=[{"title": attack, "publisher": attack, "url": attack, "accessed": attack},
                 {"title": attack, "publisher": attack, "url": "javascript:window.hit=1", "accessed": attack}],
        figure={"src": attack, "alt": attack}, evil=attack,
    )  # fmt: skip
    shown = answer(id="symptoms.bone", figure={"src": "/figures/spread-sites.svg", "alt": attack})
    return reply(
        kind=attack, opening=attack, answers=[bad, shown], disclaimer=attack, confidence=attack, version=attack,
        suggestions=[{"title": attack, "payload": attack}], evil=attack,
    )  # fmt: skip


@pytest.mark.parametrize("attack", ATTACKS)
@pytest.mark.parametrize("policy", ["", STRICT], ids=["no policy", "strict policy"])
def test_no_field_runs_anything(visit, server, charity, attack, policy):
    v = visit(charity.page("/xss", server.url, policy=policy))
    hello = dict.fromkeys(("consent", "emergency_line", "bot_intro", "disclaimer", "sources_heading"), attack)
    hello |= {"suggestions": [{"title": attack, "payload": attack}], "glossary": {"hurt": attack, attack: attack}}
    v.page.route("**/api/hello", lambda route: route.fulfill(json=hello, headers={"Access-Control-Allow-Origin": "*"}))
    v.start().answering(poisoned(attack)).ask(attack)
    v.page.click(".term >> nth=0")
    v.page.click(".sources summary >> nth=0")
    v.page.wait_for_timeout(50)
    assert v.page.evaluate("window.hit") is None
    risky = "script, iframe, object, img, a, [onerror], [onload]"
    allowed = v.inside(
        f"[...root.querySelectorAll('{risky}')]"
        ".map((e) => e.localName + ' ' + (e.getAttribute('href') ?? e.getAttribute('src')))"
    )
    assert set(allowed) <= {"a tel:112", f"img {server.url}/figures/spread-sites.svg", "a https://cancer.gov/bones"}
    assert attack in v.page.locator(".me").last.text_content()
    assert attack in v.page.locator("article .summary").first.text_content()
    assert v.complaints == [] or all("figures" in line or "404" in line for line in v.complaints)


def test_what_was_stored_is_not_trusted_either(visit):
    v = visit().start().ask("What is a biopsy?")
    v.page.evaluate(
        """(bad) => { for (const key of Object.keys(sessionStorage)) {
          if (!key.startsWith("lantern:")) continue;
          const kept = JSON.parse(sessionStorage[key]);
          kept.value.turns[0].reply = bad; kept.value.turns[0].text = bad.opening;
          sessionStorage[key] = JSON.stringify(kept); } }""",
        poisoned(ATTACKS[0]),
    )
    v.page.reload()
    v.open()
    v.page.wait_for_selector("article")
    assert v.page.evaluate("window.hit") is None
    assert v.count("article img[src=x]") == 0
