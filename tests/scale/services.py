"""Real PostgreSQL, Redis and RabbitMQ from Debian's packages, on loopback, in a folder that is thrown away."""

from __future__ import annotations

import contextlib
import os
import random
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import sqlalchemy as sa

from benchmarks.servers import _tree as tree

PATIENCE = 60


class Services:
    """Starts them on entry, ends them (only them) on exit; ``environment`` is what deploy/endpoints.yml wants."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        self._started: dict[str, tuple[Sequence[str], Mapping[str, str]]] = {}
        self.postgres_port, self.redis_port, self.rabbit_port = free_port(), free_port(), free_port()

    @property
    def environment(self) -> dict[str, str]:
        return {
            "LANTERN_DATABASE_URL": f"postgresql://postgres@127.0.0.1:{self.postgres_port}/postgres",
            "LANTERN_REDIS_URL": f"redis://127.0.0.1:{self.redis_port}/0",
            "LANTERN_RABBITMQ_HOST": "127.0.0.1",
            "LANTERN_RABBITMQ_PORT": str(self.rabbit_port),
            "LANTERN_RABBITMQ_USER": "guest",
            "LANTERN_RABBITMQ_PASSWORD": "guest",
        }

    def __enter__(self) -> Services:
        try:
            self._start_redis()
            self._start_rabbitmq()
            self._start_postgres()
            for name in self.running:
                wait_for(self.port_of(name))
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        for process in reversed(self.running.values()):
            process.terminate()
        for process in reversed(self.running.values()):
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def stored(self) -> dict[str, int]:
        """What PostgreSQL holds of conversations, with its indexes, and how many connections workers have."""
        engine = sa.create_engine(self.environment["LANTERN_DATABASE_URL"])
        query = "SELECT coalesce(pg_total_relation_size(to_regclass('events')), 0), count(*) - 1 FROM pg_stat_activity"
        with engine.connect() as connection:
            size, connections = connection.execute(sa.text(f"{query} WHERE backend_type = 'client backend'")).one()
            events = connection.execute(sa.text("SELECT count(*) FROM events")).scalar_one()
        engine.dispose()
        return {"bytes": int(size), "connections": int(connections), "events": int(events)}

    def port_of(self, name: str) -> int:
        return {"redis": self.redis_port, "postgres": self.postgres_port, "rabbitmq": self.rabbit_port}[name]

    def stop(self, name: str) -> None:
        """As a restart of the machine's service does: connections are closed, what was promised is on disk."""
        self.running[name].send_signal(signal.SIGINT if name == "postgres" else signal.SIGTERM)
        self.running[name].wait(60)

    def kill(self, name: str) -> None:
        """At once, with all that it has started."""
        self._signal_all(name, signal.SIGKILL)
        self.running[name].wait(60)

    def freeze(self, name: str) -> None:
        """It keeps its connections and takes new ones, and says nothing."""
        self._signal_all(name, signal.SIGSTOP)

    def thaw(self, name: str) -> None:
        self._signal_all(name, signal.SIGCONT)

    def start_again(self, name: str) -> None:
        self._start(name, *self._started[name])
        wait_for(self.port_of(name))

    def _signal_all(self, name: str, number: int) -> None:
        for pid in tree(self.running[name].pid):
            os.kill(pid, number)

    def _start_redis(self) -> None:
        folder = self._own_folder("redis")
        where = ["--bind", "127.0.0.1", "--port", str(self.redis_port), "--dir", str(folder)]
        command = ["redis-server", *where, "--save", ""]
        self._start("redis", command)

    def _start_postgres(self) -> None:
        """PostgreSQL does not run as root, so it runs as the user that its package has made."""
        programs = max(Path("/usr/lib/postgresql").glob("*/bin"))
        folder = self._own_folder("postgres")
        as_user: Sequence[str] = ()
        if os.geteuid() == 0:
            shutil.chown(folder, "postgres", "postgres")
            as_user = ("setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups")
        data = folder / "data"
        init = [*as_user, str(programs / "initdb"), "-A", "trust", "-U", "postgres", "-E", "UTF8", "-D", str(data)]
        subprocess.run(init, check=True, capture_output=True, cwd="/")
        serve = [*as_user, str(programs / "postgres"), "-D", str(data), "-p", str(self.postgres_port)]
        self._start("postgres", [*serve, "-c", "listen_addresses=127.0.0.1", "-c", f"unix_socket_directories={folder}"])

    def _start_rabbitmq(self) -> None:
        folder = self._own_folder("rabbitmq")
        program = max(Path("/usr/lib/rabbitmq/lib").glob("*/sbin/rabbitmq-server"))
        settings = {
            "HOME": str(folder),
            "RABBITMQ_NODENAME": f"lantern{self.rabbit_port}@localhost",
            "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODE_PORT": str(self.rabbit_port),
            "RABBITMQ_DIST_PORT": str(free_port()),
            "RABBITMQ_MNESIA_BASE": str(folder / "data"),
            "RABBITMQ_LOG_BASE": str(folder / "log"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(folder / "plugins"),
            "RABBITMQ_CONFIG_FILE": str(folder / "none"),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "ERL_EPMD_PORT": str(free_port()),
        }
        self._start("rabbitmq", [str(program)], settings)

    def _own_folder(self, name: str) -> Path:
        folder = self.folder / name
        folder.mkdir(parents=True)
        return folder

    def _start(self, name: str, command: Sequence[str], settings: Mapping[str, str] | None = None) -> None:
        self._started[name] = command, settings or {}
        with (self.folder / f"{name}.log").open("ab") as log:
            environment = {**os.environ, **(settings or {})}
            self.running[name] = subprocess.Popen(command, stdout=log, stderr=log, env=environment, cwd="/")


def free_port() -> int:
    """Below those that the system gives to outgoing connections: it must still be free when a service comes back."""
    while True:
        port = random.randrange(20_000, 32_000)
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


def wait_for(port: int) -> None:
    """Until something listens there."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise TimeoutError(f"nothing listens on port {port}")
