"""What one worker learns holds on the others: a conversation that was ended, and what people thought of an answer."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.scale.cluster import lantern
from tests.web.client import Client

pytestmark = pytest.mark.scale
QUESTION = "what is a biopsy?"


def clients(pair: Any) -> list[Client]:
    """One person's browser, at each of the workers."""
    first, second = (Client(f"http://127.0.0.1:{worker.port}") for worker in pair.workers)
    second.token = first.start().token
    return [first, second]


def asked(client: Client) -> int:
    return client.post("/api/message", {"text": QUESTION}).status


def test_a_conversation_ended_at_one_worker_is_ended_at_all(pair: Any) -> None:
    first, second = clients(pair)
    assert [asked(each) for each in (first, second)] == [200, 200]
    assert second.call("DELETE", "/api/conversation").status == 204
    assert [asked(each) for each in (first, second)] == [401, 401]


def test_verdicts_of_all_workers_are_in_the_report(pair: Any, tmp_path: Path) -> None:
    for number, each in zip(("one", "two"), clients(pair), strict=True):
        body = {"answer": "diagnosis.biopsy", "helpful": False, "reason": f"reason number {number}"}
        assert each.post("/api/feedback", body).status == 204
    page = tmp_path / "report.html"
    assert lantern(pair.services, tmp_path, "report", str(page)).wait(60) == 0
    assert "reason number one" in page.read_text("utf-8") and "reason number two" in page.read_text("utf-8")
