"""What it takes to write statements: `python -m benchmarks.statements [--rules 1000] [--shape outcomes]`.

For each dialect the seconds of processor time (the best of three), beside those of loading the same rule set
in the same process, and the size of the statement.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable

import tierkit
from benchmarks.workload import rule_file, rules
from tierkit.backends.sql.untried import EVERY
from tierkit.engine.statements import SHAPES

ROUNDS = 3


def seconds(run: Callable[[], object]) -> float:
    """The least processor time of some runs."""
    spent = []
    for _ in range(ROUNDS):
        start = time.process_time()
        run()
        spent.append(time.process_time() - start)
    return min(spent)


def table(count: int, shape: str) -> list[str]:
    """A line for each dialect: dialect, rules, seconds, seconds per second of loading, kilobytes."""
    text = rule_file(rules(count))
    ruleset = tierkit.loads(text)
    loading = seconds(lambda: tierkit.loads(text))
    lines = [f"{'dialect':<12}{'shape':<14}{'rules':>7}{'seconds':>9}{'/ loading':>11}{'kB':>8}"]
    for name in EVERY:
        statement = ruleset.to_sql(name, tables={"customers": "c"}, shape=shape)
        spent = seconds(lambda name=name: ruleset.to_sql(name, tables={"customers": "c"}, shape=shape))
        size = len(statement.encode()) / 1000
        lines.append(f"{name:<12}{shape:<14}{count:>7}{spent:>9.2f}{spent / loading:>11.2f}{size:>8.0f}")
    return lines


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rules", type=int, default=1000)
    parser.add_argument("--shape", choices=SHAPES, default="outcomes")
    options = parser.parse_args()
    sys.stdout.write("\n".join(table(options.rules, options.shape)) + "\n")


if __name__ == "__main__":
    main()
