"""What goes wrong on the way: each person gets one answer, nobody gets a storm, the server stays up."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from bot.knowledge import Knowledge
from bot.rasa_parts.channels.telegram import receiving
from tests.channels.conftest import Rig
from tests.channels.fake_telegram import FakeTelegram
from tests.channels.wire import Page, Refusal

QUESTION = "What are the symptoms of bone metastases?"
BONE = "Symptoms of bone metastases"
TOO_MANY = "Too Many Requests: retry after"
OTHER_POLLER = Refusal(
    409, "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
)

# Before the channel can receive: the fault, and a pause that it makes the channel take.
START: list[tuple[str, dict[str, list[Any]], float]] = [
    ("no network at first", {"getMe": ["drop", "drop", "drop"]}, 4.0),
    (
        "a proxy's error page",
        {"getMe": [Page(502, "<html>Bad gateway</html>"), Page(200, "<html>Sign in</html>")]},
        2.0,
    ),
    ("a fault of Telegram's", {"getMe": [Refusal(500, "Internal Server Error")]}, 1.0),
    ("the token is refused", {"getMe": [Refusal(401, "Unauthorized")]}, 300.0),
    ("the menu is refused for now", {"setMyCommands": [Refusal(429, f"{TOO_MANY} 7", retry_after=7)]}, 7.0),
    ("network lost while polling", {"getUpdates": ["drop", "drop"]}, 2.0),
    ("too many polls", {"getUpdates": [Refusal(429, f"{TOO_MANY} 9", retry_after=9)]}, 9.0),
    ("too many polls, no time given", {"getUpdates": [Refusal(429, "Too Many Requests")]}, 5.0),
    ("another program polls", {"getUpdates": [OTHER_POLLER, OTHER_POLLER]}, 30.0),
]


@pytest.mark.parametrize("faults, pause", [case[1:] for case in START], ids=[case[0] for case in START])
async def test_comes_back_by_itself(rig: Rig, faults: dict[str, list[Any]], pause: float) -> None:
    for method, listed in faults.items():
        rig.telegram.faults[method] = list(listed)
    await rig.start()  # the web side is up, whatever Telegram does
    (sent,) = await rig.say(QUESTION)
    assert sent.text.startswith(BONE)
    assert pause in rig.slept


async def test_a_webhook_of_before_is_taken_down(rig: Rig) -> None:
    rig.telegram.webhook = {"url": "https://elsewhere.example/hook", "secret_token": "x"}
    await rig.start()
    await rig.until(lambda: not rig.telegram.webhook)
    (sent,) = await rig.say(QUESTION)
    assert sent.text.startswith(BONE)


async def test_a_webhook_set_meanwhile_is_taken_down(polling: Rig) -> None:
    await polling.say("hello")
    update = polling.telegram.update(**polling.telegram.message(QUESTION))
    polling.telegram.pending.append(update)  # arrives while the other program's webhook is there
    polling.telegram.faults["getUpdates"] = [
        Refusal(409, "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook")
    ]
    (sent,) = await polling.say("hello again") and [polling.telegram.sent[-2]]
    assert sent.text.startswith(BONE)
    assert [method for method, _ in polling.telegram.calls].count("deleteWebhook") == 2
    assert 30.0 not in polling.slept


# While a reply is sent: the faults, how many messages arrive, how often the bot may try.
SENDING: list[tuple[str, dict[str, list[Any]], int, int]] = [
    ("connection lost", {"sendMessage": ["drop"]}, 1, 2),
    ("connection lost thrice", {"sendMessage": ["drop"] * 3}, 1, 4),
    ("connection lost for good", {"sendMessage": ["drop"] * 9}, 0, 4),
    ("a fault of Telegram's", {"sendMessage": [Refusal(502, "Bad Gateway")]}, 1, 2),
    ("told to wait", {"sendMessage": [Refusal(429, f"{TOO_MANY} 3", retry_after=3)]}, 1, 2),
    ("told to wait long", {"sendMessage": [Refusal(429, f"{TOO_MANY} 900", retry_after=900)]}, 0, 1),
    ("blocked", {"sendMessage": [Refusal(403, "Forbidden: bot was blocked by the user")]}, 0, 1),
    ("the account was deleted", {"sendMessage": [Refusal(403, "Forbidden: user is deactivated")]}, 0, 1),
    ("no such chat", {"sendMessage": [Refusal(400, "Bad Request: chat not found")]}, 0, 1),
    ("no right to write", {"sendMessage": [Refusal(400, "Bad Request: not enough rights")] * 2}, 0, 2),
    ("form refused", {"sendMessage": [Refusal(400, "Bad Request: can't parse entities: Unclosed start tag")]}, 1, 2),
    ("buttons refused", {"sendMessage": [Refusal(400, "Bad Request: BUTTON_DATA_INVALID")]}, 1, 2),
    ("typing refused", {"sendChatAction": [Refusal(400, "Bad Request: whatever")]}, 1, 1),
    ("typing hangs", {"sendChatAction": [1.2]}, 1, 1),
    ("clearing refused", {"editMessageReplyMarkup": [Refusal(400, "Bad Request: message can't be edited")]}, 1, 1),
]


@pytest.mark.parametrize("faults, arrive, tries", [case[1:] for case in SENDING], ids=[case[0] for case in SENDING])
async def test_sending(polling: Rig, faults: dict[str, list[Any]], arrive: int, tries: int) -> None:
    telegram = polling.telegram
    await polling.say("hello", person=9)
    for method, listed in faults.items():
        telegram.faults[method] = list(listed)
    before = calls(telegram)
    sent = await polling.say(QUESTION)
    assert len(sent) == arrive and calls(telegram) - before == tries
    assert all(BONE in message.text for message in sent)
    telegram.faults.clear()
    (after,) = await polling.say("hello", person=8)  # everybody else is served as before
    assert after.text.startswith("Hello")
    assert calls(telegram) - before == tries + 1, "the refused reply was sent again"


async def test_waiting_before_the_next_try(polling: Rig) -> None:
    """As long as Telegram says; longer each time when it cannot be reached."""
    polling.telegram.faults["sendMessage"] = [Refusal(429, f"{TOO_MANY} 3", retry_after=3), "drop", "drop"]
    assert len(await polling.say(QUESTION)) == 1
    assert polling.slept == [3.0, 2.0, 4.0]


def calls(telegram: FakeTelegram) -> int:
    return sum(method in ("sendMessage", "sendPhoto") for method, _ in telegram.calls)


async def test_a_group_that_became_a_supergroup(polling: Rig) -> None:
    """The words arrive under the group's new id."""
    telegram = polling.telegram
    telegram.chats[-1002] = "supergroup"
    telegram.faults["sendMessage"] = [
        Refusal(400, "Bad Request: group chat was upgraded to a supergroup chat", migrate_to_chat_id=-1002)
    ]
    (sent,) = await polling.say("/help", chat=-1001)
    assert sent.chat == -1002


