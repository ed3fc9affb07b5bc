"""Steps that people can read: how many decimals a number moves in beside its thresholds."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from tierkit.program.forms import Forms
from tierkit.program.normal import leaves
from tierkit.program.terms import Const, Formula, Leaf, Lookup, Member, Term, Value, children, references

FINER, _FINEST = 2, 12
"""A step has two decimals more than the threshold, and no more than twelve."""


def scales(forms: Forms) -> Iterator[tuple[str, int]]:
    """How many decimals a dimension moves in: two more than the constants beside it have."""
    program = forms.program
    found: dict[str, int] = {}
    conditions = [program.eligible, *(rule.when for rule in program.rules)]
    for ladder in program.ladders.values():
        conditions += [ladder.eligible, *(tier.enter for tier in ladder.tiers)]
    for formula in conditions:
        for leaf in () if formula is None else leaves(forms.of(formula)):
            finest = max((_decimals(const.value) for const in _constants(leaf)), default=0)
            for name in references(leaf):
                found[name] = max(found.get(name, 0), min(finest + FINER, _FINEST))
    yield from found.items()


def _constants(node: Leaf | Formula | Term) -> Iterator[Const]:
    match node:
        case Const():
            yield node
        case Lookup():
            yield from (const for _, const in node.cases)
            yield from () if node.default is None else (node.default,)
        case Member():
            yield from node.values
        case _:
            pass
    for child in children(node):
        yield from _constants(child)


def _decimals(value: Value) -> int:
    if isinstance(value, bool) or not isinstance(value, float):
        return 0
    exponent = Decimal(repr(value)).normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0
