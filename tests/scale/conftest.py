"""These tests start real services and much load: run by scripts/scale-test, passed over otherwise."""

from __future__ import annotations

import json
import logging
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.paths import PROJECT

ASKED_FOR = "LANTERN_SCALE_TESTS"
NEEDED = ("redis-server", "nginx", "setpriv", "/usr/lib/postgresql", "/usr/lib/rabbitmq")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    missing = [name for name in NEEDED if not (shutil.which(name) or Path(name).is_dir())]
    for item in items:
        if "tests/scale/" in str(item.path) and (missing or not os.environ.get(ASKED_FOR)):
            item.add_marker(pytest.mark.skip(reason=f"scripts/scale-test runs these; missing: {missing or 'nothing'}"))


@pytest.fixture(scope="session")
def services() -> Iterator[Any]:
    """In a folder that PostgreSQL, which is a user of its own, can get to: pytest closes its own at every start."""
    from tests.scale.services import Services

    with tempfile.TemporaryDirectory(prefix="lantern-scale-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        with Services(Path(folder)) as running:
            yield running


@pytest.fixture(scope="session")
def data_folder(model_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One for all workers, with the encoder that set-up has built."""
    folder = tmp_path_factory.mktemp("data")
    for graph in (PROJECT / "var").glob("encoder-*"):
        shutil.copy2(graph, folder)
    return folder


@pytest.fixture(scope="module", params=[2, 4], ids=["2-workers", "4-workers"])
def cluster(request: pytest.FixtureRequest, services: Any, data_folder: Path) -> Iterator[Any]:
    from tests.scale.cluster import Cluster

    with Cluster(services, data_folder, request.param) as running:
        yield running


@pytest.fixture(scope="module")
def pair(services: Any, data_folder: Path) -> Iterator[Any]:
    """Two workers, for what does not depend on their number."""
    from tests.scale.cluster import Cluster

    with Cluster(services, data_folder, 2) as running:
        yield running


@pytest.fixture
def limited(services: Any, data_folder: Path) -> Iterator[Any]:
    """One worker behind nginx with its limits for an address."""
    from tests.scale.cluster import Cluster

    with Cluster(services, data_folder, 1, limited=True) as running:
        yield running


@pytest.fixture(scope="session")
def figures() -> Iterator[dict[str, Any]]:
    """What the tests measured, for docs/scaling.md."""
    found: dict[str, Any] = {}
    yield found
    target = PROJECT / "benchmarks" / "results" / "scale.json"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    logging.getLogger(__name__).warning(json.dumps(found, indent=1))
