"""The customer as they are, and as they would be: what follows from changed values of the record.

A `Point` holds the changed values. Everything computed is computed again from it as the reference interpreter
would, but only what the question needs and the change reaches.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from tierkit.decisions.paths.axes import Axis
from tierkit.program.build.order import inputs
from tierkit.program.domain import confine
from tierkit.program.interpreter import truth, value
from tierkit.program.model import Characteristic, Dimension, Ladder, Program, Rule
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
_NONE: frozenset[str] = frozenset()


class World:
    """The values of one decision, and what they would be after some changes."""

    def __init__(self, decision: Decision) -> None:
        source = decision.source
        self.program, self.forms, self.day = source.program, source.forms, decision.day
        self.known = decision.facts.known
        self.spent = 0
        """How many times something was computed: what a search has cost so far."""
        self._files = {name: i for i, name in enumerate(self.program.dimensions)}
        self._ranks = {name: i for i, name in enumerate(self.program.order)}
        self._asked = _read_by_plugins(self.program, self.forms.given)
        self._axes: dict[str, Axis | None] = {}
        self._bases: dict[str, frozenset[str]] = {}
        self._levers: dict[str, frozenset[str]] = {}
        self._inputs: dict[str, frozenset[str]] = {}
        self._tagging: dict[str, tuple[Rule, ...]] = {}

    # -- what depends on what

    def axis(self, name: str) -> Axis | None:
        """The dimension of the record as it may change; None for others and for those that must not."""
        if name not in self._axes:
            dimension = self.program.dimensions.get(name)
            found = None
            if dimension is not None and self._movable(dimension):
                found = Axis(dimension, self._files[name], self.known[name], self.day)
            self._axes[name] = found
        return self._axes[name]

    def _movable(self, dimension: Dimension) -> bool:
        own = dimension.actionable and not self.computed(dimension.name)
        return own and dimension.name not in self._asked

    def sure(self, name: str) -> Axis:
        """The axis of a dimension that is known to move."""
        axis = self.axis(name)
        assert axis is not None  # noqa: S101  the caller got the name from `bases`
        return axis

    def computed(self, name: str) -> bool:
        """True for ladders and for dimensions whose value is not the record's."""
        dimension = self.program.dimensions.get(name)
        return dimension is None or (dimension.computed and name not in self.forms.given)

    def inputs(self, name: str) -> frozenset[str]:
        """What a computed name is computed from."""
        found = self._inputs.get(name)
        if found is None:
            found = self._inputs[name] = frozenset().union(*self._definition(name))
        return found

    def bases(self, name: str) -> frozenset[str]:
        """The dimensions that may change and that a name depends on."""
        return self._roots(name, self._bases, levers=False)

    def levers(self, name: str) -> frozenset[str]:
        """The bases through which a name may be turned: not through what is computed and not actionable."""
        return self._roots(name, self._levers, levers=True)

    def _roots(self, name: str, found: dict[str, frozenset[str]], *, levers: bool) -> frozenset[str]:
        roots = found.get(name)
        if roots is None:
            if not self.computed(name):
                roots = _NONE if self.axis(name) is None else frozenset([name])
            elif levers and self._frozen(name):
                roots = _NONE
            else:
                roots = _NONE.union(*(self._roots(item, found, levers=levers) for item in self.inputs(name)))
            found[name] = roots
        return roots

    def _frozen(self, name: str) -> bool:
        dimension = self.program.dimensions.get(name)
        return dimension is not None and not dimension.actionable

    def axes_of(self, node: Term | Formula, *, levers: bool = True) -> tuple[str, ...]:
        """The dimensions that may change `node`, in file order."""
        roots = self.levers if levers else self.bases
        found = _NONE.union(*(roots(name) for name in references(node)))
        return tuple(sorted(found, key=self._files.__getitem__)) if len(found) > 1 else tuple(found)

    def needs(self, names: Iterable[str], *, levers: bool = True) -> tuple[str, ...]:
        """The computed names behind `names` that a change can reach, each after what it needs."""
        roots = self.levers if levers else self.bases
        found: set[str] = set()
        stack = list(names)
        while stack:
            name = stack.pop()
            if name not in found and self.computed(name) and roots(name):
                found.add(name)
                stack.extend(self.inputs(name))
        return tuple(sorted(found, key=self._ranks.__getitem__)) if len(found) > 1 else tuple(found)

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

    def values(self, point: Point, needs: Iterable[str], *, loose: bool = False) -> dict[str, Value | None]:
        """The values after a change; of the computed ones only `needs` are right.

        `loose` numbers ignore the domain of what is derived, and scores are not rounded: a search may pass
        through what is no value, and finds its way on a slope more quickly than on a staircase.
        """
        values = {**self.known, **point}
        if point:
            for name in needs:
                if not self.bases(name).isdisjoint(point):
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
        values = self.values(point, affected := self._affected(point))
        if not self._sound(values, affected):
            return None
        ladders = self.program.ladders.values()
        name, dot, tier = target.partition(".")
        if dot:
            ids = [item.id for item in self.program.ladders[name].tiers]
            return f"{name}.{values[name]}" if values[name] in ids[: ids.index(tier) + 1] else None
        gates = () if self.program.eligible is None else (self.program.eligible,)
        for rule in self.rules(target):
            if all(truth(part, values, self.day) for part in (*gates, rule.when)):
                return target
        tiers = ((ladder.name, item) for ladder in ladders for item in ladder.tiers)
        tagged = any(item.tag == target and values[ladder] == item.id for ladder, item in tiers)
        return target if tagged else None

    def _affected(self, point: Point) -> list[str]:
        """Every computed name that a change reaches, in order."""
        names = self.program.order if point else ()
        return [name for name in names if self.computed(name) and not self.bases(name).isdisjoint(point)]

    def rules(self, tag: str) -> tuple[Rule, ...]:
        """The rules that may give a tag on the day of the decision."""
        found = self._tagging.get(tag)
        if found is None:
            wanted = [rule for rule in self.program.rules if rule.tag == tag]
            found = self._tagging[tag] = tuple(rule for rule in wanted if rule.valid_on(self.day))
        return found

    def _sound(self, values: Mapping[str, Value | None], affected: Iterable[str]) -> bool:
        """True when the engine would accept the record."""
        for name in affected:
            dimension = self.program.dimensions.get(name)
            if dimension is not None and values[name] is None and dimension.on_missing.policy == "error":
                return False
        return True

    def conditions(self, ladder: Ladder) -> list[Formula]:
        """The gates of a ladder and the conditions of its tiers."""
        formulas = (self.program.eligible, ladder.eligible, *(tier.enter for tier in ladder.tiers))
        return [formula for formula in formulas if formula is not None]

    def _definition(self, name: str) -> Iterable[Iterable[str]]:
        ladder = self.program.ladders.get(name)
        if ladder is not None:
            yield from (references(formula) for formula in self.conditions(ladder))
            return
        dimension = self.program.dimensions[name]
        if dimension.supply is not None:
            return  # nobody knows what a plugin would say, so what it reads stays as it is
        if dimension.term is not None:
            yield references(dimension.term)
        if dimension.condition is not None:
            yield references(dimension.condition)
        yield (item.dimension for item in dimension.scorecard)


def _read_by_plugins(program: Program, given: frozenset[str]) -> frozenset[str]:
    """Everything that a plugin's answer depends on."""
    found: set[str] = set()
    supplied = {n: d.supply for n, d in program.dimensions.items() if d.supply is not None}
    stack = [name for name, supply in supplied.items() if supply.call is not None and name not in given]
    while stack:
        name = stack.pop()
        node = program.ladders.get(name) or program.dimensions[name]
        fresh = inputs(node, program.eligible) - found if name not in given else frozenset()
        found |= fresh
        stack += fresh
    return frozenset(found)


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
