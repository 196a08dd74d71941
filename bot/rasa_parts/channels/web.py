"""The channel of the web widget: its own small API, the widget itself and the page at ``/``.

Described in docs/widget.md. Rasa's stock REST channel lets clients choose conversation, channel and metadata, obeys
typed intents and cannot delete; here the server issues the conversation and only buttons are obeyed.
"""

from __future__ import annotations

import os
from typing import Any

from rasa.core.channels.channel import InputChannel
from sanic import Blueprint, Sanic
from sanic.exceptions import SanicException
from sanic.request import Request
from sanic.response import HTTPResponse

from bot.answering import Following
from bot.rasa_parts.channels import web_http, web_pages
from bot.rasa_parts.channels.web_calls import NAME, Calls, OnMessage
from bot.rasa_parts.channels.web_http import API, ApiError, api
from bot.rasa_parts.channels.web_settings import WebSettings

OUR_PATHS = ("/", "/widget.js", "/icon.svg")
OUR_FOLDERS = (API, "/figures/")


class WebInput(InputChannel):
    """List it in credentials.yml as ``bot.rasa_parts.channels.web.WebInput``; options: see ``WebSettings``."""

    def __init__(self, settings: WebSettings) -> None:
        self.settings = settings

    @classmethod
    def name(cls) -> str:
        return NAME

    @classmethod
    def from_credentials(cls, credentials: dict[str, Any] | None) -> WebInput:
        return cls(WebSettings.load(credentials or {}, os.environ))

    def url_prefix(self) -> str:
        """The root of the server, so that the two lines in a charity's page stay short."""
        return "/"

    def blueprint(self, on_new_message: OnMessage) -> Blueprint:
        routes = _WebBlueprint("lantern_web")
        routes.ctx.hooks = _Hooks(self.settings)
        calls = Calls(self.settings, on_new_message)
        for path, method, handler in (
            ("/api/conversation", "POST", calls.start),
            ("/api/conversation", "DELETE", calls.delete),
            ("/api/hello", "GET", calls.hello),
            ("/api/questions/<answer>", "GET", calls.question),
            ("/api/message", "POST", calls.message),
            ("/api/feedback", "POST", calls.feedback),
            ("/widget.js", "GET", _widget),
            ("/icon.svg", "GET", _icon),
            ("/figures/<name>", "GET", _figure),
            ("/", "HEAD", routes.ctx.hooks.front),  # GET there is Rasa's, see _Hooks.on_request
        ):
            methods = ["GET", "HEAD"] if method == "GET" else [method]
            routes.add_route(api(_plain(handler)), path, methods=methods, name=f"{method}_{handler.__name__}".lower())
        return routes


class _WebBlueprint(Blueprint):
    """Also registers what must hold for requests that reach no route of its own."""

    def register(self, app: Sanic, options: dict[str, Any]) -> None:
        super().register(app, options)
        hooks: _Hooks = self.ctx.hooks
        app.register_middleware(hooks.on_request, "request")
        app.register_middleware(hooks.on_response, "response")
        app.add_signal(_after_routing, "http.routing.after")
        app.error_handler.add(SanicException, _on_routing_error)


class _Hooks:
    """What happens around every request of the server; other channels' paths are left alone."""

    def __init__(self, settings: WebSettings) -> None:
        self._origins = settings.origins
        self._front = Following(lambda known: web_pages.FrontPage(known, settings))

    async def front(self, request: Request) -> HTTPResponse:
        """The page at ``/``."""
        return self._front().response(request)

    def on_request(self, request: Request) -> HTTPResponse | None:
        """The page at ``/`` in place of Rasa's "Hello from Rasa"; foreign pages are kept from the API."""
        if request.path == "/" and request.method == "GET":
            return self._front().response(request)
        if request.path.startswith(API) and not web_http.origin_allowed(request, self._origins):
            return web_http.error_response("origin")
        return None

    def on_response(self, request: Request, response: HTTPResponse) -> None:
        if request.path in OUR_PATHS or request.path.startswith(OUR_FOLDERS):
            web_http.set_headers(request, response, self._origins)


def _plain(handler: web_http.Handler) -> web_http.Handler:
    """A method as a function: Sanic writes an attribute on handlers, which bound methods refuse."""

    async def call(request: Request, **parts: str) -> HTTPResponse:
        return await handler(request, **parts)

    return call


async def _widget(request: Request) -> HTTPResponse:
    found = web_pages.widget(request)
    if found is None:
        raise ApiError("not_built")
    return found


async def _icon(request: Request) -> HTTPResponse:
    return web_pages.icon(request)


async def _figure(request: Request, name: str) -> HTTPResponse:
    found = web_pages.figure(request, name)
    if found is None:
        raise ApiError("not_found")
    return found


async def _after_routing(request: Request, **_context: Any) -> None:
    web_http.bound_body(request)


def _on_routing_error(request: Request, error: SanicException) -> HTTPResponse | None:
    """JSON under /api; None leaves the rest to Sanic."""
    return web_http.routing_error(request, error) if request.path.startswith(API) else None
