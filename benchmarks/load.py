"""Talking to a bot: one person after the other, many at once, and one for very long."""

from __future__ import annotations

import asyncio
import itertools
import math
import statistics
import time
import uuid
from typing import Any

import aiohttp

from benchmarks.servers import WEBHOOK, Server, get, post

REPEATS = 5  # turns whose median stands for "turn N" of a long conversation
PAUSE = 0.05  # seconds after a message that got no reply


class NoReply(Exception):
    """A message got an error, or a reply without anything in it."""


async def sequential(server: Server, count: int) -> list[float]:
    """Milliseconds of each message that got a reply; a new conversation after every eight messages."""
    messages = server.bot.messages
    async with aiohttp.ClientSession() as session:
        taken = [
            await _try(session, server, f"seq-{number // len(messages)}-{server.started_as}", messages[number % 8])
            for number in range(count)
        ]
    return [each for each in taken if each is not None]


async def concurrent(server: Server, people: int, seconds: float) -> dict[str, Any]:
    """Replies a second with ``people`` who each write the next message when they have the reply, and their waits."""
    end = time.perf_counter() + seconds
    waits: list[float] = []
    failed = server.failed

    async def person(session: aiohttp.ClientSession) -> None:
        sender = uuid.uuid4().hex
        for message in itertools.cycle(server.bot.messages):
            if time.perf_counter() >= end:
                return
            taken = await _try(session, server, sender, message)
            if taken is not None:
                waits.append(taken)

    start = time.perf_counter()
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=people)) as session:
        await asyncio.gather(*(person(session) for _ in range(people)))
    return {"per_second": len(waits) / (time.perf_counter() - start), "waits": waits, "errors": server.failed - failed}


async def long_conversation(server: Server, turns: list[int]) -> dict[int, float]:
    """Median milliseconds around each of the given turns of one conversation."""
    messages = server.bot.messages
    async with aiohttp.ClientSession() as session:
        new = [await _try(session, server, uuid.uuid4().hex, messages[0]) for _ in range(REPEATS)]
        sender = uuid.uuid4().hex
        done, found = 0, {1: _median(new)}
        for turn in turns:
            done = await _go_on(session, server, sender, done, turn - REPEATS // 2)
            found[turn] = _median([await _try(session, server, sender, messages[i % 8]) for i in range(REPEATS)])
            done += REPEATS
    return found


def _median(times: list[float | None]) -> float:
    return statistics.median([each for each in times if each is not None] or [math.nan])


async def _go_on(session: aiohttp.ClientSession, server: Server, sender: str, done: int, wanted: int) -> int:
    """Bring the conversation to ``wanted`` turns: by talking, or by repeating its events over Rasa's HTTP API."""
    while done < (min(wanted, 2 * len(server.bot.messages)) if server.bot.seeds else wanted):
        await _try(session, server, sender, server.bot.messages[done % len(server.bot.messages)])
        done += 1
    if done < wanted:
        await asyncio.to_thread(_repeat_events, server, sender, done, wanted)
    return max(done, wanted)


def _repeat_events(server: Server, sender: str, done: int, wanted: int) -> None:
    tracker = f"{server.url}/conversations/{sender}/tracker"
    events = get(tracker)["events"]
    starts = [index for index, event in enumerate(events) if event["event"] == "user"] + [len(events)]
    copies = [events[starts[i % done] : starts[i % done + 1]] for i in range(wanted - done)]
    post(f"{tracker}/events", [event for turn in copies for event in turn])


async def _try(session: aiohttp.ClientSession, server: Server, sender: str, message: str) -> float | None:
    """Milliseconds to the reply; None, counted by the server, where there was none."""
    server.asked += 1
    try:
        return await turn(session, server, sender, message)
    except (NoReply, aiohttp.ClientError, asyncio.TimeoutError):
        server.failed += 1
        server.check_alive()
        await asyncio.sleep(PAUSE)
        return None


async def turn(session: aiohttp.ClientSession, server: Server, sender: str, message: str) -> float:
    """Milliseconds to the reply.

    Raises:
        NoReply: an error, or nothing in it (the starter bot does that under load).
        aiohttp.ClientError: no answer at all.
    """
    start = time.perf_counter()
    async with session.post(server.url + WEBHOOK, json={"sender": sender, "message": message}) as response:
        reply = await response.json(content_type=None) if response.status == 200 else None
    if not reply:
        raise NoReply(f"{server.bot.title} answers {response.status}")
    return (time.perf_counter() - start) * 1000
