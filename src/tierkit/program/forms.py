"""The normal forms of a program's conditions, made once and shared by the index and by the reasons."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import Any

from tierkit.program.model import Program
from tierkit.program.normal import inlinable, negation_normal
from tierkit.program.terms import Formula, Function, children


class Forms:
    """Normal forms by condition; named conditions are unfolded where nothing can stand in for them.

    A named condition with a default, or one that the caller gives, keeps its name: its value need not be what
    its definition says.
    """

    def __init__(self, program: Program, given: Iterable[str] = ()) -> None:
        self.program = program
        self.given = frozenset(given)
        definitions = {
            name: dimension.condition
            for name, dimension in program.dimensions.items()
            if dimension.condition is not None
            and dimension.on_missing.policy == "unknown"
            and name not in self.given
        }
        self.definitions = inlinable(definitions)
        self.shapes: dict[int, tuple[Any, Any]] = {}
        """What explanations remember about the leaves of normal forms, by the leaf's id."""
        self.kept: dict[Any, Any] = {}
        """What the search for paths remembers of the program."""
        self._made: dict[tuple[int, bool], tuple[Formula, Formula]] = {}

    @cached_property
    def functions(self) -> tuple[Function, ...]:
        """The functions of plugins that the program calls, each with its arguments, in file order."""
        program = self.program
        stack: list[Any] = [rule.when for rule in program.rules]
        stack += [tier.enter for ladder in program.ladders.values() for tier in ladder.tiers]
        stack += [program.eligible, *(ladder.eligible for ladder in program.ladders.values())]
        stack += [part for d in program.dimensions.values() for part in (d.term, d.condition)]
        stack += [benefit.when for benefit in program.benefits]
        stack.reverse()
        found: dict[Function, None] = {}
        while stack:
            node = stack.pop()
            if isinstance(node, Function) and node.provider is not None:
                found[node] = None
            stack += () if node is None else reversed(children(node))
        return tuple(found)

    def of(self, formula: Formula, *, negate: bool = False) -> Formula:
        """The normal form of a condition of the program (or of its opposite)."""
        key = (id(formula), negate)
        found = self._made.get(key)
        if found is None:
            # the condition itself is kept beside its form, so that its id stays its own
            found = self._made[key] = formula, negation_normal(formula, self.definitions, negate=negate)
        return found[1]
