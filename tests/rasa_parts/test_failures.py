"""When something inside breaks, the person still gets a reply with its disclaimer, and danger is still answered."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from aiohttp import web
from rasa.utils.endpoints import EndpointConfig

from bot.rasa_parts import remote_action
from bot.rasa_parts.local import LocalBot
from tests.rasa_parts.test_message_path import check_contract


def broken(*_args: object, **_kwargs: object) -> Any:
    raise OSError("disk full: I feel so alone")  # an error that quotes what was written


@pytest.mark.parametrize("part", ["retrieve", "save"])
def test_a_broken_store_still_answers(
    bot: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, part: str
) -> None:
    monkeypatch.setattr(bot.store, part, broken)
    custom = check_contract(asyncio.run(bot.messages("store", "I feel so alone")))
    assert custom["kind"] in ("fallback", "smalltalk")
    assert "alone" not in caplog.text


def test_a_broken_store_does_not_hide_danger(bot: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bot.store, "retrieve", broken)
    custom = check_contract(asyncio.run(bot.messages("store", "help I can't breathe and my chest hurts")))
    assert custom["kind"] == "urgent"


def test_a_broken_action_still_answers(bot: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remote_action.executor(), "run", broken)
    assert check_contract(asyncio.run(bot.messages("action", "what is a biopsy?")))["kind"] == "fallback"
    assert check_contract(asyncio.run(bot.messages("action", "I want to kill myself")))["kind"] == "urgent"


async def _hang(_request: web.Request) -> web.Response:
    await asyncio.sleep(10)
    return web.json_response({})


async def _nonsense(_request: web.Request) -> web.Response:
    return web.json_response({"events": "no", "responses": 7})


async def _fail(_request: web.Request) -> web.Response:
    return web.Response(status=500)


@pytest.mark.parametrize("handler", [_hang, _nonsense, _fail, None])
def test_an_action_server_in_trouble_is_stood_in_for(
    bot: Any, monkeypatch: pytest.MonkeyPatch, handler: Any, unused_tcp_port: int
) -> None:
    monkeypatch.setattr(remote_action, "DEADLINE", 0.3)

    async def chat() -> list[dict[str, Any]]:
        runner = web.AppRunner(web.Application())
        if handler is not None:
            runner.app.router.add_post("/webhook", handler)
            await runner.setup()
            await web.TCPSite(runner, "127.0.0.1", unused_tcp_port).start()
        endpoint = EndpointConfig(f"http://127.0.0.1:{unused_tcp_port}/webhook")
        monkeypatch.setattr(bot.agent.processor, "action_endpoint", endpoint)
        try:
            return list(await bot.messages(f"server-{handler}", "What are the symptoms of bone metastases?"))
        finally:
            await runner.cleanup()

    assert check_contract(asyncio.run(chat()))["answers"][0]["id"] == "symptoms.bone"


def test_without_a_model_the_error_says_what_to_do(tmp_path: Any) -> None:
    from rasa.exceptions import ModelNotFound

    with pytest.raises(ModelNotFound):
        LocalBot(tmp_path / "none.tar.gz")
