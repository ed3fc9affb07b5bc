"""The normal forms of a program's conditions, made once and shared by the index and by the reasons."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from tierkit.program.model import Program
from tierkit.program.normal import inlinable, negation_normal
from tierkit.program.terms import Formula


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
        self._made: dict[tuple[int, bool], tuple[Formula, Formula]] = {}

    def of(self, formula: Formula, *, negate: bool = False) -> Formula:
        """The normal form of a condition of the program (or of its opposite)."""
        key = (id(formula), negate)
        found = self._made.get(key)
        if found is None:
            # the condition itself is kept beside its form, so that its id stays its own
            found = self._made[key] = formula, negation_normal(formula, self.definitions, negate=negate)
        return found[1]
