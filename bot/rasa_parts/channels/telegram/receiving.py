"""Where updates come from: long polling, or Telegram's calls to a webhook."""

from __future__ import annotations

import asyncio
import fcntl
import hmac
import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bot.rasa_parts.channels.telegram.api import BotApi, Refused, Sleep, Unreachable
from bot.rasa_parts.channels.telegram.desk import Desk
from bot.rasa_parts.channels.telegram.settings import TelegramSettings
from bot.rasa_parts.channels.telegram.updates import Me, number_of
from bot.rasa_parts.rescue import without_text

logger = logging.getLogger(__name__)
WANTED = ["message", "callback_query"]  # the kinds of update that Telegram is to send at all
POLL = 50  # seconds that Telegram may hold an empty answer back
PATIENCE = 15.0  # seconds that one slow chat may hold up the next poll
GRACE = 5.0  # seconds for replies under way when the server stops
LOCK_EVERY = 5.0  # seconds between looks whether the worker that polls is still there
MOST_AT_WORK = 500  # updates behind a webhook; beyond that Telegram is asked to come again
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0
CONFLICT_PAUSE = 30.0
REFUSED_PAUSE = 300.0  # a wrong token does not mend itself


class Work:
    """The updates being answered."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._tasks: set[asyncio.Task[None]] = set()

    def __len__(self) -> int:
        return len(self._tasks)

    def start(self, update: object) -> asyncio.Task[None]:
        task = asyncio.ensure_future(self._desk.handle(update))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def finish(self) -> bool:
        """Wait a little for replies under way, then let go of them; whether all were finished."""
        if not self._tasks:
            return True
        _, late = await asyncio.wait(set(self._tasks), timeout=GRACE)
        for task in late:
            task.cancel()
        return not late


class Pauses:
    """How long to wait after a failure: longer each time in a row, or as long as Telegram says."""

    def __init__(self) -> None:
        self._next = FIRST_PAUSE

    def after(self, error: Exception) -> float:
        """The pause after one more failure; the first in a row is logged."""
        first, pause = self._next == FIRST_PAUSE, self._next
        self._next = min(LONGEST_PAUSE, self._next * 2)
        if first:
            logger.warning("E53 Telegram cannot be used for now; trying again. %s", error)
        if isinstance(error, Refused):
            if error.retry_after is not None:
                return error.retry_after
            if error.code in (401, 404):
                return REFUSED_PAUSE
            if error.code == 409:
                return FIRST_PAUSE if "webhook" in error.reason.lower() and first else CONFLICT_PAUSE
        return pause

    def over(self) -> None:
        """It works again."""
        if self._next != FIRST_PAUSE:
            logger.warning("Telegram can be used again.")
        self._next = FIRST_PAUSE


class Polling:
    """Asks Telegram for updates, in one of the server's workers."""

    def __init__(self, api: BotApi, desk: Desk, work: Work, lock: Path, sleep: Sleep = asyncio.sleep) -> None:
        self._api, self._desk, self._work, self._sleep = api, desk, work, sleep
        self._lock = WorkerLock(lock)
        self._offset: int | None = None

    async def run(self) -> None:
        """Until cancelled."""
        while not self._lock.acquire():
            await self._sleep(LOCK_EVERY)
        try:
            while True:
                try:
                    await self._poll()
                except Exception as error:  # a mistake in the program, or an answer in no known form
                    logger.error("E51 polling failed: %s", type(error).__name__, exc_info=without_text(error))
                    await self._sleep(LONGEST_PAUSE)
        finally:
            self._lock.release()

    async def _poll(self) -> None:
        pauses, ready = Pauses(), False
        while True:
            try:
                if not ready:
                    await introduce(self._api, self._desk)
                    await self._api.call("deleteWebhook", {"drop_pending_updates": False})
                    ready = True
                updates = await self._updates(POLL)
            except (Refused, Unreachable) as error:
                # After a conflict, somebody else's webhook may stand in the way: it is taken down again.
                ready = ready and not (isinstance(error, Refused) and error.code == 409)
                await self._sleep(pauses.after(error))
                continue
            pauses.over()
            await self._take(updates)

    async def _updates(self, hold: int) -> list[Any]:
        fields: dict[str, Any] = {"timeout": hold, "allowed_updates": WANTED}
        if self._offset is not None:
            fields["offset"] = self._offset  # acknowledges everything before it
        found = await self._api.call("getUpdates", fields, timeout=hold + 15.0)
        return found if isinstance(found, list) else []

    async def _take(self, updates: Sequence[Any]) -> None:
        """Answer updates; the next poll acknowledges them, when they are answered or take too long."""
        tasks = [self._work.start(update) for update in updates]
        numbers = [number for number in map(number_of, updates) if number is not None]
        if numbers:
            self._offset = max(numbers) + 1
        if tasks:
            await asyncio.wait(tasks, timeout=PATIENCE)

    async def acknowledge(self) -> None:
        """Tell Telegram which updates were answered, before the server stops."""
        if self._offset is not None:
            try:
                await self._api.call("getUpdates", {"offset": self._offset, "limit": 1, "timeout": 0}, timeout=2.0)
            except (Refused, Unreachable) as error:
                logger.debug("%s", error)


class Webhook:
    """Tells Telegram where to call, and checks who calls."""

    def __init__(self, api: BotApi, desk: Desk, settings: TelegramSettings, sleep: Sleep = asyncio.sleep) -> None:
        self._api, self._desk, self._settings, self._sleep = api, desk, settings, sleep

    async def run(self) -> None:
        """Set the webhook up; every worker does, which comes to the same. Until it is done."""
        pauses = Pauses()
        while True:
            try:
                await introduce(self._api, self._desk)
                await self._api.call("setWebhook", self._fields())
            except (Refused, Unreachable) as error:
                await self._sleep(pauses.after(error))
                continue
            pauses.over()
            return

    def is_telegram(self, given: str | None) -> bool:
        """Whether a call has the secret, compared in constant time."""
        return hmac.compare_digest((given or "").encode("utf-8", "replace"), self._settings.secret.encode())

    def _fields(self) -> dict[str, Any]:
        return {
            "url": self._settings.webhook_url,
            "secret_token": self._settings.secret,
            "allowed_updates": WANTED,
            "drop_pending_updates": False,
        }


async def introduce(api: BotApi, desk: Desk) -> None:
    """Learn the bot's own name, and show the menu of commands.

    Raises:
        Refused, Unreachable: Telegram cannot be used now.
    """
    me = await api.call("getMe")
    desk.me = Me(int(me["id"]), str(me.get("username") or ""))
    menu = [{"command": name, "description": command.menu} for name, command in desk.commands.items()]
    await api.call("setMyCommands", {"commands": menu})


class WorkerLock:
    """Held by one process; the system lets go of it when that process ends, however it ends."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: Any = None

    def acquire(self) -> bool:
        """Whether this process holds it now."""
        if self._file is None:
            file = self._path.open("a")
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                file.close()
                return False
            self._file = file
        return True

    def release(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None
