"""How a score came about: points earned and lost per characteristic, as credit scores explain themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tierkit.decisions.reasons import Points
from tierkit.errors import UsageError, suggestion
from tierkit.program.reference import points as earned_share

if TYPE_CHECKING:
    from tierkit.decisions.decision import Decision


def points(decision: Decision, name: str) -> tuple[Points, ...]:
    """The characteristics of the score `name`, largest loss first, unknown ones last."""
    dimensions = decision.source.program.dimensions
    scorecard = dimensions[name].scorecard if name in dimensions else ()
    if not scorecard:
        known = [dimension.name for dimension in dimensions.values() if dimension.scorecard]
        message = f"there is no scorecard `{name}`{suggestion(name, known)}"
        raise UsageError(message)
    found = []
    for item in scorecard:
        value = decision.facts.known[item.dimension]
        share = earned_share(item, value)
        earned = None if share is None else item.factor * share
        lost = None if earned is None else item.factor - earned
        found.append(Points(item.dimension, value, earned, lost, item.factor))
    return tuple(sorted(found, key=lambda p: (p.lost is None, -(p.lost or 0.0))))
