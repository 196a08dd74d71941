"""Offline, errors, slowness and nonsense from the server: the person always learns what happened and can go on."""

from __future__ import annotations

import pytest

from tests.web.help import reply

pytestmark = pytest.mark.browser


def test_offline_questions_wait_and_are_sent_in_order(visit):
    v = visit().start()
    v.context.set_offline(True)
    v.say("What is a biopsy?").say("What is a PET scan?")
    v.until("root.querySelectorAll('.note').length == 2")
    assert v.posts() == []
    v.context.set_offline(False)
    v.until("root.querySelectorAll('article').length == 2")
    assert "iopsy" in v.page.locator("article").first.inner_text()
    assert v.count(".note") == 0


def test_a_question_on_its_way_survives_a_reload(visit):
    v = visit().start()
    held = []
    v.page.route("**/api/message", lambda route: route.continue_() if held else held.append(route))
    v.say("What is a biopsy?")
    v.wait(lambda: held)
    v.page.reload()
    v.page.wait_for_selector(".badge")
    assert "1 new answer" in v.text(".launcher")
    v.open()
    assert "iopsy" in v.text("article")


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ({"status": 500, "body": "<html>"}, "Something went wrong"),
        ({"status": 200, "body": "<html>"}, "Something went wrong"),
        ({"status": 200, "body": "{}"}, "Something went wrong"),
        ({"status": 200, "body": '{"answers": []}'}, "Something went wrong"),
        ({"status": 200, "body": "null"}, "Something went wrong"),
        ({"status": 429, "body": "{}", "headers": {"Retry-After": "7"}}, "7 seconds"),
        ({"status": 413, "body": "{}"}, "Something went wrong"),
    ],
)
def test_a_bad_reply_can_be_tried_again(visit, fault, said):
    v = visit().start().answering(**fault).say("What is a biopsy?")
    v.page.wait_for_selector(".fail")
    assert said in v.text(".turn .fail")
    v.page.unroute("**/api/message")
    v.page.click(".turn .fail button")
    v.page.wait_for_selector("article")
    assert v.count(".turn .fail") == 0 and v.count(".turn") == 1


def test_the_server_is_gone(visit):
    v = visit().start()
    v.page.route("**/api/**", lambda route: route.abort("connectionrefused"))
    v.say("What is a biopsy?")
    v.page.wait_for_selector(".turn .fail")
    assert "cannot be reached" in v.text(".turn .fail")


def test_a_slow_server(visit):
    v = visit().start()
    v.page.clock.install()
    v.page.route("**/api/message", lambda route: None)
    v.say("What is a biopsy?")
    v.page.wait_for_selector(".typing")
    v.page.clock.fast_forward(5_000)
    v.until("root.querySelector('.notice').textContent")
    assert "Still looking" in v.text(".notice")
    v.page.clock.fast_forward(20_000)
    v.page.wait_for_selector(".turn .fail")
    assert "No answer came in time" in v.text(".turn .fail")
    assert v.count(".typing") == 0 and v.text(".notice") == ""


def test_a_token_that_has_ended_is_replaced_without_a_word(visit):
    v = visit().start().ask("What is a biopsy?")
    refused = []

    def once(route):
        if refused:
            return route.continue_()
        refused.append(1)
        return route.fulfill(status=401, body="{}")

    v.page.route("**/api/message", once)
    v.ask("What is a PET scan?")
    assert v.count("article") == 2 and v.posts().count("/api/conversation") == 2


def test_more_questions_while_one_is_on_its_way(visit):
    v = visit().start()
    waiting = []
    v.page.route("**/api/message", lambda route: waiting.append(route))
    v.say("one").say("two")
    v.wait(lambda: waiting)
    v.page.wait_for_timeout(100)
    assert len(waiting) == 1, "one after the other"
    waiting.pop().fulfill(json=reply(disclaimer="first"))
    v.page.wait_for_selector("article")
    v.wait(lambda: waiting)
    waiting.pop().fulfill(json=reply(disclaimer="second"))
    v.until("root.querySelectorAll('article').length == 2")
    assert [text.strip() for text in v.page.locator(".disclaimer").all_inner_texts()] == ["first", "second"]


def test_feedback_that_cannot_be_sent_can_be_sent_again(visit):
    v = visit().start().ask("What is a biopsy?")
    v.page.route("**/api/feedback", lambda route: route.fulfill(status=500, body="{}"))
    v.page.click("text=Helpful >> nth=0")
    v.until("root.querySelector('.notice').textContent")
    v.page.unroute("**/api/feedback")
    v.page.click("text=Helpful >> nth=0")
    v.page.wait_for_selector("[data-rated]")
