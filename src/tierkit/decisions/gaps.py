"""What a condition still lacks, as a tree: which leaves are open, and how many of them are needed.

    a and (b or c)        with only a true     ->  one of: b, c
    at_least(2, a, b, c)  with only a true     ->  one of: b, c

The walk keeps parameters by category in one piece, where `why_not` lists a leaf for every category.
"""

from __future__ import annotations

from dataclasses import dataclass

from tierkit.decisions.facts import Facts, hidden
from tierkit.decisions.findings import definition, finding
from tierkit.decisions.reasons import Finding
from tierkit.program.normal import opposite_leaf
from tierkit.program.terms import And, AtLeast, Formula, Not, Or


@dataclass(frozen=True, slots=True)
class Group:
    """Of these gaps, `count` must be closed."""

    count: int
    gaps: tuple[Gap, ...]


Gap = Finding | Group


def gaps(facts: Facts, formula: Formula) -> tuple[Gap, ...]:
    """What must all still become true for `formula` to hold; nothing when it does."""
    found = _gap(facts, formula, negate=False)
    if found is None:
        return ()
    return found.gaps if isinstance(found, Group) and found.count == len(found.gaps) else (found,)


def _gap(facts: Facts, formula: Formula, *, negate: bool) -> Gap | None:
    match formula:
        case Not():
            return _gap(facts, formula.item, negate=not negate)
        case And() | Or() | AtLeast():
            items = formula.items
            count = (
                formula.count
                if isinstance(formula, AtLeast)
                else len(items)
                if isinstance(formula, And)
                else 1
            )
            if negate:
                count = len(items) - count + 1
            found = [gap for item in items if (gap := _gap(facts, item, negate=negate)) is not None]
            return _group(count - (len(items) - len(found)), found)
        case _:
            leaf = opposite_leaf(formula) if negate else formula
            outcome = facts.truth(leaf)
            if outcome or hidden(leaf):
                return None
            meaning = definition(facts, leaf)
            if meaning is None:
                return finding(facts, leaf, outcome=outcome)
            return _gap(facts, meaning[0], negate=meaning[1])


def _group(count: int, found: list[Gap]) -> Gap | None:
    """A group of gaps; those that must all be closed are not nested in one another."""
    if count <= 0:
        return None
    if count < len(found):
        return Group(count, tuple(dict.fromkeys(found) if count == 1 else found))
    flat: dict[Gap, None] = {}
    for gap in found:
        nested = gap.gaps if isinstance(gap, Group) and gap.count == len(gap.gaps) else (gap,)
        flat.update(dict.fromkeys(nested))
    return next(iter(flat)) if len(flat) == 1 else Group(len(flat), tuple(flat))
