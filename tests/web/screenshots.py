"""Takes the pictures of docs/screenshots from a running server; the desktop ones on a page of another origin.

Start the server with ``LANTERN_ORIGINS=http://127.0.0.1:5999``, then
``uv run python -m tests.web.screenshots http://127.0.0.1:5005``.
"""

from __future__ import annotations

import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

from bot.paths import PROJECT
from tests.web.help import BROWSER_FLAGS, CHROMIUM, PHONE, Charity, Visit

FOLDER = PROJECT / "docs" / "screenshots"
PORT = 5999
STYLE = "<style>body { font: 18px/1.6 Georgia, serif; margin: 3rem; max-width: 22rem }</style>"
BONE = "What are the symptoms of bone metastases?"
DANGER = "I have crushing chest pain and cannot breathe"
SHOTS = {
    "phone-light": (PHONE, "", BONE),
    "phone-dark": ({**PHONE, "color_scheme": "dark"}, "", BONE),
    "phone-contrast": (PHONE, "contrast", DANGER),
    "phone-urgent": (PHONE, "", DANGER),
    "phone-figure": (PHONE, "", "What are the symptoms of metastatic breast cancer?"),
    "desktop-light": ({"viewport": {"width": 900, "height": 640}}, "", BONE),
    "desktop-dark": ({"viewport": {"width": 900, "height": 640}, "color_scheme": "dark"}, "", DANGER),
}  # fmt: skip


def take(browser: Browser, url: str, name: str) -> None:
    """One picture; a figure's is scrolled to."""
    options, theme, question = SHOTS[name]
    visit = Visit(browser, url, PROJECT, options).start().ask(question)
    page = visit.page
    assert page.locator("article.fallback").count() == 0, "the server gives no answers"
    if theme:
        page.click("[aria-controls=menu]")
        page.select_option("#theme", theme)
        page.click("[aria-controls=menu]")
    if name.endswith("figure") and page.locator("figure").count():
        page.locator("figure").scroll_into_view_if_needed()
    page.evaluate("() => document.activeElement.shadowRoot?.activeElement?.blur()")
    page.wait_for_timeout(300)
    path = FOLDER / f"{name}.png"
    page.screenshot(path=str(path))
    Image.open(path).convert("RGB").quantize(64).save(path, optimize=True)  # a third of the size, and looks the same
    visit.leave()


def main(server: str) -> None:
    """All pictures."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright, Charity(PORT) as charity:
        page = charity.page("/", server, head=STYLE)
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=BROWSER_FLAGS)
        for name in SHOTS:
            take(browser, page if name.startswith("desktop") else server, name)
        browser.close()
    sizes = {path.name: path.stat().st_size // 1024 for path in sorted(Path(FOLDER).glob("*.png"))}
    sys.stdout.write(f"{FOLDER}: {sizes} KB\n")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:5005")
