"""The webhook: only Telegram is heard, it is answered at once, and nothing makes it send a storm."""

from __future__ import annotations

import asyncio
from typing import Any

import aiohttp
import pytest

from bot.rasa_parts.channels.telegram import channel as channel_module
from tests.channels.conftest import Rig
from tests.channels.wire import Refusal

QUESTION = "What are the symptoms of bone metastases?"
BONE = "Symptoms of bone metastases"
HEADER = "X-Telegram-Bot-Api-Secret-Token"


async def post(rig: Rig, body: bytes, secret: str | None, method: str = "POST") -> int:
    headers = {"Content-Type": "application/json", **({} if secret is None else {HEADER: secret})}
    address = f"{rig.address}/webhooks/telegram/webhook"
    async with (
        aiohttp.ClientSession() as session,
        session.request(method, address, data=body, headers=headers) as answer,
    ):
        return answer.status


async def test_what_is_set_up(webhook: Rig) -> None:
    fields = webhook.telegram.webhook
    assert fields["url"] == "https://bot.example.org/webhooks/telegram/webhook"
    assert fields["allowed_updates"] == ["message", "callback_query"] and not fields["drop_pending_updates"]
    assert len(fields["secret_token"]) == 64
    assert not [method for method, _ in webhook.telegram.calls if method in ("getUpdates", "deleteWebhook")]


async def test_an_address_with_a_path_is_kept(rig: Rig) -> None:
    rig.environment["TELEGRAM_WEBHOOK_URL"] = "https://bot.example.org/proxied/telegram"
    rig.environment["TELEGRAM_SECRET"] = "a-secret-of-the-operators"
    rig.telegram.faults["setWebhook"] = ["drop", Refusal(429, "Too Many Requests: retry after 1", retry_after=1)]
    await rig.start()
    await rig.until(lambda: rig.telegram.webhook)
    assert rig.telegram.webhook["url"] == "https://bot.example.org/proxied/telegram"
    assert rig.telegram.webhook["secret_token"] == "a-secret-of-the-operators"


async def test_answers(webhook: Rig) -> None:
    (sent,) = await webhook.say(QUESTION)
    assert sent.text.startswith(BONE)
    (tapped,) = await webhook.deliver(webhook.telegram.tap(sent, sent.buttons[0][1]))
    assert tapped.buttons and not sent.buttons
    assert webhook.telegram.deliveries == [200, 200]


async def test_the_same_update_twice(webhook: Rig) -> None:
    update = webhook.telegram.update(**webhook.telegram.message(QUESTION))
    assert len(await webhook.deliver(update, update)) == 1
    await webhook.stop()
    await webhook.start()
    assert not await webhook.deliver(update)


async def test_answered_at_once_and_worked_on_after(webhook: Rig, bot: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    release, handle = asyncio.Event(), bot.agent.handle_message

    async def wait(message: Any) -> None:
        await release.wait()
        await handle(message)

    monkeypatch.setattr(bot.agent, "handle_message", wait)
    await webhook.telegram.deliver(webhook.telegram.update(**webhook.telegram.message(QUESTION)))
    assert webhook.telegram.deliveries == [200] and not webhook.telegram.sent
    release.set()
    await webhook.until(lambda: webhook.telegram.sent)


async def test_a_fault_on_our_side_brings_no_resend(webhook: Rig) -> None:
    webhook.telegram.faults["sendMessage"] = [Refusal(403, "Forbidden: bot was blocked by the user")]
    assert not await webhook.say(QUESTION)
    assert webhook.telegram.deliveries == [200]


@pytest.mark.parametrize("secret", [None, "", "wrong", "ü", "x" * 64])
async def test_forged(webhook: Rig, secret: str | None) -> None:
    """Refused before the body is read: it may be anything."""
    update = webhook.telegram.update(**webhook.telegram.message(QUESTION))
    for body in (str(update).encode(), b"{", b"x" * 600_000):
        assert await post(webhook, body, secret) == 403
    assert not webhook.telegram.sent and not len(webhook.running.work)


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b'"text"', b"null", b"{}", b'{"update_id": "x"}', b"\xff\xfe", b"[" * 5000]
)
async def test_nonsense_from_telegram_is_dropped(webhook: Rig, body: bytes) -> None:
    """With 200: anything else would make it come again."""
    assert await post(webhook, body, webhook.telegram.webhook["secret_token"]) == 200
    assert not webhook.telegram.sent


async def test_other_calls(webhook: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    secret = webhook.telegram.webhook["secret_token"]
    assert await post(webhook, b"", secret, "GET") == 405
    assert await post(webhook, b"x" * 600_000, secret) == 413
    monkeypatch.setattr(channel_module, "MOST_AT_WORK", 0)  # overloaded: Telegram keeps the update
    assert await post(webhook, b"{}", secret) == 503


async def test_without_a_webhook_there_is_no_such_address(polling: Rig) -> None:
    assert await post(polling, b"{}", "x") == 404


async def test_ten_megabytes(webhook: Rig) -> None:
    """Refused, with a status or by hanging up in the middle; the next update is answered."""
    for secret in (None, "wrong", webhook.telegram.webhook["secret_token"]):
        try:
            assert await post(webhook, b"x" * 10_000_000, secret) in (403, 413)
        except (aiohttp.ClientConnectionError, ConnectionError):  # hung up on before all was sent
            continue
    (sent,) = await webhook.say(QUESTION)
    assert sent.text.startswith(BONE)
