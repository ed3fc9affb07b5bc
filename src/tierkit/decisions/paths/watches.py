"""Where a leaf may turn: every comparison it is made of, down through what is derived.

A leaf over derived values turns where one of its watches is met: a term meets a constant or another term, a
divisor zero, an argument of `abs` zero, a dimension the corner of a scorecard or the end of its own domain.
Inner watches come first, so that their meeting points can guide the search for those of outer ones.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from tierkit.decisions.paths.worlds import World
from tierkit.program.model import Characteristic, Dimension
from tierkit.program.terms import (
    And,
    Arithmetic,
    AtLeast,
    Choose,
    Compare,
    Const,
    Formula,
    Function,
    IsMissing,
    Leaf,
    Lookup,
    Member,
    Negative,
    Not,
    Or,
    Ref,
    SetTest,
    Term,
    TextTest,
    references,
)
from tierkit.program.tolerance import band

_STEPS = 1e6

Mark = float | dt.date


@dataclass(frozen=True, slots=True, eq=False)
class Watch:
    """A term that may meet marks, or another term.

    `limit` says that the marks are thresholds of a leaf, `exact` that only the mark itself will do, `sharp`
    that something jumps there, `rounded` that the term is a score with this threshold, which turns in steps.
    With a `tolerance` two terms turn where they are that far apart.
    """

    term: Term
    marks: tuple[Mark, ...]
    other: Term | None
    axes: tuple[str, ...]
    needs: tuple[str, ...]
    limit: bool = False
    exact: bool = False
    sharp: bool = False
    rounded: float | None = None
    tolerance: float = 0.0


@dataclass(slots=True)
class Watched:
    """Everything about a leaf that tells where it may turn."""

    watches: list[Watch] = field(default_factory=list)
    tests: list[tuple[str, Leaf]] = field(default_factory=list)
    """Leaves on a text or a set of the record, with its name."""
    blanks: set[str] = field(default_factory=set)
    """Dimensions whose absence is asked for."""
    bent: set[str] = field(default_factory=set)
    """Dimensions that are multiplied by themselves."""
    weekdays: set[str] = field(default_factory=set)
    months: set[str] = field(default_factory=set)


def watched(world: World, leaf: Leaf) -> Watched:
    """The watches of a leaf."""
    collector = _Collector(world)
    collector.formula(leaf)
    return collector.found


class _Collector:
    def __init__(self, world: World) -> None:
        self.world, self.found = world, Watched()
        self._seen: set[str] = set()

    def formula(self, formula: Formula) -> None:
        match formula:
            case And() | Or() | AtLeast():
                for item in formula.items:
                    self.formula(item)
            case Not():
                self.formula(formula.item)
            case IsMissing():
                self.term(formula.term)
                for name in references(formula.term):
                    self.found.blanks |= self.world.levers(name)
            case Compare():
                self.term(formula.left)
                self.term(formula.right)
                self._compare(formula)
            case Member():
                self.term(formula.term)
                if formula.term.type in ("category", "text"):
                    self._test(formula.term, formula)
                else:
                    values = (const.value for const in formula.values)
                    marks = tuple(value for value in values if isinstance(value, int | float | dt.date))
                    self._watch(formula.term, marks, limit=True, exact=True)
                    if formula.tolerance:
                        for mark in marks:
                            self._edges("=", formula.term, mark, formula.tolerance)
            case TextTest() | SetTest():
                self.term(formula.term)
                self._test(formula.term, formula)

    def term(self, term: Term) -> None:
        match term:
            case Ref():
                self._name(term.name)
            case Lookup():
                self._name(term.by.name)
            case Negative():
                self.term(term.operand)
            case Arithmetic():
                self.term(term.left)
                self.term(term.right)
                bent = {*self.world.axes_of(term.left)}.intersection(self.world.axes_of(term.right))
                if term.operator == "*" and bent:
                    self.found.bent |= bent
                    for side in (term.left, term.right):
                        self._watch(side, (0.0,))
                if term.operator == "/":
                    self._watch(term.right, (0.0,), sharp=True)
            case Function():
                for argument in term.arguments:
                    self.term(argument)
                self._function(term)
            case Choose():
                for condition, value in term.branches:
                    self.formula(condition)
                    self.term(value)
                if term.otherwise is not None:
                    self.term(term.otherwise)
            case _:
                pass

    def _compare(self, leaf: Compare) -> None:
        exact = leaf.operator in ("=", "!=")
        if isinstance(leaf.right, Const) and not isinstance(leaf.right.value, int | float | dt.date):
            self._test(leaf.left, leaf)
        elif isinstance(leaf.right, Const) and not isinstance(leaf.right.value, bool):
            threshold: Mark = leaf.right.value  # type: ignore[assignment]
            if leaf.tolerance:
                self._edges(leaf.operator, leaf.left, threshold, leaf.tolerance)
                if exact:
                    self._watch(leaf.left, (threshold,), limit=True, exact=True)
            elif self._is_score(leaf.left) and isinstance(threshold, int | float):
                marks = score_marks(leaf.operator, threshold)
                self._watch(leaf.left, marks, limit=True, exact=exact, rounded=threshold)
            else:
                self._watch(leaf.left, (threshold,), limit=True, exact=exact)
        else:
            self._watch(leaf.left, (), leaf.right, limit=True, exact=exact, tolerance=leaf.tolerance)
            for side in (leaf.left, leaf.right):
                self._test(side, leaf)

    def _edges(self, operator: str, term: Term, threshold: Mark, tolerance: float) -> None:
        """Watches a number where it enters and leaves what counts as equal to a threshold."""
        assert isinstance(threshold, int | float)  # noqa: S101  only numbers have a tolerance
        low, high = band(float(threshold), tolerance)
        for edge in {"<": (low,), ">=": (low,), "<=": (high,), ">": (high,)}.get(operator, (low, high)):
            if self._is_score(term):
                self._watch(term, score_marks(">=", edge), limit=True, rounded=edge)
            else:
                self._watch(term, (edge,), limit=True)

    def _function(self, term: Function) -> None:
        if term.name == "abs":
            self._watch(term.arguments[0], (0.0,))
        if term.name in ("least", "greatest"):
            for a, b in pairwise(term.arguments):
                self._watch(a, (), b)
        for name, days in (("weekday", self.found.weekdays), ("month", self.found.months)):
            if term.name == name:
                days.update(self.world.axes_of(term))

    def _name(self, name: str) -> None:
        """What is behind a name: its definition once, then the ends of its domain."""
        if name in self._seen or not self.world.computed(name) or not self.world.levers(name):
            return
        self._seen.add(name)
        ladder = self.world.program.ladders.get(name)
        if ladder is not None:
            for formula in self.world.conditions(ladder):
                self.formula(formula)
            return
        dimension = self.world.program.dimensions[name]
        if dimension.condition is not None:
            self.formula(dimension.condition)
        if dimension.term is not None:
            self.term(dimension.term)
        for item in dimension.scorecard:
            self._name(item.dimension)
            if item.form != "values":
                self._watch(self._ref(item.dimension), tuple(corners(item)), sharp=item.form == "steps")
        ends = tuple(end for end in (dimension.minimum, dimension.maximum) if end is not None)
        if not dimension.scorecard:
            self._watch(self._ref(name), ends)

    def _ref(self, name: str) -> Ref:
        dimension: Dimension = self.world.program.dimensions[name]
        return Ref(name, dimension.type)

    def _is_score(self, term: Term) -> bool:
        if not isinstance(term, Ref) or not self.world.computed(term.name):
            return False
        dimension = self.world.program.dimensions.get(term.name)
        return dimension is not None and bool(dimension.scorecard)

    def _watch(
        self,
        term: Term,
        marks: tuple[Mark, ...],
        other: Term | None = None,
        *,
        limit: bool = False,
        exact: bool = False,
        sharp: bool = False,
        rounded: float | None = None,
        tolerance: float = 0.0,
    ) -> None:
        if not marks and other is None:
            return
        axes = self.world.axes_of(term if other is None else Compare("=", term, other))
        if axes:
            names = references(term) | (references(other) if other is not None else frozenset())
            needs = self.world.needs(names)
            watch = Watch(term, marks, other, axes, needs, limit, exact, sharp, rounded, tolerance)
            self.found.watches.append(watch)

    def _test(self, term: Term, leaf: Leaf) -> None:
        if isinstance(term, Ref):
            self.found.tests.append((term.name, leaf))


def corners(item: Characteristic) -> Iterator[float]:
    """The values of a dimension at which its points change course.

    >>> list(corners(Characteristic("amount", 60.0, "cap", cap=100.0)))
    [0.0, 100.0]
    """
    if item.form == "cap":
        yield from (0.0, item.cap)
    elif item.form != "values":
        yield from item.xs


def score_marks(operator: str, threshold: float) -> tuple[float, ...]:
    """Where a score that is not rounded yet turns: half a step before the threshold, and safely beyond it.

    >>> score_marks(">=", 85.0), score_marks("<", 85.0)
    ((84.9999995, 85.0), (84.9999995, 84.999999))
    """
    steps = threshold * _STEPS
    near = round(steps)
    on_step = near / _STEPS == threshold
    if operator in ("=", "!="):
        return tuple((near + by) / _STEPS for by in (-0.5, 0.5, -1, 0, 1))
    first = math.ceil(steps) if not on_step else near if operator in (">=", "<") else near + 1
    return (first - 0.5) / _STEPS, (first if operator in (">", ">=") else first - 1) / _STEPS
