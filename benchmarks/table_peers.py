"""A table of customers to tags, in memory: tierkit against what a user would pick instead.

    python -m benchmarks.table_peers [--rows 100000] [--rules 30] [--repeat 5] [--sample 2000]

* `tierkit`: `evaluate_table` over a frame of Polars: outcome rows, with what is undetermined and errors;
* `polars by hand`: one `when` per rule in a list, nulls dropped, tags only;
* engines that decide record by record get records as dicts; the slow ones decide a sample, and their time is
  that of so many rows.

The tags of every contender are compared with those of tierkit.
"""

from __future__ import annotations

import argparse
import importlib
import operator
import time
from collections.abc import Callable
from functools import reduce
from statistics import median
from typing import Any

import polars as pl

import tierkit
from benchmarks.peers import PEERS, _zen_table
from benchmarks.report import Table, number
from benchmarks.tables import DAY, bounds
from benchmarks.workload import CATEGORY, Record, Rule, records, rule_file, rules

WANTED = {"business-rules": 500, "rule-engine": 300, "zen-engine": 50, "polars by hand": 1}
_BATCH = 5_000
Tags = list[list[str]]


def by_polars(rule_list: list[Rule]) -> list[pl.Expr]:
    """The expressions a person writes: a tag or null for each rule, in a list without the nulls."""
    compare = {">": operator.gt, ">=": operator.ge, "<=": operator.le}
    found = []
    for rule in rule_list:
        tests = [compare[op](pl.col(name), value) for item in rule.leaves for name, op, value in bounds(item)]
        holds = reduce(operator.and_, [*tests, pl.col(CATEGORY) == rule.value])
        found.append(pl.when(holds).then(pl.lit(rule.tag)))
    return [pl.concat_list(found).list.drop_nulls().alias("tags")]


def zen_batch(rule_list: list[Rule]) -> Callable[[list[Record]], Tags]:
    """Zen's own batch: a table kept by a static loader, many records a call."""
    zen = importlib.import_module("zen")
    engine = zen.ZenEngine({"loader": {"type": "static", "content": {"rules": _zen_table(rule_list)}}})

    def decide(some: list[Record]) -> Tags:
        found: Tags = []
        for start in range(0, len(some), _BATCH):
            requests = [{"key": "rules", "context": record} for record in some[start : start + _BATCH]]
            for answer in engine.evaluate_batch(requests):
                found.append([row["tag"] for row in answer["data"]["result"]])
        return found

    return decide


def contenders(rule_list: list[Rule], rows: int, sample: int) -> dict[str, tuple[Callable[[], Any], int]]:
    """What is timed, by name, and how many rows each decides."""
    everybody = records(rows, 1)
    frame = pl.DataFrame(everybody)
    ruleset = tierkit.loads(rule_file(rule_list))
    expressions = by_polars(rule_list)
    found: dict[str, tuple[Callable[[], Any], int]] = {
        "tierkit": (lambda: ruleset.evaluate_table(frame, as_of=DAY)["tags"], rows),
        "polars by hand": (
            lambda: frame.lazy().select(expressions).collect(engine="streaming")["tags"],
            rows,
        ),
    }
    for peer in PEERS:
        if peer.distribution in ("business-rules", "rule-engine") and peer.version():
            decide, some = peer.prepare(rule_list), everybody[:sample]
            name = f"{peer.distribution} {peer.version()}"
            found[name] = (lambda decide=decide, some=some: [decide(record) for record in some], sample)  # type: ignore[misc]
    batch, some = zen_batch(rule_list), everybody[: sample * 10]
    found["zen-engine, batch"] = (lambda: batch(some), len(some))
    return found


def main() -> None:
    """Measure in turns, check that the tags agree, and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--rules", type=int, default=30)
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--sample", type=int, default=2_000)
    parser.add_argument("--markdown", action="store_true")
    options = parser.parse_args()
    timed = contenders(rules(options.rules), options.rows, options.sample)
    times: dict[str, list[float]] = {name: [] for name in timed}
    tags: dict[str, Any] = {}
    for _ in range(options.repeat):
        for name, (run, count) in timed.items():
            start = time.perf_counter()
            tags[name] = run()
            times[name].append((time.perf_counter() - start) * options.rows / count)
    wanted = [list(own) for own in tags["tierkit"]]
    table = Table(
        f"{options.rows:,} customers, {options.rules} rules, tags out (seconds)",
        ("", "decided", "seconds", "× tierkit", "wanted", "disagrees"),
    )
    ours = median(times["tierkit"])
    for name, (_, count) in timed.items():
        own = [list(each) for each in tags[name]]
        other = sum(a != b for a, b in zip(own, wanted, strict=False))
        floor = next((text for key, text in WANTED.items() if name.startswith(key)), None)
        taken = median(times[name])
        table.add(
            name,
            f"{count:,}",
            number(taken),
            number(taken / ours),
            f"≥ {floor}" if floor else "",
            f"{other:,}",
        )
    print(table.markdown() if options.markdown else table.text())


if __name__ == "__main__":
    main()
