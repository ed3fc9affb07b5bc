"""Records made to order: the smallest record for which some conditions are true and others false.

The search is the one that finds the smallest change of a customer, begun from a record with nothing in it.
What is computed is given like everything else, except ladders and named conditions: an example may hold it.
Numbers without a scale move in steps that people can read, two decimals finer than their thresholds.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, cast

from tierkit.analysis.examples.steps import FINER, scales
from tierkit.decisions.facts import Facts
from tierkit.decisions.paths.axes import Axis
from tierkit.decisions.paths.conditions import Goals
from tierkit.decisions.paths.goals import every
from tierkit.decisions.paths.search import Box, Search
from tierkit.decisions.paths.tuning import tune
from tierkit.decisions.paths.worlds import Point, World
from tierkit.program import types
from tierkit.program.domain import confine
from tierkit.program.forms import Forms
from tierkit.program.interpreter import truth
from tierkit.program.model import Dimension, Program
from tierkit.program.reference import Answer, decide
from tierkit.program.terms import (
    Formula,
    Value,
    references,
)

if TYPE_CHECKING:
    from tierkit.decisions.decision import Decision

Wish = tuple[Formula, bool]
"""A condition, and whether it is to be true or false."""

_USUAL = {"money": 100.0, "number": 100.0, "integer": 10, "score": 50.0, "ratio": 0.5}


@dataclass(frozen=True, slots=True)
class Facing:
    """A record as conditions see it on a day: `raw` is what it holds, or why it is missing."""

    raw: Mapping[str, Any]
    known: Mapping[str, Value | None]
    day: dt.date

    def holds(self, wishes: Iterable[Wish]) -> bool:
        """True when every wish is met."""
        return all(truth(formula, self.known, self.day) is wanted for formula, wanted in wishes)


class Maker:
    """Makes records for the wishes of one program."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.direct = frozenset(
            n for n, d in program.dimensions.items() if d.computed and d.condition is None
        )
        self.forms = Forms(program, self.direct)
        self.needed = {
            name: usual(program.dimensions[name], dt.date(2025, 1, 1)) for name in _needed(program)
        }
        """Values for the dimensions without which a record is refused."""
        self._bare = replace(program, rules=(), benefits=(), examples=())
        self._scales = dict(scales(self.forms))
        self._worlds: dict[dt.date, _Wishing] = {}

    def facing(self, record: Mapping[str, Any], day: dt.date, *, every_direct: bool = False) -> Facing | None:
        """How conditions see a record, given as an example gives it; None for one that is refused."""
        own = self.direct if every_direct else self.direct.intersection(record)
        answer = decide(self._bare, record, day, own)
        if not isinstance(answer, Answer):
            return None
        facts = Facts(self.forms, answer.raw, answer.tiers, day)
        return Facing(facts.raw, facts.known, day)

    def record(
        self, wishes: Sequence[Wish], day: dt.date, start: Mapping[str, Any] | None = None, pinned: str = ""
    ) -> dict[str, Any] | None:
        """The smallest record that meets the wishes, or None; it holds `start`, `pinned` as it is there."""
        world = self.world(day, start, pinned)
        if world is None:
            return None
        goals = Goals(world)
        world.wishes = [(self.forms.of(formula), wanted) for formula, wanted in wishes]
        begun = {**self.needed, **(start or {})}
        if world.gives("", {}):
            return begun
        goal = every([goals.condition(formula, negate=not wanted) for formula, wanted in world.wishes])
        search = Search(world, "")
        search.explore((goal,), Box({}, {}, ()))
        for box in sorted(search.left, key=lambda box: (box.bound, len(box.joint))):
            tune(search, box)
        if search.best is None:
            return None
        moved = {name: move.value for name, move in search.best.items()}
        return {name: value for name, value in {**begun, **moved}.items() if value is not None}

    def world(
        self, day: dt.date, start: Mapping[str, Any] | None = None, pinned: str = ""
    ) -> _Wishing | None:
        """The world in which records are looked for; that of the empty record is made once for each day."""
        if start is None and day in self._worlds:
            return self._worlds[day]
        faced = self.facing({**self.needed, **(start or {})}, day, every_direct=True)
        if faced is None:
            return None
        world = _Wishing(faced, self, pinned)
        if start is None:
            self._worlds[day] = world
        return world

    def reads(self, formula: Formula, name: str) -> bool:
        """True when a condition depends on a dimension, or on something that would move it."""
        form = self.forms.of(formula)
        world = next(iter(self._worlds.values()), None)
        return name in references(form) or (world is not None and name in world.axes_of(form))

    def axis(self, name: str, order: int, before: Value | None, day: dt.date) -> Axis:
        """A dimension as records move along it."""
        dimension = self.program.dimensions[name]
        if dimension.type in types.NUMERIC and dimension.type not in ("integer", "money"):
            scale = dimension.scale if dimension.scale is not None else self._scales.get(name, FINER)
            dimension = replace(dimension, scale=scale)
        return Axis(dimension, order, before, day)