async def test_a_tap_that_expired_is_answered(polling: Rig) -> None:
    (first,) = await polling.say("hello")
    polling.telegram.faults["answerCallbackQuery"] = [Refusal(400, "Bad Request: query is too old")]
    assert await polling.deliver(polling.telegram.tap(first, first.buttons[0][1]))


async def broken(message: Any) -> None:
    raise ValueError(message.text)


async def silent(_message: Any) -> None:
    """As Rasa's agent when its model is not loaded."""


@pytest.mark.parametrize("fault", [broken, silent])
async def test_the_bot_fails(
    polling: Rig,
    bot: Any,
    fault: Callable[..., Any],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    knowledge: Knowledge,
) -> None:
    monkeypatch.setattr(bot.agent, "handle_message", fault)
    (sent,) = await polling.say("what now, Zebedee")
    assert knowledge.phrase("outage") in sent.text
    (sent,) = await polling.say("I have chest pain and trouble breathing right now")
    assert sent.text.startswith("Get emergency help now")
    assert "Zebedee" not in caplog.text


async def test_deleting_fails(polling: Rig, bot: Any, monkeypatch: pytest.MonkeyPatch, knowledge: Knowledge) -> None:
    async def fail(_conversation: str) -> None:
        raise OSError

    monkeypatch.setattr(bot.store, "delete", fail)
    (sent,) = await polling.say("/delete")
    assert "Done" not in sent.text and knowledge.phrase("outage") in sent.text


