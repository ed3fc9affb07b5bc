"""How fast one record is decided, and the budgets around it: `python -m benchmarks.single`.

Everything is measured in one run on one machine, and comparisons are ratios to a baseline of the same run.
Absolute numbers are printed to be read, not to be compared between machines.
"""

from __future__ import annotations

import argparse
import importlib
import os
import platform
import sys
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from benchmarks import against_code, against_peers, budgets, plugging, workload
from benchmarks.measure import QUICK, Options

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmarks.report import Table

SECTIONS: dict[str, Callable[[Options, Any], Table]] = {
    "code": against_code.table,
    "peers": against_peers.table,
    "budgets": budgets.table,
    "plugins": plugging.table,
}


def main(arguments: list[str] | None = None) -> int:
    """Print the tables; the exit status is 1 when an answer was wrong, a missed target is only printed."""
    parser = argparse.ArgumentParser(
        "python -m benchmarks.single", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument("--quick", action="store_true", help="few repeats: does it run, not how fast")
    parser.add_argument(
        "--markdown", action="store_true", help="print the tables as the documentation has them"
    )
    parser.add_argument("--gc", action="store_true", help="leave the garbage collector on while timing")
    parser.add_argument("--only", choices=SECTIONS, action="append", help="measure only this part")
    asked = parser.parse_args(arguments)
    options = replace(QUICK if asked.quick else Options(), gc=asked.gc)
    tierkit, missing = _tierkit()
    start, wrong = time.perf_counter(), False
    _print(*_conditions(options), *missing)
    for name in asked.only or SECTIONS:
        table = SECTIONS[name](options, tierkit)
        _print("", table.markdown() if asked.markdown else table.text())
        wrong = wrong or any(cell.startswith("WRONG") for row in table.rows for cell in row)
    _print("", f"Measured in {time.perf_counter() - start:.0f} s.")
    return int(wrong)


def _tierkit() -> tuple[Any, list[str]]:
    """Return the package, or None and a line that says why, so that baselines can be measured without it."""
    try:
        package = importlib.import_module("tierkit")
        ruleset = package.loads(workload.rule_file(workload.rules(3)))
        ruleset.evaluate(workload.records(1, 0)[0]).tags  # noqa: B018 - does it work at all?
    except Exception as error:  # noqa: BLE001 - whatever it is, the rest can be measured
        return None, [f"tierkit is not measured: {type(error).__name__}: {error}"]
    return package, []


def _conditions(options: Options) -> list[str]:
    """Return the lines that say how and where this was measured."""
    collecting = "on" if options.gc else "off (collected before each run)"
    return [
        f"Python {platform.python_version()}, {platform.system()} {platform.machine()}, {os.cpu_count()} CPU",
        f"Median of {options.rounds} interleaved rounds of {options.chunk} records, none timed twice",
        f"time.perf_counter, garbage collector {collecting}",
    ]


def _print(*lines: str) -> None:
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
