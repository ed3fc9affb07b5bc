"""tierkit against hand-written `if` statements, at 30, 300 and 10,000 rules."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from benchmarks import workload
from benchmarks.measure import Contender, Options, Timing, all_records, interleaved
from benchmarks.report import Table, Target, number

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmarks.workload import Record

SIZES = {30: Target(2.5), 300: Target(0.3), 10_000: Target(0.05)}
GROWTH = Target(5)

HAND = "hand-written"
HAND_RAREST = "hand-written, rarest test first"
TAGS = "tierkit"
DECISION = "tierkit, unread"


@dataclass(frozen=True, slots=True)
class RuleSetUnderTest:
    """A rule set in both forms; `evaluate` is None while tierkit cannot be imported."""

    rules: list[workload.Rule]
    hand: Callable[[Record], list[str]]
    evaluate: Callable[[Record], Any] | None

    def contenders(self) -> list[Contender]:
        """Return everything that is timed, the baseline first."""
        rarest = workload.hand_written(self.rules, category_first=True)
        made = [Contender(HAND, calls(self.hand)), Contender(HAND_RAREST, calls(rarest))]
        if self.evaluate is not None:
            made += [Contender(TAGS, reads_tags(self.evaluate)), Contender(DECISION, calls(self.evaluate))]
        return made

    def disagreements(self, options: Options) -> int:
        """Return for how many of the records the tags differ."""
        if self.evaluate is None:
            return 0
        return sum(list(self.evaluate(record).tags) != self.hand(record) for record in all_records(options))


def under_test(size: int, tierkit: Any) -> RuleSetUnderTest:
    """Return the rule set of this size, loaded from its YAML text."""
    rules = workload.rules(size)
    evaluate = tierkit.loads(workload.rule_file(rules)).evaluate if tierkit else None
    return RuleSetUnderTest(rules, workload.hand_written(rules), evaluate)


def calls(decide: Callable[[Record], object]) -> Callable[[list[Record]], None]:
    """Return a loop that decides records and drops the answers."""

    def run(chunk: list[Record]) -> None:
        for record in chunk:
            decide(record)

    return run


def reads_tags(evaluate: Callable[[Record], Any]) -> Callable[[list[Record]], None]:
    """Return a loop that decides records and reads the tags."""

    def run(chunk: list[Record]) -> None:
        for record in chunk:
            evaluate(record).tags  # noqa: B018 - reading builds them

    return run


def table(options: Options, tierkit: Any) -> Table:
    """Check the answers, then time all sizes."""
    header = ("rules", HAND, HAND_RAREST, TAGS, DECISION, "ratio", "target", "")
    result = Table("A full decision against hand-written Python (µs per record)", header)
    unread: dict[int, Timing] = {}
    for size, target in SIZES.items():
        case = under_test(size, tierkit)
        wrong = case.disagreements(options)
        times = interleaved(case.contenders(), options)
        medians = [number(times[name].median) if name in times else "–" for name in header[1:5]]
        if TAGS not in times:
            result.add(f"{size:,}", *medians, "–", str(target), "not measured")
            continue
        ratio = times[TAGS].ratio(times[HAND])
        verdict = target.verdict(ratio) if not wrong else f"WRONG for {wrong:,} records"
        result.add(f"{size:,}", *medians, f"{number(ratio)}×", f"{target}×", verdict)
        unread[size] = times[DECISION]
    if unread:
        growth = unread[10_000].median / unread[300].median
        row = ("10,000 ÷ 300", "", "", "", f"{number(growth)}×", "", f"{GROWTH}×", GROWTH.verdict(growth))
        result.add(*row)
        result.notes.append(f"Answers compared first on {options.pool + options.chunk:,} records a size.")
    result.notes.append(
        "Ratio: tierkit, its tags read, over hand-written code in the order of the rule file."
    )
    return result
