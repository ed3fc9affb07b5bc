"""What a provider answered: a value, None for nothing, or that it failed; and when two answers agree."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tierkit.errors import Fault
from tierkit.program.calls import described
from tierkit.program.domain import NULL, Missing, read
from tierkit.program.model import Dimension
from tierkit.program.terms import Value
from tierkit.program.types import SMALLEST

TOLERANCE = 1e-9
"""How far, of its size, a number from SQL may be from one computed in Python."""


@dataclass(frozen=True, slots=True)
class Failed:
    """A call that raised, or gave what its type cannot be: the engine takes it as missing, and says why."""

    text: str

    def __str__(self) -> str:
        return f"nothing ({self.text})"


Answer = Value | Failed | None


def answer(dimension: Dimension, function: Callable[..., Any], *arguments: Any) -> Answer:
    """The answer of a plugin's function.

    >>> str(answer(Dimension("share", "number"), lambda x: 1 / x, 0))
    'nothing (ZeroDivisionError: division by zero)'
    """
    try:
        found = function(*arguments)
    except Exception as error:  # noqa: BLE001  a plugin may raise anything
        return Failed(described(error))
    return understood(dimension, found)


def understood(dimension: Dimension, given: Any) -> Answer:
    """What a plugin gave, read as the engine reads it.

    >>> share = Dimension("share", "number")
    >>> understood(share, 1), understood(share, None), str(understood(share, "x"))
    (1.0, None, "nothing (it gave 'x', but a number is expected)")
    """
    try:
        found = read(dimension, given)
    except Exception as error:  # noqa: BLE001  an object of a plugin may raise when it is looked at
        return Failed(described(error))
    if isinstance(found, Fault):
        return Failed(f"it gave {found.value}, but {found.wanted} is expected")
    if isinstance(found, Missing):
        return None if found is NULL else Failed(f"it gave what is {found.cause.replace('_', ' ')}")
    return found


def agree(wanted: Answer, found: Answer) -> bool:
    """True when SQL gives what Python gives; a failure is nothing, on either side.

    >>> agree(0.1, 0.1 + 1e-12), agree(0.1, 0.2), agree(Failed("x"), None), agree(True, 1.0)
    (True, False, True, False)
    """
    one = None if isinstance(wanted, Failed) else wanted
    two = None if isinstance(found, Failed) else found
    if isinstance(one, bool) or isinstance(two, bool):
        return one is two
    if isinstance(one, int | float) and isinstance(two, int | float):
        return math.isclose(one, two, rel_tol=TOLERANCE, abs_tol=SMALLEST)
    return one == two
