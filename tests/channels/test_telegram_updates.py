"""Every kind of update that Telegram knows: which get an answer, which a kind line, which silence."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from bot.knowledge import Knowledge
from tests.channels.conftest import Rig
from tests.channels.fake_telegram import NAME, FakeTelegram

Updates = Callable[[FakeTelegram], list[dict[str, Any]]]
GROUP = -1001
QUESTION = "What are the symptoms of bone metastases?"
BONE, SILENCE, KIND_LINE = "Symptoms of bone metastases", "", "I can only read text."
BOT = {"id": 4242424242, "is_bot": True, "username": NAME}
OTHER = {"id": 99, "is_bot": False, "first_name": "Bob"}
PICTURE = [{"file_id": "x", "file_unique_id": "y", "width": 90, "height": 90}]
WITH_A_MESSAGE = [
    "edited_message",
    "channel_post",
    "edited_channel_post",
    "business_message",
    "edited_business_message",
    "guest_message",
]
WITHOUT_A_MESSAGE = [
    "inline_query",
    "chosen_inline_result",
    "shipping_query",
    "pre_checkout_query",
    "poll",
    "poll_answer",
    "my_chat_member",
    "chat_member",
    "chat_join_request",
    "chat_boost",
    "removed_chat_boost",
    "message_reaction",
    "message_reaction_count",
    "business_connection",
    "deleted_business_messages",
    "purchased_paid_media",
    "something_of_next_year",
]


def said(text: object = None, **more: Any) -> Updates:
    return lambda telegram: [telegram.update(**telegram.message(text, **more))]


def group(text: str | None = None, **more: Any) -> Updates:
    return said(text, chat=GROUP, **more)


def kind(name: str, **content: Any) -> Updates:
    def build(telegram: FakeTelegram) -> list[dict[str, Any]]:
        return [telegram.update(name, **(content or telegram.message(QUESTION)))]

    return build


def twice(telegram: FakeTelegram) -> list[dict[str, Any]]:
    update = telegram.update(**telegram.message(QUESTION))
    return [update, update]


def album(telegram: FakeTelegram) -> list[dict[str, Any]]:
    return [telegram.update(**telegram.message(photo=PICTURE, media_group_id="a")) for _ in range(5)]


def broken(name: str, value: Any) -> Updates:
    return lambda telegram: [telegram.update(**{**telegram.message(QUESTION), name: value})]


def unreadable(name: str, content: Any) -> tuple[str, Updates, list[str]]:
    return f"private {name}", said(None, **{name: content}), [KIND_LINE]


MATRIX: list[tuple[str, Updates, list[str]]] = [
    # In a private chat
    ("private text", said(QUESTION), [BONE]),
    ("private text, same update twice", twice, [BONE]),
    ("private greeting", said("hello"), ["Hello"]),
    ("private emergency", said("I have chest pain and trouble breathing right now"), ["Get emergency help now"]),
    ("private picture with a question", said(None, photo=PICTURE, caption=QUESTION), [BONE]),
    ("private album of five", album, [KIND_LINE]),
    ("private forwarded text", said(QUESTION, forward_origin={"type": "user"}), [BONE]),
    ("private text through another bot", said(QUESTION, via_bot={"id": 5, "is_bot": True}), [BONE]),
    ("private text and an answered message", said(QUESTION, reply_to_message={"message_id": 1}), [BONE]),
    unreadable("photo", PICTURE),
    unreadable("voice", {"file_id": "x", "duration": 3}),
    unreadable("sticker", {"file_id": "x", "emoji": "👍"}),
    unreadable("document", {"file_id": "x"}),
    unreadable("video", {"file_id": "x"}),
    unreadable("video_note", {"file_id": "x"}),
    unreadable("audio", {"file_id": "x"}),
    unreadable("animation", {"file_id": "x"}),
    unreadable("location", {"latitude": 1.0, "longitude": 2.0}),
    unreadable("contact", {"phone_number": "1", "first_name": "B"}),
    unreadable("dice", {"emoji": "🎲", "value": 3}),
    unreadable("poll", {"id": "1", "question": "?", "options": []}),
    # Commands
    ("/start", said("/start"), ["Hello"]),
    ("/start with a deep link's payload", said("/start from-a-charity"), ["Hello"]),
    ("/help", said("/help"), ["What I can help with"]),
    ("/HELP with the bot's name", said(f"/HELP@{NAME}"), ["What I can help with"]),
    ("/topics", said("/topics"), ["Here are the topics"]),
    ("/sources", said("/sources"), ["Where the answers come from"]),
    ("/privacy", said("/privacy"), ["What happens to what you write"]),
    ("/delete", said("/delete"), ["Done. Your conversation was deleted"]),
    ("unknown command is text", said("/symptoms of bone metastases"), [BONE]),
    ("/restart is text", said("/restart"), ["*"]),
    ("/session_start is text", said("/session_start"), ["*"]),
    ("typed intent is text", said('/urgent{"site": "bone"}'), ["*"]),
    ("typed payload is text", said("/symptoms/bone"), ["*"]),
    ("only a slash", said("/"), ["What I can help with"]),
    # In groups
    ("group, not addressed", group(QUESTION), [SILENCE]),
    ("group, named", group(f"@{NAME} {QUESTION}"), [BONE]),
    ("group, named in small letters, at the end", group(f"{QUESTION} @{NAME.lower()}"), [BONE]),
    ("group, another name that starts the same", group(f"@{NAME}x {QUESTION}"), [SILENCE]),
    ("group, only the name", group(f"@{NAME}"), ["What I can help with"]),
    (
        "group, named by id",
        group(QUESTION, entities=[{"type": "text_mention", "offset": 0, "length": 4, "user": BOT}]),
        [BONE],
    ),
    ("group, answer to the bot", group(QUESTION, reply_to_message={"message_id": 1, "from": BOT}), [BONE]),
    ("group, answer to somebody else", group(QUESTION, reply_to_message={"message_id": 1, "from": OTHER}), [SILENCE]),
    (
        "group, first message of a topic",
        group(QUESTION, reply_to_message={"from": BOT, "forum_topic_created": {}}),
        [SILENCE],
    ),
    ("group, command for this bot", group(f"/help@{NAME}"), ["What I can help with"]),
    ("group, command for another bot", group("/help@OtherBot"), [SILENCE]),
    ("group, known command without a name", group("/help"), ["What I can help with"]),
    ("group, name and command", group(f"@{NAME} /help"), ["What I can help with"]),
    ("group, name and a typed payload", group(f"@{NAME} /restart"), ["*"]),
    ("group, unknown command", group("/ban somebody"), [SILENCE]),
    ("group, picture", group(None, photo=PICTURE), [SILENCE]),
    ("group, picture that names the bot", group(None, photo=PICTURE, caption=f"@{NAME} {QUESTION}"), [BONE]),
    ("group, another bot", group(f"@{NAME} {QUESTION}", **{"from": {"id": 5, "is_bot": True}}), [SILENCE]),
    ("group, post copied from its channel", group(f"@{NAME} {QUESTION}", is_automatic_forward=True), [SILENCE]),
    ("group, somebody who writes as the group", group(f"@{NAME} {QUESTION}", sender_chat={"id": GROUP}), [BONE]),
    ("group, somebody joined", group(None, new_chat_members=[OTHER]), [SILENCE]),
    ("group, the bot was added", group(None, new_chat_members=[BOT]), [SILENCE]),
    ("group, a message was pinned", group(None, pinned_message={"message_id": 1}), [SILENCE]),
    ("group, it became a supergroup", group(None, migrate_to_chat_id=-1002), [SILENCE]),
    # Other kinds of update
    *((f"update kind {name}", kind(name), [SILENCE]) for name in WITH_A_MESSAGE),
    *((f"update kind {name}", kind(name, id="1", **{"from": OTHER}), [SILENCE]) for name in WITHOUT_A_MESSAGE),
    # Updates that are broken or forged
    ("no content", lambda telegram: [telegram.update("message", x=1)], [SILENCE]),
    ("message is a list", lambda telegram: [{**telegram.update(), "message": [1]}], [SILENCE]),
    ("chat id is text", broken("chat", {"id": "7", "type": "private"}), [SILENCE]),
    ("chat id is too large", broken("chat", {"id": 2**80, "type": "private"}), [SILENCE]),
    ("chat of a kind that does not exist", broken("chat", {"id": 7, "type": "channel"}), [SILENCE]),
    ("nobody wrote it", broken("from", None), [SILENCE]),
    ("text is a number", said(7), [SILENCE]),
    ("entities are nonsense", group(QUESTION, entities=7), [SILENCE]),
    ("a tap without a message", kind("callback_query", id="1", data="/symptoms/bone", **{"from": OTHER}), [SILENCE]),
]


@pytest.mark.parametrize("updates, expected", [case[1:] for case in MATRIX], ids=[case[0] for case in MATRIX])
async def test_update(polling: Rig, updates: Updates, expected: list[str]) -> None:
    built = updates(polling.telegram)
    sent = await polling.deliver(*built)
    assert all(message.chat in (7, GROUP) for message in sent)
    if expected == [SILENCE]:
        assert not sent
    elif expected == ["*"]:
        assert sent and all(message.runs("italic") for message in sent[-1:])
    else:
        assert len(sent) == 1 and sent[0].text.startswith(expected[0]), [message.text for message in sent]
        assert sent[0].runs("italic"), "no disclaimer"
    assert not [method for method, _ in polling.telegram.calls if method == "leaveChat"]


async def test_a_picture_with_a_question_gets_both_lines(polling: Rig) -> None:
    sent = await polling.deliver(*said(None, photo=PICTURE, caption=QUESTION)(polling.telegram))
    assert KIND_LINE in sent[0].text and sent[0].text.index(KIND_LINE) > sent[0].text.index(BONE)


async def test_the_name_is_no_part_of_the_question(polling: Rig, bot: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    heard = []

    async def handle(message: Any) -> None:
        heard.append((message.text, message.input_channel))

    monkeypatch.setattr(bot.agent, "handle_message", handle)
    await polling.deliver(*group(f"🙂 @{NAME}, what is @{NAME.upper()} a biopsy?")(polling.telegram))
    await polling.deliver(*said("//  /restart  now")(polling.telegram))
    await polling.deliver(*said("/RESTART@x now")(polling.telegram))
    assert heard == [
        ("🙂 what is a biopsy?", "telegram"),
        ("restart  now", "telegram"),
        ("RESTART now", "telegram"),
    ]


async def test_tap(polling: Rig, knowledge: Knowledge) -> None:
    """A button is acknowledged, answered with exactly its answer, and taken away."""
    telegram = polling.telegram
    (first,) = await polling.say("hello")
    assert ("Which treatments are there?", "/treatment/overview") in first.buttons
    *words, second = await polling.deliver(telegram.tap(first, "/treatment/overview"))
    assert len(telegram.answered_taps) == 1
    assert words[0].runs("bold") == [knowledge["treatment.overview"].title]
    assert not first.buttons and second.buttons
    (third,) = await polling.say("thanks")
    assert not second.buttons and third.buttons


@pytest.mark.parametrize(
    "payload", ["/restart", "/symptoms/none_such", "x", '/urgent{"a": "b"}', "/symptoms", "a" * 64]
)
async def test_a_payload_that_is_none_of_ours(polling: Rig, knowledge: Knowledge, payload: str) -> None:
    (first,) = await polling.say("hello")
    (second,) = await polling.deliver(polling.telegram.tap(first, payload))
    assert second.text.startswith(knowledge.phrase("telegram", "old_button"))
    assert not first.buttons and len(polling.telegram.answered_taps) == 1


async def test_a_tap_survives_a_restart(polling: Rig, knowledge: Knowledge) -> None:
    (first,) = await polling.say("hello")
    await polling.stop()
    await polling.start()
    second, *_ = await polling.deliver(polling.telegram.tap(first, first.buttons[0][1]))
    assert second.runs("bold") == [knowledge["overview.what_is"].title]
    assert not first.buttons


async def test_old_buttons_are_cleared_after_a_restart(polling: Rig) -> None:
    (first,) = await polling.say("hello")
    await polling.stop()
    await polling.start()
    await polling.say("hello again")
    assert not first.buttons


async def test_in_a_group_each_person_has_a_conversation(
    polling: Rig, bot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Answers point at the question; what one person asked is no context for another."""
    (sent,) = await polling.say(f"@{NAME} {QUESTION}", person=7, chat=GROUP)
    assert sent.fields["reply_parameters"]["allow_sending_without_reply"] is True
    heard: list[str] = []

    async def handle(message: Any) -> None:
        heard.append(message.sender_id)

    monkeypatch.setattr(bot.agent, "handle_message", handle)
    for person, chat in ((7, GROUP), (8, GROUP), (7, GROUP), (7, 7), (7, GROUP - 1)):
        await polling.say(f"@{NAME} and the liver?", person=person, chat=chat)
    assert heard[0] == heard[2] and len(set(heard)) == 4
    assert all("7" not in name.split("-")[0] and len(name) == len("telegram-") + 40 for name in heard)


async def test_in_a_topic_the_answer_stays_in_it(polling: Rig) -> None:
    polling.telegram.topics.add(55)
    more = {"message_thread_id": 55, "is_topic_message": True}
    (sent,) = await polling.say(f"@{NAME} {QUESTION}", chat=GROUP, **more)
    assert sent.fields["message_thread_id"] == 55
    polling.telegram.topics.clear()  # the topic was deleted meanwhile: the words still arrive
    (sent,) = await polling.say(f"@{NAME} {QUESTION}", chat=GROUP, **more)
    assert BONE in sent.text


async def test_the_menu(polling: Rig, knowledge: Knowledge) -> None:
    await polling.until(lambda: polling.telegram.commands)
    menu = [command["command"] for command in polling.telegram.commands]
    assert menu == ["start", "help", "topics", "sources", "privacy", "delete"]
    for fields in knowledge.phrases["telegram"]["commands"].values():
        assert fields.get("answer", "smalltalk.greet") in knowledge.entries
        assert all(answer in knowledge.entries for answer in fields.get("choose", ()))
