"""The shape of the code: imports run one way, and files and functions stay small."""

from __future__ import annotations

import ast
import statistics
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.paths import PROJECT

LONGEST_FILE, LONGEST_FUNCTION, MEDIAN_FUNCTION = 300, 50, 15
OURS = ("bot", "actions", "benchmarks", "scripts", "tests")
FRAMES = ("rasa", "rasa_sdk", "sanic")  # what only the outermost layer knows
MAY_IMPORT = {  # layer: what of ours and of the frames it may import
    "bot": {"bot"},
    "bot.rasa_parts": {"bot", "bot.rasa_parts", "rasa", "rasa_sdk", "sanic"},
    "actions": {"bot", "rasa_sdk"},
    "bot.cli": {"bot", "bot.cli", "bot.rasa_parts"},
}


def modules(*folders: str) -> list[Path]:
    """Our Python files; a folder that begins with a dot holds other people's."""
    found = [path for folder in folders for path in sorted((PROJECT / folder).rglob("*.py"))]
    return [path for path in found if not any(part.startswith(".") for part in path.relative_to(PROJECT).parts)]


def layer(module: str) -> str | None:
    """The layer that a module belongs to; None for packages that are not ours to order."""
    if module.startswith("bot.cli"):
        return "bot.cli"
    if module == "bot.rasa_parts" or module.startswith("bot.rasa_parts."):
        return "bot.rasa_parts"
    first = module.split(".")[0]
    return first if first in (*OURS, *FRAMES) else None


def name_of(path: Path) -> str:
    return ".".join(path.relative_to(PROJECT).with_suffix("").parts).removesuffix(".__init__")


def imports(path: Path) -> Iterator[tuple[int, str]]:
    """Line and name of every module that a file imports, also inside functions."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno}: a relative import; write the whole name"
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


@pytest.mark.parametrize("path", modules("bot", "actions"), ids=name_of)
def test_imports_run_one_way(path: Path) -> None:
    allowed = MAY_IMPORT[layer(name_of(path)) or ""]
    wrong = [f"{path}:{line}: {name}" for line, name in imports(path) if layer(name) not in (None, *allowed)]
    assert not wrong, f"only {sorted(allowed)} may be imported here"


def test_packages_hold_no_code_that_runs_at_import() -> None:
    """``bot`` and ``actions`` themselves are empty, so that importing one module loads no other."""
    assert not [name for name in ("bot", "actions", "bot/rasa_parts") if (PROJECT / name / "__init__.py").read_text()]


@pytest.mark.parametrize("path", modules(*OURS), ids=name_of)
def test_files_and_functions_are_small(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    long = [
        f"{path}:{f.lineno}: {f.name} has {lines(f)} lines" for f in functions(source) if lines(f) > LONGEST_FUNCTION
    ]
    assert not long
    assert len(source.splitlines()) <= LONGEST_FILE, f"{path} is too long; split it"


def test_most_functions_are_short() -> None:
    lengths = [lines(f) for path in modules("bot", "actions", "scripts") for f in functions(path.read_text())]
    assert statistics.median(lengths) <= MEDIAN_FUNCTION


def functions(source: str) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    return [n for n in ast.walk(ast.parse(source)) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)]


def lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    return (function.end_lineno or function.lineno) - function.lineno + 1
