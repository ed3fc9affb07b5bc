"""What the ways to a target cost, and what holds one: `python -m benchmarks.paths [--markdown]`.

Three kinds of targets. Tags of the one-record workload: three leaves over three dimensions each. Tiers of a
scorecard of four characteristics, added to the same rules. And every target of `rulesets/fresh-produce.yaml`,
by kind. Each question is asked of a decision nobody has asked anything yet. What a rule set keeps of a
target is made by the first question about it, which is counted by itself. Evaluating the same records
stands beside it as the baseline. Times are of the processor, so that others on the machine do not count.
"""

from __future__ import annotations

import argparse
import random
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import count, islice
from pathlib import Path
from typing import Any

import tierkit
from benchmarks.report import Table, Target, number
from benchmarks.workload import records, rule_file, rules

DAY = "2025-11-20"
FRESH = Path(__file__).parent.parent / "rulesets" / "fresh-produce.yaml"
GOAL = Target(1_000)
MICRO = 1e6
FEW = 20

SCORED = """  value_score:
    type: score
    scorecard:
      - {dimension: d1, weight: 40%, cap: 60k}
      - {dimension: d4, weight: 30%, points: [[0, 0], [200, 0.5], [1000, 1]]}
      - {dimension: d6, weight: 20%, points: [[0, 1], [0.1, 0.5], [1, 0]]}
      - {dimension: d8, weight: 10%, steps: [[0, 0], [500, 0.4], [2500, 1]]}
ladders:
  value:
    tiers: [{id: gold, enter: value_score >= 70}, {id: silver, enter: value_score >= 55}, {id: bronze}]
rules:
"""
KINDS = {
    "a tag of two or three conditions": ("VIP", "potential", "shared_route", "credit_watch", "churn_risk"),
    "a tag of one condition": ("care_call", "organic_fan", "large_order", "small_order"),
    "a tier of one number": ("activity.high", "activity.medium", "activity.low"),
    "a tier of a scorecard": ("value.diamond", "value.gold", "value.silver", "战略客户"),
}


Ask = Callable[[Any, str], object]


ASKED: dict[str, Ask] = {
    "`decision.path_to(target)` (µs)": lambda decision, target: decision.path_to(target),
    "`decision.paths_to(target, 3)` (µs)": lambda decision, target: decision.paths_to(target, 3),
    "`decision.leeway(target)`, of what is held (µs)": lambda decision, target: decision.leeway(target),
}


@dataclass(frozen=True, slots=True)
class Case:
    """Decisions of a rule set, and a target asked of each."""

    rules: int
    kind: str
    ruleset: tierkit.RuleSet
    asked: list[tuple[dict[str, Any], str]]


def workload(size: int, asked: int) -> Iterator[Case]:
    """The one-record workload, asked for tags of its rules and for tiers of a scorecard beside them."""
    made = rules(size)
    text = rule_file(made)
    people = records(asked, 1)
    tags = [(person, made[i * 7 % size].tag) for i, person in enumerate(people)]
    yield Case(size, "a tag of three conditions", tierkit.loads(text), tags)
    scored = tierkit.loads(text.replace("rules:\n", SCORED, 1))
    tiers = [(person, ("value.gold", "value.silver")[i % 2]) for i, person in enumerate(people)]
    yield Case(size, "a tier of a scorecard", scored, tiers)


def fresh(asked: int) -> Iterator[Case]:
    """The starter for fresh-produce distributors, asked for all kinds of targets."""
    ruleset = tierkit.load(FRESH)
    for kind, targets in KINDS.items():
        people = list(islice(buyers(), asked))
        found = [(person, targets[i % len(targets)]) for i, person in enumerate(people)]
        yield Case(len(ruleset.program.rules), f"fresh-produce: {kind}", ruleset, found)


