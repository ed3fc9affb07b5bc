"""Where customers stand under two versions of a rule set, and how they move between the two.

A customer always has exactly one place on each ladder, so every count of places adds up to all customers.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from tierkit.program.model import Program


class State(StrEnum):
    """What a place is: a tier, or why there is none."""

    tier = "tier"
    none = "none"
    undetermined = "undetermined"
    failed = "failed"
    absent = "absent"
    """The version does not have the ladder."""


@dataclass(frozen=True, slots=True)
class Place:
    """A place on a ladder: a tier, or the state of a customer without one."""

    state: State
    tier: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """As JSON-ready data."""
        return {"state": str(self.state), "tier": self.tier}


NONE, UNDETERMINED, FAILED, ABSENT = (
    Place(state) for state in (State.none, State.undetermined, State.failed, State.absent)
)


@dataclass(frozen=True, slots=True)
class Side:
    """What one version says of a customer: a place for each ladder that is compared, and the tags.

    `open` says that a rule or a ladder could not be decided, `failed` that the record could not be.
    """

    places: tuple[Place, ...]
    tags: tuple[str, ...] = ()
    open: bool = False
    failed: bool = False


@dataclass(frozen=True, slots=True)
class Rungs:
    """A ladder of either version, and the tiers of both, best first.

    The order is that of the newer version. A tier that only the older one has stands below what was above it.
    """

    ladder: str
    tiers: tuple[str, ...]
    before: bool = True
    after: bool = True

    @property
    def compared(self) -> bool:
        """True when both versions have the ladder, so that customers can move on it."""
        return self.before and self.after

    def places(self) -> tuple[Place, ...]:
        """Every place that a customer can have on it."""
        tiers = (Place(State.tier, tier) for tier in self.tiers)
        absent = () if self.compared else (ABSENT,)
        return (*tiers, NONE, UNDETERMINED, FAILED, *absent)

    def height(self, place: Place) -> int | None:
        """How far down a place is; no tier is below the last one, and what is not known is nowhere."""
        if place.tier is not None:
            return self.tiers.index(place.tier)
        return len(self.tiers) if place == NONE else None


@dataclass(frozen=True, slots=True)
class Scheme:
    """What of two versions is compared: ladders, tags and scores of either, those of the newer one first."""

    ladders: tuple[Rungs, ...]
    tags: tuple[str, ...]
    scores: tuple[str, ...]

    def failed(self) -> Side:
        """The side of a record that could not be decided."""
        return Side((FAILED,) * len(self.ladders), failed=True)


def scheme(before: Program, after: Program) -> Scheme:
    """What there is to compare.

    >>> import tierkit
    >>> head = "ruleset: a, version: 1, dimensions: {x: {type: number}}, ladders: {l: {tiers: "
    >>> tiers = "[{id: gold, enter: x > 9}, %s, {id: base}]"
    >>> old, new = (tierkit.loads("{" + head + tiers % tier + "}}}").program
    ...     for tier in ("{id: silver, enter: x > 5}", "{id: bronze, enter: x > 1}"))
    >>> scheme(old, new).ladders
    (Rungs(ladder='l', tiers=('gold', 'silver', 'bronze', 'base'), before=True, after=True),)
    """
    ladders = []
    for name in dict.fromkeys([*after.ladders, *before.ladders]):
        old, new = before.ladders.get(name), after.ladders.get(name)
        tiers = merged(*([] if ladder is None else [t.id for t in ladder.tiers] for ladder in (old, new)))
        ladders.append(Rungs(name, tiers, old is not None, new is not None))
    tags = dict.fromkeys([*_tags(after), *_tags(before)])
    scores = dict.fromkeys(
        name for side in (after, before) for name, d in side.dimensions.items() if d.type == "score"
    )
    return Scheme(tuple(ladders), tuple(tags), tuple(scores))


def merged(before: Sequence[str], after: Sequence[str]) -> tuple[str, ...]:
    """The tiers of both, in the order of `after`; each that is not there follows the one it followed before.

    >>> merged(["a", "x", "b", "y"], ["b", "c", "a"])
    ('b', 'y', 'c', 'a', 'x')
    """
    found = list(after)
    for at, tier in enumerate(before):
        if tier not in found:
            found.insert(found.index(before[at - 1]) + 1 if at else 0, tier)
    return tuple(found)


def _tags(program: Program) -> Iterable[str]:
    yield from (rule.tag for rule in program.rules)
    for ladder in program.ladders.values():
        yield from (tier.tag for tier in ladder.tiers if tier.tag is not None)


class Direction(StrEnum):
    """How a customer moves: by tiers where one changes, else by tags."""

    down = "down"
    both = "both"
    """Down on one ladder and up on another."""
    unclear = "unclear"
    """To or from a place that is not known."""
    tags = "tags"
    up = "up"


_ORDER = {direction: at for at, direction in enumerate(Direction)}


@dataclass(frozen=True, slots=True)
class Move:
    """How a customer moves, by how many steps downwards in all, and the tags that come and go."""

    direction: Direction
    steps: int
    gained: tuple[str, ...]
    lost: tuple[str, ...]

    @property
    def rank(self) -> tuple[int, int, int]:
        """Sorts moves: falls first, the largest before others, rises last."""
        return _ORDER[self.direction], -abs(self.steps), -len(self.lost) - len(self.gained)


def move(scheme: Scheme, before: Side, after: Side) -> Move | None:
    """The move from one side to the other; None where neither a tier nor a tag changes.

    Ladders that one of the versions does not have move nobody. Tags are compared where both sides have some.
    """
    falls = rises = steps = 0
    unclear = before.failed != after.failed
    for rungs, old, new in zip(scheme.ladders, before.places, after.places, strict=True):
        if not rungs.compared or old == new:
            continue
        high, low = rungs.height(old), rungs.height(new)
        if high is None or low is None:
            unclear = True
            continue
        steps += low - high
        falls, rises = falls + (low > high), rises + (low < high)
    known = not (before.failed or after.failed)
    gained = tuple(tag for tag in after.tags if tag not in before.tags) if known else ()
    lost = tuple(tag for tag in before.tags if tag not in after.tags) if known else ()
    direction = _direction(falls, rises, unclear=unclear, tags=bool(gained or lost))
    return None if direction is None else Move(direction, steps, gained, lost)


def _direction(falls: int, rises: int, *, unclear: bool, tags: bool) -> Direction | None:
    if falls or rises:
        return Direction.both if falls and rises else Direction.down if falls else Direction.up
    return Direction.unclear if unclear else Direction.tags if tags else None
