from __future__ import annotations

import pytest

from bot.reply import Answer, Disclaimer, Figure, Reply, Suggestion, answer_text

SOURCE = {"title": "Bone", "publisher": "NCI", "url": "https://x.example", "accessed": "2026-11-01"}
ANSWER = Answer(
    "spread.bone", "Bone", "It can.", ("one", "two"), (SOURCE,), "2026-11-25", "Checked.", Figure("/f", "a body")
)


def test_there_is_no_reply_without_a_disclaimer() -> None:
    with pytest.raises(TypeError):
        Reply("answer", (ANSWER,))  # type: ignore[call-arg]
    with pytest.raises(ValueError, match="cannot be empty"):
        Disclaimer("  ")


def test_the_text_stands_alone_and_is_plain() -> None:
    text = answer_text(ANSWER, "Sources")
    for part in ("Bone", "It can.", "• one", "• two", "a body", "Sources:", "NCI: Bone", "Checked."):
        assert part in text
    assert "\n\n" not in text


def test_exactly_one_message_carries_the_json_and_the_buttons() -> None:
    reply = Reply("answer", (ANSWER,), Disclaimer("Ask."), "Hello.", (Suggestion("Next?", "/spread/lung"),), 0.9)
    messages = reply.as_messages("Sources")
    assert [message["text"] for message in messages] == ["Hello.", answer_text(ANSWER, "Sources"), "Ask."]
    assert [("json_message" in m, "buttons" in m) for m in messages] == [(False, False), (False, False), (True, True)]
    assert messages[-1]["json_message"]["disclaimer"] == "Ask."
