"""The channel on the real server, without a browser."""

from __future__ import annotations

import json
import sqlite3
import threading
from contextlib import closing

import pytest

from bot.compose import payload_of
from tests.web.client import Client

FIELDS = {"version", "kind", "opening", "answers", "disclaimer", "suggestions", "confidence"}
ODD_TEXTS = [
    "", " ", "\n\n", "/", "///", "🙂", "?" * 300, "a" * 30_000, "\x00\x01", "\ud800", "<script>alert(1)</script>",
    '/inform{"a": 1}', "/restart", "/session_start", "/symptoms/bone", "/urgent/emergency", "DROP TABLE events;--",
    "اعراض سرطان الثدي", "What is\u202e a biopsy?",
]  # fmt: skip


def events(server, sender: str) -> list[dict]:
    with closing(sqlite3.connect(server.data / "conversations.db")) as database:
        rows = database.execute("SELECT data FROM events WHERE sender_id = ?", (sender,)).fetchall()
    return [json.loads(row[0]) for row in rows]


def sender_of(client: Client) -> str:
    return "web-" + client.token.split(".")[0]


def assert_contract(reply: dict) -> None:
    assert set(reply) == FIELDS and reply["version"] == 1
    assert reply["disclaimer"].strip() and reply["answers"]
    assert all(answer["summary"].strip() for answer in reply["answers"])


# --- conversations


def test_a_conversation_is_issued_by_the_server(server):
    got = Client(server.url).post("/api/conversation", {})
    assert got.status == 201 and set(got.json) == {"token", "expires_in"} and got.json["expires_in"] == 86_400
    others = {Client(server.url).start().token for _ in range(20)}
    assert len(others) == 20 and all(len(token.split(".")[0]) == 24 for token in others)


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer ", "Basic x", "Bearer x", "Bearer x.1.y", "Bearer é.9999999999.é"]
)
def test_without_its_token_nothing_is_answered(server, header):
    headers = {"Authorization": header} if header else {}
    got = Client(server.url).post("/api/message", {"text": "hi"}, **headers)
    assert got.status == 401 and got.code in ("no_token", "bad_token")


def test_a_forged_token_is_refused(client):
    name, until, signature = client.token.split(".")
    for forged in (
        f"{name}x.{until}.{signature}",
        f"{name}.{int(until) + 1}.{signature}",
        f"{name}.{until}.{signature[:-1]}",
    ):
        client.token = forged
        assert client.post("/api/message", {"text": "hi"}).status == 401
        assert client.call("DELETE", "/api/conversation").status == 401


def test_two_people_share_nothing(server):
    one, two = Client(server.url).start(), Client(server.url).start()
    one.ask("What are the symptoms of bone metastases?")
    two.ask("What is a biopsy?")
    assert "biopsy" not in str(events(server, sender_of(one))).lower()


# --- messages


def test_a_question(client):
    reply = client.ask("What are the symptoms of bone metastases?")
    assert_contract(reply)
    assert reply["kind"] == "answer" and reply["answers"][0]["id"] == "symptoms.bone"


def test_danger(client):
    reply = client.ask("I have crushing chest pain and cannot breathe")
    assert_contract(reply)
    assert reply["kind"] == "urgent"


@pytest.mark.parametrize("text", ODD_TEXTS, ids=range(len(ODD_TEXTS)))
def test_every_text_gets_one_whole_reply(client, text):
    assert_contract(client.ask(text))


def test_a_typed_button_is_text(server, client):
    for text in ("/urgent/emergency", " /symptoms/bone", "/restart"):
        client.ask(text)
    said = [event for event in events(server, sender_of(client)) if event["event"] == "user" and event["text"]]
    assert not [event["text"] for event in said if event["text"].startswith("/") and event["text"] != "/session_start"]
    assert not [event for event in said if "tapped" in (event["parse_data"].get("lantern") or {})]


def test_every_suggested_button_is_obeyed(client):
    for suggestion in client.ask("What are the symptoms of bone metastases?")["suggestions"]:
        reply = client.post("/api/message", {"payload": suggestion["payload"]}).json
        assert_contract(reply)
        assert payload_of(reply["answers"][0]["id"]) == suggestion["payload"] and reply["confidence"] is None


