"""The impact of records decided one by one. Of movers, the first by rank are kept, and no others."""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from typing import Any

from tierkit.analysis.impact.counting import ASKED, Tally
from tierkit.analysis.impact.figures import FailedRecord, Impact
from tierkit.analysis.impact.movers import Answer, Mover, Refused
from tierkit.analysis.impact.places import ABSENT, NONE, UNDETERMINED, Move, Place, Side, State, move
from tierkit.analysis.impact.psi import band
from tierkit.decisions import Decision
from tierkit.decisions.costs import priced
from tierkit.decisions.outcome import Outcomes
from tierkit.engine.impact import FAILED, Comparison, composed


@dataclass(slots=True)
class _Seen:
    """A pair of sides, how its customers move, and how many they are."""

    pair: tuple[Side, Side]
    move: Move | None
    count: int = 0


class Counted:
    """Counts the answers of both versions, one customer at a time."""

    def __init__(self, about: Comparison) -> None:
        self.about = about
        self.rows = 0
        self.tallies = Tally(), Tally()
        self._reads = tuple(_Reader(about, at, self.tallies[at]) for at in (0, 1))
        self._seen: dict[tuple[int, int], _Seen] = {}
        self._first: list[Any] = []
        self._failed: list[FailedRecord] = []

    def add(self, before: Answer, after: Answer) -> None:
        """Counts a customer."""
        self.rows += 1
        old, new = self._reads[0](before), self._reads[1](after)
        where = id(old), id(new)  # the readers keep every side, and one of each
        seen = self._seen.get(where)
        if seen is None:
            seen = self._seen[where] = _Seen((old, new), move(self.about.scheme, old, new))
        seen.count += 1
        if seen.move is not None:
            self._moved(seen.move, seen.pair, (before, after))
        if (old.failed or new.failed) and len(self._failed) < FAILED:
            self._failed.append(FailedRecord(_key(before, after), self.rows, (before, after)))

    def _moved(self, how: Move, pair: tuple[Side, Side], answers: tuple[Answer, Answer]) -> None:
        about, key = self.about, _key(*answers)
        if about.each is not None:
            about.each(Mover(key, self.rows, how, pair, answers if about.reasons else None))
        if not about.movers:
            return
        # the smallest of the heap is the one that ranks last
        place = tuple(-part for part in how.rank), -self.rows
        if len(self._first) < about.movers or place > self._first[0][0]:
            item = place, Mover(key, self.rows, how, pair, answers)
            add = heapq.heappush if len(self._first) < about.movers else heapq.heapreplace
            add(self._first, item)

    def impact(self) -> Impact:
        """The impact of everything that was counted."""
        movers = tuple(mover for _, mover in sorted(self._first, key=lambda item: item[0], reverse=True))
        pairs = {seen.pair: seen.count for seen in self._seen.values()}
        return composed(self.about, pairs, self.tallies, movers, tuple(self._failed))


class _Reader:
    """Reads the sides of one version from its answers, and counts what is asked of it alone."""

    def __init__(self, about: Comparison, at: int, tally: Tally) -> None:
        program = about.sides[at].program
        self._tally, self._program = tally, program
        self._outcomes = Outcomes(program)
        self._scheme, self._failed = about.scheme, about.scheme.failed()
        self._sides: dict[Side, Side] = {}
        self._priced = priced(program)
        self._names = [name for name, _, _ in self._outcomes.scores]
        self._lacking = [name for name in about.scheme.scores if name not in self._names]

    def __call__(self, answer: Answer) -> Side:
        """The side of an answer."""
        if isinstance(answer, Refused):
            return self._failed
        common, tally = self._outcomes.common(answer), self._tally
        if common.made is None:
            common.made = (
                self._side(common),
                (
                    *(("rule", name) for name in common.open_rules),
                    *(("ladder", name) for name in common.undecided),
                ),
            )
        side: Side
        side, targets = common.made
        if targets:
            tally.targets.update(targets)
            if tally.asked < ASKED:
                tally.ask(answer)
        for name, value in zip(self._names, self._outcomes.score_values(answer), strict=True):
            tally.bands[name, band(value)] += 1
        for name in self._lacking:
            tally.bands[name, None] += 1
        if self._priced and earns(side, self._scheme, self._priced):
            tally.price(answer)
        return side

    def _side(self, common: Any) -> Side:
        places = []
        for rungs in self._scheme.ladders:
            if rungs.ladder not in self._program.ladders:
                places.append(ABSENT)
            elif (tier := common.tiers[rungs.ladder]) is not None:
                places.append(Place(State.tier, tier))
            else:
                places.append(UNDETERMINED if rungs.ladder in common.undecided else NONE)
        side = Side(tuple(places), common.tags, common.undetermined)
        return self._sides.setdefault(side, side)


def earns(side: Side, scheme: Any, targets: frozenset[str]) -> bool:
    """True when a customer holds one of the targets."""
    return any(tag in targets for tag in side.tags) or any(
        f"{rungs.ladder}.{place.tier}" in targets
        for rungs, place in zip(scheme.ladders, side.places, strict=True)
        if place.tier is not None
    )


def _key(before: Answer, after: Answer) -> Any:
    return before.key if isinstance(before, Decision) and after.key is None else after.key
