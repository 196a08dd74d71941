"""Set the project up with nothing but some Python (3.6 or newer), then run a command in its environment.

    python3 scripts/bootstrap.py [--dev] COMMAND ...

1. ``uv``: one that is installed, if it is new enough; else it comes into ``.tools/``, see ``install_uv``.
2. Python 3.11 or 3.10: the environment's own, one that uv finds, one of pyenv's, or one that uv downloads.
3. ``uv sync``: the packages of ``uv.lock``, checked against its hashes; with ``--dev`` also what only tests need.
"""

import glob
import os
import re
import shutil
import subprocess
import sys
from typing import Dict, List, Optional, Tuple

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import fetch_uv

PROJECT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
TOOLS = os.path.join(PROJECT, ".tools")
OUR_UV = os.path.join(TOOLS, "bin", "uv")
UV_FILE = os.path.join(PROJECT, "scripts", "uv.txt")
OLDEST_UV = (0, 6, 17)  # the oldest tried that reads pyproject.toml and uv.lock
VERSIONS = ("3.11", "3.10")
CERTIFICATES = ("/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/cert.pem")


class SetupError(Exception):
    """Why the project cannot be set up and what to do, in one line."""


def main(arguments: List[str]) -> int:
    """Set up and become the command; returns only when something failed or there is no command."""
    dev = arguments[:1] == ["--dev"]
    command = arguments[1:] if dev else arguments
    trust_system_certificates()
    try:
        uv = find_uv() or install_uv()
        sync(uv, find_python(uv) or download_python(uv), dev)
    except SetupError as error:
        print("Lantern cannot be set up: {}".format(error), file=sys.stderr)
        return 1
    if command:
        os.execvpe(command[0], command, environment(uv))
    return 0


def environment(uv: str) -> Dict[str, str]:
    """The variables of the command: the project's programs first, and uv, whichever it is."""
    folder = venv()
    path = os.pathsep.join((os.path.join(folder, "bin"), os.environ.get("PATH", os.defpath), os.path.dirname(uv)))
    cleared = {name: value for name, value in os.environ.items() if name not in ("PYTHONHOME", "PYTHONPATH")}
    cleared.setdefault("RASA_TELEMETRY_ENABLED", "false")
    return dict(cleared, PATH=path, VIRTUAL_ENV=folder)


def trust_system_certificates() -> None:
    """Let uv trust what the system trusts, as pip does: a company's network may show a certificate of its own."""
    if any(map(os.path.exists, CERTIFICATES)):
        for name in ("UV_SYSTEM_CERTS", "UV_NATIVE_TLS"):  # the name today, and in older versions
            os.environ.setdefault(name, "true")


def venv() -> str:
    """The folder of the project's environment."""
    return os.path.join(PROJECT, os.environ.get("UV_PROJECT_ENVIRONMENT") or ".venv")


# uv


def find_uv() -> Optional[str]:
    """A uv that is there and new enough."""
    home = os.path.expanduser("~")
    usual = [os.path.join(home, folder, "bin", "uv") for folder in (".local", ".cargo")]
    for path in (shutil.which("uv"), OUR_UV, *usual):
        if path and uv_version(path) >= OLDEST_UV:
            return path
    return None


def uv_version(path: str) -> Tuple[int, ...]:
    """The version of a uv; empty, and so older than any, when it cannot be run."""
    found = re.match(r"uv (\d+)\.(\d+)\.(\d+)", output([path, "--version"]))
    return tuple(int(part) for part in found.groups()) if found else ()


def install_uv() -> str:
    """Put uv into ``.tools/``: with pip in an environment there, with pip alone, or without pip.

    A Debian machine may have Python without venv, without pip or without either; an old pip does not know today's
    wheels. The first two ways follow pip's own settings; the last knows the most usual ones, see ``fetch_uv``.
    """
    print("Installing uv into .tools/ ...", file=sys.stderr, flush=True)
    reasons = []
    for way in (uv_by_venv, uv_by_pip, uv_by_index):
        shutil.rmtree(TOOLS, ignore_errors=True)
        problem = way()
        if problem is None and uv_version(OUR_UV) >= OLDEST_UV:
            return OUR_UV
        reasons.append("{}: {}".format(way.__doc__, problem or "what came does not run here"))
    raise SetupError(
        "uv is missing and could not be installed ({}). Install it by hand, see "
        "https://docs.astral.sh/uv/getting-started/installation/, and run this again.".format("; ".join(reasons))
    )


def uv_by_venv() -> Optional[str]:
    """with venv"""
    made = attempt([sys.executable, "-m", "venv", TOOLS])
    return made or attempt([os.path.join(TOOLS, "bin", "python"), *pip_install()])


def uv_by_pip() -> Optional[str]:
    """with pip"""
    # The target is our own folder, so the system's Python stays as it is (which pip 23.0 cannot tell).
    variables = {"PIP_BREAK_SYSTEM_PACKAGES": "1", "PIP_USER": "0"}
    return attempt([sys.executable, *pip_install(), "--target", TOOLS], variables)


