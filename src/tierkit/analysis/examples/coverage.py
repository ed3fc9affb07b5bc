"""Coverage: which outcomes of rules, tiers and leaves the examples of a file show.

    a rule   true when it fires, false when it does not, unknown when it is undetermined
    a tier   true when it takes the customer, false when it decidedly does not, unknown when it still may
    a leaf   true, false or unknown by the reference interpreter, whatever stands beside it

What counts is true and false of each of them, and unknown where that is asked for. An outcome that no record
can have does not count: a dimension with a default is never missing, `is missing` is never unknown, a number
lies within its limits. What is called impossible here is impossible; what is not may still be.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any, Literal, NamedTuple

from tierkit.analysis.examples.outcomes import BOTH, NAMES, Outcomes, Possible
from tierkit.analysis.examples.places import Condition, conditions
from tierkit.errors import Location, Source
from tierkit.program.canonical import leaf_text
from tierkit.program.interpreter import truth
from tierkit.program.model import Program
from tierkit.program.reference import NO_TIER, UNDECIDED, outcomes
from tierkit.program.terms import Const, Leaf, Ref, Value, leaf_terms, mentions_as_of, references


class Answered(NamedTuple):
    """What came of one example: the values that conditions saw, and what was decided."""

    known: Mapping[str, Value | None]
    day: dt.date
    fired: frozenset[int]
    unknown: frozenset[int]
    tiers: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Covered:
    """A rule, a tier or a leaf: the outcomes that the examples show, and those that there can be.

    `name` is the rule's id, `ladder.tier`, or the leaf as text; `kind` and `owner` say whose condition a leaf
    belongs to (for a rule and a tier: itself).
    """

    part: Literal["rule", "tier", "leaf"]
    name: str
    kind: str
    owner: str
    location: Location
    seen: Outcomes
    possible: Outcomes

    def missed(self, *, unknown: bool = False) -> tuple[str, ...]:
        """The outcomes that count and that no example shows, by name."""
        open_ = self.counted(unknown=unknown) - self.seen
        return tuple(name for outcome, name in NAMES.items() if outcome in open_)

    def counted(self, *, unknown: bool = False) -> Outcomes:
        """The outcomes that count."""
        return self.possible if unknown else self.possible & BOTH

    def to_dict(self) -> dict[str, Any]:
        """The item as JSON-ready data."""
        return {
            "part": self.part,
            "name": self.name,
            "kind": self.kind,
            "owner": self.owner,
            "line": self.location.line,
            "column": self.location.column,
            "seen": {name: outcome in self.seen for outcome, name in NAMES.items()},
            "possible": {name: outcome in self.possible for outcome, name in NAMES.items()},
        }


@dataclass(frozen=True)
class Coverage:
    """Every rule, tier and leaf of a rule set in file order, with what its examples show."""

    items: tuple[Covered, ...]

    def counts(self, *, unknown: bool = False) -> tuple[int, int]:
        """How many outcomes the examples show, and how many count."""
        counted = [(item, item.counted(unknown=unknown)) for item in self.items]
        return sum(len(wanted & item.seen) for item, wanted in counted), sum(len(w) for _, w in counted)

    def percent(self, *, unknown: bool = False) -> float:
        """The share of outcomes shown, in percent, rounded down; 100 where there is nothing to show."""
        return share(*self.counts(unknown=unknown))


def share(seen: int, possible: int) -> float:
    """A share in percent to one decimal, rounded down: only the whole is 100.

    >>> share(999, 1000), share(9999, 10000), share(0, 0)
    (99.9, 99.9, 100.0)
    """
    return 100.0 if not possible else int(Fraction(seen * 1000, possible)) / 10


def coverage(program: Program, source: Source, answered: Iterable[Answered]) -> Coverage:
    """The coverage of a program by what came of its examples; `source` is the text of its file."""
    return _Measure(program, tuple(answered)).over(conditions(program, source))


class _Measure:
    def __init__(self, program: Program, answered: tuple[Answered, ...]) -> None:
        self.program, self.answered = program, answered
        self.possible = Possible(program)
        self._seen: dict[Leaf, Outcomes] = {}
        self._distinct: dict[tuple[frozenset[str], bool], list[Answered]] = {}

    def over(self, found: tuple[Condition, ...]) -> Coverage:
        return Coverage(tuple(item for condition in found for item in self._items(condition)))

    def _items(self, condition: Condition) -> Iterator[Covered]:
        kind, owner = condition.kind, condition.name
        if kind == "rule":
            at = self._rules[owner]
            seen = frozenset(self._fired(at))
            yield Covered("rule", owner, kind, owner, condition.location, seen, self.possible.rule(at))
        elif kind == "tier":
            ladder, _, tier = owner.partition(".")
            position = [item.id for item in self.program.ladders[ladder].tiers].index(tier)
            seen = frozenset(self._placed(ladder, position))
            may = self.possible.tier(ladder, position)
            yield Covered("tier", owner, kind, owner, condition.location, seen, may)
        for leaf, place in condition.leaves:
            may = self.possible.leaf(leaf)
            yield Covered("leaf", leaf_text(leaf), kind, owner, place, self._met(leaf), may)

    @cached_property
    def _rules(self) -> dict[str, int]:
        return {rule.id: i for i, rule in enumerate(self.program.rules)}

    @cached_property
    def _times(self) -> tuple[Counter[int], Counter[int]]:
        """How often each rule fired, and how often it was undetermined."""
        fired = Counter(at for item in self.answered for at in item.fired)
        return fired, Counter(at for item in self.answered for at in item.unknown)

    def _fired(self, at: int) -> Iterator[bool | None]:
        fired, unknown = (times[at] for times in self._times)
        if fired:
            yield True
        if unknown:
            yield None
        if fired + unknown < len(self.answered):
            yield False

    def _lacking(self, names: frozenset[str]) -> bool:
        """True when one of these names has no value in some example."""
        return not names.isdisjoint(self._gaps)

    @cached_property
    def _gaps(self) -> frozenset[str]:
        return frozenset(
            name for item in self.answered for name, value in item.known.items() if value is None
        )

    def _placed(self, name: str, position: int) -> Iterator[bool | None]:
        ladder = self.program.ladders[name]
        for item in self.answered:
            where = item.tiers[name]
            if where != UNDECIDED:
                yield where == position and where != NO_TIER
                continue
            held = outcomes(self.program, ladder, item.known, item.day)
            surely = next((i for i, outcome in enumerate(held) if outcome), len(held))
            yield None if position <= surely and held[position] is not False else False

    def _met(self, leaf: Leaf) -> Outcomes:
        """The outcomes of a leaf over every example; equal leaves and equal values are asked about once."""
        seen = self._seen.get(leaf)
        if seen is None:
            names, found = references(leaf), set[bool | None]()
            values = self._values(names, dated=mentions_as_of(leaf))
            enough = self.possible.leaf(leaf)
            if all(isinstance(term, Ref | Const) for term in leaf_terms(leaf)) and not self._lacking(names):
                enough -= {None}
            for item in values:
                found.add(truth(leaf, item.known, item.day))
                if found >= enough:
                    break
            seen = self._seen[leaf] = frozenset(found)
        return seen

    def _values(self, names: frozenset[str], *, dated: bool) -> list[Answered]:
        """The examples, one for each choice of values of these names."""
        kept = self._distinct.get((names, dated))
        if kept is None:
            order = sorted(names)
            found = {
                (
                    *((type(value), value) for value in map(item.known.__getitem__, order)),
                    dated and item.day,
                ): item
                for item in self.answered
            }
            kept = self._distinct[names, dated] = list(found.values())
        return kept
