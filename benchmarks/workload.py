"""The rule sets and records of the one-record benchmark, from a seed.

Ten dimensions: nine numeric ones and one category of 40 values. A rule joins three leaves with `and`: two
numeric leaves on different dimensions, each true for about 15 % of the records, and one equality on the
category. So a rule fires for about one record in 1,800, and of 10,000 rules five or six fire for a record.
"""

from __future__ import annotations

import math
import random
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Record = dict[str, float | str]

KEY = "customer_id"
CATEGORY = "c"
CATEGORY_VALUES = 40
NUMERIC = {
    "d1": "money",
    "d2": "money",
    "d3": "money",
    "d4": "number",
    "d5": "number",
    "d6": "ratio",
    "d7": "ratio",
    "d8": "integer",
    "d9": "integer",
}

# The inverse distribution function of each type: u in [0, 1) to a value, so that a threshold of known
# probability is one call away. Money is skewed as amounts are; numbers keep all their digits.
INVERSE: dict[str, Callable[[float], float]] = {
    "money": lambda u: round(-20_000 * math.log1p(-u), 2),
    "number": lambda u: 1_000 * u,
    "ratio": lambda u: round(u * u, 4),
    "integer": lambda u: int(u * 5_000),
}


@dataclass(frozen=True, slots=True)
class Leaf:
    """A comparison with one bound, or a range with two; both bounds belong to the range."""

    dimension: str
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Rule:
    """Two numeric leaves and a category value, all of which must hold for the tag."""

    tag: str
    leaves: tuple[Leaf, Leaf]
    value: str


def rules(count: int, seed: int = 1) -> list[Rule]:
    """Return `count` rules, each with a tag of its own."""
    rng = random.Random(f"rules-{seed}-{count}")
    made = []
    for number in range(count):
        first, second = rng.sample(sorted(NUMERIC), 2)
        leaves = (_leaf(rng, first), _leaf(rng, second))
        made.append(Rule(f"t{number}", leaves, f"v{rng.randrange(CATEGORY_VALUES)}"))
    return made


def _leaf(rng: random.Random, dimension: str) -> Leaf:
    """Draw a leaf that holds for 10 % to 20 % of the records, 15 % on average."""
    share = rng.uniform(0.10, 0.20)
    start = rng.uniform(0.0, 1.0 - share)
    low, high = (_threshold(dimension, u) for u in (start, start + share))
    match rng.randrange(3):
        case 0:
            return Leaf(dimension, _threshold(dimension, 1.0 - share), None)
        case 1:
            return Leaf(dimension, None, _threshold(dimension, share))
        case _:
            return Leaf(dimension, low, high)


def _threshold(dimension: str, u: float) -> float:
    """Return a threshold as a person writes it: few digits."""
    return round(INVERSE[NUMERIC[dimension]](u), 3)


def records(count: int, seed: int) -> list[Record]:
    """Return `count` records: equal for equal seeds, but always new objects with new texts in them."""
    return list(islice(_stream(seed), count))


def _stream(seed: int) -> Iterator[Record]:
    rng = random.Random(f"records-{seed}")
    columns = [(name, INVERSE[type_name]) for name, type_name in NUMERIC.items()]
    number = 0
    while True:
        record: Record = {KEY: f"c{seed}-{number}"}
        for name, inverse in columns:
            record[name] = inverse(rng.random())
        record[CATEGORY] = f"v{rng.randrange(CATEGORY_VALUES)}"
        yield record
        number += 1


def rule_file(rule_list: list[Rule]) -> str:
    """Return the YAML text of a rule set, as an author writes it."""
    lines = ["ruleset: benchmark", "version: 1.0.0", f"key: {KEY}", "dimensions:"]
    lines += [f"  {name}: {{type: {type_name}}}" for name, type_name in NUMERIC.items()]
    values = ", ".join(f"v{index}" for index in range(CATEGORY_VALUES))
    lines += [f"  {CATEGORY}: {{type: category, values: [{values}]}}", "rules:"]
    for rule in rule_list:
        when = " and ".join([*map(condition, rule.leaves), f"{CATEGORY} = '{rule.value}'"])
        lines += [f"  - id: rule_{rule.tag}", f"    tag: {rule.tag}", f"    when: {when}"]
    return "\n".join(lines) + "\n"


def condition(leaf: Leaf) -> str:
    """Return a leaf in the condition language."""
    name = leaf.dimension
    if leaf.low is not None and leaf.high is not None:
        return f"{name} between {_literal(name, leaf.low)} and {_literal(name, leaf.high)}"
    if leaf.low is not None:
        return f"{name} > {_literal(name, leaf.low)}"
    return f"{name} <= {_literal(name, leaf.high or 0)}"


def _literal(dimension: str, value: float) -> str:
    """Write a ratio in percent, everything else plainly."""
    if NUMERIC[dimension] == "ratio":
        return f"{(Decimal(str(value)) * 100).normalize():f}%"
    return f"{Decimal(str(value)):f}"


def hand_written(rule_list: list[Rule], *, category_first: bool = False) -> Callable[[Record], list[str]]:
    """Compile, once, the `if` statements a person would write for these rules.

    The tests stand in the order of the rule file. With *category_first* the rarest one comes first, which is
    what somebody would write who knows the data and measures.
    """
    lines = ["def tags_of(r):", "    tags = []"]
    for rule in rule_list:
        tests = [*map(_python, rule.leaves), f'r["{CATEGORY}"] == "{rule.value}"']
        if category_first:
            tests.insert(0, tests.pop())
        lines += [f"    if {' and '.join(tests)}:", f'        tags.append("{rule.tag}")']
    lines.append("    return tags")
    namespace: dict[str, Callable[[Record], list[str]]] = {}
    exec(compile("\n".join(lines), "<hand-written>", "exec"), namespace)  # noqa: S102 - our own text
    return namespace["tags_of"]


def _python(leaf: Leaf) -> str:
    value = f'r["{leaf.dimension}"]'
    if leaf.low is not None and leaf.high is not None:
        return f"{leaf.low!r} <= {value} <= {leaf.high!r}"
    return f"{value} > {leaf.low!r}" if leaf.low is not None else f"{value} <= {leaf.high!r}"


def in_tolerance_band(rule_list: list[Rule], band: float = 1e-6) -> Callable[[Record], bool]:
    """Return a test: is a value so near a threshold, yet not at it, that tolerant engines may disagree."""
    thresholds = {
        (leaf.dimension, bound)
        for rule in rule_list
        for leaf in rule.leaves
        for bound in (leaf.low, leaf.high)
        if bound is not None
    }

    def near(record: Record) -> bool:
        return any(0 < abs(float(record[name]) - bound) <= 2 * band for name, bound in thresholds)

    return near
