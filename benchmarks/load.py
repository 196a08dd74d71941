"""Talking to a bot: one person after the other, many at once, and one for very long."""

from __future__ import annotations

import asyncio
import itertools
import time
import uuid
from typing import Any

import aiohttp

from benchmarks.servers import WEBHOOK, Server, get, post

REPEATS = 5  # turns whose median stands for "turn N" of a long conversation


async def sequential(server: Server, count: int) -> list[float]:
    """Milliseconds of each message; a new conversation after every eight messages."""
    times = []
    async with aiohttp.ClientSession() as session:
        for number in range(count):
            messages = server.bot.messages
            sender = f"seq-{number // len(messages)}-{server.started_as}"
            times.append(await _turn(session, server, sender, messages[number % len(messages)]))
    return times


async def concurrent(server: Server, people: int, seconds: float) -> dict[str, Any]:
    """Replies a second with ``people`` who each write the next message when they have the reply, and their waits."""
    end = time.perf_counter() + seconds
    waits: list[float] = []
    errors = itertools.count()

    async def person(session: aiohttp.ClientSession) -> None:
        sender = uuid.uuid4().hex
        for message in itertools.cycle(server.bot.messages):
            if time.perf_counter() >= end:
                return
            try:
                waits.append(await _turn(session, server, sender, message))
            except (aiohttp.ClientError, AssertionError):
                next(errors)

    start = time.perf_counter()
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=people)) as session:
        await asyncio.gather(*(person(session) for _ in range(people)))
    return {"per_second": len(waits) / (time.perf_counter() - start), "waits": waits, "errors": next(errors)}


async def long_conversation(server: Server, turns: list[int]) -> dict[int, float]:
    """Median milliseconds around each of the given turns of one conversation."""
    async with aiohttp.ClientSession() as session:
        first = sorted([await _turn(session, server, uuid.uuid4().hex, server.bot.messages[0]) for _ in range(REPEATS)])
        sender = uuid.uuid4().hex
        done, found = 0, {1: first[REPEATS // 2]}
        for turn in turns:
            done = await _go_on(session, server, sender, done, turn - REPEATS // 2)
            times = [await _turn(session, server, sender, server.bot.messages[i % 8]) for i in range(REPEATS)]
            done += REPEATS
            found[turn] = sorted(times)[REPEATS // 2]
    return found


async def _go_on(session: aiohttp.ClientSession, server: Server, sender: str, done: int, wanted: int) -> int:
    """Bring the conversation to ``wanted`` turns: by talking, or by repeating its events over Rasa's HTTP API."""
    while done < (min(wanted, 2 * len(server.bot.messages)) if server.bot.seeds else wanted):
        await _turn(session, server, sender, server.bot.messages[done % len(server.bot.messages)])
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


async def _turn(session: aiohttp.ClientSession, server: Server, sender: str, message: str) -> float:
    start = time.perf_counter()
    async with session.post(server.url + WEBHOOK, json={"sender": sender, "message": message}) as response:
        reply = await response.json()
    took = (time.perf_counter() - start) * 1000
    assert response.status == 200, f"{server.bot.title} answers {response.status}: {reply}"
    server.silences += not reply
    return took