def buyers(seed: int = 1) -> Iterator[dict[str, Any]]:
    """Buyers of fresh produce, from a seed; one value in twenty is missing."""
    rng = random.Random(f"buyers-{seed}")
    texts = ("leafy_greens", "fruit", "seafood", "organic", "meat")
    for key in count():
        person: dict[str, Any] = {
            "industry": rng.choice(("restaurant", "school_canteen", "supermarket", "individual")),
            "tenure_days": rng.randrange(2_000),
            "orders_per_month": round(rng.expovariate(1 / 10), 1),
            "days_since_last_order": int(rng.expovariate(1 / 8)),
            "monthly_amount": round(rng.expovariate(1 / 20_000), 2),
            "previous_monthly_amount": round(rng.expovariate(1 / 20_000), 2),
            "overdue_count": rng.choice((0, 0, 0, 0, 1, 1, 2, 4)),
            "payment_term_days": rng.choice((0, 15, 30, 60)),
            "return_rate": round(rng.random() ** 3, 4),
            "complaint_rate": round(rng.random() ** 4 / 5, 4),
            "p_alive": round(rng.random(), 3),
            "preferred_categories": rng.sample(texts, rng.randrange(4)),
            "delivery_slot": rng.choice(("before_dawn", "morning", "afternoon", "evening")),
            "city": rng.choice(("上海", "杭州", "北京")),
            "distance_km": round(rng.expovariate(1 / 15), 1),
        }
        yield {"customer_id": f"b{key}", **{name: v for name, v in person.items() if rng.random() > 1 / 20}}


def measure(case: Case, ask: Ask) -> tuple[list[float], list[float], list[float]]:
    """Microseconds of processor time, ascending: of first questions, of later ones, and of evaluations."""
    first, later, base = list[float](), list[float](), list[float]()
    met: set[str] = set()
    for at, (record, target) in enumerate((*case.asked, *case.asked)):
        start = time.thread_time()
        decision = case.ruleset.evaluate(record, as_of=DAY)
        between = time.thread_time()
        ask(decision, target)
        spent = (time.thread_time() - between) * MICRO
        if target not in met:
            first.append(spent)
        elif at >= len(case.asked):  # the first time round only warms up
            base.append((between - start) * MICRO)
            later.append(spent)
        met.add(target)
    return sorted(first), sorted(later), sorted(base)


def holding(case: Case) -> Case:
    """The same decisions, each asked for a target of the case that it holds; without those that hold none."""
    targets = list(dict.fromkeys(target for _, target in case.asked))
    asked = []
    for at, (record, _) in enumerate(case.asked):
        decision = case.ruleset.evaluate(record, as_of=DAY)
        held = [*decision.tags, *(f"{ladder}.{tier}" for ladder, tier in decision.tiers.items())]
        found = [target for target in targets if target in held]
        asked += [(record, found[at % len(found)])] if found else []
    return replace(case, asked=asked)


def table(title: str, cases: list[Case], ask: Ask) -> Table:
    """One row per rule set and kind of target."""
    goal = ("target of p95", "") if "path_to" in title else ()
    head = ("rules", "asked for", "first", "median", "p95", "p99", "evaluate", "median ÷ evaluate", *goal)
    found = Table(title, head)
    for case in cases:
        if len(case.asked) < FEW:
            continue
        first, later, base = measure(case, ask)
        at = [later[int(len(later) * share)] for share in (0.5, 0.95, 0.99)]
        once = statistics.median(base)
        cells = (*map(number, (statistics.median(first), *at, once)), f"{at[0] / once:.1f}×")
        verdict = (str(GOAL), GOAL.verdict(at[1])) if goal else ()
        found.add(f"{case.rules:,}", case.kind, *cells, *verdict)
    return found


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--markdown", action="store_true", help="print Markdown")
    parser.add_argument("--rules", type=int, nargs="+", default=[30, 300, 3_000], metavar="N")
    parser.add_argument("--asked", type=int, default=1_000, metavar="N", help="questions a row")
    options = parser.parse_args()
    cases = [case for size in options.rules for case in workload(size, options.asked)]
    cases += fresh(options.asked)
    for title, ask in ASKED.items():
        found = table(title, [holding(case) for case in cases] if "leeway" in title else cases, ask)
        print((found.markdown() if options.markdown else found.text()) + "\n")


if __name__ == "__main__":
    main()
