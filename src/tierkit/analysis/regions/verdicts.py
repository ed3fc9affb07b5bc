"""Answers to questions about regions: proven, disproven by a customer, or undecided and why.

*Proven* rests on boxes alone: exact, or too large where something opaque is concerned, and then still right.
*Disproven* has a record that the reference interpreter was asked about. There is nothing in between: what is
neither is undecided.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from tierkit.analysis.regions.boxes import Box, Budget, Region, TooLargeError, remainder
from tierkit.analysis.regions.coordinates import Shape, every, outside
from tierkit.analysis.regions.space import Space
from tierkit.analysis.regions.witness import Claim, Witness, witness

Cause = Literal["too_large", "no_inputs"]


@dataclass(frozen=True, slots=True)
class Proven:
    """It is so for every customer."""


@dataclass(frozen=True, slots=True)
class Disproven:
    """It is not so, and `witness` shows it."""

    witness: Witness


@dataclass(frozen=True, slots=True)
class Undecided:
    """Nobody knows: it is too large, or no inputs were found for something opaque.

    `box` is where customers may be, None when it was too large, and `names` are the opaque things in it.
    """

    cause: Cause
    box: Box | None = None
    names: tuple[str, ...] = ()


Verdict = Proven | Disproven | Undecided
STEPS = 200_000
"""How many boxes one question may look at."""
_BOXES = 8


def nobody(space: Space, shape: Shape, *, also: Claim | None = None, steps: int = STEPS) -> Verdict:
    """Whether no customer at all is in a shape; `also` is one more thing that a witness must show.

    >>> import tierkit
    >>> rules = tierkit.loads("{ruleset: a, version: 1, dimensions: {x: {type: integer}}, "
    ...     "rules: [{id: r, tag: T, when: x > 5 and x < 6}, {id: s, tag: T, when: x > 5 and x < 7}]}")
    >>> space = Space(rules.program)
    >>> [nobody(space, space.shapes[0].rule(rule)) for rule in rules.program.rules]
    [Proven(), Disproven(witness=Witness(record={'x': 6}, day=datetime.date(2025, 1, 1), given=()))]
    """
    budget = Budget(steps)
    try:
        return inhabited(space, space.region(shape, budget), shape, also)
    except TooLargeError:
        return Undecided("too_large")


def within(
    space: Space, inner: Shape, outer: Shape, *, also: Claim | None = None, steps: int = STEPS
) -> Verdict:
    """Whether everybody in one shape is in another too: what is left of `inner` is looked at box by box."""
    budget = Budget(steps)
    claim = every((inner, outside(outer)))
    try:
        others = space.region(outer, budget)
        doubt: Undecided | None = None
        for box in space.region(inner, budget):
            rest = remainder(box, others, space.full, budget)
            found = inhabited(space, rest, claim, also)
            if isinstance(found, Disproven):
                return found
            if isinstance(found, Undecided):
                doubt = doubt or found
    except TooLargeError:
        return Undecided("too_large")
    return doubt or Proven()


def same(space: Space, a: Shape, b: Shape, *, steps: int = STEPS) -> Verdict:
    """Whether two shapes are the same customers."""
    there = within(space, a, b, steps=steps)
    if isinstance(there, Disproven):
        return there
    back = within(space, b, a, steps=steps)
    return there if isinstance(there, Undecided) and isinstance(back, Proven) else back


def inhabited(space: Space, region: Region, claim: Shape, also: Claim | None = None) -> Verdict:
    """Whether a region has no customer; `claim` is what the witness must show."""
    doubt: Undecided | None = None
    for count, box in enumerate(sorted(region, key=lambda box: (len(space.opaque(box)), len(box)))):
        tight = space.tightened(box)
        if tight is None:
            continue
        if count < _BOXES:
            found = witness(space, tight, claim, also)
            if found is not None:
                return Disproven(found)
        names = tuple(dict.fromkeys(space.coordinates[at].key.name for at in space.opaque(tight)))
        doubt = doubt or Undecided("no_inputs", tight, names)
    return doubt or Proven()
