"""tierkit against the rule engines on PyPI, at 30 rules."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

from benchmarks import workload
from benchmarks.against_code import HAND, TAGS, RuleSetUnderTest, calls, reads_tags, under_test
from benchmarks.measure import Contender, Options, all_records, interleaved
from benchmarks.peers import PEERS, Decide, Peer
from benchmarks.report import Table, Target, number

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmarks.workload import Record

RULES = 30
SHARE = 0.2


def table(options: Options, tierkit: Any) -> Table:
    """Check that every peer answers as the hand-written function does, then time all of them together."""
    case = under_test(RULES, tierkit)
    header = ("engine", "used as", "µs", "× hand-written", "× tierkit", "target", "", "disagrees")
    result = Table(f"Rule engines on PyPI, {RULES} rules (µs per record)", header)
    ready, skipped = _prepare(case.rules)
    sample, banded = _sample(case, options)
    wrong = {_label(peer): _disagreements(decide, case.hand, sample) for peer, decide in ready}
    contenders = [Contender(HAND, calls(case.hand))]
    if case.evaluate is not None:
        contenders.append(Contender(TAGS, reads_tags(case.evaluate)))
    contenders += [Contender(_label(peer), calls(decide), SHARE) for peer, decide in ready]
    times = interleaved(contenders, options)
    hand = times[HAND]
    result.add(HAND, "", number(hand.median), "1")
    if TAGS in times:
        result.add(TAGS, ".tags", number(times[TAGS].median), number(times[TAGS].ratio(hand)), "1")
    for peer, _ in ready:
        timing = times[_label(peer)]
        slower = timing.ratio(times[TAGS]) if TAGS in times else None
        target = Target(peer.wanted, at_least=True) if peer.wanted else None
        result.add(
            f"{peer.distribution} {peer.version()}",
            peer.usage,
            number(timing.median),
            number(timing.ratio(hand)),
            number(slower) if slower else "–",
            str(target) if target else "",
            target.verdict(slower) if target and slower else "",
            f"{wrong[_label(peer)]:,} of {len(sample):,}",
        )
    result.notes.append(f"{banded:,} records within 1e-6 of a threshold were not compared.")
    result.notes += skipped
    return result


def _label(peer: Peer) -> str:
    return f"{peer.distribution} {peer.usage}"


def _prepare(rules: list[workload.Rule]) -> tuple[list[tuple[Peer, Decide]], list[str]]:
    """Return the peers that are installed, ready to decide, and a note for each of the others."""
    ready, skipped = [], []
    for peer in PEERS:
        try:
            ready.append((peer, peer.prepare(rules)))
        except ImportError:
            skipped.append(f"{_label(peer)}: skipped, not installed")
    return ready, skipped


def _sample(case: RuleSetUnderTest, options: Options) -> tuple[list[Record], int]:
    """Return the records to compare, and how many were too near a threshold to count.

    The share keeps the slow engines affordable; every record where a rule fires is in it.
    """
    records = list(all_records(options))
    firing = [record for record in records if case.hand(record)]
    chosen = [*firing, *islice(records, round(len(records) * SHARE))]
    near = workload.in_tolerance_band(case.rules)
    kept = [record for record in chosen if not near(record)]
    return kept, len(chosen) - len(kept)


def _disagreements(decide: Decide, hand: Callable[[Record], list[str]], sample: list[Record]) -> int:
    return sum(decide(record) != hand(record) for record in sample)