async def test_killed_while_answering(polling: Rig, bot: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The update comes again and is answered then; one that takes the server down every time is given up."""

    async def hang(_message: Any) -> None:
        await asyncio.sleep(60)

    update = polling.telegram.update(**polling.telegram.message(QUESTION))
    with monkeypatch.context() as patched:
        patched.setattr(receiving, "GRACE", 0.0)
        patched.setattr(bot.agent, "handle_message", hang)
        await polling.telegram.deliver(update)
        await polling.until(lambda: len(polling.running.work))
        await polling.stop()
    await polling.start()  # Telegram still has the update
    await polling.until(lambda: polling.telegram.sent)
    assert [message.text.startswith(BONE) for message in polling.telegram.sent] == [True]
    assert not await polling.deliver(update)


async def test_an_update_that_comes_again_after_a_restart(polling: Rig) -> None:
    update = polling.telegram.update(**polling.telegram.message(QUESTION))
    assert await polling.deliver(update)
    await polling.stop()
    polling.telegram.confirmed, polling.telegram.pending = 0, []  # as if the acknowledgement had got lost
    await polling.start()
    assert not await polling.deliver(update)
    assert await polling.say("hello")


async def test_stopping_while_answering(polling: Rig, bot: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The reply under way is finished, and Telegram told that the update was taken."""
    release, handle = asyncio.Event(), bot.agent.handle_message

    async def wait(message: Any) -> None:
        await release.wait()
        await handle(message)

    monkeypatch.setattr(bot.agent, "handle_message", wait)
    await polling.telegram.deliver(polling.telegram.update(**polling.telegram.message(QUESTION)))
    await polling.until(lambda: len(polling.running.work))
    stopping = asyncio.ensure_future(polling.stop())
    await asyncio.sleep(0.05)
    release.set()
    await stopping
    assert len(polling.telegram.sent) == 1
    assert polling.telegram.confirmed >= 500_000 and not polling.telegram.pending


async def test_five_quick_messages_in_order(polling: Rig) -> None:
    topics = ["liver", "bone", "lung", "brain", "liver"]
    telegram = polling.telegram
    built = [telegram.update(**telegram.message(f"/symptoms of {topic} metastases")) for topic in topics]
    sent = await polling.deliver(*built)
    assert [topic for message in sent for topic in topics[:4] if topic in message.text.splitlines()[0]] == topics


async def test_one_slow_person_does_not_hold_up_the_others(
    polling: Rig, bot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receiving, "PATIENCE", 0.05)
    handle, release, seen = bot.agent.handle_message, asyncio.Event(), set()

    async def slow_for_the_first(message: Any) -> None:
        seen.add(message.sender_id)
        if len(seen) == 1:
            await release.wait()
        await handle(message)

    monkeypatch.setattr(bot.agent, "handle_message", slow_for_the_first)
    telegram = polling.telegram
    await telegram.deliver(telegram.update(**telegram.message(QUESTION, person=7)))
    await polling.until(lambda: seen)
    await telegram.deliver(telegram.update(**telegram.message("hello", person=8)))
    await polling.until(lambda: telegram.sent)
    assert [message.chat for message in telegram.sent] == [8]
    release.set()
    await polling.until(lambda: len(telegram.sent) == 2)
    assert telegram.sent[1].text.startswith(BONE)


async def test_rate_limit(rig: Rig, knowledge: Knowledge) -> None:
    """Above it one line says so, then silence; other persons and /delete are not touched."""
    rig.environment["TELEGRAM_MESSAGES_PER_MINUTE"] = "5"
    await rig.start()
    sent = [message for _ in range(12) for message in await rig.say("hello")]
    assert len(sent) == 6 and sent[-1].text.startswith(knowledge.phrase("rate_limited"))
    assert "emergency" in sent[-1].text
    (deleted,) = await rig.say("/delete")
    assert deleted.text.startswith("Done.")
    assert len(await rig.say("hello", person=8)) == 1


async def test_one_of_several_workers_polls(polling: Rig, rig: Rig, bot: Any) -> None:
    """The second one takes over when the first is gone."""
    second = Rig(polling.telegram, bot.agent, polling.environment)
    await polling.say("hello")
    await second.start()
    await second.until(lambda: second.slept)
    assert [method for method, _ in polling.telegram.calls].count("getMe") == 1
    await polling.stop()
    (sent,) = await second.say(QUESTION)
    assert sent.text.startswith(BONE)
    await second.stop()


async def test_nothing_starts_without_a_token(rig: Rig) -> None:
    del rig.environment["TELEGRAM_TOKEN"]
    await rig.start()
    await asyncio.sleep(0.05)
    assert rig.channel.running is None and not rig.telegram.calls
