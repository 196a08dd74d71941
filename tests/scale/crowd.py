"""Many people at once, and what the database says of their conversations afterwards."""

from __future__ import annotations

import asyncio
import json
import time
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import sqlalchemy as sa
from aio_pika import connect_robust

TOPICS = ("biopsies", "bone metastases", "hormone therapy", "tiredness", "clinical trials")


@dataclass
class Talk:
    """One conversation: what was sent, what was answered, what failed."""

    sender: str = field(default_factory=lambda: f"scale-{uuid.uuid4().hex}")
    sent: list[str] = field(default_factory=list)
    answered: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    replies: list[dict[str, Any]] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    async def say(self, session: aiohttp.ClientSession, url: str, words: str | None = None) -> None:
        """Send one message and wait for its reply."""
        text = f"{len(self.sent)}. {words or f'what about {TOPICS[len(self.sent) % len(TOPICS)]}?'}"
        self.sent.append(text)
        start = time.perf_counter()
        try:
            parts = await _send(session, url, {"sender": self.sender, "message": text})
        except aiohttp.ClientError as error:
            parts = []
            self.errors.append(repr(error))
        self.seconds.append(time.perf_counter() - start)
        customs = [part["custom"] for part in parts if part.get("custom")]
        (self.answered if len(customs) == 1 else self.failed).append(text)
        self.replies += customs


async def _send(session: aiohttp.ClientSession, url: str, body: dict[str, str]) -> list[dict[str, Any]]:
    """As browsers do: again, once, when a connection in use before was closed and not a byte came back.

    nginx closes idle connections at a reload, also while a message is on its way there. Whether a message was taken
    twice by that is seen in the database.
    """
    for last in (False, True):
        try:
            async with session.post(url, json=body, raise_for_status=True) as response:
                return await response.json()
        except (aiohttp.ServerDisconnectedError, aiohttp.ClientOSError) as error:
            if last or isinstance(error, aiohttp.ClientConnectorError):
                raise
    raise AssertionError("unreachable")


async def crowd(
    url: str, people: int, turns: int, meanwhile: Callable[[], Awaitable[None]] | None = None
) -> list[Talk]:
    """``people`` conversations at once, each of ``turns`` messages one after the other."""
    talks = [Talk() for _ in range(people)]
    timeout = aiohttp.ClientTimeout(total=300)
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0), timeout=timeout) as session:

        async def hold(talk: Talk) -> None:
            for _ in range(turns):
                await talk.say(session, url)

        jobs: list[Awaitable[None]] = [hold(talk) for talk in talks]
        await asyncio.gather(*jobs, *([meanwhile()] if meanwhile else []))
    return talks


async def impatient(url: str, people: int, messages: int, pause: float) -> list[Talk]:
    """Conversations whose messages do not wait for the reply to the one before."""
    talks = [Talk() for _ in range(people)]
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:

        async def hurry(talk: Talk) -> None:
            waiting = []
            for _ in range(messages):
                waiting.append(asyncio.create_task(talk.say(session, url)))
                await asyncio.sleep(pause)
            await asyncio.gather(*waiting)

        await asyncio.gather(*(hurry(talk) for talk in talks))
    return talks


def stored_turns(database: str, sender: str) -> list[tuple[str, int]]:
    """Each message as stored, in order, and how many replies were stored before the next.

    Raises:
        AssertionError: an event stands between turns, so that two messages were worked on at once.
    """
    engine = sa.create_engine(database)
    query = "SELECT data FROM events WHERE sender_id = :sender ORDER BY id"
    with engine.connect() as connection:
        events = [json.loads(row[0]) for row in connection.execute(sa.text(query), {"sender": sender})]
    engine.dispose()
    turns: list[list[Any]] = []
    listening = True
    for event in events:
        if event["event"] == "user":
            assert listening, "a message was taken in the middle of another's turn"
            turns.append([event["text"], 0])
        if event["event"] == "action":
            listening = event["name"] in ("action_listen", "action_session_start")
            turns and turns[-1].__setitem__(1, turns[-1][1] + (event["name"] == "action_reply"))
    return [(text, replies) for text, replies in turns]


async def all_told(port: int, messages: int = 0, patience: float = 60) -> list[str]:
    """What waits in the queue of analytics, once it holds so many people's messages or patience is at an end."""
    connection = await connect_robust(f"amqp://guest:guest@127.0.0.1:{port}/")
    end, told = time.monotonic() + patience, []
    async with connection:
        channel = await connection.channel()
        queue = await channel.declare_queue("lantern-analytics", durable=True)
        while True:
            message = await queue.get(fail=False, timeout=5)
            if message is not None:
                await message.ack()
                told.append(message.body.decode())
            elif sum('"event": "user"' in body for body in told) >= messages or time.monotonic() > end:
                return told
            else:
                await asyncio.sleep(0.5)
