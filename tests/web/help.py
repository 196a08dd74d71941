"""A visitor with a browser, and websites of charities."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

CHROMIUM = Path("/usr/bin/chromium")
BROWSER_FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
PHONE = {"viewport": {"width": 360, "height": 740}, "is_mobile": True, "has_touch": True}
DESKTOP = {"viewport": {"width": 1100, "height": 800}}
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
STRICT = (
    "default-src 'none'; script-src {host}; connect-src {host}; img-src {host}; base-uri 'none'; "
    "require-trusted-types-for 'script'; trusted-types lit-html"
)


_ROOT = "const root = document.querySelector('lantern-chat').shadowRoot;"


class Charity:
    """A website in memory; ``pages`` maps a path to its HTML and its Content-Security-Policy."""

    def __init__(self, port: int = 0) -> None:
        self.pages: dict[str, tuple[str, str]] = {}
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                html, policy = site.pages.get(urlsplit(self.path).path, ("", ""))
                self.send_response(200 if html else 204)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                if policy:
                    self.send_header("Content-Security-Policy", policy)
                self.end_headers()
                self.wfile.write(html.encode())

            def log_message(self, *_arguments: object) -> None:
                """Quiet."""

        self._server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Charity:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def page(self, path: str, server: str, head: str = "", attributes: str = "", policy: str = "") -> str:
        """A page with the two lines of docs/widget.md; returns its address."""
        html = f"""<!doctype html><html lang="en"><head><title>A charity</title>
        <meta name="viewport" content="width=device-width, initial-scale=1">{head}
        <script src="{server}/widget.js"></script></head>
        <body><main><h1>We help</h1><p>Text <a href="#lantern=symptoms.bone" id="deep">Bones</a></p></main>
        <lantern-chat server="{server}" {attributes}></lantern-chat></body></html>"""
        self.pages[path] = (html, policy.format(host=server))
        return self.url + path


class Visit:
    """One visitor's page; keeps what it asked the network for and what it complained about."""

    def __init__(self, browser: Any, url: str, node_modules: Path, options: dict[str, Any]) -> None:
        self.context = browser.new_context(**{**DESKTOP, "base_url": url, **options})
        self.context.set_default_timeout(10_000)
        self.page = self.context.new_page()
        self.requests: list[tuple[str, str]] = []
        self.complaints: list[str] = []
        self._axe = node_modules / "axe-core" / "axe.min.js"
        self.page.on("request", lambda request: self.requests.append((request.method, request.url)))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", lambda line: line.type in ("error", "warning") and self.complaints.append(line.text))
        self.page.goto(url)

    def leave(self) -> None:
        self.context.close()

    def open(self) -> Visit:
        self.page.click(".launcher")
        return self

    def start(self) -> Visit:
        """Open and consent."""
        self.open().page.click("[data-accept]")
        self.page.wait_for_selector("#question")
        return self

    def say(self, text: str) -> Visit:
        """Type and send, without waiting."""
        self.page.fill("#question", text)
        self.page.press("#question", "Enter")
        return self

    def ask(self, text: str) -> Visit:
        """Type, send, and wait for the reply."""
        before = self.count("article")
        return self.say(text).until(f"root.querySelectorAll('article').length > {before}")

    def answering(self, reply: Any = None, status: int = 200, **options: Any) -> Visit:
        """From now on the server's place is taken: every message gets this reply."""
        self.page.unroute("**/api/message")
        body = options.pop("body", json.dumps(reply))
        headers = {"Access-Control-Allow-Origin": "*", **options.pop("headers", {})}
        self.page.route(
            "**/api/message",
            lambda route: route.fulfill(
                status=status, body=body, content_type="application/json", headers=headers, **options
            ),
        )
        return self

    def inside(self, expression: str) -> Any:
        """The value of an expression in the page, where ``root`` is the inside of the widget."""
        return self.page.evaluate(f"() => {{ {_ROOT} return {expression} }}")

    def until(self, expression: str) -> Visit:
        """Wait for such an expression to be true."""
        self.page.wait_for_function(f"() => {{ {_ROOT} return {expression} }}")
        return self

    def count(self, selector: str) -> int:
        return int(self.page.locator(selector).count())

    def text(self, selector: str) -> str:
        return str(self.page.locator(selector).last.inner_text())

    def focused(self, what: str = "className") -> str:
        """A property of what has the focus, looked for inside the widget."""
        return str(
            self.page.evaluate(
                "what => { let e = document.activeElement;"
                " while (e?.shadowRoot?.activeElement) e = e.shadowRoot.activeElement;"
                " return e ? String(e[what] ?? '') : '' }",
                what,
            )
        )

    def wait(self, condition: Callable[[], object]) -> None:
        """Wait for something outside the page; the browser's requests are worked on meanwhile."""
        for _ in range(500):
            if condition():
                return
            self.page.wait_for_timeout(20)
        raise AssertionError("it did not come")

    def posts(self) -> list[str]:
        return [urlsplit(url).path for method, url in self.requests if method == "POST"]

    def axe(self) -> list[str]:
        """What axe finds wrong on the whole page, one line each."""
        # evaluated, not inserted as a script: the page's policy forbids that, as it should
        self.page.evaluate(self._axe.read_text(encoding="utf-8") + "; null")
        found = self.page.evaluate("tags => axe.run(document, {runOnly: tags})", WCAG)
        return [
            f"{v['id']}: {node['target']} {node['failureSummary']}" for v in found["violations"] for node in v["nodes"]
        ]


def reply(**fields: Any) -> dict[str, Any]:
    """A reply of the contract, for the browser to show."""
    return {
        "version": 1, "kind": "answer", "opening": "", "answers": [answer()],
        "disclaimer": "This is general information.", "suggestions": [], "confidence": 0.9, **fields,
    }  # fmt: skip


def answer(**fields: Any) -> dict[str, Any]:
    return {
        "id": "symptoms.bone", "title": "Bone", "summary": "It may hurt.", "points": ["At night."],
        "sources": [{"title": "Bones", "publisher": "NCI", "url": "https://cancer.gov/bones"}],
        "checked": "2026-11-25", "status": "Checked.", "figure": None, **fields,
    }  # fmt: skip
