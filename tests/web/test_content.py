"""What an answer shows, and what can be done with a conversation."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.web.help import answer, reply

pytestmark = pytest.mark.browser
FIGURE = {"src": "/figures/spread-sites.svg", "alt": "A drawing of a body."}
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 300 200"><rect width="300" height="200" fill="#ddd"/></svg>'


def test_a_card_has_all_its_parts(visit):
    v = visit().start().ask("What are the symptoms of bone metastases?")
    card = v.page.locator("article")
    assert card.locator("h3").count() == 1 and card.locator("li").count() > 3
    assert re.search(r"Checked against its sources on \d{4}-\d\d-\d\d", card.inner_text())
    assert v.text(".disclaimer").startswith("This is general information")
    v.page.click(".sources summary")
    for link in v.page.locator(".sources a").all():
        assert re.match("https?://", link.get_attribute("href") or "")
        assert (link.get_attribute("target"), link.get_attribute("rel")) == ("_blank", "noopener noreferrer")
    assert 0 < v.count(".suggestions button") <= 4


def test_an_urgent_reply_stands_out_by_more_than_colour(visit):
    v = visit().start().ask("I have crushing chest pain and cannot breathe")
    card = v.page.locator("article.urgent")
    assert card.get_attribute("aria-label") == "Urgent: please read this now"
    assert card.locator(".flag svg").count() == 1 and "urgent" in card.locator(".flag").inner_text().lower()
    call = card.locator(".call")
    assert call.get_attribute("href") == "tel:112" and "Call your local emergency number" in call.inner_text()
    assert "This link dials 112" in card.inner_text()
    assert v.inside("getComputedStyle(root.querySelector('.urgent')).borderTopWidth") == "3px"
    assert v.count(".suggestions") == 0


def test_a_number_of_the_host_pages_country(visit, server, charity):
    v = visit(charity.page("/uk", server.url, attributes='emergency-number="999"'))
    v.start().ask("I have crushing chest pain and cannot breathe")
    links = v.page.locator(".call")
    assert {link.get_attribute("href") for link in links.all()} == {"tel:999"}
    assert all(link.inner_text().strip() == "Call 999" for link in links.all())


def test_several_answers_in_one_reply(visit):
    v = visit().start()
    v.answering(reply(opening="I am sorry.", answers=[answer(title="One"), answer(title="Two")])).ask("x")
    assert v.page.locator("article h3").all_inner_texts() == ["One", "Two"]
    assert v.text(".opening") == "I am sorry." and v.count(".disclaimer") == 1


def test_a_figure_has_its_words_beside_it(visit):
    v = visit().start()
    v.page.route("**/figures/*.svg", lambda route: route.fulfill(body=SVG, content_type="image/svg+xml"))
    v.answering(reply(answers=[answer(figure=FIGURE)])).ask("x")
    picture = v.page.locator("figure img")
    assert picture.get_attribute("alt") == "A drawing of a body." and picture.bounding_box()["height"] > 50
    v.page.click("figure summary")
    assert "A drawing of a body." in v.text("figure details")


def test_a_figure_that_is_missing_leaves_its_words(visit):
    v = visit().start()
    v.page.route("**/figures/*.svg", lambda route: route.fulfill(status=404, body=""))
    v.answering(reply(answers=[answer(figure=FIGURE)])).ask("x")
    v.page.wait_for_selector("figure.missing")
    assert "could not be loaded" in v.text("figure") and not v.page.locator("figure img").is_visible()


def test_a_typed_button_is_text(visit, server):
    v = visit().start()
    sent = []
    v.page.on("request", lambda r: r.method == "POST" and sent.append(r.post_data))
    v.ask('/inform{"evil": 1}')
    assert sent[-1] == '{"text":"/inform{\\"evil\\": 1}"}'
    assert v.count("article") == 1


def test_a_reply_that_comes_while_closed_is_counted(visit):
    v = visit().start()
    held = []
    v.page.route("**/api/message", lambda route: held.append(route))
    v.say("one").page.wait_for_selector(".typing")
    v.page.keyboard.press("Escape")
    v.wait(lambda: held)
    held.pop().fulfill(json=reply())
    v.page.wait_for_selector(".badge")
    assert v.text(".launcher").replace("\n", " ").split("Ask a question")[1].strip() == "1 new answer"
    v.open()
    v.page.keyboard.press("Escape")
    assert v.count(".badge") == 0


def test_history_of_the_tab(visit):
    v = visit().start().ask("What is a biopsy?")
    v.page.reload()
    v.open()
    assert v.count("article") == 1 and v.count("[data-accept]") == 0
    other = v.context.new_page()
    other.goto(v.page.url)
    other.click(".launcher")
    other.wait_for_selector("[data-accept]")


def test_history_of_a_day(visit, server, charity):
    url = charity.page("/day24", server.url, attributes='history="day"')
    v = visit(url).start().ask("What is a biopsy?")
    other = v.context.new_page()
    other.goto(url)
    other.click(".launcher")
    other.wait_for_selector("article")
    other.clock.install()
    other.clock.fast_forward("25:00:00")
    other.evaluate("() => { const e = document.querySelector('lantern-chat'), n = e.cloneNode(); e.replaceWith(n); }")
    other.click(".launcher")
    other.wait_for_selector("[data-accept]")


def test_the_conversation_as_a_file(visit):
    v = visit().start().ask("What are the symptoms of bone metastases?")
    v.page.click("[aria-controls=menu]")
    with v.page.expect_download() as found:
        v.page.click("text=Save as text")
    assert found.value.suggested_filename == "lantern-conversation.txt"
    text = Path(found.value.path()).read_text(encoding="utf-8")
    for part in ("You: What are the symptoms of bone metastases?", "Sources:", "<http", "This is general information"):
        assert part in text


def test_the_conversation_on_paper(visit):
    v = visit()
    v.context.add_init_script("window.print = () => { top.printed = document.body.innerText }")
    v.page.reload()
    v.start().ask("What are the symptoms of bone metastases?")
    v.page.click("[aria-controls=menu]")
    v.page.click("text=Print")
    printed = v.page.evaluate("window.printed")
    assert "You: What are the symptoms of bone metastases?" in printed and "For your own website" not in printed
    assert v.complaints == []
