"""Makes docs/hazard-log.md from docs/hazards.yml."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from bot import yaml

DOCS = Path(__file__).resolve().parent.parent / "docs"
HEAD = """\
# Hazard log

What may harm a person who uses Lantern, what is done about it, and the test that holds it. Made from
`docs/hazards.yml` by `scripts/run python -m scripts.hazard_log`; `tests/test_hazards.py` fails when a control has no
test, or when this page is old.
The form follows the idea of DCB0129; this is no claim of compliance, and no clinical safety officer has signed it.
"""


def render(hazards: dict[str, Any]) -> str:
    """The page."""
    summary = ["| id | hazard | harm |", "| --- | --- | --- |"]
    summary += [f"| {key} | {found['hazard']} | {found['harm']} |" for key, found in hazards.items()]
    parts = [HEAD, "\n".join(summary) + "\n"]
    for key, found in hazards.items():
        rows = ["| control | test |", "| --- | --- |"]
        rows += [f"| {control['what']} | `{control['test']}` |" for control in found["controls"]]
        table = "\n".join(rows)
        parts.append(
            f"## {key}: {found['hazard']}\nHarm: {found['harm']}. Cause: {found['cause']}.\n\n{table}\n\n"
            f"Left: {found['left']}\n"
        )
    return "\n".join(parts)


if __name__ == "__main__":
    (DOCS / "hazard-log.md").write_text(render(yaml.read(DOCS / "hazards.yml")), encoding="utf-8")
