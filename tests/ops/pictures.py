"""Takes the pictures for operators: the curator's report, and what the dashboard's queries answer.

The messages are invented. The metrics are scraped by a real Prometheus (Debian's package) from a running worker, and
each query of deploy/grafana/dashboard.json is put to it; Grafana itself is not there, so a chart is drawn of what it
would get. ``uv run python -m tests.ops.pictures``, about two minutes.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
from PIL import Image
from playwright.sync_api import sync_playwright

from benchmarks.bots import lantern
from benchmarks.servers import Server, free_port, get, post, running
from bot.paths import PROJECT
from tests.web.help import BROWSER_FLAGS, CHROMIUM, DESKTOP

FOLDER = PROJECT / "docs" / "screenshots"
SECONDS = 75  # of talking
ASKED = (
    "What are the symptoms of bone metastases?", "what does stage 4 mean", "hello", "is there a cure",
    "side effects of kisqali", "I have crushing chest pain and cannot breathe", "what is a biopsy?",
    "my name is Ada Example, can I bring my dog to the infusion", "can my dog come with me to the infusion room",
    "are pets allowed during infusions", "how much does parking at the clinic cost", "what does parking cost",
    "thanks", "who won the football match", "is it my fault", "what are PARP inhibitors?",
)  # fmt: skip
VERDICTS = (
    ("symptoms.bone", True, ""), ("symptoms.bone", True, ""), ("diagnosis.biopsy", True, ""),
    ("diagnosis.biopsy", False, "I wanted to know how long it takes. Call me: 555 0100, Ada"),
    ("overview.curable", False, "too short"), ("overview.curable", False, ""), ("overview.curable", True, ""),
)  # fmt: skip


def talk(server: Server, seconds: float) -> None:
    """Invented people ask for so long; some say what they thought of the answer."""
    end, said = time.monotonic() + seconds, 0
    while time.monotonic() < end:
        for text in ASKED:
            post(f"{server.url}/webhooks/rest/webhook", {"sender": f"picture-{said // 4}", "message": text})
            said += 1
        time.sleep(1)
    token = post(f"{server.url}/api/conversation", {})["token"]
    for answer, helpful, reason in VERDICTS:
        body = json.dumps({"answer": answer, "helpful": helpful, "reason": reason}).encode()
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {token}"}
        urllib.request.urlopen(urllib.request.Request(f"{server.url}/api/feedback", body, headers)).close()


@contextmanager
def prometheus(target: int, folder: Path) -> Iterator[str]:
    """A Prometheus that scrapes this port each second."""
    config, port = folder / "prometheus.yml", free_port()
    config.write_text(
        f"global: {{scrape_interval: 1s}}\n"
        f"scrape_configs: [{{job_name: lantern, static_configs: [{{targets: ['127.0.0.1:{target}']}}]}}]\n"
    )
    listen = (f"--web.listen-address=127.0.0.1:{port}", f"--storage.tsdb.path={folder / 'data'}")
    process = subprocess.Popen(["prometheus", f"--config.file={config}", *listen], stderr=subprocess.DEVNULL)
    try:
        yield f"http://127.0.0.1:{port}/api/v1"
    finally:
        process.terminate()
        process.wait(20)


def ask(api: str, query: str, begun: float) -> list[dict[str, Any]]:
    """The series that Grafana would draw.

    Raises:
        AssertionError: Prometheus refuses the query.
    """
    span = {"query": query, "start": begun + 5, "end": time.time(), "step": 1}
    answer = get(f"{api}/query_range?{urllib.parse.urlencode(span)}")
    assert answer["status"] == "success", query
    return list(answer["data"]["result"])


def draw(api: str, begun: float, path: Path) -> None:
    """Each panel of the dashboard: a number, or lines."""
    panels = json.loads((PROJECT / "deploy" / "grafana" / "dashboard.json").read_text("utf-8"))["panels"]
    figure, axes = plt.subplots(4, 3, figsize=(14, 12), layout="constrained")
    for panel, axis in zip(panels, axes.flat, strict=True):
        axis.set_title(panel["title"], fontsize=10, loc="left")
        series = [(each, target) for target in panel["targets"] for each in ask(api, target["expr"], begun)]
        if panel["type"] == "stat":
            value = float(series[0][0]["values"][-1][1])
            axis.text(0.5, 0.5, f"{value:,.0f}", fontsize=32, ha="center", va="center")
            axis.axis("off")
            continue
        for found, target in series:
            label = ", ".join(found["metric"].values()) or target["expr"].partition(",")[0].rpartition("(")[2]
            axis.plot([t - begun for t, _ in found["values"]], [float(v) for _, v in found["values"]], label=label)
        axis.set_xlabel("seconds", fontsize=8)
        axis.tick_params(labelsize=8)
        if series:
            axis.legend(fontsize=7)
    figure.suptitle("What Prometheus answers to the queries of deploy/grafana/dashboard.json (no picture of Grafana)")
    figure.savefig(path, dpi=80)


def photograph(page: Path, path: Path) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=BROWSER_FLAGS)
        view = browser.new_page(**DESKTOP)
        view.goto(page.as_uri())
        view.screenshot(path=str(path), full_page=True)
        browser.close()


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder, bot = Path(name), lantern()
        with running(bot, folder / "server.log") as server:
            begun = time.time()
            with prometheus(server.port, folder) as api:
                talk(server, SECONDS)
                draw(api, begun, FOLDER / "operators-dashboard.png")
        page = folder / "report.html"
        report = "import sys; from bot.cli import main; sys.exit(main(['report', sys.argv[1]]))"
        environment = {**os.environ, **bot.processes[0].environment}
        subprocess.run([sys.executable, "-c", report, str(page)], cwd=PROJECT, env=environment, check=True)
        photograph(page, FOLDER / "operators-report.png")
    for path in sorted(FOLDER.glob("operators-*.png")):
        Image.open(path).convert("RGB").quantize(64).save(path, optimize=True)
        sys.stdout.write(f"{path.name}: {path.stat().st_size // 1024} KB\n")


if __name__ == "__main__":
    main()
