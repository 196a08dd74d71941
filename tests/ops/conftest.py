"""The bot on a file of its own, which tests then break."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from rasa.core.tracker_store import FailSafeTrackerStore

from tests.rasa_parts.test_message_path import check_contract


class Filed:
    """A bot whose conversations lie in ``path``."""

    def __init__(self, bot: Any, path: Path) -> None:
        self.bot, self.path = bot, path
        self.open()

    def open(self) -> Any:
        """As at a start: a store from the file as it is now."""
        from bot.rasa_parts.tracker_store import LanternTrackerStore

        self.store = LanternTrackerStore(self.bot.agent.domain, db=str(self.path))
        self.bot.agent.processor.tracker_store = FailSafeTrackerStore(self.store)
        return self.store

    def ask(self, text: str, conversation: str = "somebody") -> dict[str, Any]:
        """One turn, held against the contract."""
        return check_contract(asyncio.run(self.bot.messages(conversation, text)))

    def texts(self, conversation: str = "somebody") -> list[str]:
        """What a restarted bot would find that somebody said."""
        import sqlite3
        from contextlib import closing

        with closing(sqlite3.connect(self.path)) as connection:
            query = "SELECT json_extract(data, '$.text') FROM events WHERE type_name = 'user' AND sender_id = ?"
            rows = connection.execute(query + " ORDER BY id", (conversation,)).fetchall()
        return [row[0] for row in rows if row[0] != "/session_start"]


@pytest.fixture
def filed(bot: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Filed]:
    monkeypatch.setattr(bot.agent.processor, "tracker_store", bot.agent.processor.tracker_store)  # put back afterwards
    made = Filed(bot, tmp_path / "conversations.db")
    yield made
    made.store.engine.dispose()


@pytest.fixture
def run_lantern() -> Callable[..., tuple[int, str]]:
    """Run the command in this process; its exit code and what it said."""
    import contextlib
    import io

    from bot.cli import main

    def run(*arguments: str) -> tuple[int, str]:
        said = io.StringIO()
        with contextlib.redirect_stderr(said), contextlib.redirect_stdout(said):
            code = main(arguments)
        return code, said.getvalue()

    return run
