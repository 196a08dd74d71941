"""The two lines on a page of another origin."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest

from tests.web.help import STRICT

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("policy", ["", STRICT], ids=["no policy", "strict policy with Trusted Types"])
def test_a_charity_uses_it(visit, server, charity, policy):
    v = visit(charity.page("/", server.url, policy=policy))
    v.start().ask("What are the symptoms of bone metastases?")
    v.page.click("text=Not helpful")
    v.page.fill("#reason", "Too short")
    v.page.click("text=Send feedback")
    v.page.wait_for_selector("[data-rated]")
    assert v.complaints == []
    assert {urlsplit(url).netloc for _, url in v.requests} == {
        urlsplit(server.url).netloc,
        urlsplit(charity.url).netloc,
    }


def test_a_link_on_the_page_asks_and_gets_the_focus_back(visit, server, charity):
    v = visit(charity.page("/", server.url)).start()
    v.page.keyboard.press("Escape")
    v.page.focus("#deep")
    v.page.keyboard.press("Enter")
    v.page.wait_for_selector("article")
    v.page.keyboard.press("Escape")
    v.page.wait_for_selector(".launcher:visible")
    assert v.focused("id") == "deep"


def test_a_page_that_was_not_allowed_gets_nothing(visit, server, stranger):
    v = visit(stranger.page("/", server.url)).open()
    v.page.wait_for_selector("[data-greet]")
    assert "cannot be reached" in v.text(".scroll .fail")
    assert v.page.locator(".emergency").is_visible()


def test_loading_the_script_twice_does_no_harm(visit, server, charity):
    v = visit(charity.page("/twice", server.url, head=f'<script src="{server.url}/widget.js"></script>'))
    v.open().page.wait_for_selector("[data-accept]")
    assert v.complaints == []


def test_the_element_may_come_and_go(visit, server, charity):
    v = visit(charity.page("/moves", server.url)).start().ask("What is a biopsy?")
    v.page.evaluate("() => { const e = document.querySelector('lantern-chat'); e.remove(); document.body.prepend(e); }")
    assert v.page.locator(".launcher").is_visible()
    v.open()
    assert v.count("article") == 1


def test_the_host_page_may_open_it_from_its_own_button(visit, server, charity):
    v = visit(charity.page("/own", server.url))
    v.page.evaluate("() => document.querySelector('lantern-chat').open()")
    v.page.wait_for_selector("[data-accept]")


def test_storage_may_be_forbidden(visit, server, charity):
    deny = """<script>for (const name of ["sessionStorage", "localStorage"])
      Object.defineProperty(window, name, { get() { throw new Error("denied") } })</script>"""
    v = visit(charity.page("/deny", server.url, head=deny)).start().ask("What is a biopsy?")
    assert v.count("article") == 1 and v.complaints == []
