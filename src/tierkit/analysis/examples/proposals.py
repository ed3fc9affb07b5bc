"""Proposed examples: a record for each threshold of each leaf, where that leaf alone decides.

What a proposal expects is what the rules say today, so it passes as it stands: it is for an author to read,
and to keep where it is right. What an example shows already, or a proposal before it, is not proposed again.
A case is shown by a record that holds its value and meets what must hold beside the leaf.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any, cast

from tierkit.analysis.examples.pivots import Pivot, pivots
from tierkit.analysis.examples.places import conditions
from tierkit.analysis.examples.points import Spot, spots
from tierkit.analysis.examples.shown import Shown
from tierkit.analysis.examples.wishes import Facing, Maker, Wish, usual
from tierkit.backends.python import Compiled, Refused
from tierkit.errors import Source
from tierkit.program.canonical import leaf_text
from tierkit.program.forms import Forms
from tierkit.program.model import Program, Rule
from tierkit.program.providers import AS_OF
from tierkit.program.reference import UNDECIDED, Answer, decide
from tierkit.program.terms import Value, mentions_as_of

_Case = tuple[Pivot, Spot, dict[str, Any]]
_MANY = 30
_ONE_SIDED = 2
"""A value and a missing one: the leaf does not turn along this dimension."""
MOST_UNDETERMINED = 8
"""So many names are listed as undetermined; where there are more, a list would say nothing."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """An example to be: the leaf and the value it is about, its record, and what the rules answer.

    `owner` is the rule, the tier, the ladder or `eligible` whose leaf it is. Where it is about the day on
    which a rule begins or ends, the dimension of `spot` is `as_of`, and `expression` the key that says so.
    `as_of` is None where no day matters.
    """

    owner: str
    expression: str
    spot: Spot
    given: Mapping[str, Value | None]
    as_of: dt.date | None
    expect: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Proposals:
    """The first proposals in file order, how many there are beyond them, and leaves that never decide."""

    found: tuple[Proposal, ...]
    more: int
    silent: tuple[tuple[str, str], ...]


def propose(
    program: Program, source: Source, shown: Iterable[Facing], day: dt.date, limit: int | None = None
) -> Proposals:
    """Boundary cases that the examples, as conditions see them in `shown`, do not show yet."""
    return _Proposer(program, source, shown, day).upto(limit)


class _Proposer:
    def __init__(self, program: Program, source: Source, shown: Iterable[Facing], day: dt.date) -> None:
        self.program, self.day = program, day
        self.maker = Maker(program)
        self.dated = _dated(program)
        self.shown = Shown(program, self.maker, shown, dated=self.dated)
        self._conditions = conditions(program, source)
        self._silent: dict[tuple[str, str], None] = {}
        self._asked: Counter[frozenset[str]] = Counter()
        self._compiled: dict[frozenset[str], Compiled] = {}
        self._heard: set[tuple[str, str]] = set()
        self._order = {name: i for i, name in enumerate(program.dimensions)}

    def upto(self, limit: int | None) -> Proposals:
        found: list[Proposal] = []
        more = 0
        for pivot, spot, record in self._cases():
            if limit is not None and len(found) >= limit:
                more += 1
            else:
                found.append(self._proposal(pivot, spot, record))
        silent = tuple(leaf for leaf in self._silent if leaf not in self._heard)
        return Proposals(tuple(found), more, silent)

    def _cases(self) -> Iterator[_Case]:
        """Cases that nothing shows yet, each with its record."""
        found = pivots(self.program, self.maker.forms, self._conditions, self.day)
        rules = {rule.id: rule for rule in self.program.rules}
        for (kind, owner), group in groupby(found, key=lambda pivot: (pivot.kind, pivot.owner)):
            for pivot in group:
                yield from self._of_leaf(pivot)
            if kind == "rule":
                yield from self._of_days(rules[owner], pivot)

    def _of_leaf(self, pivot: Pivot) -> Iterator[_Case]:
        based = self._base(pivot)
        leaf = pivot.owner, leaf_text(pivot.leaf)
        if based is None:
            self._silent[leaf] = None
            return
        self._heard.add(leaf)
        wishes, base, spotted = based
        for spot in spotted:
            if not self.shown.case(pivot, wishes, base, spot):
                record = self._placed(pivot, wishes, base, spot)
                if record is not None:
                    yield pivot, spot, record

    def _of_days(self, rule: Rule, pivot: Pivot) -> Iterator[_Case]:
        """The first and the last day of a rule, and the days before and after, for somebody it fits."""
        gate: tuple[Wish, ...] = () if self.program.eligible is None else ((self.program.eligible, True),)
        wishes = (*gate, (rule.when, True))
        for spot in _days(rule):
            day = cast("dt.date", spot.value)
            record = None if self.shown.on(day, wishes) else self.maker.record(wishes, day)
            facing = None if record is None else self.maker.facing(record, day)
            if record is not None and facing is not None and facing.holds(wishes) and self.shown.add(facing):
                yield replace(pivot, day=day), spot, self._sorted(record)

    # -- records

    def _base(self, pivot: Pivot) -> tuple[tuple[Wish, ...], dict[str, Any], list[Spot]] | None:
        """What is met beside the leaf, a record that does so, and the values to look at."""
        found = None
        for wishes in pivot.wishes:
            for start in self._starts(pivot):
                record = self.maker.record((*wishes, (pivot.leaf, True)), pivot.day, start)
                if record is not None:
                    found = wishes, record, self._spots(pivot, record)
                    if any(spot.where != "missing" for spot in found[-1]):
                        return found
        return found

    def _starts(self, pivot: Pivot) -> Iterator[dict[str, Any] | None]:
        """Where a search begins: of a leaf over several dimensions all but one usual, else nowhere."""
        world = self.maker.world(pivot.day)
        axes = () if world is None else world.axes_of(pivot.leaf)
        if len(axes) > 1:
            yield {name: usual(self.program.dimensions[name], self.day) for name in axes[1:]}
        yield None

    def _spots(self, pivot: Pivot, record: dict[str, Any]) -> list[Spot]:
        """The values of each dimension that the leaf reads; of several the first along which it turns."""
        world = self.maker.world(pivot.day, record)
        if world is None:
            return []
        found: list[Spot] = []
        turned = False
        names = world.axes_of(pivot.leaf)
        for name in sorted(names, key=lambda name: not world.sure(name).measured):
            own = spots(world, pivot.leaf, name, record)
            found += own[-1:] if turned else own
            turned = turned or len(own) > _ONE_SIDED
        return sorted(found, key=lambda spot: spot.where == "missing")

    def _placed(
        self, pivot: Pivot, wishes: tuple[Wish, ...], base: dict[str, Any], spot: Spot
    ) -> dict[str, Any] | None:
        """A record with the value of a spot, as lean as it can be, noted as shown; None if there is none."""
        rest = {name: value for name, value in base.items() if name != spot.dimension}
        if spot.where == "missing":
            trials: list[dict[str, Any]] = [rest, {**rest, spot.dimension: None}]
        else:
            trials = [{**rest, spot.dimension: spot.value}]
        for record in trials:
            facing = self.maker.facing(record, pivot.day)
            if facing is not None and self.shown.by(facing, wishes, spot):
                return self._sorted(record) if self.shown.add(facing) else None
        if spot.where != "missing":
            start = {spot.dimension: spot.value}
            other = self.maker.record(wishes, pivot.day, start, pinned=spot.dimension)
            facing = None if other is None else self.maker.facing(other, pivot.day)
            if other is not None and facing is not None and self.shown.by(facing, wishes, spot):
                return self._sorted(other) if self.shown.add(facing) else None
        return None

    def _sorted(self, record: dict[str, Any]) -> dict[str, Any]:
        return {name: record[name] for name in sorted(record, key=self._order.__getitem__)}

    # -- answers

    def _proposal(self, pivot: Pivot, spot: Spot, record: dict[str, Any]) -> Proposal:
        expect = self._expected(pivot, self._answer(record, pivot.day))
        rule = next((rule for rule in self.program.rules if rule.id == pivot.owner), None)
        as_of = pivot.day if self.dated else None
        return Proposal(pivot.owner, _expression(rule, pivot, spot), spot, record, as_of, expect)

    def _answer(self, record: dict[str, Any], day: dt.date) -> Answer:
        """What the rules say; where much is asked of them alike, they are compiled for it."""
        own = self.maker.direct.intersection(record)
        self._asked[own] += 1
        if self._asked[own] < _MANY:
            answer = decide(self.program, record, day, own)
            assert isinstance(answer, Answer)  # noqa: S101  the record was faced before
            return answer
        compiled = self._compiled.get(own)
        if compiled is None:
            compiled = self._compiled[own] = Compiled(Forms(self.program, own), _same)
        found = compiled.answer(record, day)
        assert not isinstance(found, Refused)  # noqa: S101
        raw, tiers, masks = found
        return Answer(raw, tiers, *compiled.rules(masks, day))

    def _expected(self, pivot: Pivot, answer: Answer) -> dict[str, Any]:
        program = self.program
        tags = dict.fromkeys(program.rules[at].tag for at in answer.fired)
        tiers: dict[str, str | None] = {}
        open_ = [program.rules[at].id for at in answer.unknown]
        for (name, ladder), at in zip(program.ladders.items(), answer.tiers, strict=True):
            tiers[name] = ladder.tiers[at].id if at >= 0 else None
            if at >= 0 and (tag := ladder.tiers[at].tag) is not None:
                tags[tag] = None
            if at == UNDECIDED:
                open_.append(name)
        expect: dict[str, Any] = {"tags": list(tags)}
        if pivot.ladders:
            expect["tiers"] = {name: tiers[name] for name in pivot.ladders}
        about = {*pivot.rules, *pivot.ladders}
        if not about.isdisjoint(open_) and len(open_) <= MOST_UNDETERMINED:
            expect["undetermined"] = open_
        return expect


def _same(day: dt.date) -> dt.date:
    """The day of a moment that is a day already."""
    return day


def _days(rule: Rule) -> Iterator[Spot]:
    """The days at which a rule begins and ends; none beyond the calendar."""
    first, last = rule.valid_from, rule.valid_through
    if first is not None:
        if first > dt.date.min:
            yield Spot(AS_OF, "below", first - dt.timedelta(1), first)
        yield Spot(AS_OF, "at", first, first)
    if last is not None:
        if last != first:
            yield Spot(AS_OF, "at", last, last)
        if last < dt.date.max:
            yield Spot(AS_OF, "above", last + dt.timedelta(1), last)


def _expression(rule: Rule | None, pivot: Pivot, spot: Spot) -> str:
    """The leaf, or the key that holds the day."""
    if spot.dimension != AS_OF or rule is None:
        return leaf_text(pivot.leaf)
    return "valid_from" if spot.threshold == rule.valid_from else "valid_through"


def _dated(program: Program) -> bool:
    """True when an answer may depend on the day."""
    formulas = [program.eligible, *(rule.when for rule in program.rules)]
    for ladder in program.ladders.values():
        formulas += [ladder.eligible, *(tier.enter for tier in ladder.tiers)]
    nodes: list[Any] = [formula for formula in formulas if formula is not None]
    for dimension in program.dimensions.values():
        nodes += [node for node in (dimension.term, dimension.condition) if node is not None]
        if dimension.supply is not None and any(source == AS_OF for _, source in dimension.supply.inputs):
            return True
    bounded = any(rule.valid_from or rule.valid_through for rule in program.rules)
    return bounded or any(map(mentions_as_of, nodes))
