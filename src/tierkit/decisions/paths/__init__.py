"""The smallest change of a record that reaches a target, other ways there, and what holds a target."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tierkit.decisions.reasons import plain
from tierkit.decisions.whys import targets, ways
from tierkit.program.terms import Value

if TYPE_CHECKING:
    from tierkit.decisions.decision import Decision
    from tierkit.decisions.paths.solve import Found
    from tierkit.decisions.paths.wishes import Wishes


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


@dataclass(frozen=True, slots=True)
class Limit:
    """How far one dimension may move by itself: `keeps` still keeps the target, `loses` is the next value.

    `keeps` is None where there is nothing in between, as among categories. `delta` is `loses - before`;
    `then` is the tier that follows for a target that is a tier, None when there is none.
    """

    dimension: str
    before: Value | None
    keeps: Value | None
    loses: Value
    delta: float | None
    then: str | None

    def to_dict(self) -> dict[str, Any]:
        """The limit as JSON-ready data."""
        values = {"before": self.before, "keeps": self.keeps, "loses": self.loses}
        shown = {name: plain(value) for name, value in values.items()}
        return {"dimension": self.dimension, **shown, "delta": self.delta, "then": self.then}


@dataclass(frozen=True, slots=True)
class Leeway:
    """What holds a target: the limits of every dimension that alone can lose it, the nearest first.

    Without limits nothing that changes alone loses the target.
    """

    target: str
    limits: tuple[Limit, ...]

    def to_dict(self) -> dict[str, Any]:
        """The leeway as JSON-ready data."""
        return {"target": self.target, "limits": [limit.to_dict() for limit in self.limits]}


def path_to(
    decision: Decision,
    target: str,
    *,
    costs: Mapping[str, float] | None = None,
    fixed: Iterable[str] = (),
) -> Path | None:
    """The smallest change that makes `target` (or a better tier) true, or None when there is none.

    >>> import tierkit
    >>> rules = tierkit.loads("{ruleset: a, version: 1, dimensions: {amount: {type: money}}, "
    ...     "rules: [{id: vip, tag: VIP, when: amount > 10k}]}")
    >>> rules.evaluate({"amount": 9_000}).path_to("VIP").changes
    (Change(dimension='amount', before=9000.0, after=10000.01, delta=1000.01),)

    Raises:
        UsageError: nothing gives the target, or a wish makes no sense.
    """
    from tierkit.decisions.paths.solve import solve

    known_target(decision, target)
    found = solve(decision, target, *_wishes(decision, costs, fixed))
    return None if found is None else _path(decision, found)


def paths_to(
    decision: Decision,
    target: str,
    limit: int,
    *,
    costs: Mapping[str, float] | None = None,
    fixed: Iterable[str] = (),
) -> tuple[Path, ...]:
    """Several ways to a target, best first; none changes all the dimensions that another one changes.

    Raises:
        UsageError: nothing gives the target, or a wish makes no sense.
    """
    from tierkit.decisions.paths.solve import solve_all

    known_target(decision, target)
    found = solve_all(decision, target, limit, *_wishes(decision, costs, fixed))
    return tuple(_path(decision, item) for item in found)


def leeway(decision: Decision, target: str) -> Leeway | None:
    """How far each dimension may move by itself before a target is lost; None when it is not held.

    >>> import tierkit
    >>> rules = tierkit.loads("{ruleset: a, version: 1, dimensions: {amount: {type: money}}, "
    ...     "rules: [{id: vip, tag: VIP, when: amount > 10k}]}")
    >>> rules.evaluate({"amount": 12_500}).leeway("VIP").limits[0].keeps
    10000.01

    Raises:
        UsageError: nothing gives the target.
    """
    from tierkit.decisions.paths.losing import losses

    known_target(decision, target)
    found = losses(decision, target)
    if found is None:
        return None
    limits = (
        Limit(
            lost.dimension,
            lost.before,
            lost.keeps,
            lost.loses,
            difference(lost.before, lost.loses),
            lost.then,
        )
        for lost in found
    )
    return Leeway(target, tuple(limits))


def _path(decision: Decision, found: Found) -> Path:
    known = decision.facts.known
    moved = found.values.items()
    changes = tuple(Change(name, known[name], after, difference(known[name], after)) for name, after in moved)
    return Path(found.target, changes, found.cost)


def _wishes(decision: Decision, costs: Mapping[str, float] | None, fixed: Iterable[str]) -> Wishes:
    if costs is None and not fixed:
        return frozenset(), None
    from tierkit.decisions.paths.wishes import wishes

    return wishes(decision.source.forms, costs, fixed)


def known_target(decision: Decision, target: str) -> None:
    """Raises `UsageError` when nothing gives the target."""
    source = decision.source
    known = source.forms.kept.get("targets")
    if known is None:
        known = source.forms.kept["targets"] = frozenset(targets(source.program))
    if target not in known:
        ways(source.program, target)


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
