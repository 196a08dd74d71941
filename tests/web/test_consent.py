"""Nothing leaves the browser before consent, and nothing goes anywhere but to the bot's server."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest

from tests.web.help import DESKTOP

pytestmark = pytest.mark.browser


def test_the_page_alone_loads_the_script_and_nothing_else(visit, server):
    v = visit()
    v.page.wait_for_timeout(300)
    paths = {urlsplit(url).path for _, url in v.requests}
    assert paths <= {"/", "/widget.js", "/icon.svg"}
    assert not v.page.locator(".panel").is_visible(), "no auto-open"


def test_before_consent_nothing_is_sent(visit):
    v = visit().open()
    v.page.wait_for_selector("[data-accept]")
    assert v.count("#question") == 0, "no field to type into"
    assert v.posts() == []
    consent = v.text(".consent")
    assert "kept on the server" in consent and "computer program" in consent
    v.page.click("text=Not now")
    assert not v.page.locator(".panel").is_visible()
    assert v.posts() == []
    v.open()
    assert v.count("[data-accept]") == 1, "saying not now is no consent"


def test_a_link_to_a_question_waits_for_consent(visit, server):
    v = visit(f"{server.url}/#lantern=symptoms.bone")
    v.page.wait_for_selector("[data-accept]")
    assert v.posts() == []
    v.page.click("[data-accept]")
    v.page.wait_for_selector("article")
    assert v.text(".me").endswith("What are the symptoms of bone metastases?")
    assert v.posts() == ["/api/conversation", "/api/message"]
    assert "#" not in v.page.url, "the link works a second time"


def test_words_from_a_link_are_never_sent_by_themselves(visit, server):
    v = visit(f"{server.url}/#lantern-ask=Is%20it%20%3Cb%3Ebad%3C%2Fb%3E%3F")
    v.page.click("[data-accept]")
    v.page.wait_for_selector("#question")
    v.until("root.querySelector('#question').value")
    assert v.page.input_value("#question") == "Is it <b>bad</b>?"
    assert v.posts() == []


def test_an_unknown_question_in_a_link_says_so(visit, server):
    v = visit(f"{server.url}/#lantern=symptoms.nonsense")
    v.page.click("[data-accept]")
    v.until("root.querySelector('.notice').textContent")
    assert v.posts() == []


def test_no_cookie_no_other_host_no_sound(visit, server):
    v = visit().start().ask("What is a biopsy?").ask("My legs went numb and I cannot walk")
    assert {urlsplit(url).netloc for _, url in v.requests} == {urlsplit(server.url).netloc}
    assert v.context.cookies() == []
    assert v.count("audio, video, iframe") == 0
    assert v.complaints == []


def test_what_is_sent_names_nobody(visit):
    v = visit()
    sent: list[tuple[str, str | None, dict[str, str]]] = []
    v.page.on("request", lambda r: r.method == "POST" and sent.append((r.url, r.post_data, r.headers)))
    v.start().ask("What is a biopsy?")
    assert [body for _, body, _ in sent] == ["{}", '{"text":"What is a biopsy?"}']
    for _, _, headers in sent:
        assert "cookie" not in headers and not headers.get("referer")


def test_the_emergency_line_is_always_there(visit):
    v = visit(**DESKTOP)
    v.page.route("**/api/hello", lambda route: route.abort())
    v.open()
    line = v.page.locator(".emergency")
    v.page.wait_for_selector("[data-greet]")
    assert line.is_visible() and "Call your local emergency number" in line.inner_text()
    assert v.page.locator(".emergency .call").get_attribute("href") == "tel:112"
    v.page.unroute("**/api/hello")
    v.page.click("[data-greet]")
    v.page.wait_for_selector("[data-accept]")
    assert line.is_visible()
    v.page.click("[data-accept]")
    v.ask("What is a biopsy?")
    assert line.is_visible()
