"""One battery for every channel: each answer by its button, each kind of question, and nasty inputs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from bot.answering import shared
from bot.compose import payload_of
from bot.decide import tapped
from bot.knowledge import Knowledge
from tests.battery import cases, checks
from tests.battery.channels import Channel, TooLong
from tests.battery.conftest import TABLE, Setup

LONGEST_FOR_WEB = 32 * 1024


def settle(channel: str, group: str, found: Mapping[str, list[str]]) -> None:
    """Note the result for the table; fail with everything that was wrong."""
    wrong = {name: listed for name, listed in found.items() if listed}
    TABLE[channel][group] = f"{len(found) - len(wrong)}/{len(found)}"
    assert not wrong, "\n".join(f"{name}: {'; '.join(listed)}" for name, listed in wrong.items())


async def test_each_answer_by_its_button(channel: Channel, channel_name: str, knowledge: Knowledge) -> None:
    found = {}
    for answer in knowledge.entries:
        expected = shared().composer.reply(tapped(answer)).as_json()
        found[answer] = checks.problems(await channel.tapped(payload_of(answer)), expected)
    settle(channel_name, "answers", found)


async def test_each_kind_in_words(channel: Channel, channel_name: str, bot: Any) -> None:
    """The same on every channel as in this process."""
    found = {}
    for name, text in cases.KINDS.items():
        expected = await bot.ask(f"kinds {channel_name} {name}", text)
        found[name] = checks.problems(await channel.typed(text), expected)
        wanted = name.split(",")[0].split(" or ")
        if expected["kind"] not in wanted and name != "another language":
            found[name].append(f"kind {expected['kind']}")
    settle(channel_name, "kinds", found)


async def test_nasty_inputs(channel: Channel, channel_name: str, bot: Any) -> None:
    found = {}
    for name, text in cases.NASTY.items():
        try:
            shown = await channel.typed(text)
        except TooLong:
            found[name] = [] if len(text) > LONGEST_FOR_WEB else ["refused as too long"]
            continue
        expected = await bot.ask(f"nasty {channel_name} {name}", text)
        if quiet_on(channel_name, text):
            found[name] = [f"an answer: {shown.text}"] if (shown.text or "").strip() else []
        else:
            found[name] = checks.problems(shown, expected) if same_on(channel_name, name) else loosely(shown)
    settle(channel_name, "nasty inputs", found)


def quiet_on(channel: str, text: str) -> bool:
    """An empty line in a terminal asks nothing; Telegram sends no empty messages."""
    return (channel == "lantern shell" and not text.strip()) or (channel == "Telegram" and not text)


def same_on(channel: str, name: str) -> bool:
    """Whether the bot is asked the same there: on Telegram a message without words gets what the bot can help with."""
    return not (channel == "Telegram" and name in ("only slashes", "white space"))


def loosely(shown: checks.Shown) -> list[str]:
    disclaimers = shared().knowledge.phrases["disclaimer"].values()
    text = checks.flat(shown.text or "")
    return [] if any(checks.flat(one) in text for one in disclaimers) else ["no disclaimer"]


def test_the_action_server_was_asked(setup: Setup) -> None:
    """Else the battery would have tested the understudy. Holds after the tests above."""
    if "action server" not in TABLE:
        pytest.skip("the battery did not run")
    assert setup.asked_of_action_server >= len(setup.known.entries)