def uv_by_index() -> Optional[str]:
    """from the package index"""
    try:
        fetch_uv.fetch(UV_FILE, OUR_UV, OLDEST_UV)
    except (OSError, ValueError) as error:
        return str(error)
    return None


def pip_install() -> List[str]:
    return ["-m", "pip", "install", "--retries=2", "--require-hashes", "--only-binary=:all:", "-r", UV_FILE]


# Python


def find_python(uv: str) -> Optional[str]:
    """A Python of one of ``VERSIONS``, or of the one that UV_PYTHON asks for."""
    asked = os.environ.get("UV_PYTHON")
    own = os.path.join(venv(), "bin", "python")
    if not asked and python_version(own) in VERSIONS:
        return own
    for version in (asked,) if asked else VERSIONS:
        wanted = (version,) if version in VERSIONS else VERSIONS  # UV_PYTHON may be a path
        found = output([uv, "python", "find", "--no-project", "--system", "--no-python-downloads", version]).strip()
        for python in (found, *pyenv_pythons(version), sys.executable):
            if python and python_version(python) in wanted:
                return python
    return None


def pyenv_pythons(version: str) -> List[str]:
    """pyenv's Pythons of a version, the newest first; its shims may be off the PATH or set to another one."""
    root = os.environ.get("PYENV_ROOT") or os.path.join(os.path.expanduser("~"), ".pyenv")
    found = glob.glob(os.path.join(root, "versions", glob.escape(version) + "*", "bin", "python"))
    return sorted(found, key=lambda path: [int(number) for number in re.findall(r"\d+", path)], reverse=True)


def python_version(path: str) -> str:
    """For example "3.11"; empty when it cannot be run or is not CPython."""
    code = "import sys; print('%d.%d' % sys.version_info[:2] if sys.implementation.name == 'cpython' else '')"
    return output([path, "-I", "-c", code]).strip()


def download_python(uv: str) -> str:
    """Let uv download a Python into its own folder."""
    version = os.environ.get("UV_PYTHON") or VERSIONS[0]
    print("Neither Python 3.11 nor 3.10 is here; uv downloads one ...", file=sys.stderr, flush=True)
    problem = attempt([uv, "python", "install", version], {"UV_HTTP_RETRIES": os.environ.get("UV_HTTP_RETRIES", "1")})
    found = None if problem else find_python(uv)
    if found:
        return found
    raise SetupError(
        "Python 3.11 or 3.10 is needed, none was found, and uv could not download one ({}). Install Python 3.11, for "
        "example with `brew install python@3.11` or `pyenv install 3.11`, and run this again.".format(
            problem or "{} is another version".format(version)
        )
    )


# Packages


def sync(uv: str, python: str, dev: bool) -> None:
    """Install the packages of uv.lock; without ``dev`` those that are there for tests stay."""
    options = [] if dev else ["--no-dev"]
    index = fetch_uv.index_url(os.environ)
    if index.rstrip("/") == fetch_uv.PYPI:
        options += [] if dev else ["--inexact"]
        done = call([uv, "sync", "--locked", "--no-python-downloads", "--python", python, *options])
    else:
        done = sync_from(index, uv, python, options)
    if not done:
        raise SetupError("uv says above why the packages could not be installed.")


def sync_from(index: str, uv: str, python: str, options: List[str]) -> bool:
    """The same from another index than PyPI, whose addresses stand in uv.lock; the hashes hold there too."""
    os.makedirs(TOOLS, exist_ok=True)
    listed = os.path.join(TOOLS, "requirements.txt")
    own = os.path.join(venv(), "bin", "python")
    return (
        attempt([uv, "export", "--frozen", "--output-file", listed, *options]) is None
        and (python == own or call([uv, "venv", "--quiet", "--clear", "--python", python, venv()]))
        and call([uv, "pip", "install", "--python", own, "--requirements", listed, "--default-index", index])
    )


# Running programs


def call(command: List[str]) -> bool:
    """Run a command in the project's folder, in sight of the person; whether it worked."""
    return subprocess.call(command, cwd=PROJECT) == 0


def output(command: List[str]) -> str:
    """What a command prints; empty when it fails."""
    try:
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, universal_newlines=True)
    except OSError:
        return ""
    return done.stdout if done.returncode == 0 else ""


def attempt(command: List[str], variables: Optional[Dict[str, str]] = None) -> Optional[str]:
    """Run a command quietly: None if it worked, else the last line that it said."""
    environ = dict(os.environ, **(variables or {}))
    try:
        done = subprocess.run(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, universal_newlines=True, env=environ
        )
    except OSError as error:
        return str(error)
    lines = [line.strip() for line in done.stdout.splitlines() if line.strip()]
    return None if done.returncode == 0 else re.sub("^cause: ", "", (lines or ["exit {}".format(done.returncode)])[-1])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
