"""The customer as they are, and as they would be: what follows from changed values of the record.

A `Point` holds the changed values. Everything computed is computed again from it as the reference interpreter
would, but only what the question needs and the change reaches.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from tierkit.decisions.paths.axes import Axis
from tierkit.decisions.paths.layout import layout_of
from tierkit.program.domain import confine
from tierkit.program.interpreter import truth, value
from tierkit.program.model import Characteristic, Rule
from tierkit.program.reference import compute, effective, outcomes, place, points, tier_value
from tierkit.program.terms import (
    Arithmetic,
    Choose,
    Formula,
    Function,
    Leaf,
    Lookup,
    Ref,
    Term,
    Value,
    children,
    references,
)
from tierkit.program.types import NUMERIC

if TYPE_CHECKING:
    from tierkit.decisions.decision import Decision

Point = Mapping[str, Value | None]
NOWHERE: Point = {}


class World:
    """The values of one decision, and what they would be after some changes.

    `held` dimensions stay as they are; a `loose` world lets also those move that nobody can act on. With
    `prices` a unit of a dimension costs what is said there.
    """

    def __init__(
        self,
        decision: Decision,
        *,
        held: frozenset[str] = frozenset(),
        loose: bool = False,
        prices: Mapping[str, float] | None = None,
    ) -> None:
        source = decision.source
        self.program, self.forms, self.day = source.program, source.forms, decision.day
        self.known = decision.facts.known
        self.prices = prices
        self.spent = 0
        """How many times something was computed: what a search has cost so far."""
        self.layout = layout = layout_of(source.forms, held, loose=loose)
        self.computed, self.inputs, self.conditions = layout.computed, layout.inputs, layout.conditions
        self.bases, self.levers = layout.bases, layout.levers
        self.axes_of, self.needs = layout.axes_of, layout.needs
        self._axes: dict[str, Axis | None] = {}

    # -- what may change

    def axis(self, name: str) -> Axis | None:
        """The dimension of the record as it may change; None for others and for those that must not."""
        if name not in self._axes:
            found = None
            if self.layout.movable(name):
                dimension, order = self.program.dimensions[name], self.layout.files[name]
                price = None if self.prices is None else self.prices.get(name)
                found = Axis(dimension, order, self.known[name], self.day, price)
            self._axes[name] = found
        return self._axes[name]

    def sure(self, name: str) -> Axis:
        """The axis of a dimension that is known to move."""
        axis = self.axis(name)
        assert axis is not None  # noqa: S101  the caller got the name from `bases`
        return axis

    def may_be_unknown(self, formula: Formula) -> bool:
        """True when a condition is unknown, or could become so without anything being removed."""
        seen: set[str] = set()
        stack = list(references(formula))
        fragile = _fragile(formula)
        while stack and not fragile:
            name = stack.pop()
            if name not in seen:
                seen.add(name)
                dimension = self.program.dimensions.get(name)
                fragile = self.known[name] is None
                if self.computed(name):
                    stack.extend(self.inputs(name))
                    if dimension is not None and dimension.term is not None:
                        limited = (dimension.minimum, dimension.maximum) != (None, None)
                        fragile = fragile or limited or _fragile(dimension.term)
        return fragile

    # -- what would be

    def values(
        self, point: Point, needs: Iterable[str], *, loose: bool = False
    ) -> Mapping[str, Value | None]:
        """The values after a change; of the computed ones only `needs` are right.

        `loose` numbers ignore the domain of what is derived, and scores are not rounded: a search may pass
        through what is no value, and finds its way on a slope more quickly than on a staircase.
        """
        if not point:
            return self.known
        values = {**self.known, **point}
        for name in self.layout.moved(tuple(needs), tuple(point)):
            values[name] = self.compute(name, values, loose=loose)
        return values

    def compute(self, name: str, values: Mapping[str, Value | None], *, loose: bool = False) -> Value | None:
        """The value of a computed name from the values of its inputs."""
        self.spent += 1
        ladder = self.program.ladders.get(name)
        if ladder is not None:
            tiers = outcomes(self.program, ladder, values, self.day)
            return tier_value(ladder, place(tiers, skip_unknown=ladder.skip_unknown))
        dimension = self.program.dimensions[name]
        if loose and dimension.scorecard:
            return slope(dimension.scorecard, values)
        found: Any = compute(dimension, values, self.day)
        if found is not None and not (loose and dimension.type in NUMERIC):
            found = confine(dimension, found)
        return effective(dimension, found)

    def truth(self, leaf: Leaf, needs: tuple[str, ...], point: Point) -> bool | None:
        """Whether a leaf would hold."""
        self.spent += 1
        return truth(leaf, self.values(point, needs), self.day)

    def now(self, formula: Formula) -> bool | None:
        """Whether a condition holds as things are."""
        self.spent += 1
        return truth(formula, self.known, self.day)

    def number(self, term: Term, values: Mapping[str, Value | None]) -> float | None:
        """The value of a term as a number, days counted; None when it is missing or none."""
        self.spent += 1
        found = values[term.name] if isinstance(term, Ref) else value(term, values, self.day)
        if found is None or isinstance(found, str | bool | frozenset):
            return None
        return float(found) if isinstance(found, int | float) else float(found.toordinal())

    def gives(self, target: str, point: Point) -> str | None:
        """What the engine would give for the changed record: the target, a better tier, or None."""
        affected = self.layout.affected(target) if point else ()
        values = self.values(point, affected)
        if not self._sound(values, affected):
            return None
        name, dot, tier = target.partition(".")
        if dot:
            ids = [item.id for item in self.program.ladders[name].tiers]
            return f"{name}.{values[name]}" if values[name] in ids[: ids.index(tier) + 1] else None
        rules = self.rules(target)
        eligible = self.program.eligible
        if rules and (eligible is None or truth(eligible, values, self.day)):
            for rule in rules:
                if truth(rule.when, values, self.day):
                    return target
        tiers = ((ladder.name, item) for ladder in self.program.ladders.values() for item in ladder.tiers)
        tagged = any(item.tag == target and values[ladder] == item.id for ladder, item in tiers)
        return target if tagged else None

    def rules(self, tag: str) -> tuple[Rule, ...]:
        """The rules that may give a tag on the day of the decision."""
        return tuple(rule for rule in self.layout.rules(tag) if rule.valid_on(self.day))

    def _sound(self, values: Mapping[str, Value | None], affected: Iterable[str]) -> bool:
        """True when the engine would accept the record."""
        for name in affected:
            dimension = self.program.dimensions.get(name)
            if dimension is not None and values[name] is None and dimension.on_missing.policy == "error":
                return False
        return True


def slope(items: Iterable[Characteristic], values: Mapping[str, Value | None]) -> float | None:
    """A score before it is rounded; None when an input is missing."""
    total = 0.0
    for item in items:
        earned = points(item, values[item.dimension])
        if earned is None:
            return None
        total += item.factor * earned
    return total


def _fragile(node: Term | Formula) -> bool:
    """True when something in `node` can be missing though all its dimensions are known."""
    if isinstance(node, Choose | Lookup) or (isinstance(node, Arithmetic) and node.operator == "/"):
        return True
    if isinstance(node, Function) and node.provider is not None:
        return True
    return any(_fragile(child) for child in children(node))
