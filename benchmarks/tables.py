"""Whole tables: Parquet in, Parquet out, against what a person writes by hand.

    python -m benchmarks.tables [--rows 1000000] [--rules 30 300] [--repeat 3]

* `polars`, `duckdb`: tierkit by either engine: outcome rows, with what is undetermined, and errors;
* `sql`: DuckDB, one `case` per rule in a list, the empty ones filtered out; keys and tags only;
* `booleans`: Polars, one column of true and false per rule, no tags at all.

Runs are interleaved, so that whatever else the machine does meets all of them; ratios are of medians.
"""

from __future__ import annotations

import argparse
import datetime as dt
import operator
import tempfile
import time
from collections.abc import Callable
from functools import partial, reduce
from pathlib import Path
from statistics import median
from typing import Any

import duckdb
import numpy as np
import polars as pl

import tierkit
from benchmarks.report import Table, number
from benchmarks.workload import CATEGORY, CATEGORY_VALUES, KEY, NUMERIC, Leaf, Rule, rule_file, rules

DAY = dt.date(2025, 11, 20)


def customers(rows: int, path: Path, missing: float) -> None:
    """Write customers of the workload's distributions; a share of every number is missing."""
    rng = np.random.default_rng(1)
    columns: dict[str, Any] = {KEY: np.arange(rows)}
    shapes: dict[str, Callable[[Any], Any]] = {
        "money": lambda u: np.round(-20_000 * np.log1p(-u), 2),
        "number": lambda u: 1_000 * u,
        "ratio": lambda u: np.round(u * u, 4),
        "integer": lambda u: (u * 5_000).astype(np.int64),
    }
    for name, kind in NUMERIC.items():
        columns[name] = shapes[kind](rng.random(rows))
    columns[CATEGORY] = [f"v{i}" for i in rng.integers(0, CATEGORY_VALUES, rows)]
    frame = pl.DataFrame(columns)
    if missing:
        gone = [
            pl.when(pl.Series(rng.random(rows) >= missing)).then(pl.col(name)).alias(name) for name in NUMERIC
        ]
        frame = frame.with_columns(gone)
    frame.write_parquet(path)


def bounds(item: Leaf) -> list[tuple[str, str, float]]:
    """Return the comparisons of a leaf: the column, the operator, the bound."""
    above = ">" if item.high is None else ">="
    pairs = [(above, item.low), ("<=", item.high)]
    return [(item.dimension, op, value) for op, value in pairs if value is not None]


def sql(rule_list: list[Rule], source: Path, target: Path) -> str:
    """Return the statement a person writes: one `case` per rule."""
    cases = []
    for rule in rule_list:
        tests = [f"{name} {op} {value!r}::double" for item in rule.leaves for name, op, value in bounds(item)]
        tests.append(f"{CATEGORY} = '{rule.value}'")
        cases.append(f"case when {' and '.join(tests)} then '{rule.tag}' end")
    tags = f"list_filter([{', '.join(cases)}], lambda tag: tag is not null) as tags"
    return f"copy (select {KEY}, {tags} from '{source}') to '{target}' (format parquet)"  # noqa: S608


def booleans(rule_list: list[Rule], source: Path, target: Path) -> None:
    """Write one column of true and false per rule."""
    compare = {">": operator.gt, ">=": operator.ge, "<=": operator.le}
    columns = []
    for rule in rule_list:
        tests = [compare[op](pl.col(n), value) for item in rule.leaves for n, op, value in bounds(item)]
        columns.append(reduce(operator.and_, [*tests, pl.col(CATEGORY) == rule.value]).alias(rule.tag))
    pl.scan_parquet(source).select(KEY, *columns).sink_parquet(target)


def main() -> None:
    """Measure, check that the tags agree, and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--rules", type=int, nargs="+", default=[30, 300])
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--missing", type=float, default=0.0, help="the share of values that are missing")
    options = parser.parse_args()
    head = (
        "rules",
        "polars",
        "duckdb",
        "sql",
        "booleans",
        "polars / sql",
        "duckdb / sql",
        "polars / booleans",
    )
    table = Table(f"{options.rows:,} customers, Parquet to Parquet, seconds", head)
    with tempfile.TemporaryDirectory() as folder:
        names = ("in", "polars", "duckdb", "sql", "booleans")
        source, *targets = (Path(folder) / f"{name}.parquet" for name in names)
        customers(options.rows, source, options.missing)
        for count in options.rules:
            made = rules(count)
            ruleset, statement = tierkit.loads(rule_file(made)), sql(made, source, targets[2])

            def ours(engine: str, target: Path, ruleset: Any = ruleset) -> None:
                ruleset.evaluate_table(source, as_of=DAY, engine=engine, into=target)

            runs: list[Callable[[], object]] = [
                partial(ours, "polars", targets[0]),
                partial(ours, "duckdb", targets[1]),
                partial(duckdb.execute, statement),
                partial(booleans, made, source, targets[3]),
            ]
            times: list[list[float]] = [[] for _ in runs]
            for _ in range(options.repeat):
                for run, taken in zip(runs, times, strict=True):
                    start = time.perf_counter()
                    run()
                    taken.append(time.perf_counter() - start)
            wanted = pl.read_parquet(targets[2], columns=["tags"])
            for path in targets[:2]:
                assert pl.read_parquet(path, columns=["tags"]).equals(wanted), "the tags differ"  # noqa: S101
            a, b, c, d = map(median, times)
            ratios = [f"{x / y:.2f}" for x, y in ((a, c), (b, c), (a, d))]
            table.add(number(count), *(f"{x:.2f}" for x in (a, b, c, d)), *ratios)
    print(table.text())


if __name__ == "__main__":
    main()
