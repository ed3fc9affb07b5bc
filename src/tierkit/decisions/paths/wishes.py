"""What a caller wishes of a path: what a unit of each dimension costs, and what stays as it is."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any

from tierkit.decisions.paths.layout import layout_of
from tierkit.errors import UsageError, did_you_mean
from tierkit.program.forms import Forms

Wishes = tuple[frozenset[str], Mapping[str, float] | None]
"""The dimensions that stay as they are, and the price of a unit of each of the others."""


def wishes(forms: Forms, costs: Mapping[str, float] | None, fixed: Iterable[str]) -> Wishes:
    """The wishes as a search takes them.

    With `costs` nothing else may change: there is no common measure for what has a price and what has none.

    Raises:
        UsageError: a name is no dimension of the record, or cannot change; a cost is not a number of at
            least 0.
    """
    held = frozenset([fixed] if isinstance(fixed, str) else fixed)
    for name in sorted(held):
        _sure(forms, name)
    if costs is None:
        return held, None
    layout = layout_of(forms)
    prices: dict[str, float] = {}
    for name, cost in costs.items():
        _sure(forms, name)
        if not layout.movable(name):
            message = f"`{name}` has a cost, but no path may change it: "
            raise UsageError(message + _why(forms, name))
        if not _price(cost):
            message = f"the cost of `{name}` is {cost!r}: write a number of at least 0"
            raise UsageError(message)
        prices[name] = float(cost)
    return held | {name for name in forms.program.dimensions if name not in prices}, prices


def _sure(forms: Forms, name: str) -> None:
    """Raises unless `name` is a dimension whose value is the record's own."""
    program = forms.program
    if name not in program.dimensions:
        hint = "".join(
            f"; did you mean `{near['word']}`?" for _, near in did_you_mean(name, program.dimensions)
        )
        message = f"there is no dimension `{name}` in `{program.name}`{hint}"
        raise UsageError(message)
    if layout_of(forms).computed(name):
        message = f"`{name}` is computed: name the dimensions that it is computed from"
        raise UsageError(message)


def _price(cost: Any) -> bool:
    return isinstance(cost, int | float) and not isinstance(cost, bool) and 0 <= cost < math.inf


def _why(forms: Forms, name: str) -> str:
    actionable = forms.program.dimensions[name].actionable
    return "a plugin reads it" if actionable else "it has `actionable: false`"
