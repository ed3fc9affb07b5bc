"""Fixes: what an editor may put in the place of a problem without asking, where there is no doubt.

A fix is offered only where the marked text is the very text that is refused, and one spelling can have been
meant: an operator of another language, a full-width sign, a name in other letters. A word that is merely near
stays a hint, and so does a replacement with quotes, which a quoted value of YAML may not hold.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tierkit.errors.location import Location

_SPELLINGS = frozenset(["wrong-spelling", "full-width"])
_UNSURE = frozenset(["null", "none", "nil", "isnull", "datediff", "dayofweek"])
"""What is replaced along with what stands around it: `= null`, the arguments of `datediff`."""


@dataclass(frozen=True, slots=True)
class Fix:
    """The text to put between two columns of a line; both are counted as in `Location`."""

    line: int
    column: int
    end_column: int
    text: str

    def to_dict(self) -> dict[str, object]:
        """As JSON-ready data."""
        return {"line": self.line, "column": self.column, "end_column": self.end_column, "text": self.text}


def fix(
    code: str, location: Location, source_line: str, hints: tuple[tuple[str, Mapping[str, str]], ...]
) -> Fix | None:
    """The fix of a problem, or None where a person has to decide.

    >>> import tierkit
    >>> try:
    ...     tierkit.loads("{ruleset: a, version: 1, dimensions: {x: {type: Number}}}")
    ... except tierkit.RuleSetError as error:
    ...     print(error.problems[0].fix)
    Fix(line=1, column=49, end_column=55, text='number')
    """
    if len(hints) != 1:
        return None
    (name, slots) = hints[0]
    found = source_line[location.column - 1 : location.end_column - 1]
    if name == "write" and code in _SPELLINGS:
        text = slots["text"]
        sure = found.lower() not in _UNSURE and "," not in found
    elif name == "did-you-mean":
        text = slots["word"]
        sure = found.casefold() == text.casefold()
    else:
        return None
    if not sure or set(text) & set("'\"…"):
        return None
    return Fix(location.line, location.column, location.end_column, text)
