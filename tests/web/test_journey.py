"""A whole conversation by keyboard alone, and what a screen reader is told."""

from __future__ import annotations

import pytest

from tests.web.help import answer, reply

pytestmark = pytest.mark.browser


def tab_to(visit, wanted: str, what: str = "className", most: int = 40) -> None:
    """Press Tab until the property ``what`` of the focused element contains ``wanted``."""
    for _ in range(most):
        visit.page.keyboard.press("Tab")
        if wanted in visit.focused(what):
            return
    raise AssertionError(f"no way to {wanted} by Tab")


def test_from_the_button_to_the_answer_and_back(visit):
    v = visit()
    keys = v.page.keyboard
    tab_to(v, "launcher")
    keys.press("Enter")
    v.page.wait_for_selector("[data-accept]")
    assert v.focused("id") == "consent-title"
    tab_to(v, "I understand", "textContent")
    keys.press("Enter")
    v.page.wait_for_selector("#question")
    assert v.focused("id") == "question"
    keys.type("What are the symptoms of bone metastases?")
    keys.press("Enter")
    v.page.wait_for_selector("article")
    assert "bone" in v.text("article h3").lower()
    assert v.focused("id") == "question"
    keys.press("Escape")
    assert "launcher" in v.focused()
    assert not v.page.locator(".panel").is_visible()
    assert v.complaints == []


def test_every_control_of_an_answer_is_reached_and_works(visit):
    v = visit().start().ask("What are the symptoms of bone metastases?")
    keys = v.page.keyboard
    v.page.focus(".scroll")
    tab_to(v, "SUMMARY", "tagName")
    keys.press("Enter")
    tab_to(v, "https://", "href")
    assert v.page.locator(".sources[open]").count() == 1
    tab_to(v, "Not helpful", "textContent")
    keys.press("Enter")
    v.page.wait_for_selector("#reason")
    assert v.focused("id") == "reason"
    keys.press("Escape")
    assert v.count("#reason") == 0 and "Not helpful" in v.focused("textContent")
    keys.press("Enter")
    v.page.wait_for_selector("#reason")
    keys.type("Too long")
    tab_to(v, "Send feedback", "textContent")
    keys.press("Enter")
    v.page.wait_for_selector("[data-rated]")
    assert "Thank you" in v.focused("textContent")
    assert v.posts()[-1] == "/api/feedback"


def test_a_suggestion_by_keyboard(visit):
    v = visit().start()
    v.page.focus(".scroll")
    tab_to(v, "What is metastatic breast cancer?", "textContent")
    v.page.keyboard.press("Space")
    v.page.wait_for_selector("article")
    assert v.text(".me").endswith("What is metastatic breast cancer?")
    assert v.focused("id") == "question"


def test_a_word_of_the_glossary_opens_and_closes(visit):
    v = visit().start()
    term = next(iter(v.page.request.get("/api/hello").json()["glossary"]))
    v.answering(reply(answers=[answer(summary=f"Here the word {term} stands.")])).ask("x")
    v.page.focus(".scroll")
    tab_to(v, "term")
    v.page.keyboard.press("Enter")
    assert v.focused("textContent").strip() == term
    assert v.text(".meaning").startswith(f"{term}:")
    assert v.page.locator(".term[aria-expanded=true]").count() == 1
    v.page.keyboard.press("Enter")
    assert v.count(".meaning") == 0


def test_the_menu_and_its_dialog_by_keyboard(visit):
    v = visit().start()
    keys = v.page.keyboard
    tab_to(v, "Menu", "textContent", 60)
    keys.press("Enter")
    tab_to(v, "Delete conversation", "textContent")
    keys.press("Enter")
    assert v.page.locator(".confirm").is_visible()
    assert v.focused("textContent").strip() == "Keep it"
    keys.press("Escape")
    assert not v.page.locator(".confirm").is_visible()
    assert "Delete conversation" in v.focused("textContent")
    keys.press("Escape")
    assert v.count(".menu") == 0 and "Menu" in v.focused("textContent")
    keys.press("Escape")
    assert not v.page.locator(".panel").is_visible()


def test_an_answer_is_announced_once(visit):
    v = visit().start()
    v.page.evaluate(
        """() => {
          const root = document.querySelector("lantern-chat").shadowRoot, log = root.querySelector("[role=log]");
          window.said = [];
          new MutationObserver((changes) => {
            for (const change of changes) for (const node of change.addedNodes)
              if (node.localName === "article" || node.querySelector?.("article")) window.said.push("answer");
          }).observe(log, { childList: true, subtree: true });
          new MutationObserver(() => window.said.push("status")).observe(
            root.querySelector("[role=status]"), { childList: true, characterData: true, subtree: true });
        }"""
    )
    v.ask("What is a biopsy?")
    assert v.page.evaluate("window.said") == ["answer"]
    log = v.page.locator("[role=log]")
    assert log.get_attribute("aria-live") is None, "the role says polite; saying more makes some readers speak twice"
    assert v.page.locator(".typing").count() == 0


def test_the_start_of_a_long_answer_is_in_view(visit):
    v = visit().start().ask("What are the symptoms of bone metastases?").ask("How are bone metastases treated?")
    v.page.wait_for_timeout(100)
    box, turn = v.page.locator(".scroll").bounding_box(), v.page.locator(".turn").last.bounding_box()
    assert 0 <= turn["y"] - box["y"] < 24


def test_enter_sends_and_shift_enter_does_not(visit):
    v = visit().start()
    v.page.fill("#question", "one")
    v.page.press("#question", "Shift+Enter")
    v.page.keyboard.type("two")
    assert v.page.input_value("#question") == "one\ntwo"
    v.page.press("#question", "Enter")
    v.page.wait_for_selector("article")
    assert v.text(".me").endswith("one\ntwo")
