"""What deploy/ must hold for a worker to be run safely; whether it is well formed is scripts/lint-deploy's to say."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from bot.paths import PROJECT

DEPLOY = PROJECT / "deploy"
KUBERNETES = sorted((DEPLOY / "kubernetes").glob("*.yaml"))


def resources(kind: str) -> list[dict[str, Any]]:
    """All of that kind among the cluster's resources."""
    loaded = [each for path in KUBERNETES for each in YAML(typ="safe", pure=True).load_all(path.read_text("utf-8"))]
    return [each for each in loaded if each["kind"] == kind]


def pod(kind: str = "Deployment") -> dict[str, Any]:
    (one,) = resources(kind)
    return one["spec"]["template"]["spec"]


def test_a_worker_is_watched() -> None:
    (container,) = pod()["containers"]
    assert {"startupProbe", "readinessProbe", "livenessProbe"} <= set(container)
    assert container["livenessProbe"]["httpGet"]["path"] == "/health/live"  # a store that is away must restart nobody
    assert container["readinessProbe"]["httpGet"]["path"] == "/health/ready"


def test_only_workers_get_peoples_messages() -> None:
    (service,), (analytics,), (worker,) = map(resources, ("Service", "StatefulSet", "Deployment"))
    labels = [each["spec"]["template"]["metadata"]["labels"] for each in (worker, analytics)]
    assert [service["spec"]["selector"].items() <= each.items() for each in labels] == [True, False]


@pytest.mark.parametrize("kind", ["Deployment", "StatefulSet"])
def test_a_pod_is_bounded_and_not_root(kind: str) -> None:
    (container,) = pod(kind)["containers"]
    assert set(container["resources"]["requests"]) == set(container["resources"]["limits"]) == {"cpu", "memory"}
    assert pod(kind)["securityContext"]["runAsNonRoot"] and pod(kind)["automountServiceAccountToken"] is False
    inside = container["securityContext"]
    assert inside["readOnlyRootFilesystem"] and not inside["allowPrivilegeEscalation"]
    assert inside["capabilities"] == {"drop": ["ALL"]}


def test_it_grows_with_the_load_and_never_goes_altogether() -> None:
    (scaler,), (budget,) = resources("HorizontalPodAutoscaler"), resources("PodDisruptionBudget")
    assert scaler["spec"]["maxReplicas"] > scaler["spec"]["minReplicas"] >= 2 and budget["spec"]["minAvailable"] >= 1
    (deployment,) = resources("Deployment")
    assert deployment["spec"]["strategy"]["rollingUpdate"]["maxUnavailable"] == 0


def test_every_file_of_the_cluster_is_applied_and_closed_to_others() -> None:
    (listed,) = resources("Kustomization")
    assert sorted(listed["resources"]) == [path.name for path in KUBERNETES if path.name != "kustomization.yaml"]
    (policy,) = resources("NetworkPolicy")
    assert set(policy["spec"]["policyTypes"]) == {"Ingress", "Egress"}


def test_secrets_come_from_outside() -> None:
    assert {"secretRef": {"name": "lantern"}} in pod()["containers"][0]["envFrom"]
    for path in (DEPLOY / "example.env", DEPLOY / "kubernetes" / "secret.example.env"):
        for name, value in re.findall(r"^(\w*(?:SECRET|PASSWORD|URL))=(.*)$", path.read_text("utf-8"), re.MULTILINE):
            assert not value or "PASSWORD" in value, f"{path.name}: {name} has a value that somebody will leave there"
    compose = (DEPLOY / "compose.yml").read_text("utf-8")
    for name in ("LANTERN_SECRET", "POSTGRES_PASSWORD", "REDIS_PASSWORD", "RABBITMQ_PASSWORD"):
        assert f"${{{name}:?" in compose, f"without {name} compose must not start"


def test_the_image_runs_as_somebody_without_rights() -> None:
    text = (DEPLOY / "Dockerfile").read_text("utf-8")
    last = text[text.rindex("\nFROM ") :]
    assert re.search(r"^USER 10001$", last, re.MULTILINE) and "HEALTHCHECK" in last
    assert "uv sync --frozen" in text and "--require-hashes" in text


def test_a_server_needs_no_package_of_developers() -> None:
    """They are neither in the image nor in what scripts/start installs."""
    text = (PROJECT / "pyproject.toml").read_text("utf-8")
    group = text[text.index("[dependency-groups]") : text.index("[build-system]")]
    packages = [name.replace("-", "_") for name in re.findall(r'^ *"([\w-]+)[=>]', group, re.MULTILINE)]
    assert {"textstat", "pytest"} <= set(packages)
    script = f"""
import sys
sys.modules.update(dict.fromkeys({packages}))
from pathlib import Path
from bot.rasa_parts.server import build_app
build_app(Path("models/lantern.tar.gz"), 5005)
"""
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", script], cwd=PROJECT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_what_the_image_copies_is_there() -> None:
    for names in re.findall(r"^COPY (?!--from)(.+) \S+$", (DEPLOY / "Dockerfile").read_text("utf-8"), re.MULTILINE):
        assert all((PROJECT / Path(name)).exists() for name in names.split())
