"""Partitions: one small index per value of a category that most rules ask for.

A rule that asks for `city = 'x'` need not be looked at for any other city. Where one category splits the
conjuncts well, each of its values gets an index of its own, made when the value is first met. Its masks are
narrower, its break points fewer, and the whole takes less memory than one index would.
"""

from __future__ import annotations

from tierkit.backends.python.masks import accepts
from tierkit.backends.python.plan import Column, Stage
from tierkit.program.forms import Forms
from tierkit.program.normal import is_self_test
from tierkit.program.terms import Compare, Leaf, Value

FEWEST_CONJUNCTS = 16
MOST_VALUES = 256
WORTH = 4
"""A partition pays when its average index is that many times smaller."""


def pivot(forms: Forms, stages: list[Stage]) -> tuple[str, tuple[Value, ...]] | None:
    """The category whose values split the conjuncts best, with those values; None where none does."""
    total = sum(len(stage.owners) - 1 for stage in stages)
    if total < FEWEST_CONJUNCTS:
        return None
    best, choice = total / WORTH, None
    for dimension in forms.program.dimensions.values():
        values = dimension.values
        given = not dimension.computed or dimension.name in forms.given
        if values is None or dimension.type == "set" or not given or len(values) > MOST_VALUES:
            continue
        average = _average(stages, dimension.name, values)
        if average < best:
            best, choice = average, (dimension.name, tuple(values))
    return choice


def restricted(stages: list[Stage], name: str, value: Value) -> list[Stage]:
    """The stages with only the conjuncts that `value` does not contradict, its own leaves settled."""
    return [_restricted(stage, name, value) for stage in stages]


def _average(stages: list[Stage], name: str, values: tuple[Value, ...]) -> float:
    kept = 0
    for stage in stages:
        column = stage.columns.get(name, Column())
        kept += (len(stage.owners) - 1 - len(column.leaves)) * len(values)
        for leaves in column.leaves.values():
            kept += _share(leaves, values)
    return kept / len(values)


def _share(leaves: list[Leaf], values: tuple[Value, ...]) -> int:
    """For how many values the leaves of one conjunct hold."""
    if (
        len(leaves) == 1
        and isinstance(leaves[0], Compare)
        and leaves[0].operator == "="
        and not is_self_test(leaves[0])
    ):
        return 1
    return sum(all(accepts(leaf, value) for leaf in leaves) for value in values)


def _restricted(stage: Stage, name: str, value: Value) -> Stage:
    asked = stage.columns.get(name, Column()).leaves
    kept = [
        bit
        for bit in range(1, len(stage.owners))
        if bit not in asked or all(accepts(leaf, value) for leaf in asked[bit])
    ]
    local = {bit: i for i, bit in enumerate(kept, 1)}
    found = Stage(
        stage.computed,
        stage.ladders,
        stage.rules,
        [-1, *(stage.owners[bit] for bit in kept)],
        starts={ladder: _moved(start, kept) for ladder, start in stage.starts.items()},
        first_rule=_moved(stage.first_rule, kept),
    )
    for other, column in stage.columns.items():
        leaves = {local[bit]: tests for bit, tests in column.leaves.items() if bit in local}
        if other != name and leaves:
            found.columns[other] = Column(leaves)
    for test, bits in stage.tests.items():
        left = [local[bit] for bit in bits if bit in local]
        if left:
            found.tests[test] = left
    return found


def _moved(start: int, kept: list[int]) -> int:
    """Where a range that began at `start` begins among the conjuncts kept."""
    return 1 + sum(bit < start for bit in kept)
