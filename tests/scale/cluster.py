"""Several Lantern workers behind nginx with deploy/nginx.conf, as in deploy/compose.yml."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterable
from pathlib import Path

from benchmarks.servers import _resident as resident
from benchmarks.servers import cpu_of
from bot.paths import PROJECT
from tests.scale.services import Services, free_port, wait_for

SECRET = "a secret that only the tests know, 32 or more"
LANTERN = "import sys; from bot.cli import main; sys.exit(main(sys.argv[1:]))"


def settings(services: Services, data: Path) -> dict[str, str]:
    """The environment of a program of the cluster."""
    return {
        **services.environment,
        "LANTERN_ENDPOINTS": str(PROJECT / "deploy" / "endpoints.yml"),
        "LANTERN_DATA": str(data),
        "SANIC_PROXIES_COUNT": "1",
        "LANTERN_SECRET": SECRET,
    }


def lantern(services: Services, data: Path, *arguments: str) -> subprocess.Popen[bytes]:
    """One of its commands, with its own output in ``workers.log``."""
    with (services.folder / "workers.log").open("ab") as log:
        command = [sys.executable, "-W", "ignore", "-c", LANTERN, *arguments]
        environment = {**os.environ, **settings(services, data)}
        return subprocess.Popen(command, cwd=PROJECT, env=environment, stdout=log, stderr=log)


class Worker:
    """One ``lantern serve``."""

    def __init__(self, services: Services, data: Path) -> None:
        self.port, self._services, self._data = free_port(), services, data
        self.start()

    def start(self) -> None:
        self.process = lantern(self._services, self._data, "serve", "--port", str(self.port))

    def wait(self) -> None:
        wait_for(self.port)
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/health/ready", timeout=10) as answer:
            assert answer.status == 200

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.kill()


class Cluster:
    """Workers and nginx."""

    def __init__(self, services: Services, data: Path, size: int, limited: bool = False) -> None:
        self.services, self.port = services, free_port()
        self._limited = limited
        self.workers = [Worker(services, data) for _ in range(size)]
        self._folder = services.folder / f"nginx-{self.port}"
        self._nginx: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/webhooks/rest/webhook"

    def __enter__(self) -> Cluster:
        try:
            for worker in self.workers:
                worker.wait()
            self._folder.mkdir()
            self._write(self.workers)
            self._nginx = subprocess.Popen(self._command("-g", "daemon off;"), stderr=subprocess.DEVNULL)
            wait_for(self.port)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        if self._nginx is not None:
            self._nginx.terminate()
            self._nginx.wait()
        for worker in self.workers:
            worker.stop()

    def cpu_seconds(self) -> dict[str, float]:
        """Processor time used so far, by part."""
        used = {name: cpu_of(process.pid) for name, process in self.services.running.items()}
        used["workers"] = sum(cpu_of(worker.process.pid) for worker in self.workers)
        used["nginx"] = cpu_of(self._nginx.pid) if self._nginx else 0.0
        return used

    def megabytes(self) -> float:
        """Memory of a worker, on average."""
        return sum(resident(worker.process.pid) for worker in self.workers) / len(self.workers) / 2**20

    def send_only_to(self, workers: Iterable[Worker]) -> None:
        """Reload nginx; requests on their way still end where they are."""
        self._write(workers)
        subprocess.run(self._command("-s", "reload"), check=True, capture_output=True)

    def _command(self, *more: str) -> list[str]:
        return ["nginx", "-p", str(self._folder), "-c", str(self._folder / "nginx.conf"), *more]

    def _write(self, workers: Iterable[Worker]) -> None:
        """deploy/nginx.conf with these workers; no limit where all of the load comes from one address.

        Left out: the two lines that Debian's nginx (1.22) is too old for.
        """
        text = (PROJECT / "deploy" / "nginx.conf").read_text(encoding="utf-8")
        servers = "".join(f"server 127.0.0.1:{worker.port} max_fails=0;\n" for worker in workers)
        text = re.sub(r"server lantern:5005.*\n", servers, text)
        text = re.sub(r"^ *(resolver|keepalive_min_timeout) .*\n", "", text, flags=re.MULTILINE)
        if not self._limited:
            text = re.sub(r"^ *limit_req(_zone)? .*\n", "", text, flags=re.MULTILINE)
        text = text.replace("listen 8080", f"listen 127.0.0.1:{self.port}")
        text = text.replace("/tmp/nginx.pid", str(self._folder / "nginx.pid"))
        (self._folder / "nginx.conf").write_text(text, encoding="utf-8")
