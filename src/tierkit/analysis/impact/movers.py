"""Customers who move, with the decisions of both versions, so that each can say why."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tierkit.analysis.impact.places import Move, Place, Scheme, Side, State
from tierkit.decisions import Decision, Reason
from tierkit.decisions.outcome import json_key
from tierkit.decisions.whys import holds, targets
from tierkit.errors import Fault


@dataclass(frozen=True, slots=True)
class Refused:
    """A record that could not be decided, or not even be read: its faults, or a text."""

    key: Any
    faults: tuple[Fault, ...] = ()
    text: str = ""

    def message(self, locale: str = "en") -> str:
        """What is wrong, in one line."""
        return self.text or "; ".join(fault.message(locale) for fault in self.faults)


Answer = Decision | Refused
"""What a version makes of a record."""


@dataclass(frozen=True, slots=True)
class Mover:
    """A customer who moves: `row` counts the records from 1.

    `answers` are what both versions made of the record; None where nobody asked for reasons.
    """

    key: Any
    row: int
    move: Move
    sides: tuple[Side, Side]
    answers: tuple[Answer, Answer] | None = None

    def places(self, scheme: Scheme) -> Iterator[tuple[str, Place, Place]]:
        """The ladders on which the customer moves, with the places on both sides."""
        for rungs, old, new in zip(scheme.ladders, *(side.places for side in self.sides), strict=True):
            if rungs.compared and old != new:
                yield rungs.ladder, old, new

    def to_dict(self, scheme: Scheme, locale: str = "en") -> dict[str, Any]:
        """As JSON-ready data; the reasons only where they were asked for."""
        names = [rungs.ladder for rungs in scheme.ladders]
        found: dict[str, Any] = {
            "key": json_key(self.key),
            "row": self.row,
            "direction": str(self.move.direction),
            "steps": self.move.steps,
            "gained": list(self.move.gained),
            "lost": list(self.move.lost),
        }
        for at, word in enumerate(("before", "after")):
            side = self.sides[at]
            own: dict[str, Any] = {
                "tiers": {n: place.to_dict() for n, place in zip(names, side.places, strict=True)},
                "tags": list(side.tags),
            }
            if self.answers is not None:
                own |= self._told(scheme, at, locale)
            found[word] = own
        return found

    def _told(self, scheme: Scheme, at: int, locale: str) -> dict[str, Any]:
        answer = None if self.answers is None else self.answers[at]
        if not isinstance(answer, Decision):
            error = None if answer is None else answer.message(locale)
            return {"reasons": [], "why_not": [], "undetermined": [], "error": error}
        why = self.why(scheme, at)
        return {
            "reasons": [reason.to_dict(locale) for reason in why.held],
            "why_not": [reason.to_dict(locale) for reason in why.lacking],
            "undetermined": [item.to_dict() for item in answer.undetermined],
            "error": None,
        }

    def why(self, scheme: Scheme, at: int) -> Why:
        """Why the customer stands where they stand on one side, as far as it differs from the other.

        A reason for each tier and tag that is held on this side alone, and what is lacking for each that is
        held on the other alone: of tiers, where that one is better.
        """
        answer = None if self.answers is None else self.answers[at]
        if not isinstance(answer, Decision):
            return Why()
        held, wanted = [], []
        for name, *places in self.places(scheme):
            own, other = places[at], places[1 - at]
            rungs = next(rungs for rungs in scheme.ladders if rungs.ladder == name)
            if own.state is State.tier:
                held.append(f"{name}.{own.tier}")
            high, low = rungs.height(other), rungs.height(own)
            if other.state is State.tier and high is not None and (low is None or high < low):
                wanted.append(f"{name}.{other.tier}")
        tags = (self.move.lost, self.move.gained)
        held += tags[at]
        wanted += tags[1 - at]
        known = set(targets(answer.source.program))
        reasons = [reason for reason in answer.reasons if reason.target in held or reason.target is None]
        lacking = [
            reason
            for target in wanted
            if target in known and not holds(answer, target)
            for reason in answer.why_not(target)
        ]
        unknown = tuple(target for target in wanted if target not in known)
        return Why(tuple(reasons), tuple(lacking), unknown)


@dataclass(frozen=True, slots=True)
class Why:
    """Reasons for what is held, for what is not, and targets that the version does not have."""

    held: tuple[Reason, ...] = ()
    lacking: tuple[Reason, ...] = ()
    unknown: tuple[str, ...] = ()
