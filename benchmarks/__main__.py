"""``python -m benchmarks``: Lantern and its peers in one run, on this machine.

Writes results.json, table.md and chart.png; the table of README.md is made from them by benchmarks.readme_table.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from benchmarks import report
from benchmarks.measure import PARTS, QUICK, Extent, about, run, say


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=list(PARTS), help="what to measure (default: all)")
    parser.add_argument("--quick", action="store_true", help="one short round, for trying the benchmark out")
    parser.add_argument("--rounds", type=int, help="interleaved rounds")
    parser.add_argument("--also", type=Path, help="another Lantern to measure beside: a project folder with a model")
    parser.add_argument("--out", type=Path, default=Path(__file__).parent / "results", help="folder for the results")
    options = parser.parse_args()
    extent = QUICK if options.quick else Extent()
    if options.rounds:
        extent = Extent(**{**extent.__dict__, "rounds": options.rounds})
    options.out.mkdir(parents=True, exist_ok=True)
    bots: dict[str, dict[str, Any]] = {}
    try:
        run(bots, options.parts, extent, options.out / "servers.log", options.also)
    finally:  # half an hour's figures, also when something broke in the last minute
        write(json.loads(json.dumps({"about": about(extent), "bots": bots})), options.out)
        say(f"\nWritten to {options.out}\n")
    print((options.out / "table.md").read_text(encoding="utf-8"))


def write(results: dict[str, object], folder: Path) -> None:
    """Figures, table and chart."""
    (folder / "results.json").write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    (folder / "table.md").write_text(report.table(results) + "\n", encoding="utf-8")
    report.chart(results, folder / "chart.png")


if __name__ == "__main__":
    main()
