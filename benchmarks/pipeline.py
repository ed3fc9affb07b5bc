"""Order lines to outcomes: aggregates, rules, tags and what is undetermined, against SQL written by hand.

    python -m benchmarks.pipeline [--lines 5000000] [--rules 30] [--repeat 3] [--memory 4GB]

* `tierkit`: `evaluate_table` over a Parquet file of customers and one of order lines, written to Parquet;
* `sql`: DuckDB, the same six aggregates in one pass, joined, one `case` per rule in a list, the empty ones
  filtered out; keys and tags only.

Runs are interleaved and each is a process of its own, so that its peak of memory is its own; ratios are of
medians.
"""

from __future__ import annotations

import argparse
import datetime as dt
import random
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

import duckdb
import polars as pl

import tierkit
from benchmarks.report import Table, number

DAY = dt.date(2025, 11, 20)
PER_CUSTOMER = 10
WINDOWS = (30, 90, 365)
COLUMNS = ("spent_30", "spent_90", "spent_365", "orders_90", "largest", "returned")


def write(lines: int, folder: Path) -> None:
    """Write the customers and their order lines of two years."""
    customers = max(1, lines // PER_CUSTOMER)
    with duckdb.connect(config={"threads": 2, "temp_directory": str(folder)}) as connection:
        connection.execute("SELECT setseed(0.5)")
        connection.execute(
            f"""
            COPY (SELECT range AS customer, 'c' || (range % 40) AS segment, range % 900 AS age
                  FROM range({customers})) TO '{folder / "customers.parquet"}'
            """  # noqa: S608  our own numbers
        )
        connection.execute(
            f"""
            COPY (SELECT (hash(range) % {customers})::BIGINT AS customer,
                         TIMESTAMPTZ '2023-11-25 00:00:00+00:00'
                             + to_seconds((random() * 62000000)::BIGINT) AS sold_at,
                         round(-200 * ln(1 - random()), 2) AS amount,
                         CASE WHEN random() < 0.1 THEN 'returned' ELSE 'settled' END AS status
                  FROM range({lines})) TO '{folder / "lines.parquet"}'
            """  # noqa: S608  our own numbers
        )


def rules(count: int) -> list[tuple[str, tuple[str, float], tuple[str, float], str]]:
    """Return rules: two aggregates above a bound, and a segment."""
    rng = random.Random(7)
    bounds = dict(zip(COLUMNS, (200, 500, 1500, 2, 400, 100), strict=True))
    made = []
    for at in range(count):
        first, second = rng.sample(COLUMNS, 2)
        pair = [(name, float(round(bounds[name] * rng.uniform(0.3, 2)))) for name in (first, second)]
        made.append((f"t{at}", pair[0], pair[1], f"c{rng.randrange(40)}"))
    return made


def rule_file(count: int) -> str:
    """Return the rule set as an author writes it."""
    head = """
ruleset: pipeline
version: 1
key: customer
tables:
  lines: {key: customer, time: sold_at, columns: {amount: {type: money}, status: {type: text}}}
dimensions:
  segment: {type: text}
  spent_30: {type: money, from: lines, aggregate: sum(amount), where: status = 'settled', window: 30 days}
  spent_90: {type: money, from: lines, aggregate: sum(amount), where: status = 'settled', window: 90 days}
  spent_365: {type: money, from: lines, aggregate: sum(amount), where: status = 'settled', window: 365 days}
  orders_90: {type: integer, from: lines, aggregate: count(), window: 90 days}
  largest: {type: money, from: lines, aggregate: max(amount), window: 365 days}
  returned: {type: money, from: lines, aggregate: sum(amount), where: status = 'returned', window: 365 days}
rules:
"""
    return head + "".join(
        f"  - {{id: {tag}, tag: {tag}, when: {a} > {x:g} and {b} > {y:g} and segment = '{segment}'}}\n"
        for tag, (a, x), (b, y), segment in rules(count)
    )


def sql(count: int, folder: Path) -> str:
    """Return the statement a person writes."""
    start = {days: f"sold_at >= TIMESTAMPTZ '{DAY - dt.timedelta(days)} 00:00:00+00:00'" for days in WINDOWS}
    settled = "status = 'settled'"
    spent = "coalesce(sum(amount) FILTER ({} AND {}), 0) AS spent_{}"
    sums = [
        *(spent.format(start[days], settled, days) for days in WINDOWS),
        f"count(*) FILTER ({start[90]}) AS orders_90",
        "max(amount) AS largest",
        "coalesce(sum(amount) FILTER (status = 'returned'), 0) AS returned",
    ]
    cases = [
        f"CASE WHEN {a} > {x} AND {b} > {y} AND segment = '{segment}' THEN '{tag}' END"
        for tag, (a, x), (b, y), segment in rules(count)
    ]
    return f"""
        COPY (
          WITH sums AS (
            SELECT customer, {", ".join(sums)} FROM '{folder / "lines.parquet"}'
            WHERE {start[365]} AND sold_at < TIMESTAMPTZ '{DAY} 00:00:00+00:00' GROUP BY customer)
          SELECT c.customer, list_filter([{", ".join(cases)}], lambda tag: tag IS NOT NULL) AS tags
          FROM '{folder / "customers.parquet"}' c LEFT JOIN sums USING (customer)
        ) TO '{folder / "sql.parquet"}'
    """  # noqa: S608  our own rules


def once(kind: str, count: int, folder: Path, memory: str) -> None:
    """Run one of them; print seconds and the peak of memory in MB."""
    if kind == "tierkit":
        ruleset = tierkit.loads(rule_file(count))
        start = time.perf_counter()
        tables = {"lines": folder / "lines.parquet"}
        found = ruleset.evaluate_table(
            folder / "customers.parquet", tables=tables, as_of=DAY, memory_limit=memory
        )
        found.sink_parquet(folder / "tierkit.parquet")
    else:
        start = time.perf_counter()
        with duckdb.connect(config={"memory_limit": memory, "temp_directory": str(folder)}) as connection:
            connection.execute(sql(count, folder))
    seconds = time.perf_counter() - start
    print(seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def main() -> None:
    """Measure, check that the tags agree, and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--lines", type=int, nargs="+", default=[5_000_000])
    parser.add_argument("--rules", type=int, default=30)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--memory", default="4GB")
    parser.add_argument("--once", nargs=2, metavar=("KIND", "FOLDER"), help="one run, in its own process")
    options = parser.parse_args()
    if options.once:
        once(options.once[0], options.rules, Path(options.once[1]), options.memory)
        return
    table = Table(
        f"order lines to outcomes, {options.rules} rules, Parquet to Parquet, seconds and MB",
        ("lines", "tierkit", "sql", "tierkit / sql", "peak", "peak of sql"),
    )
    for lines in options.lines:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            write(lines, folder)
            found: dict[str, list[tuple[float, float]]] = {"tierkit": [], "sql": []}
            for _ in range(options.repeat):
                for kind, taken in found.items():
                    command = [
                        sys.executable, "-m", "benchmarks.pipeline", "--once", kind, name,
                        "--rules", str(options.rules), "--memory", options.memory,
                    ]  # fmt: skip
                    result = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603
                    seconds, peak = map(float, result.stdout.split())
                    taken.append((seconds, peak))
            ours = pl.scan_parquet(folder / "tierkit.parquet").select("key", "tags").collect()
            theirs = pl.scan_parquet(folder / "sql.parquet").sort("customer").collect()
            assert ours["tags"].equals(theirs["tags"]), "the tags differ"  # noqa: S101  a check of the run
            a, b = (median(seconds for seconds, _ in found[kind]) for kind in ("tierkit", "sql"))
            peaks = [max(peak for _, peak in found[kind]) for kind in ("tierkit", "sql")]
            table.add(
                number(lines), f"{a:.2f}", f"{b:.2f}", f"{a / b:.2f}", f"{peaks[0]:,.0f}", f"{peaks[1]:,.0f}"
            )
    print(table.text())


if __name__ == "__main__":
    main()