@pytest.mark.parametrize(
    "payload", ["/restart", "/session_start", '/inform{"a": 1}', "/symptoms", "/nope/x", "symptoms/bone", "", "/"]
)
def test_other_buttons_are_refused(client, payload):
    got = client.post("/api/message", {"payload": payload})
    assert (got.status, got.code) == (400, "unknown_payload")


@pytest.mark.parametrize(
    "body",
    [{}, {"text": None}, {"text": 3}, {"text": ["a"]}, {"payload": 3}, {"text": "a", "payload": "/symptoms/bone"}],
)
def test_a_message_is_a_text_or_a_button(client, body):
    got = client.post("/api/message", body)
    assert (got.status, got.code) == (400, "bad_message")


def test_a_client_chooses_neither_conversation_nor_channel_nor_metadata(server, client):
    client.post(
        "/api/message", {"text": "hi", "sender": "default", "input_channel": "cmdline", "metadata": {"x": "SMUGGLED"}}
    )
    assert events(server, "default") == []
    stored = events(server, sender_of(client))
    assert "SMUGGLED" not in str(stored)
    assert {event["input_channel"] for event in stored if event["event"] == "user" and "input_channel" in event} <= {
        "web",
        None,
    }


def test_messages_at_once_are_all_answered(server):
    replies: list[dict] = []

    def one() -> None:
        replies.append(Client(server.url).start().ask("What is a biopsy?"))

    threads = [threading.Thread(target=one) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(replies) == 8 and all(reply["answers"][0]["id"] == replies[0]["answers"][0]["id"] for reply in replies)


# --- deleting


ENDED = [{"event": "conversation_deleted"}]  # no word, no day, nobody


def test_deleting_empties_the_store_and_ends_the_token(server, client):
    client.ask("I am Ermintrude. What is a biopsy?")
    assert "Ermintrude" in str(events(server, sender_of(client)))
    got = client.call("DELETE", "/api/conversation")
    assert (got.status, got.body) == (204, b"")
    assert events(server, sender_of(client)) == ENDED
    assert not any(b"Ermintrude" in path.read_bytes() for path in server.data.glob("conversations.db*"))
    assert client.post("/api/message", {"text": "hi"}).code == "bad_token"
    assert events(server, sender_of(client)) == ENDED
    assert client.call("DELETE", "/api/conversation").status == 204, "again does no harm"


def test_deleting_while_an_answer_is_on_its_way(server, client):
    thread = threading.Thread(target=lambda: client.post("/api/message", {"text": "What is a biopsy? " * 40}))
    thread.start()
    assert client.call("DELETE", "/api/conversation").status == 204
    thread.join(30)
    assert events(server, sender_of(client)) == ENDED


# --- feedback


def rows(server) -> list[tuple]:
    with closing(sqlite3.connect(server.data / "feedback.db")) as database:
        return database.execute("SELECT day, answer, helpful, reason FROM feedback").fetchall()


def test_feedback_is_kept_without_the_person(server, client):
    got = client.post("/api/feedback", {"answer": "symptoms.bone", "helpful": False, "reason": "Ünclear"})
    assert got.status == 204
    day, *rest = rows(server)[-1]
    assert rest == ["symptoms.bone", 0, "Ünclear"] and len(day) == 10
    content = (server.data / "feedback.db").read_bytes()
    assert client.token.split(".")[0].encode() not in content and b"127.0.0.1" not in content


@pytest.mark.parametrize(
    "body",
    [
        {}, {"answer": "symptoms.bone"}, {"answer": "nope", "helpful": True}, {"answer": "symptoms.bone", "helpful": 1},
        {"answer": "symptoms.bone", "helpful": True, "reason": "x" * 501}, {"answer": ["a"], "helpful": True},
        {"answer": "symptoms.bone", "helpful": True, "reason": None},
    ],
)  # fmt: skip
def test_feedback_must_be_whole(client, body):
    got = client.post("/api/feedback", body)
    assert (got.status, got.code) == (400, "bad_feedback")


def test_feedback_needs_a_conversation(server):
    assert Client(server.url).post("/api/feedback", {"answer": "symptoms.bone", "helpful": True}).status == 401


# --- the log


def test_the_log_has_no_words_and_no_addresses(server, client):
    client.ask("My name is Persephone Quill")
    client.call("POST", "/api/message", b'{"text": "Persephone', Content_Type="application/json")
    log = server.log.read_text(encoding="utf-8", errors="replace")
    assert "Persephone" not in log and client.token not in log
