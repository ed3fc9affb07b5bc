"""What `tierkit check` costs: rule sets of many rules, with mistakes planted, checked in full.

python -m benchmarks.checking               rules -> seconds, as a table in Markdown
python -m benchmarks.checking 1000 --profile    where the time goes
"""

from __future__ import annotations

import argparse
import cProfile
import pstats
import random
import resource
import sys
import time
from collections import Counter

import tierkit
from benchmarks.exploding import formula
from benchmarks.exploding import rule_file as exploding_file
from tierkit.analysis.findings import findings
from tierkit.program.model import Program

SIZES = (100, 1_000, 10_000)
DIMENSIONS = 20
EACH = 5
"""Rules that give one tag."""
_PLANTED = 100
"""One rule in so many is wrong."""


def rule_file(rules: int, seed: int = 1) -> str:
    """A rule set over 20 dimensions, one of them a scorecard; one rule in a hundred is wrong."""
    rng = random.Random(f"checking-{seed}")
    lines = ["ruleset: many", "version: 1", "dimensions:"]
    lines += [f"  m{i}: {{type: money, min: 0}}" for i in range(8)]
    lines += [f"  n{i}: {{type: integer, min: 0, on_missing: 0}}" for i in range(4)]
    lines += [f"  c{i}: {{type: category, values: [a, b, c, d, e]}}" for i in range(4)]
    lines += [
        "  b0: {type: boolean, on_missing: false}",
        "  d0: {type: date}",
        "  share: {type: ratio, value: m0 / m1}",
    ]
    card = "{dimension: m0, weight: 60%, cap: 5k}, {dimension: n0, weight: 40%, points: [[0, 1], [10, 0]]}"
    lines += [f"  points: {{type: score, scorecard: [{card}]}}", "rules:"]
    kept: list[str] = []
    for at in range(rules):
        when = _wrong(rng, kept) if kept and at % _PLANTED == _PLANTED - 1 else _usual(rng)
        kept.append(when)
        lines.append(f'  - {{id: r{at}, tag: tag {at % max(rules // EACH, 1)}, when: "{when}"}}')
    return "\n".join(lines) + "\n"


def _usual(rng: random.Random) -> str:
    """A condition of three or four leaves, as authors write them."""
    a, b, c, d = rng.sample([_leaf(rng, kind) for kind in "mmmnncccbdsp"], 4)
    return rng.choice(
        [
            f"{a} and {b} and {c}",
            f"{a} and ({b} or {c})",
            f"{a} and {b} and ({c} or {d})",
            f"{a} and {b} and not ({c} and {d})",
        ]
    )


def _leaf(rng: random.Random, kind: str) -> str:
    match kind:
        case "m":
            low = rng.randrange(10, 9_000)
            name = f"m{rng.randrange(8)}"
            return rng.choice(
                [f"{name} >= {low}", f"{name} < {low}", f"{name} between {low} and {low + 500}"]
            )
        case "n":
            return f"n{rng.randrange(4)} {rng.choice(['>', '<='])} {rng.randrange(1, 50)}"
        case "c":
            return f"c{rng.randrange(4)} {rng.choice(['=', '!='])} '{rng.choice('abcde')}'"
        case "b":
            return rng.choice(["b0", "not b0"])
        case "d":
            return f"days_between(d0, as_of) > {rng.randrange(10, 400)}"
        case "s":
            return f"share < {rng.randrange(1, 90)}%"
        case _:
            return f"points >= {rng.randrange(20, 95)}"


def _wrong(rng: random.Random, kept: list[str]) -> str:
    """A condition that contradicts itself, repeats itself, or is that of an earlier rule."""
    low = rng.randrange(10, 9_000)
    return rng.choice(
        [
            f"m1 > {low} and m1 < {low - 5} and {_leaf(rng, 'c')}",
            f"m1 > {low} and m1 > {low - 5} and {_leaf(rng, 'c')}",
            rng.choice(kept),
        ]
    )


def measured(program: Program) -> tuple[float, float, Counter[str]]:
    """Seconds, seconds of this process, and how many findings of each kind."""
    before, start = resource.getrusage(resource.RUSAGE_SELF).ru_utime, time.perf_counter()
    found = Counter(finding.code for finding in findings(program))
    wall = time.perf_counter() - start
    return wall, resource.getrusage(resource.RUSAGE_SELF).ru_utime - before, found


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sizes", nargs="*", type=int, default=SIZES)
    parser.add_argument("--profile", action="store_true")
    arguments = parser.parse_args()
    if arguments.profile:
        program = tierkit.loads(rule_file(arguments.sizes[0])).program
        with cProfile.Profile() as profile:
            measured(program)
        pstats.Stats(profile, stream=sys.stdout).sort_stats("cumulative").print_stats(45)
        return
    print("| rules | load | check | of it user time | findings |\n|---:|---:|---:|---:|---:|")
    for size in arguments.sizes:
        start = time.perf_counter()
        program = tierkit.loads(rule_file(size)).program
        load = time.perf_counter() - start
        wall, user, found = measured(program)
        print(
            f"| {size:,} | {load:.2f} s | {wall:.2f} s | {user:.2f} s | {sum(found.values()):,} |", flush=True
        )
        print(f"  {dict(found)}", file=sys.stderr)
    program = tierkit.loads(exploding_file(formula())).program
    wall, user, found = measured(program)
    print(f"| 2, of 4^30 conjuncts | | {wall:.2f} s | {user:.2f} s | {sum(found.values()):,} |")
    print(f"  {dict(found)}", file=sys.stderr)


if __name__ == "__main__":
    main()
