"""From conditions to shapes: the sets where they are true, false, or neither.

    ladder in ('gold')   ->  the condition of gold, and that of every better tier false
    named                ->  its definition; where true is the default, its opposite not true
    case … end > 5       ->  any branch that gives more than 5, and every one before it false
    a + b > 5            ->  the term above 5, and a and b there
    has(words, 'x')      ->  words are there, and x is one of them

Nothing here is an approximation but that opaque coordinates count as independent of all others.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

from tierkit.analysis.regions.coordinates import (
    EVERYBODY,
    NOBODY,
    Atom,
    Coordinate,
    Key,
    Shape,
    Some,
    definition,
    either,
    every,
    outside,
    positive,
)
from tierkit.analysis.regions.spans import Spans, always_there, strict
from tierkit.program.canonical import term_text
from tierkit.program.domain import Missing, confine
from tierkit.program.forms import Forms
from tierkit.program.interpreter import truth
from tierkit.program.model import Benefit, Dimension, Ladder, Program, Rule
from tierkit.program.normal import is_self_test, negation_normal
from tierkit.program.reference import NO_TIER, tier_value
from tierkit.program.terms import (
    And,
    AsOf,
    AtLeast,
    Choose,
    Compare,
    Const,
    Formula,
    IsMissing,
    Leaf,
    Member,
    Not,
    Or,
    Ref,
    SetTest,
    Term,
    TextTest,
    Value,
    references,
)
from tierkit.program.types import NUMERIC, family

_ORDERED = NUMERIC | {"date"}
_FLIPPED = {"<": ">", ">": "<", "<=": ">=", ">=": "<=", "=": "=", "!=": "!="}


class Shapes:
    """The shapes of one program's conditions; atoms are kept in coordinates that programs share."""

    def __init__(self, program: Program, at: int, coordinates: dict[Key, Coordinate]) -> None:
        self.program, self.at, self.coordinates = program, at, coordinates
        self.forms = Forms(program)
        self.spans = Spans(program)
        self._leaves: dict[Leaf, Shape] = {}
        self._made: dict[tuple[int, bool], tuple[Formula, Shape]] = {}
        self._rules: dict[int, tuple[Rule | Benefit, Shape]] = {}
        self._present: dict[str, Shape] = {}
        self._placed: dict[tuple[str, int], Shape] = {}
        self._definitions: dict[str, Any] = {}

    # -- conditions

    def holds(self, formula: Formula | None, *, negate: bool = False) -> Shape:
        """Where a condition is true, or with `negate` false."""
        if formula is None:
            return NOBODY if negate else EVERYBODY
        key = id(formula), negate
        if key not in self._made:  # the condition is kept beside its shape, so that its id stays its own
            form = negation_normal(formula, self.forms.definitions, negate=negate)
            self._made[key] = formula, self._shape(form)
        return self._made[key][1]

    def unknown(self, formula: Formula) -> Shape:
        """Where a condition is neither true nor false."""
        return outside(either((self.holds(formula), self.holds(formula, negate=True))))

    def rule(self, rule: Rule | Benefit) -> Shape:
        """Where a rule fires: `eligible`, its condition, and its days."""
        if id(rule) not in self._rules:
            parts = (self.holds(self.program.eligible), self.holds(rule.when), self.days(rule))
            self._rules[id(rule)] = rule, every(parts)
        return self._rules[id(rule)][1]

    def days(self, rule: Rule | Benefit) -> Shape:
        """The days on which a rule or a benefit applies."""
        found: list[Shape] = []
        for operator, day in ((">=", rule.valid_from), ("<=", rule.valid_through)):
            if day is not None:
                found.append(self.leaf(Compare(operator, AsOf(), Const(day, "date"))))
        return every(found)

    def placed(self, ladder: Ladder, position: int) -> Shape:
        """Where a ladder is decided to be in one tier, or in none for `NO_TIER`."""
        key = ladder.name, position
        if key not in self._placed:
            gates = [gate for gate in (self.program.eligible, ladder.eligible) if gate is not None]
            passed = len(ladder.tiers) if position == NO_TIER else position
            refused = every([self._refuses(tier.enter, ladder) for tier in ladder.tiers[:passed]])
            if position == NO_TIER:
                found = either((*(self._refuses(gate, ladder) for gate in gates), refused))
            else:
                own = self.holds(ladder.tiers[position].enter)
                found = every((*(self.holds(gate) for gate in gates), own, refused))
            self._placed[key] = found
        return self._placed[key]

    def _refuses(self, enter: Formula | None, ladder: Ladder) -> Shape:
        return outside(self.holds(enter)) if ladder.skip_unknown else self.holds(enter, negate=True)

    def present(self, name: str) -> Shape:
        """Where conditions see a value of a dimension or of a ladder."""
        if name not in self._present:
            dimension = self.program.dimensions.get(name)
            type_ = "category" if dimension is None else dimension.type
            self._present[name] = self.leaf(IsMissing(Ref(name, type_), negated=True))
        return self._present[name]

    def _shape(self, form: Formula) -> Shape:
        match form:
            case And():
                return every([self._shape(item) for item in form.items])
            case Or():
                return either([self._shape(item) for item in form.items])
            case AtLeast():
                items = tuple(self._shape(item) for item in form.items)
                return (
                    EVERYBODY
                    if form.count <= 0
                    else NOBODY
                    if form.count > len(items)
                    else Some(form.count, items)
                )
            case Not():
                raise AssertionError  # pragma: no cover  the normal form has none
            case _:
                return self.leaf(form)

    # -- leaves

    def leaf(self, leaf: Leaf) -> Shape:
        """Where a leaf is true."""
        found = self._leaves.get(leaf)
        if found is None:
            found = self._leaves[leaf] = self._leaf(leaf)
        return found

    def _leaf(self, leaf: Leaf) -> Shape:
        subject = leaf.left if isinstance(leaf, Compare) else leaf.term
        if is_self_test(leaf):
            assert isinstance(subject, Ref)  # noqa: S101  what a self test is
            return (
                self.present(subject.name) if isinstance(leaf, Compare) and leaf.operator == "=" else NOBODY
            )
        if isinstance(leaf, Compare) and not isinstance(leaf.right, Const):
            return self._order(leaf, leaf.left, leaf.right)
        if isinstance(subject, Const):
            return EVERYBODY if truth(leaf, {}, dt.date.min) else NOBODY
        if isinstance(subject, Choose):
            return self._branches(leaf, subject, None)
        if isinstance(subject, AsOf):
            return self._atom(Key("day"), leaf, "date")
        if not isinstance(subject, Ref):
            return self._term(leaf, subject)
        if subject.name in self.program.ladders:
            return self._ladder(leaf, self.program.ladders[subject.name])
        dimension = self.program.dimensions[subject.name]
        if not dimension.computed or dimension.provider is not None:
            return self._given(leaf, dimension)
        if dimension.condition is not None:
            return self._named(leaf, dimension, dimension.condition)
        if isinstance(dimension.term, Choose) and _constants(dimension.term):
            return self._branches(leaf, dimension.term, dimension)
        return self._computed(leaf, dimension)

    def _atom(self, key: Key, leaf: Leaf | None, type_: str, *, total: bool = False) -> Atom:
        found = self.coordinates.get(key)
        if found is None:
            found = Coordinate(key, len(self.coordinates), self.at, type_, total)
            self.coordinates[key] = found
        if leaf is not None:
            found.asked[self.at, leaf] = None
        return Atom(found.at, self.at, leaf)

    def _given(self, leaf: Leaf, dimension: Dimension) -> Shape:
        key = Key("given", dimension.name, family(dimension.type))
        if isinstance(leaf, IsMissing) or not (
            isinstance(leaf, SetTest) or (isinstance(leaf, TextTest) and dimension.values is None)
        ):
            return self._atom(key, leaf, dimension.type)
        plain, negated = positive(leaf)
        if isinstance(leaf, TextTest):
            other = self._test(plain, negated=negated, total=True)
            return either(
                (self._atom(key, leaf, dimension.type), every((self._atom(key, None, dimension.type), other)))
            )
        there, test = self.present(dimension.name), self._set(plain, dimension)
        return every((there, outside(test) if negated else test))

    def _set(self, leaf: Leaf, dimension: Dimension) -> Shape:
        assert isinstance(leaf, SetTest)  # noqa: S101  the caller looked
        if leaf.function == "subset_of":
            return self._test(leaf, negated=False, total=True)
        texts = list(dict.fromkeys(str(const.value) for const in leaf.values))
        bits: list[Shape] = []
        for text in texts:
            has = SetTest("has", leaf.term, (Const(text, "text"),))
            bits.append(self._atom(Key("member", dimension.name, text), has, "boolean", total=True))
        if leaf.function == "has_all":
            return every(bits)
        if leaf.function != "has_one":
            return either(bits)
        single = len(texts) == len(leaf.values)
        assert single  # noqa: S101  a list of texts names each once
        return either([every([bit if bit is one else outside(bit) for bit in bits]) for one in bits])

    def _test(self, leaf: Leaf, *, negated: bool, total: bool) -> Shape:
        key = Key("test", "", (leaf, self._meanings(leaf)))
        other = replace(leaf, negated=True) if negated and not isinstance(leaf, Compare) else leaf
        if negated and isinstance(leaf, Compare):
            other = replace(leaf, operator="!=")
        return self._atom(key, other, "boolean", total=total)

    def _meanings(self, node: Term | Formula) -> Any:
        return tuple(
            (name, definition(self.program, name, self._definitions)) for name in sorted(references(node))
        )

    # -- what is opaque

    def _term(self, leaf: Leaf, term: Term) -> Shape:
        there = [self.present(name) for name in strict(term)]
        total = always_there(term)
        if isinstance(leaf, IsMissing) and total:
            return every(there) if leaf.negated else outside(every(there))
        if term.type in _ORDERED and isinstance(leaf, Compare | Member | IsMissing):
            key = Key("term", term_text(term), (term, self._meanings(term)))
            own: Shape = self._atom(key, leaf, term.type, total=total)
        else:
            plain, negated = positive(leaf)
            own = self._test(plain, negated=negated, total=total)
        if isinstance(leaf, IsMissing) and not leaf.negated:
            return either((own, outside(every(there))))
        return every((own, *there))

    def _order(self, leaf: Compare, left: Term, right: Term) -> Shape:
        if repr(left) > repr(right):
            left, right = right, left
            leaf = replace(leaf, operator=_FLIPPED[leaf.operator], left=left, right=right)
        there = [self.present(name) for name in dict.fromkeys((*strict(left), *strict(right)))]
        total = always_there(left) and always_there(right)
        about = (left, right, leaf.tolerance, self._meanings(left), self._meanings(right))
        key = Key("order", f"{term_text(left)} - {term_text(right)}", about)
        return every((self._atom(key, leaf, "number", total=total), *there))

    def _computed(self, leaf: Leaf, dimension: Dimension) -> Shape:
        name = dimension.name
        key = Key("computed", name, definition(self.program, name, self._definitions))
        there, total = self.needed(dimension), self.spans.total(dimension)
        default = dimension.on_missing.value
        missing = isinstance(leaf, IsMissing)
        own: Shape
        if isinstance(leaf, SetTest | TextTest):
            plain, negated = positive(leaf)
            own = self._test(plain, negated=negated, total=False)
            return own if default is not None else every((own, *there))
        if missing and total:
            own = EVERYBODY if leaf.negated else NOBODY  # type: ignore[union-attr]  # a test for missing
        else:
            own = self._atom(key, leaf, dimension.type, total=total)
        if default is not None:
            if not total:
                return own
            stands = self._takes(leaf, default)
            return either((own, outside(every(there)))) if stands else every((own, *there))
        if missing and not leaf.negated:  # type: ignore[union-attr]  # a test for missing
            return either((own, outside(every(there))))
        return every((own, *there))

    def needed(self, dimension: Dimension) -> list[Shape]:
        """What has to be there for a computed dimension to have a value."""
        if dimension.scorecard:
            names = [item.dimension for item in dimension.scorecard if item.on_missing is None]
        else:
            names = [] if dimension.term is None else list(strict(dimension.term))
        return [self.present(name) for name in names]

    # -- what is unfolded

    def _ladder(self, leaf: Leaf, ladder: Ladder) -> Shape:
        positions = (*range(len(ladder.tiers)), NO_TIER)
        if isinstance(leaf, IsMissing):
            decided = either([self.placed(ladder, at) for at in positions])
            return decided if leaf.negated else outside(decided)
        return either(
            [self.placed(ladder, at) for at in positions if self._takes(leaf, tier_value(ladder, at))]
        )

    def _named(self, leaf: Leaf, dimension: Dimension, condition: Formula) -> Shape:
        default = dimension.on_missing.value
        if isinstance(leaf, IsMissing):
            found = NOBODY if default is not None else self.unknown(condition)
            return outside(found) if leaf.negated else found
        parts: list[Shape] = []
        for value in (True, False):
            if self._takes(leaf, value):
                if default is value:
                    parts.append(outside(self.holds(condition, negate=value)))
                else:
                    parts.append(self.holds(condition, negate=not value))
        return either(parts)

    def _branches(self, leaf: Leaf, term: Choose, dimension: Dimension | None) -> Shape:
        found: list[Shape] = []
        valued: list[Shape] = []
        passed: list[Shape] = []
        rest = () if term.otherwise is None else ((None, term.otherwise),)
        asked = replace(leaf, negated=True) if isinstance(leaf, IsMissing) else leaf
        for condition, value in (*term.branches, *rest):
            here = every((*passed, EVERYBODY if condition is None else self.holds(condition)))
            put = self._given_by(value, dimension)
            if put is not None:
                swapped = replace(asked, left=put) if isinstance(asked, Compare) else replace(asked, term=put)
                found.append(every((here, self.leaf(swapped))))
                valued.append(here)
            passed.append(NOBODY if condition is None else self.holds(condition, negate=True))
        default = None if dimension is None else dimension.on_missing.value
        if isinstance(leaf, IsMissing):
            there = EVERYBODY if default is not None else either(found)
            return there if leaf.negated else outside(there)
        if default is not None and self._takes(leaf, default):
            found.append(outside(either(valued)))
        return either(found)

    def _given_by(self, value: Term, dimension: Dimension | None) -> Term | None:
        """What a branch gives, or None when the dimension would not hold it."""
        if dimension is None or not isinstance(value, Const):
            return value
        given = confine(dimension, value.value)
        return None if isinstance(given, Missing) else replace(value, value=given)

    def _takes(self, leaf: Leaf, value: Value | None) -> bool:
        if value is None or isinstance(leaf, IsMissing):
            return value is not None and isinstance(leaf, IsMissing) and leaf.negated
        subject = Const(value, "")
        put = replace(leaf, left=subject) if isinstance(leaf, Compare) else replace(leaf, term=subject)
        return truth(put, {}, dt.date.min) is True


def _constants(term: Choose) -> bool:
    """True when every branch of a `case` is a constant: a domain and a default concern no others."""
    values = (*(value for _, value in term.branches), *(() if term.otherwise is None else (term.otherwise,)))
    return all(isinstance(value, Const) for value in values)
