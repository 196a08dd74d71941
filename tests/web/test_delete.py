"""Deleting really deletes: read from the tracker store's own files."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

pytestmark = pytest.mark.browser


def events_with(server, words: str) -> int:
    with closing(sqlite3.connect(server.data / "conversations.db")) as database:
        return database.execute("SELECT count(*) FROM events WHERE data LIKE ?", (f"%{words}%",)).fetchone()[0]


def in_files(server, words: str) -> bool:
    return any(words.encode() in path.read_bytes() for path in server.data.glob("conversations.db*"))


def delete(v):
    v.page.click("[aria-controls=menu]")
    v.page.click("[data-delete]")
    v.page.click("[data-yes]")


def test_from_the_menu(visit, server):
    v = visit().start().ask("I am Zanzibar Quilliam. What is a biopsy?")
    assert events_with(server, "Quilliam") > 0
    delete(v)
    v.page.wait_for_selector("[data-accept]")
    assert events_with(server, "Quilliam") == 0 and not in_files(server, "Quilliam")
    assert "deleted" in v.text(".notice") and v.count(".turn") == 0
    assert v.focused("id") == "consent-title"
    assert v.page.evaluate("Object.keys(sessionStorage).filter(key => key.startsWith('lantern:'))") == []
    v.page.reload()
    v.open()
    v.page.wait_for_selector("[data-accept]")
    assert v.count(".turn") == 0


def test_by_typing_it(visit, server):
    v = visit().start().ask("I am Oribel Trask. What is a biopsy?").say("/delete")
    v.page.click("[data-yes]")
    v.page.wait_for_selector("[data-accept]")
    assert events_with(server, "Oribel") == 0


def test_a_slip_of_the_finger_deletes_nothing(visit, server):
    v = visit().start().ask("I am Waldo Quixby. What is a biopsy?")
    v.page.click("[aria-controls=menu]")
    v.page.click("[data-delete]")
    v.page.click("text=Keep it")
    assert v.count(".turn") == 1 and events_with(server, "Waldo Quixby") > 0


def test_a_failure_is_told_and_loses_nothing(visit, server):
    v = visit().start().ask("What is a biopsy?")
    v.page.route("**/api/conversation", lambda route: route.fulfill(status=500, body="{}"))
    delete(v)
    v.until("root.querySelector('.confirm .fail').textContent")
    assert "could not be deleted" in v.text(".confirm .fail")
    assert v.count(".turn") == 1
    v.page.unroute("**/api/conversation")
    v.page.click("[data-yes]")
    v.page.wait_for_selector("[data-accept]")


def test_parts_under_earlier_tokens_go_too(visit, server):
    v = visit().start().ask("First Vimto, biopsy?")
    v.page.route("**/api/message", lambda route: route.fulfill(status=401, body="{}"), times=1)
    v.ask("Second Vimto, biopsy?")
    assert events_with(server, "First Vimto") and events_with(server, "Second Vimto")
    delete(v)
    v.page.wait_for_selector("[data-accept]")
    assert events_with(server, "Vimto") == 0


def test_another_tab_forgets_too(visit, server, charity):
    v = visit(charity.page("/day", server.url, attributes='history="day"')).start().ask("What is a biopsy?")
    other = v.context.new_page()
    other.goto(v.page.url)
    other.click(".launcher")
    other.wait_for_selector("article")
    delete(v)
    v.page.wait_for_selector("[data-accept]")
    other.wait_for_selector("[data-accept]")
    assert other.locator(".turn").count() == 0
