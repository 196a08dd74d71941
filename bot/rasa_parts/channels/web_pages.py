"""What the server shows by itself: the widget's script, its figures and the page at ``/``."""

from __future__ import annotations

import gzip
import hashlib
import html
from base64 import b64encode
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from string import Template

from sanic.request import Request
from sanic.response import HTTPResponse, raw

from bot.knowledge import Knowledge
from bot.paths import KNOWLEDGE, PROJECT
from bot.rasa_parts.channels.web_settings import WebSettings

WIDGET = PROJECT / "web" / "dist" / "widget.js"
ICON = PROJECT / "web" / "icon.svg"
FRONT = PROJECT / "web" / "front.html"
FIGURES = KNOWLEDGE / "figures"
_FIVE_MINUTES = "public, max-age=300"  # the address never changes, so a mended widget must not be kept for long
# Pages of other origins embed these files, also pages that isolate themselves (COEP).
_EMBEDDABLE = {"Cross-Origin-Resource-Policy": "cross-origin"}
# A figure opened by itself is a document of this origin: it may draw and nothing else.
_FIGURE_POLICY = {"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox"}


@dataclass(frozen=True)
class StaticFile:
    """A file in memory, also compressed."""

    body: bytes
    packed: bytes
    tag: str
    media_type: str

    @classmethod
    def of(cls, body: bytes, media_type: str) -> StaticFile:
        return cls(body, gzip.compress(body, 9, mtime=0), hashlib.sha256(body).hexdigest()[:32], media_type)

    def response(self, request: Request, headers: dict[str, str]) -> HTTPResponse:
        """The file, or 304 when the browser has it."""
        packed = "gzip" in request.headers.get("accept-encoding", "")
        tag = f'"{self.tag}{"-gz" if packed else ""}"'
        headers = {"ETag": tag, "Cache-Control": _FIVE_MINUTES, "Vary": "Accept-Encoding", **headers}
        if tag in request.headers.get("if-none-match", ""):
            return raw(b"", status=304, headers=headers)
        if packed:
            headers["Content-Encoding"] = "gzip"
        return raw(self.packed if packed else self.body, headers=headers, content_type=self.media_type)


@lru_cache(maxsize=1)
def _widget() -> StaticFile:
    return StaticFile.of(WIDGET.read_bytes(), "text/javascript; charset=utf-8")


@lru_cache(maxsize=1)
def _icon() -> StaticFile:
    return StaticFile.of(ICON.read_bytes(), "image/svg+xml")


@lru_cache(maxsize=1)
def _figures() -> dict[str, StaticFile]:
    """Figures by name: what is not in the folder at the first request has no address."""
    return {path.name: StaticFile.of(path.read_bytes(), "image/svg+xml") for path in sorted(FIGURES.glob("*.svg"))}


def widget(request: Request) -> HTTPResponse | None:
    """The widget's script; None when it was not built."""
    return _widget().response(request, dict(_EMBEDDABLE)) if WIDGET.exists() else None


def icon(request: Request) -> HTTPResponse:
    """The page's icon; without it browsers ask for one that is not there."""
    return _icon().response(request, dict(_FIGURE_POLICY))


def figure(request: Request, name: str) -> HTTPResponse | None:
    """One figure; None for a name that is none of ours."""
    found = _figures().get(name)
    return found.response(request, {**_EMBEDDABLE, **_FIGURE_POLICY}) if found else None


class FrontPage:
    """The page at ``/``: says what this is and has the widget, under the strictest policy that it works with."""

    def __init__(self, knowledge: Knowledge, settings: WebSettings, template: Path = FRONT) -> None:
        words = {
            "bot_intro": knowledge.phrase("bot_intro"),
            "emergency_line": knowledge.phrase("emergency_line"),
            "disclaimer": knowledge.phrase("disclaimer", "general"),
            "history": settings.history,
            "emergency_number": settings.emergency_number,
        }
        filled = Template(template.read_text(encoding="utf-8")).substitute(
            {name: html.escape(text) for name, text in words.items()}, starters=_starters(knowledge)
        )
        self._file = StaticFile.of(filled.encode(), "text/html; charset=utf-8")
        self._headers = {
            "Content-Security-Policy": _page_policy(filled, settings.origins),
            "Cross-Origin-Opener-Policy": "same-origin",
            "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
            "Cache-Control": "no-cache",
        }

    def response(self, request: Request) -> HTTPResponse:
        return self._file.response(request, dict(self._headers))


def _starters(knowledge: Knowledge) -> str:
    """Links to the questions that the bot itself offers first."""
    entries = [knowledge[answer] for answer in knowledge["smalltalk.greet"].next]
    return "\n".join(f'<li><a href="#lantern={e.id}">{html.escape(e.question)}</a></li>' for e in entries)


def _page_policy(page: str, origins: tuple[str, ...]) -> str:
    style = page.split("<style>", 1)[1].split("</style>", 1)[0]
    framing = " ".join(("'self'", *origins))
    style_hash = b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            "connect-src 'self'",
            "img-src 'self'",
            f"style-src 'sha256-{style_hash}'",
            "base-uri 'none'",
            "form-action 'none'",
            f"frame-ancestors {framing}",
            "require-trusted-types-for 'script'",
            "trusted-types lit-html",
        )
    )