@dataclass(frozen=True, slots=True)
class _Source:
    program: Program
    forms: Forms


@dataclass(frozen=True, slots=True)
class _Standing:
    """What a world needs of a decision."""

    source: _Source
    facts: Facing
    day: dt.date


class _Wishing(World):
    """A world whose target is what is wished for; everything in the record may move."""

    def __init__(self, faced: Facing, maker: Maker, pinned: str) -> None:
        standing = _Standing(_Source(maker.program, maker.forms), faced, faced.day)
        super().__init__(cast("Decision", standing), held=frozenset((pinned,)), loose=True)
        self.wishes: list[Wish] = []
        self._maker, self._pinned = maker, pinned
        self._moving: dict[str, Axis | None] = {}

    def axis(self, name: str) -> Axis | None:
        if name not in self._moving:
            found = None
            if name in self.program.dimensions and not self.computed(name) and name != self._pinned:
                order = list(self.program.dimensions).index(name)
                found = self._maker.axis(name, order, self.known[name], self.day)
            self._moving[name] = found
        return self._moving[name]

    def gives(self, target: str, point: Point) -> str | None:  # noqa: ARG002  the wishes are the target
        values = self.values(point, [name for name in self.program.order if self.computed(name)])
        met = all(truth(formula, values, self.day) is wanted for formula, wanted in self.wishes)
        return "met" if met else None


def _needed(program: Program) -> Iterator[str]:
    """The dimensions without which a record is refused: also those behind a named condition."""
    stack = [name for name, dimension in program.dimensions.items() if dimension.on_missing.policy == "error"]
    seen: set[str] = set()
    while stack:
        name = stack.pop()
        dimension = program.dimensions.get(name)
        if name not in seen and dimension is not None:
            seen.add(name)
            if dimension.condition is None:
                yield name
            else:
                stack += references(dimension.condition)


def usual(dimension: Dimension, day: dt.date) -> Value:
    """A value that nobody wonders about.

    >>> usual(Dimension("amount", "money"), dt.date.min), usual(Dimension("paid", "boolean"), dt.date.min)
    (100.0, False)
    """
    if dimension.values is not None:
        return dimension.values[0] if dimension.type == "category" else frozenset()
    match dimension.type:
        case "boolean":
            return False
        case "date":
            return day
        case "set":
            return frozenset()
        case "text" | "category":
            return "some"
        case _:
            value = _USUAL.get(dimension.type, 0.0)
            if dimension.minimum is not None:
                value = max(value, dimension.minimum)
            if dimension.maximum is not None:
                value = min(value, dimension.maximum)
            if dimension.type == "integer":
                value = math.floor(value) if value == dimension.maximum else math.ceil(value)
            found = confine(dimension, value)
            return found if isinstance(found, int | float) else value
