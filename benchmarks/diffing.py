"""How long it takes to say what changes between two versions: `python -m benchmarks.diffing`.

Two versions of one rule set, a tag for each rule, three leaves a rule over ten dimensions: no threshold is
moved, one in ten, all of them; and the same rules with `eligible` in front, which concerns every tag.
"""

from __future__ import annotations

import random
import statistics
import sys
import time

import tierkit
from tierkit.analysis.meaning.changes import changes
from tierkit.engine.diff import diff_sources

KINDS = tuple(f"k{n}" for n in range(40))
ROUNDS = 5


def text(count: int, moved: float, seed: int = 1, eligible: str = "") -> str:
    """A rule file; a share `moved` of its rules has another threshold."""
    drawn, shift = random.Random(seed), random.Random(seed + 1)
    rules = []
    for n in range(count):
        first, second = drawn.sample(range(9), 2)
        low, high, kind = drawn.randrange(1, 900), drawn.randrange(1, 900), drawn.choice(KINDS)
        if shift.random() < moved:
            low += 7
        when = f"x{first} >= {low} and x{second} < {high} and kind = '{kind}'"
        rules.append(f'  - {{id: r{n}, tag: t{n}, when: "{when}"}}')
    dimensions = "\n".join(f"  x{n}: {{type: number}}" for n in range(9))
    listed = "\n".join(rules)
    return (
        f"ruleset: big\nversion: '{moved}'\n{eligible}dimensions:\n{dimensions}\n"
        f"  kind: {{type: category, values: [{', '.join(KINDS)}]}}\nrules:\n{listed}\n"
    )


def seconds(before: str, after: str) -> tuple[float, float, str]:
    """The median seconds for the meaning, those for the parts, and the kinds of change found."""
    sides = [tierkit.loads(side).program for side in (before, after)]
    meaning: list[float] = []
    parts: list[float] = []
    counts: dict[str, int] = {}
    found = changes(*sides)
    for _ in range(ROUNDS):
        start = time.perf_counter()
        found = changes(*sides)
        meaning.append(time.perf_counter() - start)
        start = time.perf_counter()
        diff_sources(before.encode(), after.encode())
        parts.append(time.perf_counter() - start)
    for change in found.targets:
        counts[change.change] = counts.get(change.change, 0) + 1
    told = ", ".join(f"{count} {name}" for name, count in sorted(counts.items()))
    return statistics.median(meaning), statistics.median(parts), told


def main() -> None:
    """Prints the table."""
    out = sys.stdout.write
    out("| rules | moved | meaning (s) | parts (s) | targets |\n| --- | --- | --- | --- | --- |\n")
    for count in (30, 300):
        before = text(count, 0.0)
        for name, after in (
            ("none", text(count, 0.0)),
            ("a tenth", text(count, 0.1)),
            ("all", text(count, 1.0)),
            ("who is eligible", text(count, 0.0, eligible='eligible: "x0 > 3"\n')),
        ):
            meaning, parts, told = seconds(before, after)
            out(f"| {count:,} | {name} | {meaning:.2f} | {parts:.2f} | {told} |\n")


if __name__ == "__main__":
    main()
