"""The channels behind one face: ``typed`` and ``tapped`` send something in a new conversation, ``Shown`` comes back."""

from __future__ import annotations

import itertools
import json
from collections.abc import Mapping
from typing import Any, Protocol

import aiohttp

from bot.rasa_parts.shell import Shell
from tests.battery.checks import Shown
from tests.channels.conftest import Rig
from tests.channels.wire import Sent

_count = itertools.count(1)


class Channel(Protocol):
    """What the battery needs of a channel."""

    async def typed(self, text: str) -> Shown: ...

    async def tapped(self, payload: str) -> Shown: ...


def shown_of(messages: list[dict[str, Any]]) -> Shown:
    """From Rasa's messages, as the REST channel sends them."""
    text = "\n".join(message["text"] for message in messages if "text" in message)
    buttons = [(b["title"], b["payload"]) for message in messages for b in message.get("buttons", [])]
    return Shown(text, [message["custom"] for message in messages if "custom" in message], buttons, carries_json=True)


class InProcess:
    """``LocalBot``; with another bot also the one that uses an action server."""

    def __init__(self, bot: Any, channel: str = "rest") -> None:
        self._bot, self._channel = bot, channel

    async def typed(self, text: str) -> Shown:
        return shown_of(await self._bot.messages(f"battery-{next(_count)}", text, self._channel))

    tapped = typed


class StockShell(InProcess):
    """``rasa shell``, which would show JSON raw."""

    def __init__(self, bot: Any) -> None:
        super().__init__(bot, "cmdline")

    async def typed(self, text: str) -> Shown:
        shown = await super().typed(text)
        return Shown(shown.text, shown.json, shown.buttons, carries_json=False)

    tapped = typed


class Rest:
    """The REST channel over HTTP."""

    def __init__(self, address: str, session: aiohttp.ClientSession) -> None:
        self._address, self._session = f"{address}/webhooks/rest/webhook", session

    async def typed(self, text: str) -> Shown:
        body = {"sender": f"battery-rest-{next(_count)}", "message": text}
        async with self._session.post(self._address, data=json.dumps(body)) as answer:
            assert answer.status == 200
            return shown_of(await answer.json())

    tapped = typed


class Web:
    """The widget's API; the widget itself writes the text."""

    def __init__(self, address: str, session: aiohttp.ClientSession) -> None:
        self._address, self._session = f"{address}/api", session

    async def typed(self, text: str) -> Shown:
        return await self._send({"text": text})

    async def tapped(self, payload: str) -> Shown:
        return await self._send({"payload": payload})

    async def _send(self, body: Mapping[str, str]) -> Shown:
        token = (await self._post("conversation", {}, {}))["token"]
        return Shown(None, [await self._post("message", body, {"Authorization": f"Bearer {token}"})], carries_json=True)

    async def _post(self, path: str, body: Mapping[str, str], headers: Mapping[str, str]) -> Any:
        wanted = {"Content-Type": "application/json", **headers}
        async with self._session.post(f"{self._address}/{path}", data=json.dumps(body), headers=wanted) as answer:
            if answer.status == 413:
                raise TooLong
            assert answer.status in (200, 201), await answer.text()
            return await answer.json()


class TooLong(Exception):
    """The channel refuses a message of this length, and tells its client so."""


class Telegram:
    """The Telegram channel against the local Bot API, each time as another person."""

    def __init__(self, rig: Rig) -> None:
        self._rig = rig

    async def typed(self, text: str) -> Shown:
        return self._shown(await self._rig.say(text, person=100_000 + next(_count)))

    async def tapped(self, payload: str) -> Shown:
        telegram, person = self._rig.telegram, 100_000 + next(_count)
        telegram.chats[person] = "private"
        return self._shown(await self._rig.deliver(telegram.tap(Sent(person, 1, "", [], []), payload, person)))

    def _shown(self, sent: list[Sent]) -> Shown:
        assert all(not message.buttons for message in sent[:-1])
        return Shown("\n".join(message.text for message in sent), [], sent[-1].buttons if sent else [])


class OurShell:
    """``lantern shell``: what it writes to the terminal, of 80 columns."""

    def __init__(self, bot: Any, known: Any) -> None:
        self._bot, self._known = bot, known

    async def typed(self, text: str) -> Shown:
        return await self._run(text, [])

    async def tapped(self, payload: str) -> Shown:
        return await self._run("2", ["/smalltalk/greet", payload])

    async def _run(self, line: str, offered: list[str]) -> Shown:
        written: list[str] = []
        waiting = iter([line])

        async def read_line() -> str | None:
            return next(waiting, None)

        def say(lines: Any) -> None:
            written.extend(line.text for line in lines)

        shell = Shell(self._bot.agent, self._known, read_line, say, width=80, offered=offered)
        await shell.run()
        text = "\n".join(written)
        assert max(len(part) for part in written if "://" not in part) <= 80
        turn = text.split(self._known.phrase("shell", "hint")[-20:], 1)[1].rsplit(
            self._known.phrase("shell", "goodbye"), 1
        )[0]
        titles = {self._known[payload[1:].replace("/", ".")].question: payload for payload in shell.offered}
        assert all(title in " ".join(turn.split()) for title in titles)
        return Shown(turn, [], list(titles.items()))
