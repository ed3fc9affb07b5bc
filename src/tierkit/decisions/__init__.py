"""The answer: decisions, reasons, findings, and the words for them."""

from tierkit.decisions.decision import Decision
from tierkit.decisions.reasons import (
    Failure,
    Finding,
    Grant,
    Known,
    MissingValue,
    Points,
    Reason,
    Undetermined,
)

__all__ = [
    "Decision",
    "Failure",
    "Finding",
    "Grant",
    "Known",
    "MissingValue",
    "Points",
    "Reason",
    "Undetermined",
]
