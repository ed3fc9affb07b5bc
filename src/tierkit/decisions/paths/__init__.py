"""The smallest change of a record that reaches a target."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tierkit.decisions.reasons import plain
from tierkit.decisions.whys import ways
from tierkit.program.terms import Value

if TYPE_CHECKING:
    from tierkit.decisions.decision import Decision


@dataclass(frozen=True, slots=True)
class Change:
    """One dimension of the record, as it is and as it would have to be.

    `before` is None when the value is missing, `after` when it would have to be. `delta` is `after - before`
    (from a missing number: `after`), in days for dates, None where there is no difference.
    """

    dimension: str
    before: Value | None
    after: Value | None
    delta: float | None

    def to_dict(self) -> dict[str, Any]:
        """The change as JSON-ready data."""
        return {
            "dimension": self.dimension,
            "before": plain(self.before),
            "after": plain(self.after),
            "delta": self.delta,
        }


@dataclass(frozen=True, slots=True)
class Path:
    """The changes that together reach `target`, in file order of the dimensions, and what they cost.

    `target` is what was asked for, or the better tier of its ladder that is reached instead. The cost is
    Σ|Δ|/max(1, |threshold|); a path without changes says that the target is held already.
    """

    target: str
    changes: tuple[Change, ...]
    cost: float

    def to_dict(self) -> dict[str, Any]:
        """The path as JSON-ready data."""
        changes = [change.to_dict() for change in self.changes]
        return {"target": self.target, "changes": changes, "cost": self.cost}


def path_to(decision: Decision, target: str) -> Path | None:
    """The smallest change that makes `target` (or a better tier) true, or None when there is none.

    >>> import tierkit
    >>> rules = tierkit.loads("{ruleset: a, version: 1, dimensions: {amount: {type: money}}, "
    ...     "rules: [{id: vip, tag: VIP, when: amount > 10k}]}")
    >>> rules.evaluate({"amount": 9_000}).path_to("VIP").changes
    (Change(dimension='amount', before=9000.0, after=10000.01, delta=1000.01),)

    Raises:
        UsageError: nothing gives the target.
    """
    from tierkit.decisions.paths.solve import solve

    ways(decision.source.program, target)
    found = solve(decision, target)
    if found is None:
        return None
    known = decision.facts.known
    moved = found.values.items()
    changes = tuple(Change(name, known[name], after, difference(known[name], after)) for name, after in moved)
    return Path(found.target, changes, found.cost)


def difference(before: Value | None, after: Value | None) -> float | None:
    """What a change adds, as decimals would: 10000.01 - 9999.99 is 0.02.

    >>> difference(9999.99, 10000.01), difference(dt.date(2025, 1, 31), dt.date(2025, 3, 1))
    (0.02, 29)
    """
    from decimal import Decimal

    if isinstance(after, bool | str | frozenset) or after is None:
        return None
    if isinstance(after, dt.date):
        return (after - before).days if isinstance(before, dt.date) else None
    if before is None or isinstance(before, bool | str | frozenset | dt.date):
        return after
    return after - before if isinstance(after, int) else float(Decimal(repr(after)) - Decimal(repr(before)))
