"""What the reference interpreter makes of a record: only the values that are asked for are computed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any

from tierkit.errors import Fault
from tierkit.program.domain import confine, read
from tierkit.program.interpreter import truth, value
from tierkit.program.model import Program
from tierkit.program.reference import absent, compute, effective, outcomes, place, tier_value
from tierkit.program.terms import Formula, Term, Value


class Facts(Mapping[str, Any]):
    """The values of one customer as conditions see them, computed when they are first looked up.

    What a provider computes is missing unless the record holds it.
    """

    def __init__(self, program: Program, record: Mapping[str, Any], day: dt.date) -> None:
        self.program, self.record, self.day = program, record, day
        self._known: dict[str, Value | None] = {}

    def __getitem__(self, name: str) -> Value | None:
        if name not in self._known:
            self._known[name] = self._find(name)
        return self._known[name]

    def __iter__(self) -> Iterator[str]:
        return iter((*self.program.dimensions, *self.program.ladders))

    def __len__(self) -> int:
        return len(self.program.dimensions) + len(self.program.ladders)

    def _find(self, name: str) -> Value | None:
        ladder = self.program.ladders.get(name)
        if ladder is not None:
            tiers = outcomes(self.program, ladder, self, self.day)
            return tier_value(ladder, place(tiers, skip_unknown=ladder.skip_unknown))
        dimension = self.program.dimensions[name]
        if dimension.computed and dimension.provider is None:
            found: Any = compute(dimension, self, self.day)
            if found is not None:
                found = confine(dimension, found)
        else:
            found = read(dimension, self.record.get(name, absent(dimension)))
        return None if isinstance(found, Fault) else effective(dimension, found)

    def value(self, name: str) -> Value | None:
        """The value of a dimension or a ladder."""
        return self[name]

    def of(self, term: Term) -> Value | None:
        """The value of a term."""
        return value(term, self, self.day)

    def truth(self, formula: Formula) -> bool | None:
        """Whether a condition holds."""
        return truth(formula, self, self.day)

    @property
    def accepted(self) -> bool:
        """True when the engine would take the record: nothing is missing that must not be."""
        strict = (d.name for d in self.program.dimensions.values() if d.on_missing.policy == "error")
        return all(self[name] is not None for name in strict)
