"""The impact of a new version on many customers, end to end: Parquet in, figures and a page out.

    python -m benchmarks.impact [--rows 1000000] [--rules 30] [--missing 0.02]

Both versions have the rules of the workload and a ladder of four tiers over a score; the newer one has other
thresholds. What is timed is the command as a person runs it, in a process of its own.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.report import Table, number
from benchmarks.tables import DAY, customers
from benchmarks.workload import rule_file, rules

LADDER = """
ladders:
  value:
    tiers:
      - {{id: diamond, enter: value_score >= {0}}}
      - {{id: gold, enter: value_score >= {1}}}
      - {{id: silver, enter: value_score >= {2}}}
      - {{id: bronze}}
"""
SCORE = """  value_score:
    type: score
    scorecard:
      - {dimension: d1, weight: 60%, cap: 50k}
      - {dimension: d4, weight: 40%, cap: 1k}
rules:
"""


def version(count: int, number_: str, tiers: tuple[int, int, int], shift: float) -> str:
    """Return a rule file; money thresholds are multiplied by `shift`."""
    text = rule_file(rules(count)).replace("version: 1.0.0", f"version: {number_}")
    text = text.replace("rules:\n", SCORE, 1) + LADDER.format(*tiers)
    return re.sub(r"(d[123] > )([\d.]+)", lambda m: f"{m[1]}{float(m[2]) * shift:.2f}", text)


def main() -> None:
    """Time the command with a page, and without one."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--rules", type=int, default=30)
    parser.add_argument("--missing", type=float, default=0.02)
    options = parser.parse_args()
    title = f"{options.rows:,} customers, {options.rules} rules and a ladder, {options.missing:.0%} missing"
    table = Table(title, ("what", "seconds", "customers a second"))
    with tempfile.TemporaryDirectory() as folder:
        here = Path(folder)
        customers(options.rows, here / "customers.parquet", options.missing)
        for name, tiers, shift in (("1.0.0", (85, 65, 40), 1.0), ("1.1.0", (88, 60, 40), 1.05)):
            (here / f"{name}.yaml").write_text(version(options.rules, name, tiers, shift), encoding="utf-8")
        base = [sys.executable, "-m", "tierkit", "impact", "1.0.0.yaml", "1.1.0.yaml"]
        base += ["--input", "customers.parquet", "--as-of", str(DAY)]
        runs = {"figures": [], "figures and the page": ["--html", "impact.html"]}
        runs["figures and all movers as CSV"] = ["--output", "movers.csv"]
        for what, more in runs.items():
            start = time.perf_counter()
            subprocess.run([*base, *more], cwd=here, check=True, stdout=subprocess.DEVNULL)  # noqa: S603
            seconds = time.perf_counter() - start
            table.add(what, f"{seconds:.2f}", number(options.rows / seconds))
    print(table.text())


if __name__ == "__main__":
    main()
