"""A ladder of 16,369 rows of equalities over eight category and text columns, and two oracles for its winner.

The size is that of a decision table published as a challenge for rule engines. Rows with more columns come
first, as a person orders exceptions before the general case; three rows in ten leave out one column or more.
"""

from __future__ import annotations

import random
from itertools import islice
from typing import TYPE_CHECKING

from benchmarks.workload import KEY, Record

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROWS = 16_369
LADDER = "placement"

# column -> (type, number of values); a text column has no declared values, and holds a few spaces
COLUMNS = {
    "region": ("category", 12),
    "channel": ("category", 6),
    "segment": ("category", 20),
    "currency": ("category", 8),
    "city": ("text", 300),
    "brand": ("text", 150),
    "carrier": ("text", 25),
    "article": ("text", 400),
}
Row = dict[str, str]


def value_of(column: str, number: int) -> str:
    """Return the value of a column with this number; texts look like texts."""
    kind, _ = COLUMNS[column]
    return f"{column}_{number}" if kind == "category" else f"{column.title()} no. {number}"


def rows(seed: int = 1) -> list[Row]:
    """Return the conditions of each row: column to value, all rows different."""
    rng = random.Random(f"table-{seed}")
    made: dict[tuple[tuple[str, str], ...], None] = {}
    while len(made) < ROWS:
        left_out = set(rng.sample(sorted(COLUMNS), rng.choice((0, 0, 0, 0, 0, 0, 0, 1, 2, 4))))
        row = {name: _draw(rng, name) for name in COLUMNS if name not in left_out}
        made[tuple(row.items())] = None
    return sorted(map(dict, made), key=len, reverse=True)


def _draw(rng: random.Random, column: str) -> str:
    return value_of(column, rng.randrange(COLUMNS[column][1]))


def record_maker(table: list[Row]) -> Callable[[int, int], list[Record]]:
    """Return a function (count, seed) to records; four in five are made to match a row of the table."""

    def stream(seed: int) -> Iterator[Record]:
        rng = random.Random(f"table-records-{seed}")
        number = 0
        while True:
            record: Record = {KEY: f"c{seed}-{number}"}
            record.update({name: _draw(rng, name) for name in COLUMNS})
            row = rng.choice(table)
            if rng.random() < 0.8:  # noqa: PLR2004 - four in five
                # a new text for each value: nobody may profit from a hash computed for the table
                record.update({name: "".join([value[:1], value[1:]]) for name, value in row.items()})
            yield record
            number += 1

    return lambda count, seed: list(islice(stream(seed), count))


def rule_file(table: list[Row]) -> str:
    """Return the YAML text of the ladder."""
    lines = ["ruleset: large-table", "version: 1.0.0", f"key: {KEY}", "dimensions:"]
    for name, (kind, count) in COLUMNS.items():
        values = ", ".join(value_of(name, number) for number in range(count))
        lines.append(f"  {name}: {{type: {kind}{f', values: [{values}]' if kind == 'category' else ''}}}")
    lines += ["ladders:", f"  {LADDER}:", "    tiers:"]
    for number, row in enumerate(table):
        enter = " and ".join(f"{name} = '{value}'" for name, value in row.items())
        lines += [f"      - id: row_{number}", f"        enter: {enter}"]
    return "\n".join(lines) + "\n"


def by_dict(table: list[Row]) -> Callable[[Record], str | None]:
    """Return the hand-made index: one dict for each set of columns that some row uses, the first row wins."""
    index: dict[tuple[str, ...], dict[tuple[str, ...], int]] = {}
    for number, row in enumerate(table):
        index.setdefault(tuple(row), {}).setdefault(tuple(row.values()), number)
    shapes = list(index.items())

    def winner(record: Record) -> str | None:
        found = [
            number
            for columns, numbers in shapes
            if (number := numbers.get(tuple([str(record[name]) for name in columns]))) is not None
        ]
        return f"row_{min(found)}" if found else None

    return winner


def by_scan(table: list[Row]) -> Callable[[Record], str | None]:
    """Return the obvious search, row after row: the oracle of the oracle."""
    conditions = [tuple(row.items()) for row in table]

    def winner(record: Record) -> str | None:
        for number, row in enumerate(conditions):
            for name, value in row:
                if record[name] != value:
                    break
            else:
                return f"row_{number}"
        return None

    return winner
