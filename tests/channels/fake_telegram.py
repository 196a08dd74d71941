"""A local Bot API: Telegram's methods, limits, refusals and resending, as far as the channel meets them.

Written from Telegram's documentation; Telegram itself is not contacted by any test.
"""

from __future__ import annotations

import asyncio
import itertools
import re
from collections import defaultdict
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
from aiohttp import web

from tests.channels.telegram_html import Entity, Unparsable, parse, units
from tests.channels.wire import Page, Refusal, Sent, buttons_of, fields_of

TOKEN = "4242424242:AAFakeFakeFakeFakeFakeFakeFakeFake_-0"
NAME = "LanternTestBot"
PNG = b"\x89PNG\r\n\x1a\n"
_TERMINATED = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
_WEBHOOK = (
    "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
)


class FakeTelegram:
    """Start it, make persons say things, look at what came back. ``faults[method]`` are met before the method works."""

    def __init__(self) -> None:
        self.sent: list[Sent] = []
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.answered_taps: list[str] = []
        self.commands: list[dict[str, str]] = []
        self.webhook: dict[str, Any] = {}
        self.webhook_goes_to = ""  # where the fake really calls: a test server has no https
        self.deliveries: list[int] = []  # status of each call to the webhook
        self.faults: dict[str, list[Any]] = defaultdict(list)
        self.blocked: set[int] = set()
        self.chats: dict[int, str] = {}
        self.topics: set[int] = set()
        self.pending: list[dict[str, Any]] = []
        self.confirmed = 0
        self._numbers = itertools.count(1000)
        self._updates = itertools.count(500_000)
        self._open_taps: set[str] = set()
        self._news = asyncio.Event()
        self._poll = 0

    async def start(self) -> str:
        app = web.Application(client_max_size=20 * 1024**2)
        app.router.add_route("*", "/bot{token}/{method}", self._serve)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1, access_log=None)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.address = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self.address

    async def stop(self) -> None:
        await self._runner.cleanup()

    # What persons do

    def update(self, kind: str = "message", **content: Any) -> dict[str, Any]:
        return {"update_id": next(self._updates), kind: content}

    def message(self, text: object = None, person: int = 7, chat: int | None = None, **more: Any) -> dict[str, Any]:
        """A message's content; in a group when ``chat`` is another number."""
        chat = person if chat is None else chat
        assert isinstance(chat, int)
        kind = self.chats.setdefault(chat, "private" if chat == person else "supergroup")
        content = {
            "message_id": next(self._numbers),
            "date": 1_790_000_000,
            "chat": {"id": chat, "type": kind},
            "from": {"id": person, "is_bot": False, "first_name": "Ann", "language_code": "en"},
            **more,
        }  # `more` may replace anything, also by nonsense
        return content if text is None else {**content, "text": text}

    def tap(self, sent: Sent, payload: str, person: int = 7) -> dict[str, Any]:
        tap = f"tap-{next(self._numbers)}"
        self._open_taps.add(tap)
        chat = {"id": sent.chat, "type": self.chats.get(sent.chat, "private")}
        content = {"id": tap, "from": {"id": person, "is_bot": False}, "chat_instance": "1", "data": payload}
        bot = {"id": int(TOKEN.split(":")[0]), "is_bot": True}
        message = {"message_id": sent.number, "date": 1, "chat": chat, "from": bot, "text": sent.text}
        return self.update("callback_query", **content, message=message)

    async def deliver(self, *updates: dict[str, Any]) -> None:
        """Let updates happen; behind a webhook each is sent until it is taken, three times at most."""
        if not self.webhook.get("url"):
            self.pending += updates
            self._news.set()
            return
        async with aiohttp.ClientSession() as session:
            for update in updates:
                for _ in range(3):
                    headers = {"X-Telegram-Bot-Api-Secret-Token": self.webhook["secret_token"]}
                    async with session.post(self.webhook_goes_to, json=update, headers=headers) as response:
                        self.deliveries.append(response.status)
                    if response.status < 300:
                        break

    # What the bot calls

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        fields = await fields_of(request)
        self.calls.append((method, fields))
        try:
            if request.match_info["token"] != TOKEN:
                raise Refusal(401, "Unauthorized")
            await self._fault(method, request)
            handler: Callable[[dict[str, Any]], Awaitable[Any]] | None = getattr(self, f"_{method.lower()}", None)
            if handler is None:
                raise Refusal(404, "Not Found: method not found")
            return web.json_response({"ok": True, "result": await handler(fields)})
        except Refusal as refusal:
            body = {"ok": False, "error_code": refusal.code, "description": refusal.description}
            if refusal.parameters:
                body["parameters"] = refusal.parameters
            return web.json_response(body, status=refusal.code)
        except Page as page:
            return web.Response(text=page.text, status=page.status, content_type="text/html")

    async def _fault(self, method: str, request: web.Request) -> None:
        waiting = self.faults[method]
        if not waiting:
            return
        fault = waiting.pop(0)
        if fault == "drop" and request.transport is not None:
            request.transport.close()
            raise Refusal(500, "nobody hears this")
        if isinstance(fault, float):
            await asyncio.sleep(fault)
        elif isinstance(fault, Exception):
            raise fault

    async def _getme(self, _fields: dict[str, Any]) -> Any:
        return {"id": int(TOKEN.split(":")[0]), "is_bot": True, "first_name": "Lantern", "username": NAME}

    async def _setmycommands(self, fields: dict[str, Any]) -> bool:
        for command in fields["commands"]:
            if not re.fullmatch(r"[a-z0-9_]{1,32}", command["command"]):
                raise Refusal(400, "Bad Request: BOT_COMMAND_INVALID")
            if not 1 <= len(command["description"]) <= 256:
                raise Refusal(400, "Bad Request: BOT_COMMAND_DESCRIPTION_INVALID")
        self.commands = fields["commands"]
        return True

    async def _setwebhook(self, fields: dict[str, Any]) -> bool:
        if not str(fields.get("url", "")).startswith("https://"):
            raise Refusal(400, "Bad Request: bad webhook: An HTTPS URL must be provided for webhook")
        if not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", fields.get("secret_token", "")):
            raise Refusal(400, "Bad Request: secret token contains unallowed characters")
        self.webhook = fields
        return True

    async def _deletewebhook(self, _fields: dict[str, Any]) -> bool:
        self.webhook = {}
        return True

    async def _getupdates(self, fields: dict[str, Any]) -> list[dict[str, Any]]:
        if self.webhook:
            raise Refusal(409, _WEBHOOK)
        self._poll += 1
        mine, self.confirmed = self._poll, max(self.confirmed, fields.get("offset", 0) - 1)
        self._news.set()  # ends the poll before this one
        self.pending = [update for update in self.pending if update["update_id"] > self.confirmed]
        deadline = asyncio.get_running_loop().time() + fields.get("timeout", 0)
        while not self.pending and (left := deadline - asyncio.get_running_loop().time()) > 0:
            self._news.clear()
            try:
                await asyncio.wait_for(self._news.wait(), left)
            except asyncio.TimeoutError:
                break
            if mine != self._poll:
                raise Refusal(409, _TERMINATED)
        return self.pending[: fields.get("limit", 100)]

    async def _sendmessage(self, fields: dict[str, Any]) -> Any:
        text, entities = self._text(fields, "text")
        if not text:
            raise Refusal(400, "Bad Request: message text is empty")
        if units(text) > 4096:
            raise Refusal(400, "Bad Request: message is too long")
        return self._keep(fields, text, entities)

    async def _sendphoto(self, fields: dict[str, Any]) -> Any:
        caption, entities = self._text(fields, "caption")
        if units(caption) > 1024:
            raise Refusal(400, "Bad Request: message caption is too long")
        photo = fields.pop("photo", b"")
        if not isinstance(photo, bytes) or not photo.startswith(PNG):
            raise Refusal(400, "Bad Request: IMAGE_PROCESS_FAILED")
        return self._keep(fields, caption, entities, len(photo))

    async def _sendchataction(self, fields: dict[str, Any]) -> bool:
        self._may_write(fields)
        return True

    async def _answercallbackquery(self, fields: dict[str, Any]) -> bool:
        tap = fields["callback_query_id"]
        if tap not in self._open_taps:
            raise Refusal(400, "Bad Request: query is too old and response timeout expired or query ID is invalid")
        self._open_taps.remove(tap)
        self.answered_taps.append(tap)
        return True

    async def _editmessagereplymarkup(self, fields: dict[str, Any]) -> bool:
        self._may_write(fields)
        for sent in self.sent:
            if (sent.chat, sent.number) == (fields["chat_id"], fields["message_id"]):
                if not sent.buttons and not fields.get("reply_markup"):
                    raise Refusal(400, "Bad Request: message is not modified: they are exactly the same")
                sent.buttons = buttons_of(fields)
                return True
        raise Refusal(400, "Bad Request: message to edit not found")

    def _may_write(self, fields: dict[str, Any]) -> int:
        chat = fields.get("chat_id")
        if chat not in self.chats:
            raise Refusal(400, "Bad Request: chat not found")
        if chat in self.blocked:
            raise Refusal(403, "Forbidden: bot was blocked by the user")
        if fields.get("message_thread_id") not in (None, *self.topics):
            raise Refusal(400, "Bad Request: message thread not found")
        return int(chat)

    def _text(self, fields: dict[str, Any], name: str) -> tuple[str, list[Entity]]:
        raw = fields.get(name, "")
        if fields.get("parse_mode") not in (None, "HTML"):
            raise Refusal(400, "Bad Request: unsupported parse_mode")
        if not fields.get("parse_mode"):
            return raw.strip(), []
        try:
            text, entities = parse(raw)
        except Unparsable as error:
            raise Refusal(400, f"Bad Request: can't parse entities: {error}") from None
        start = units(text[: len(text) - len(text.lstrip())])
        return text.strip(), [Entity(e.kind, e.offset - start, e.length, e.url) for e in entities][:100]

    def _keep(self, fields: dict[str, Any], text: str, entities: list[Entity], photo: int = 0) -> Any:
        chat, buttons = self._may_write(fields), buttons_of(fields)
        sent = Sent(chat, next(self._numbers), text, entities, buttons, photo, fields)
        self.sent.append(sent)
        return {"message_id": sent.number, "date": 1, "chat": {"id": chat}, "text": text}
