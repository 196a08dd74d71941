"""The documentation: what it names exists, and what exists to be called or set is documented."""

from __future__ import annotations

import argparse
import ast
import re
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import pytest

from bot import yaml
from bot.cli import parser
from bot.paths import PROJECT, THRESHOLDS
from tests.test_architecture import modules

PAGES = [*sorted(PROJECT.glob("*.md")), *sorted(PROJECT.glob("docs/*.md")), *sorted(PROJECT.glob("[a-z]*/README.md"))]
MADE = ("var", "models", "results", ".venv", ".tools", ".rasa", "node_modules", "signed.yml")  # not in a fresh clone
PROGRAMS = {"lantern", "rasa", "pytest", "python", "ruff", "mypy", "--with"}
READ_IN = ("bot", "actions", "benchmarks", "scripts")
SET_BY_US = {"BENCHMARK_ACTIONS", "PATH", "PIP_BREAK_SYSTEM_PACKAGES", "PIP_USER", "UV_NATIVE_TLS"}


def text_of(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def code(page: Path) -> Iterator[str]:
    """What stands in backticks, and the lines of fenced blocks."""
    outside = []
    for index, part in enumerate(re.split(r"^```.*$", text_of(page), flags=re.MULTILINE)):
        if index % 2:
            yield from part.splitlines()
        else:
            outside.append(part)
    yield from (found for part in outside for found in re.findall(r"`([^`\n]+)`", part))


def anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", text_of(page), flags=re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(PROJECT).as_posix())
class TestPage:
    def test_links_lead_somewhere(self, page: Path) -> None:
        targets = re.findall(r"\]\(([^)\s]+)\)", text_of(page))
        local = [target for target in targets if not re.match(r"[a-z]+:", target)]
        for target in local:
            name, _, anchor = target.partition("#")
            linked = (page.parent / name) if name else page
            assert linked.exists(), f"{page}: {target}"
            assert not anchor or anchor in anchors(linked), f"{page}: {target}"

    def test_paths_exist(self, page: Path) -> None:
        missing = [name for name in code(page) if is_path(name) and not exists(name, page.parent)]
        assert not missing

    def test_commands_exist(self, page: Path) -> None:
        wrong = [line for line in code(page) for problem in [problem_of(line)] if problem]
        assert not wrong

    def test_no_path_of_somebodys_machine(self, page: Path) -> None:
        assert not re.findall(r"/(?:home|root|work|Users)/\w+", text_of(page))


def is_path(name: str) -> bool:
    """Whether code names a file or folder of the project: below one of its folders, or a file at its top."""
    if not re.fullmatch(r"\.?[\w-][\w.*/-]*", name) or "NAME" in name:
        return False
    first = name.split("/")[0]
    if "/" in name or name in MADE:
        return first not in MADE and (PROJECT / first).is_dir()
    return bool(re.search(r"\.(py|yml|toml|md)$", name))


def exists(name: str, beside: Path) -> bool:
    folders = (PROJECT, beside, *(PROJECT / folder for folder in ("knowledge", "bot", "data")))
    return any(any(folder.glob(name.rstrip("/"))) for folder in folders)


def problem_of(line: str) -> str | None:
    """What is wrong with a command in the documentation, if it is one of ours."""
    words = line.split("#")[0].split()
    words = words[2:] if words[:2] == ["uv", "run"] else words[1:] if words[:1] == ["scripts/run"] else words
    if line.startswith("uv run ") and words and words[0] not in PROGRAMS:
        return f"no program {words[0]}"
    if words[:1] == ["make"] and len(words) > 1 and words[1] not in targets():
        return f"no target {words[1]}"
    if words[:1] == ["lantern"] and len(words) > 1 and not words[1].startswith("-"):
        return wrong_call(words[1:], parser())
    return None


def wrong_call(words: list[str], command: argparse.ArgumentParser) -> str | None:
    """What is wrong with the words after ``lantern``: a subcommand or an option that does not exist."""
    for word in words:
        steps = commands(command)
        if word in steps:
            command = steps[word]
        elif steps or (word.startswith("--") and word.split("=")[0] not in command._option_string_actions):
            return f"{command.prog} {word}"
    return None


def commands(command: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    """The subcommands of ``lantern``, or of one of them."""
    found = [action for action in command._actions if isinstance(action, argparse._SubParsersAction)]
    return dict(found[0].choices) if found else {}


def targets() -> list[str]:
    return re.findall(r"^([a-z]+):.*##", (PROJECT / "Makefile").read_text(), flags=re.MULTILINE)


def test_every_page_is_linked_from_the_readme() -> None:
    readme = text_of(PROJECT / "README.md")
    assert not [page.name for page in PAGES if page.parent == PROJECT / "docs" and f"docs/{page.name}" not in readme]


def test_every_command_is_documented() -> None:
    text = text_of(PROJECT / "docs" / "configuration.md")
    assert not [name for name in commands(parser()) if f"| `lantern {name}" not in text]


def test_every_make_target_is_in_the_help_and_calls_a_script_or_a_command() -> None:
    recipes = re.findall(r"^([a-z]+):.*\n((?:\t.*\n)*)", (PROJECT / "Makefile").read_text(), flags=re.MULTILINE)
    assert {name for name, _ in recipes} == set(targets())
    for name, recipe in recipes:
        scripts = re.findall(r"scripts/(\w+)", recipe)
        assert name == "help" or (scripts and all((PROJECT / "scripts" / script).exists() for script in scripts))


def test_every_variable_that_is_read_is_documented() -> None:
    text = text_of(PROJECT / "docs" / "configuration.md")
    documented = set(re.findall(r"`([A-Z][A-Z_]+)`", text))
    assert variables() - documented == set(), "add a row to docs/configuration.md"
    ours = {name for name in documented if name.startswith(("LANTERN_", "TELEGRAM_", "BENCHMARK_"))}
    assert ours - variables() == set(), "nothing reads these"


def variables() -> set[str]:
    """Environment variables that our code reads."""
    from bot.rasa_parts.channels.web_settings import WebSettings

    found = {name for path in modules(*READ_IN) for name in _variables(ast.parse(path.read_text(encoding="utf-8")))}
    for endpoints in (PROJECT / "endpoints.yml", PROJECT / "deploy" / "endpoints.yml"):
        found |= set(re.findall(r"\$\{([A-Z_]+)\}", endpoints.read_text(encoding="utf-8")))
    return (found | {f"LANTERN_{field.name.upper()}" for field in fields(WebSettings)}) - SET_BY_US


def _variables(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            if re.fullmatch(r"(LANTERN|TELEGRAM|BENCHMARK|UV|PIP)_[A-Z_]+", node.value):
                yield node.value
        elif isinstance(node, ast.Call) and node.args and isinstance(node.func, ast.Attribute):
            name = node.args[0]
            from_environment = ast.unparse(node.func).endswith(("environ.get", "getenv"))
            if from_environment and isinstance(name, ast.Constant):
                yield str(name.value)


def test_every_threshold_is_documented() -> None:
    text = text_of(PROJECT / "docs" / "evaluation.md")
    assert not [name for name in yaml.read(THRESHOLDS) if f"| `{name}` |" not in text]


def test_the_changelog_tells_of_this_version() -> None:
    version = re.search(r'^version = "(.+)"$', (PROJECT / "pyproject.toml").read_text(), flags=re.MULTILINE)
    assert version and f"## [{version[1]}]" in text_of(PROJECT / "CHANGELOG.md")
