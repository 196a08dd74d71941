"""The channel's settings and its ledger."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot import secret
from bot.errors import LanternError
from bot.paths import PROJECT
from bot.rasa_parts.channels.telegram.ledger import KEPT_UPDATES, Ledger
from bot.rasa_parts.channels.telegram.settings import TelegramSettings
from tests.channels.fake_telegram import TOKEN

BAD = {
    "TELEGRAM_TOKEN": ["x", "123:short", f"{TOKEN} {TOKEN}", "1:" + "ü" * 30],
    "TELEGRAM_SECRET": ["short", "with spaces in it, which are not allowed", "x" * 257],
    "TELEGRAM_WEBHOOK_URL": ["http://bot.example.org", "bot.example.org", "https://"],
    "TELEGRAM_API": ["localhost:8081", "ftp://x"],
    "TELEGRAM_MESSAGES_PER_MINUTE": ["0", "-1", "many", ""],
}


@pytest.mark.parametrize("name, value", [(name, value) for name, values in BAD.items() for value in values])
def test_a_value_that_cannot_be_used(name: str, value: str) -> None:
    """Names the variable; does not quote the value, which may be a secret."""
    with pytest.raises(LanternError, match=name) as error:
        TelegramSettings.load({"TELEGRAM_TOKEN": TOKEN, name: value})
    assert error.value.code == "E33" and (len(value) < 10 or value not in str(error.value))


def test_off_without_a_token() -> None:
    assert TelegramSettings.load({}) is None and TelegramSettings.load({"TELEGRAM_TOKEN": "  "}) is None


def test_nothing_shows_a_secret() -> None:
    settings = TelegramSettings.load({"TELEGRAM_TOKEN": TOKEN})
    assert settings is not None
    assert TOKEN not in repr(settings) and settings.secret not in repr(settings)
    assert settings.bot_id == 4242424242


def test_every_variable_is_documented() -> None:
    code = (PROJECT / "bot/rasa_parts/channels/telegram/settings.py").read_text()
    described = (PROJECT / "docs/telegram.md").read_text()
    names = set(re.findall(r"TELEGRAM_[A-Z_]+", code)) | {secret.VARIABLE}
    assert not [name for name in names if f"| `{name}` |" not in described]


def test_the_key_is_made_once_and_only_its_owner_can_read_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANTERN_DATA", str(tmp_path))
    monkeypatch.delenv(secret.VARIABLE, raising=False)
    first = secret.key()
    assert len(first) == 32 and secret.key() == first
    assert (tmp_path / secret.FILE).stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == [secret.FILE]


def test_the_key_of_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANTERN_DATA", str(tmp_path))
    monkeypatch.setenv(secret.VARIABLE, "s" * 32)
    assert len(secret.key()) == 32 and not list(tmp_path.iterdir())
    monkeypatch.setenv(secret.VARIABLE, "too short")
    with pytest.raises(LanternError, match="E32"):
        secret.key()


def test_an_update_is_begun_once(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "ledger.db", resumes=True)
    assert ledger.begin(1) and not ledger.begin(1)
    ledger.done(1)
    assert not Ledger(tmp_path / "ledger.db", resumes=True).begin(1)


@pytest.mark.parametrize("resumes, begun", [(True, [True, True, False]), (False, [True, False, False])])
def test_an_update_that_ends_every_process_is_given_up(tmp_path: Path, resumes: bool, begun: list[bool]) -> None:
    assert [Ledger(tmp_path / "ledger.db", resumes).begin(1) for _ in range(3)] == begun


def test_old_updates_are_forgotten(tmp_path: Path) -> None:
    now = [0.0]
    first = Ledger(tmp_path / "ledger.db", True, lambda: now[0])
    first.begin(1)
    first.done(1)
    now[0] = KEPT_UPDATES + 1
    assert Ledger(tmp_path / "ledger.db", True, lambda: now[0]).begin(1)


def test_a_ledger_that_cannot_be_written(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Answers go on; duplicates are still known within the process; it is said once."""
    ledger = Ledger(tmp_path / "no" / "such" / "folder.db", resumes=True)
    assert ledger.begin(1) and not ledger.begin(1) and ledger.begin(2)
    ledger.done(1)
    assert ledger.swap_buttons("x", 1) is None
    assert caplog.text.count("E52") == 1


def test_buttons(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "ledger.db", resumes=True)
    assert [ledger.swap_buttons("x", message) for message in (5, 6, None, 7)] == [None, 5, 6, None]
    ledger.close()
    assert ledger.swap_buttons("x", 8) is None
