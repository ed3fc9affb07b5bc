"""Coverage of many examples, and boundary cases of many rules: `python -m benchmarks.authoring`.

The baseline of both is in the same run: deciding the examples, and loading the rule file.
"""

from __future__ import annotations

import datetime as dt
import sys
import time
from functools import partial
from typing import TYPE_CHECKING, Any

import tierkit
from benchmarks import workload
from tierkit.analysis.examples.coverage import Answered, coverage
from tierkit.errors import Source

if TYPE_CHECKING:
    from collections.abc import Callable

DAY = dt.date(2025, 11, 20)


def covered(rules: int, examples: int) -> str:
    """Measure the coverage of a rule set by records, against deciding them and naming their tags."""
    ruleset = tierkit.loads(workload.rule_file(workload.rules(rules)))
    pool = workload.records(examples, 1)
    decide = partial(ruleset.evaluate, as_of=DAY)
    decided, deciding = _timed(lambda: [(d, d.tags) for d in map(decide, pool)])

    def measure() -> Any:
        answered = (
            Answered(d.facts.known, d.day, frozenset(d.fired), frozenset(d.open_rules), d.facts.tiers)
            for d, _ in decided
        )
        return coverage(ruleset.program, Source(ruleset.text), answered)

    found, spent = _timed(measure)
    return (
        f"coverage of {rules:,} rules by {examples:,} examples: {spent:.2f} s, {found.percent():g}%; "
        f"{spent / deciding:.0f} times the deciding ({deciding:.3f} s)"
    )


def proposed(rules: int, limit: int | None) -> str:
    """Measure proposing boundary cases of a rule set, against loading it."""
    text = workload.rule_file(workload.rules(rules))
    ruleset, loading = _timed(lambda: tierkit.loads(text))
    found, spent = _timed(lambda: ruleset.propose_examples(as_of=DAY, limit=limit))
    some, whole = len(found.found), len(found.found) + found.more
    return (
        f"{some:,} of {whole:,} examples for {rules:,} rules: {spent:.2f} s; "
        f"{spent / loading:.0f} times the loading ({loading:.2f} s)"
    )


def _timed(run: Callable[[], Any]) -> tuple[Any, float]:
    start = time.perf_counter()
    found = run()
    return found, time.perf_counter() - start


if __name__ == "__main__":
    for line in (covered(1000, 1000), proposed(300, 20), proposed(300, None), proposed(30, None)):
        sys.stdout.write(f"{line}\n")
