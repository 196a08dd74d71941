"""Settings of the Telegram channel, from the environment."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from bot import secret
from bot.errors import LanternError

WEBHOOK_PATH = "/webhooks/telegram/webhook"
OFFICIAL_API = "https://api.telegram.org"
_TOKEN = re.compile(r"[0-9]{3,20}:[A-Za-z0-9_-]{20,100}")
_SECRET = re.compile(r"[A-Za-z0-9_-]{16,256}")  # Telegram's rule, but for the least length, which is ours


@dataclass(frozen=True)
class TelegramSettings:
    """What an operator may set. ``docs/telegram.md`` has a row for each variable (held by a test)."""

    token: str = field(repr=False)
    secret: str = field(repr=False)  # what Telegram must send along with each call to the webhook
    webhook_url: str = ""  # empty: ask Telegram for updates instead
    api: str = OFFICIAL_API
    messages_per_minute: int = 20  # of one person in one chat

    @classmethod
    def load(cls, environment: Mapping[str, str]) -> TelegramSettings | None:
        """Read and check the settings; None without a token, which leaves the channel off.

        Raises:
            LanternError: E33, a value cannot be used (it is not quoted: it may be a secret).
        """
        token = environment.get("TELEGRAM_TOKEN", "").strip()
        if not token:
            return None
        if not _TOKEN.fullmatch(token):
            raise LanternError("E33", "TELEGRAM_TOKEN does not look like a token from @BotFather")
        return cls(
            token=token,
            secret=_secret(environment.get("TELEGRAM_SECRET", "").strip()),
            webhook_url=_webhook_url(environment.get("TELEGRAM_WEBHOOK_URL", "").strip()),
            api=_api(environment.get("TELEGRAM_API", "").strip() or OFFICIAL_API),
            messages_per_minute=_number(environment.get("TELEGRAM_MESSAGES_PER_MINUTE", "20")),
        )

    @property
    def bot_id(self) -> int:
        """The bot's own user id, which every token starts with."""
        return int(self.token.split(":", 1)[0])


def _secret(given: str) -> str:
    """The webhook's secret; when none is given, one derived from the server's key (the same in all workers)."""
    if not given:
        return hmac.new(secret.key(), b"telegram webhook", hashlib.sha256).hexdigest()
    if not _SECRET.fullmatch(given):
        raise LanternError("E33", "TELEGRAM_SECRET must be 16 to 256 of the characters A-Z, a-z, 0-9, _ and -")
    return given


def _webhook_url(given: str) -> str:
    """The address that Telegram is to call; a bare host gets the channel's path."""
    if not given:
        return ""
    parts = urlsplit(given)
    if parts.scheme != "https" or not parts.netloc:
        raise LanternError("E33", "TELEGRAM_WEBHOOK_URL must start with https://")
    return given if parts.path.strip("/") else f"https://{parts.netloc}{WEBHOOK_PATH}"


def _api(given: str) -> str:
    if urlsplit(given).scheme not in ("http", "https"):
        raise LanternError("E33", "TELEGRAM_API must start with http:// or https://")
    return given.rstrip("/")


def _number(given: str) -> int:
    if not given.strip().isdecimal() or int(given) < 1:
        raise LanternError("E33", "TELEGRAM_MESSAGES_PER_MINUTE must be a whole number above 0")
    return int(given)
