"""Reading updates that anybody may have written: whatever they hold, nothing is raised and nothing is made up."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.rasa_parts.channels.telegram.updates import Me, read

ME = Me(4242424242, "LanternTestBot")
COMMANDS = frozenset({"help", "delete"})
PLAIN = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20)
ANYTHING = st.recursive(
    PLAIN, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
)
ID = st.integers(-(2**70), 2**70) | PLAIN
CHAT = st.fixed_dictionaries({"id": ID, "type": st.sampled_from(["private", "group", "supergroup", "channel"]) | PLAIN})
MESSAGE = st.fixed_dictionaries(
    {"chat": CHAT | ANYTHING, "from": st.fixed_dictionaries({"id": ID}) | ANYTHING},
    optional={
        "text": st.text()
        | st.sampled_from(
            ["/help", "/help@x", "@LanternTestBot", "/", "/delete@LanternTestBot x", "@LanternTestBot /x"]
        )
        | ANYTHING,
        "caption": ANYTHING,
        "photo": ANYTHING,
        "entities": ANYTHING,
        "message_id": ID,
        "message_thread_id": ID,
        "is_topic_message": st.booleans() | ANYTHING,
        "media_group_id": ANYTHING,
        "reply_to_message": ANYTHING,
        "sender_chat": ANYTHING,
    },
)
TAP = st.fixed_dictionaries(
    {"id": st.text() | ANYTHING, "data": st.text() | ANYTHING, "from": st.fixed_dictionaries({"id": ID})},
    optional={"message": MESSAGE | ANYTHING},
)
UPDATE = st.fixed_dictionaries(
    {"update_id": ID}, optional={"message": MESSAGE | ANYTHING, "callback_query": TAP | ANYTHING}
)


def is_number(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and -(2**63) <= value < 2**63


@settings(max_examples=400, deadline=None)
@given(UPDATE | ANYTHING)
def test_read(update: Any) -> None:
    incoming = read(update, ME, COMMANDS)
    if incoming is None:
        return
    assert is_number(incoming.update) and is_number(incoming.chat) and is_number(incoming.person)
    assert all(is_number(n) for n in (incoming.message, incoming.topic, incoming.tapped) if n is not None)
    assert isinstance(incoming.text, str) and isinstance(incoming.album, str)
    assert not incoming.text.startswith("/"), "a typed slash would be a command for Rasa"
    assert incoming.command in ("", *COMMANDS)
    assert (incoming.tap is None) == (incoming.payload is None)


@settings(deadline=None)
@given(st.text())
def test_any_text_in_a_private_chat_is_read(text: str) -> None:
    message = {"chat": {"id": 7, "type": "private"}, "from": {"id": 7}, "text": text}
    incoming = read({"update_id": 1, "message": message}, ME, COMMANDS)
    assert (incoming is None) == (text == "")
