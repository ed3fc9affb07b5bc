"""Goals: what has to hold, taken down to single leaves.

A goal has two values: an atom asks that its leaf is true, or that it is not (false or unknown alike).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from tierkit.program.terms import Leaf


@dataclass(frozen=True, slots=True, eq=False)
class Atom:
    """A leaf that must be true, or with `wanted` false must not be, and the dimensions that decide it.

    What is computed and not actionable counts as it stands: nothing is reached through it. A `guard` is the
    same leaf once more with everything computed again, so that what is held does not get lost.
    """

    leaf: Leaf
    wanted: bool
    axes: tuple[str, ...]
    needs: tuple[str, ...]
    guard: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Some:
    """At least `count` of the items."""

    count: int
    items: tuple[Goal, ...]


Goal = Atom | Some

ALWAYS, NEVER = Some(0, ()), Some(1, ())


def every(items: Iterable[Goal]) -> Goal:
    """All of the items."""
    found = tuple(item for item in items if item is not ALWAYS)
    if not found:
        return ALWAYS
    return found[0] if len(found) == 1 else Some(len(found), found)


def either(items: Iterable[Goal]) -> Goal:
    """One of the items."""
    found = tuple(item for item in items if item is not NEVER)
    if not found:
        return NEVER
    return found[0] if len(found) == 1 else Some(1, found)


def joint(goal: Goal) -> bool:
    """True when a goal has leaves over several dimensions."""
    return len(goal.axes) > 1 if isinstance(goal, Atom) else any(joint(item) for item in goal.items)


def axes_in(goal: Goal) -> frozenset[str]:
    """Every dimension that a goal may ask to change."""
    if isinstance(goal, Atom):
        return frozenset(goal.axes)
    return frozenset[str]().union(*(axes_in(item) for item in goal.items))
