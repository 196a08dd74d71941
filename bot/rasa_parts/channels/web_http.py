"""HTTP for the web channel: errors in JSON, who may call, and the headers of every response."""

from __future__ import annotations

import json
import logging
from collections.abc import Awaitable, Callable
from functools import wraps
from http import HTTPStatus
from math import ceil
from typing import Any
from urllib.parse import urlsplit

from sanic.exceptions import SanicException
from sanic.request import Request
from sanic.response import BaseHTTPResponse, HTTPResponse, empty
from sanic.response import json as json_response
from sanic_cors.core import SANIC_CORS_EVALUATED

from bot.rasa_parts.channels.rest import json_object

logger = logging.getLogger(__name__)
API = "/api/"
LARGEST_BODY = 32 * 1024

# For programmers: the widget has words of its own for each status.
ERRORS = {
    "bad_json": (400, "Send a JSON object."),
    "bad_message": (400, 'Send either {"text": "..."} or {"payload": "..."} with the payload of a suggestion.'),
    "unknown_payload": (400, "Only payloads that the bot has suggested are obeyed."),
    "bad_feedback": (400, 'Send {"answer": id, "helpful": true or false, "reason": "up to 500 characters"}.'),
    "no_token": (401, "POST /api/conversation gives a token; send it as `Authorization: Bearer <token>`."),
    "bad_token": (401, "This conversation has ended. POST /api/conversation starts a new one."),
    "origin": (403, "Pages on this origin may not use this server. Its operator can add it to LANTERN_ORIGINS."),
    "not_found": (404, "There is nothing here."),
    "method": (405, "This method is not offered here."),
    "too_large": (413, "Send at most 32 KB."),
    "not_json": (415, "Send JSON, with `Content-Type: application/json`."),
    "too_many": (429, "Too many requests. Wait as long as `Retry-After` says."),
    "internal": (500, "Something went wrong on the server."),
    "not_built": (503, "The widget was not built: run `npm ci && npm run build` in web/."),
}
_BY_STATUS = {404: "not_found", 405: "method", 413: "too_large"}
_COMMON = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer"}
_CORS = {
    "Access-Control-Allow-Methods": "GET, POST, DELETE",
    "Access-Control-Allow-Headers": "Authorization, Content-Type",
    "Access-Control-Expose-Headers": "Retry-After",
    "Access-Control-Max-Age": "600",
}

Handler = Callable[..., Awaitable[HTTPResponse]]


class ApiError(Exception):
    """An error of ``ERRORS``; ``wait`` is for ``too_many``."""

    def __init__(self, code: str, wait: float = 0) -> None:
        super().__init__(code)
        self.code = code
        self.wait = wait


def error_response(code: str, wait: float = 0) -> HTTPResponse:
    """An error as JSON."""
    status, message = ERRORS[code]
    headers = {"Retry-After": str(max(1, ceil(wait)))} if code == "too_many" else None
    return json_response({"error": {"code": code, "message": message}}, status=status, headers=headers)


def api(handler: Handler) -> Handler:
    """A route whose errors are JSON, whatever goes wrong, and never quote what a person wrote."""

    @wraps(handler)
    async def guarded(request: Request, **parts: str) -> HTTPResponse:
        if request.method == "OPTIONS":
            return empty()
        try:
            return await handler(request, **parts)
        except ApiError as error:
            return error_response(error.code, error.wait)
        except Exception as error:
            log_failure(f"{request.method} {request.path}", error)
            return error_response("internal")

    return guarded


def log_failure(what: str, error: Exception) -> None:
    """The kind of error and where it arose, without its message, which may quote a person."""
    logger.error("%s failed: %s", what, type(error).__name__, exc_info=(type(error), Exception(), error.__traceback__))


def body_of(request: Request) -> dict[str, Any]:
    """The body of a POST.

    Raises:
        ApiError: larger than allowed, not declared as JSON (which also keeps out HTML forms), or no JSON object.
    """
    if len(request.body) > LARGEST_BODY:
        raise ApiError("too_large")
    if request.content_type.split(";")[0].strip().lower() != "application/json":
        raise ApiError("not_json")
    body = json_object(request)
    if body is None:
        raise ApiError("bad_json")
    return body


def json_text(content: object) -> str:
    """JSON as it is sent, for texts that are sent often."""
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"))


def origin_allowed(request: Request, allowed: tuple[str, ...]) -> bool:
    """Whether the calling page (none: a program) may use the API; exact origins only."""
    origin = request.headers.get("origin")
    if origin is None or origin in allowed:
        return True
    # Only the host is compared: behind a proxy that ends TLS the scheme seen here is not the page's.
    return bool(urlsplit(origin).netloc) and urlsplit(origin).netloc == request.headers.get("host")


def bound_body(request: Request) -> None:
    """Make Sanic stop reading a body for the API at its limit, instead of at 100 MB."""
    if request.path.startswith(API) and request.stream is not None:
        request.stream.request_max_size = LARGEST_BODY


def set_headers(request: Request, response: BaseHTTPResponse, allowed: tuple[str, ...]) -> None:
    """Security headers, and CORS by exact origin in place of what ``rasa run --cors`` would say."""
    for name in [name for name in response.headers if name.lower().startswith("access-control-")]:
        del response.headers[name]
    setattr(request.ctx, SANIC_CORS_EVALUATED, "1")  # rasa's CORS extension comes later and leaves this one alone
    response.headers.update(_COMMON)
    if request.path.startswith(API):
        response.headers.setdefault("Cache-Control", "no-store")
        response.headers["Vary"] = "Origin"
        origin = request.headers.get("origin")
        if origin in allowed:
            response.headers.update({"Access-Control-Allow-Origin": origin, **_CORS})
    elif response.headers.get("Cross-Origin-Resource-Policy"):
        response.headers["Access-Control-Allow-Origin"] = "*"  # public files, so that pages can pin them (SRI)


def routing_error(_request: Request, error: SanicException) -> HTTPResponse:
    """What Sanic refuses before a route of ours is reached, in the API's form."""
    code = _BY_STATUS.get(error.status_code)
    if code:
        return error_response(code)
    status = error.status_code or 500
    message = HTTPStatus(status).phrase
    return json_response({"error": {"code": message.lower().replace(" ", "_"), "message": message}}, status=status)
