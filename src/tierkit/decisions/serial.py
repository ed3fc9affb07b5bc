"""A decision as JSON-ready data under a versioned schema."""

from __future__ import annotations

import datetime as dt
import math
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tierkit.decisions.decision import Decision

SCHEMA = "tierkit.decision/1"


def decision_dict(decision: Decision, locale: str) -> dict[str, Any]:
    """Every part of a decision; all keys are always present."""
    return {
        "schema": SCHEMA,
        "key": json_key(decision.key),
        "ruleset": dict(decision.ruleset),
        "as_of": decision.as_of.isoformat(),
        "known_at": None if decision.known_at is None else decision.known_at.isoformat(),
        "tags": list(decision.tags),
        "tiers": dict(decision.tiers),
        "scores": dict(decision.scores),
        "benefits": [grant.to_dict(locale) for grant in decision.benefits],
        "reasons": [reason.to_dict(locale) for reason in decision.reasons],
        "undetermined": [item.to_dict() for item in decision.undetermined],
        "errors": [failure.to_dict(locale) for failure in decision.errors],
        "values": {name: known.to_dict() for name, known in decision.values.items()},
    }


def json_key(key: Any) -> Any:
    """A customer's key as JSON holds it: whole numbers of any kind are numbers, what is none is text."""
    if key is None or isinstance(key, str):
        return key
    if hasattr(key, "__index__"):
        return bool(key) if isinstance(key, bool) else int(key)
    if isinstance(key, float):
        return float(key) if math.isfinite(key) else str(key)
    return key.isoformat() if isinstance(key, dt.date) else str(key)
