"""What a house rule says about a rule file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Advice:
    """One finding of a house rule.

    Args:
        text: what is wrong and what to do, in one line.
        at: what it is about: `rules.vip`, `dimensions.monthly_amount`, `ladders.value.gold`, `benefits`; the
            line of it is found in the file. Empty for the file as a whole.
        severity: `error` fails `tierkit check`, `warning` does not.

    >>> Advice("every rule needs a `because`", at="rules.vip").severity
    'error'
    """

    text: str
    at: str = ""
    severity: Literal["error", "warning"] = "error"
