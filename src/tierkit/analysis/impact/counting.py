"""From pairs of sides, each with how many customers have it, to everything that an impact says of heads.

Pairs may come one customer at a time or grouped: what is added up is the same.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from tierkit.analysis.impact.costing import CostFailure, Costs, KindCost, Spent
from tierkit.analysis.impact.figures import (
    Migration,
    OpenTarget,
    Quota,
    RootCause,
    ScoreShift,
    TagCount,
    Undecided,
)
from tierkit.analysis.impact.places import ABSENT, FAILED, Direction, Move, Place, Scheme, Side, move
from tierkit.analysis.impact.psi import BANDS, psi
from tierkit.decisions import Decision
from tierkit.decisions.costs import EXACT, costs
from tierkit.decisions.reasons import MissingValue
from tierkit.program.model import Program

ASKED = 5_000
"""So many customers for whom something is undetermined are asked, on each side, what is missing."""

Target = tuple[str, str]
"""`rule` or `ladder`, and its name."""


@dataclass(slots=True)
class Tally:
    """What is counted on one side beside its pairs."""

    bands: Counter[tuple[str, int | None]] = field(default_factory=Counter)
    targets: Counter[Target] = field(default_factory=Counter)
    roots: Counter[MissingValue] = field(default_factory=Counter)
    asked: int = 0
    spent: dict[str, Spent] = field(default_factory=dict)
    failures: dict[tuple[str, str], tuple[int, str]] = field(default_factory=dict)

    def ask(self, decision: Decision) -> None:
        """Counts what is missing at the roots of what could not be decided."""
        self.asked += 1
        self.roots.update({missing for item in decision.undetermined for missing in item.missing})

    def price(self, decision: Decision) -> None:
        """Adds what the benefits of a decision cost, and the providers that failed."""
        found, wrong = costs(decision)
        for cost in found:
            spent = self.spent.get(cost.grant.provider, Spent())
            if cost.amount is None:
                spent = Spent(spent.amount, spent.priced, spent.unpriced + 1)
            else:
                amount = EXACT.add(spent.amount, cost.amount)
                spent = Spent(amount, spent.priced + 1, spent.unpriced)
            self.spent[cost.grant.provider] = spent
        for failure in (*wrong, *(item for item in decision.errors if item.target is not None)):
            where = failure.plugin, failure.provider
            count, detail = self.failures.get(where, (0, failure.detail))
            self.failures[where] = count + 1, detail


Pairs = Mapping[tuple[Side, Side], int]


def migrations(scheme: Scheme, pairs: Pairs) -> tuple[Migration, ...]:
    """The matrix of every ladder.

    >>> from tierkit.analysis.impact.places import NONE, Rungs, State
    >>> gold = Place(State.tier, "gold")
    >>> ladder = Scheme((Rungs("l", ("gold",)),), (), ())
    >>> found, = migrations(ladder, {(Side((gold,)), Side((gold,))): 3, (Side((gold,)), Side((NONE,))): 1})
    >>> found.counts[0], found.before, found.after, found.moves["down"]
    ((3, 1, 0, 0), (4, 0, 0, 0), (3, 1, 0, 0), 1)
    """
    found = []
    for at, rungs in enumerate(scheme.ladders):
        cells: Counter[tuple[Place, Place]] = Counter()
        for (old, new), count in pairs.items():
            cells[old.places[at], new.places[at]] += count
        places = rungs.places()
        counts = tuple(tuple(cells[a, b] for b in places) for a in places)
        bare = Migration(rungs, places, counts, None)
        if rungs.compared:
            index = psi(*(_decided(places, heads) for heads in (bare.before, bare.after)))
            bare = Migration(rungs, places, counts, index)
        found.append(bare)
    return tuple(found)


def _decided(places: tuple[Place, ...], heads: tuple[int, ...]) -> list[int]:
    """The heads at places that a version decided on: everybody but those whose record failed."""
    return [count for place, count in zip(places, heads, strict=True) if place not in (FAILED, ABSENT)]


def tag_counts(scheme: Scheme, pairs: Pairs) -> tuple[TagCount, ...]:
    """Heads per tag before and after, gained and lost."""
    counts: dict[str, Counter[str]] = {name: Counter() for name in ("before", "after", "gained", "lost")}
    for (old, new), count in pairs.items():
        for tag in old.tags:
            counts["before"][tag] += count
            counts["lost"][tag] += 0 if tag in new.tags else count
        for tag in new.tags:
            counts["after"][tag] += count
            counts["gained"][tag] += 0 if tag in old.tags else count
    return tuple(TagCount(tag, *(counts[name][tag] for name in counts)) for tag in scheme.tags)


def moves_of(scheme: Scheme, pairs: Pairs) -> dict[tuple[Side, Side], Move]:
    """The pairs whose customers move, with how."""
    found = {pair: move(scheme, *pair) for pair in pairs}
    return {pair: how for pair, how in found.items() if how is not None}


def directions(pairs: Pairs, moves: Mapping[tuple[Side, Side], Move]) -> dict[Direction, int]:
    """Customers by the direction in which they move."""
    found = dict.fromkeys(
        (Direction.up, Direction.down, Direction.both, Direction.unclear, Direction.tags), 0
    )
    for pair, how in moves.items():
        found[how.direction] += pairs[pair]
    return found


def score_shifts(
    scheme: Scheme, tallies: tuple[Tally, Tally], programs: Iterable[Program]
) -> tuple[ScoreShift, ...]:
    """Heads per band of every score; one that only one version has is missing for everybody in the other."""
    own = [{n for n, d in program.dimensions.items() if d.type == "score"} for program in programs]
    found = []
    for name in scheme.scores:
        sides = [tuple(tally.bands[name, at] for at in range(BANDS)) for tally in tallies]
        missing = tallies[0].bands[name, None], tallies[1].bands[name, None]
        both = all(name in names for names in own)
        index = psi((*sides[0], missing[0]), (*sides[1], missing[1])) if both else None
        found.append(ScoreShift(name, sides[0], sides[1], missing, index))
    return tuple(found)


def undecided(pairs: Pairs, tallies: tuple[Tally, Tally]) -> Undecided:
    """What could not be decided, by target and by root: the most frequent first."""
    heads = [sum(count for pair, count in pairs.items() if pair[at].open) for at in (0, 1)]
    old, new = tallies
    targets = [
        OpenTarget(
            name if kind == "rule" else None, name if kind == "ladder" else None,
            old.targets[kind, name], new.targets[kind, name],
        )
        for kind, name in {**old.targets, **new.targets}
    ]  # fmt: skip
    roots = [RootCause(item, old.roots[item], new.roots[item]) for item in {**old.roots, **new.roots}]
    targets.sort(key=lambda t: (-max(t.before, t.after), t.ladder is None, t.ladder or t.rule or ""))
    roots.sort(key=lambda r: (-max(r.before, r.after), r.missing.dimension, r.missing.cause))
    return Undecided(heads[0], heads[1], tuple(targets), tuple(roots), (old.asked, new.asked))


def costs_of(tallies: tuple[Tally, Tally], programs: tuple[Program, Program]) -> Costs:
    """What the benefits cost; kinds in file order, those of the newer version first."""
    kinds: dict[str, bool] = {}
    for program in reversed(programs):
        for benefit in program.benefits:
            for award in benefit.awards:
                prices = award.offered is not None and award.offered.provider.cost is not None
                kinds[award.provider] = kinds.get(award.provider, False) or prices
    old, new = tallies
    priced = tuple(
        KindCost(kind, old.spent.get(kind, Spent()), new.spent.get(kind, Spent()))
        for kind, prices in kinds.items()
        if prices
    )
    failures = []
    for where in {**old.failures, **new.failures}:
        (first, detail), (second, other) = (side.failures.get(where, (0, "")) for side in tallies)
        failures.append(CostFailure(*where, first, second, detail or other))
    unpriced = tuple(kind for kind, prices in kinds.items() if not prices)
    return Costs(priced, unpriced, tuple(failures))


def quotas_of(shares: Mapping[str, float], scheme: Scheme, pairs: Pairs) -> tuple[Quota, ...]:
    """The share of each target on both sides, of all customers."""
    total, found = sum(pairs.values()), []
    for target, share in shares.items():
        heads = [
            sum(count for pair, count in pairs.items() if _holds(scheme, pair[at], target)) for at in (0, 1)
        ]
        old, new = (count / total if total else None for count in heads)
        found.append(Quota(target, share, old, new))
    return tuple(found)


def _holds(scheme: Scheme, side: Side, target: str) -> bool:
    ladder, dot, tier = target.partition(".")
    if not dot:
        return target in side.tags
    return any(
        rungs.ladder == ladder and place.tier == tier
        for rungs, place in zip(scheme.ladders, side.places, strict=True)
    )
