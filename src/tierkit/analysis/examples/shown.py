"""Which cases are shown: every record there is, found by the values that it holds."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from tierkit.analysis.examples.pivots import Pivot
from tierkit.analysis.examples.points import Spot
from tierkit.analysis.examples.wishes import Facing, Maker, Wish
from tierkit.program.canonical import leaf_text
from tierkit.program.domain import Missing
from tierkit.program.model import Program, Rule
from tierkit.program.terms import Compare, Member, references


class Shown:
    """The records of examples and of proposals, as conditions see them."""

    def __init__(self, program: Program, maker: Maker, facings: Iterable[Facing], *, dated: bool) -> None:
        self.program, self.maker, self.dated = program, maker, dated
        self._rules: Mapping[str, Rule] = {rule.id: rule for rule in program.rules}
        self._names = tuple(program.dimensions)
        self._given = frozenset(name for name, d in program.dimensions.items() if not d.computed)
        self._held: dict[tuple[str, Any], list[Facing]] = {}
        self._present: dict[str, list[Facing]] = {}
        self._days: dict[dt.date, list[Facing]] = {}
        self._records: set[Any] = set()
        self._missing: set[tuple[str, str, str]] = set()
        for facing in facings:
            self.add(facing)

    def add(self, facing: Facing) -> bool:
        """Adds a record; False when there was one like it."""
        values = {name: _plain(raw) for name, raw in facing.raw.items()}
        key = facing.day if self.dated else None, tuple(values[name] for name in self._names)
        if key in self._records:
            return False
        self._records.add(key)
        self._days.setdefault(facing.day, []).append(facing)
        for name, value in values.items():
            self._held.setdefault((name, value), []).append(facing)
        for name, known in facing.known.items():
            if known is not None:
                self._present.setdefault(name, []).append(facing)
        return True

    def on(self, day: dt.date, wishes: Iterable[Wish]) -> bool:
        """True when a record of this day meets the wishes."""
        return any(facing.holds(wishes) for facing in self._days.get(day, ()))

    def case(self, pivot: Pivot, wishes: tuple[Wish, ...], base: Mapping[str, Any], spot: Spot) -> bool:
        """True when a record shows the case; a threshold by category is missing only once.

        Of a leaf over several dimensions the others are as in `base`: they make the threshold.
        """
        if spot.where == "missing":
            case = pivot.owner, leaf_text(pivot.leaf), spot.dimension
            if case in self._missing:
                return True
            self._missing.add(case)
        rule = self._rules[pivot.owner] if pivot.kind == "rule" else None
        fixed = [] if spot.where == "missing" else self._others(pivot, spot.dimension)
        beside, value = self._beside(wishes, spot), _plain(spot.value)
        return any(
            facing.holds(beside)
            for facing in self._candidates(spot.dimension, value, beside)
            if _plain(facing.raw[spot.dimension]) == value
            and (rule is None or rule.valid_on(facing.day))
            and all(_plain(facing.raw[name]) == _plain(base.get(name)) for name in fixed)
        )

    def by(self, facing: Facing, wishes: tuple[Wish, ...], spot: Spot) -> bool:
        """True when one record holds the value of a spot, and what must hold beside the leaf holds."""
        same = _plain(facing.raw[spot.dimension]) == _plain(spot.value)
        return same and facing.holds(self._beside(wishes, spot))

    def _candidates(self, name: str, value: Any, wishes: tuple[Wish, ...]) -> list[Facing]:
        """The records that may show a case: those with its value, or fewer that know what a wish asks for."""
        lists = [self._held.get((name, value), [])]
        for formula, _ in wishes:
            if isinstance(formula, Compare | Member) and len(found := references(formula)) == 1:
                lists.append(self._present.get(next(iter(found)), []))
        return min(lists, key=len)

    def _others(self, pivot: Pivot, name: str) -> list[str]:
        """The other dimensions that a leaf itself reads."""
        found = references(pivot.leaf) - {name}
        return [other for other in found if other in self.maker.direct or other in self._given]

    def _beside(self, wishes: tuple[Wish, ...], spot: Spot) -> tuple[Wish, ...]:
        """What must hold; where the value is missing, what does not read the dimension."""
        if spot.where != "missing":
            return wishes
        return tuple(wish for wish in wishes if not self.maker.reads(wish[0], spot.dimension))


def _plain(raw: Any) -> Any:
    """What a record holds, missing in whatever way as one; true is not 1."""
    if raw is None or isinstance(raw, Missing):
        return None
    return (isinstance(raw, bool), raw)
