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


def advice_mistake(found: object) -> str | None:
    """What is wrong with what a house rule gave, or None.

    >>> advice_mistake("too many rules"), advice_mistake(Advice("too many rules"))
    ('it gave str, not `Advice`', None)
    """
    if not isinstance(found, Advice):
        return f"it gave {type(found).__name__}, not `Advice`"
    texts: list[object] = [found.text, found.at]
    if not all(isinstance(text, str) for text in texts):
        return "it gave `Advice` whose `text` or `at` is no text"
    if found.severity not in ("error", "warning"):
        return f"it gave `Advice` of the severity `{found.severity}`, which is neither `error` nor `warning`"
    return None
