"""Where a single leaf decides: each leaf of a condition with what must hold beside it.

a and b              a decides while b is true
a or b               a decides while b is false
at_least(2, a, b, c) a decides while b is true and c is false
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from tierkit.analysis.examples.places import Condition
from tierkit.analysis.examples.wishes import Wish
from tierkit.program.forms import Forms
from tierkit.program.model import Ladder, Program
from tierkit.program.normal import is_self_test
from tierkit.program.terms import And, AtLeast, Formula, Leaf, Not, Or

_TRIED = 5


@dataclass(frozen=True, slots=True)
class Pivot:
    """A leaf of a condition, and what has to be true or false so that it decides, best first.

    `names` is what stands for the condition in an answer: the ladders whose tier it decides, the rules.
    """

    kind: Literal["rule", "tier", "eligible", "ladder"]
    owner: str
    leaf: Leaf
    wishes: tuple[tuple[Wish, ...], ...]
    rules: tuple[str, ...]
    ladders: tuple[str, ...]
    day: dt.date


def pivots(program: Program, forms: Forms, found: tuple[Condition, ...], day: dt.date) -> Iterator[Pivot]:
    """Every leaf of rules, tiers and gates, in file order."""
    rules = {rule.id: rule for rule in program.rules}
    gate: tuple[Wish, ...] = () if program.eligible is None else ((program.eligible, True),)
    for condition in found:
        if condition.formula is None:
            continue
        form = forms.of(condition.formula)
        if condition.kind == "rule":
            rule = rules[condition.name]
            when = day if rule.valid_on(day) else rule.valid_from or rule.valid_through or day
            for leaf, beside in deciding(form):
                yield Pivot("rule", rule.id, leaf, ((*gate, *beside),), (rule.id,), (), when)
        elif condition.kind == "tier":
            name, _, tier = condition.name.partition(".")
            outer = (*gate, *_before(program.ladders[name], tier))
            for leaf, beside in deciding(form):
                yield Pivot("tier", condition.name, leaf, ((*outer, *beside),), (), (name,), day)
        elif condition.kind == "ladder":
            ladder = program.ladders[condition.name]
            enter = ladder.tiers[0].enter
            outer = gate if enter is None else (*gate, (enter, True))
            for leaf, beside in deciding(form):
                yield Pivot("ladder", ladder.name, leaf, ((*outer, *beside),), (), (ladder.name,), day)
        elif condition.kind == "eligible":
            whole = tuple(program.ladders)
            for leaf, beside in deciding(form):
                ways = tuple((*beside, wish) for wish in _entitled(program, day)) or (beside,)
                yield Pivot("eligible", "eligible", leaf, ways, tuple(rules), whole, day)


def deciding(form: Formula, beside: tuple[Wish, ...] = ()) -> Iterator[tuple[Leaf, tuple[Wish, ...]]]:
    """The leaves of a normal form with what must hold beside each.

    >>> from tierkit.program.canonical import leaf_text
    >>> from tierkit import loads
    >>> dimensions = "dimensions: {x: {type: number}, y: {type: number}}"
    >>> rules = "rules: [{id: r, tag: T, when: x > 1 or y > 2}]"
    >>> form = loads(f"{{ruleset: a, version: 1, {dimensions}, {rules}}}").program.rules[0].when
    >>> [(leaf_text(leaf), leaf_text(wish[0]), wish[1]) for leaf, (wish,) in deciding(form)]
    [('x > 1', 'y > 2', False), ('y > 2', 'x > 1', False)]
    """
    match form:
        case And() | Or() | AtLeast():
            for at, item in enumerate(form.items):
                others = [other for i, other in enumerate(form.items) if i != at]
                needed = (
                    len(others) if isinstance(form, And) else 0 if isinstance(form, Or) else form.count - 1
                )
                wishes = tuple(
                    (other, i < needed)
                    for i, other in enumerate(others)
                    if isinstance(other, And | Or | AtLeast | Not) or not is_self_test(other)
                )
                yield from _within(form, item, (*beside, *wishes))
        case Not():
            raise AssertionError  # pragma: no cover  a normal form has none
        case _:
            if not is_self_test(form):
                yield form, beside


def _within(
    form: Formula, item: Formula, beside: tuple[Wish, ...]
) -> Iterator[tuple[Leaf, tuple[Wish, ...]]]:
    """The leaves of a part; the category that chooses a parameter's value is nobody's threshold."""
    if isinstance(form, Or) and isinstance(item, And) and _unfolded(form):
        chosen, *rest = item.items
        inner = rest[0] if len(rest) == 1 else And(tuple(rest))
        yield from deciding(inner, (*beside, (chosen, True)))
    else:
        yield from deciding(item, beside)


def _unfolded(form: Or) -> bool:
    """True for a parameter by category: a branch for each value, and one that is unknown without it."""
    last = form.items[-1]
    return not isinstance(last, And | Or | AtLeast | Not) and is_self_test(last)


def _before(ladder: Ladder, tier: str) -> Iterator[Wish]:
    """What a tier needs beside its own condition: the gate of the ladder, and that no better one holds."""
    if ladder.eligible is not None:
        yield ladder.eligible, True
    for item in ladder.tiers:
        if item.id == tier:
            return
        if item.enter is not None:
            yield item.enter, False


def _entitled(program: Program, day: dt.date) -> Iterator[Wish]:
    """Conditions that give something to whoever is eligible."""
    found: list[Formula] = [rule.when for rule in program.rules if rule.valid_on(day)]
    found += [
        tier.enter for ladder in program.ladders.values() for tier in ladder.tiers if tier.enter is not None
    ]
    yield from ((formula, True) for formula in found[:_TRIED])
