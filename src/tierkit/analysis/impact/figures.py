"""What a new version of a rule set changes for real customers: plain data, made by counting and nothing else.

Every customer is counted once on each ladder, so the margins of a migration matrix are the headcounts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tierkit.analysis.impact.costing import Costs
from tierkit.analysis.impact.movers import Answer, Mover, Refused
from tierkit.analysis.impact.places import Direction, Place, Rungs, Scheme
from tierkit.analysis.impact.psi import bounds
from tierkit.decisions.outcome import json_key
from tierkit.decisions.reasons import MissingValue


@dataclass(frozen=True, slots=True)
class Version:
    """A version that was compared."""

    name: str
    version: str
    digest: str
    as_of: str

    def to_dict(self) -> dict[str, Any]:
        """As JSON-ready data."""
        return {"name": self.name, "version": self.version, "digest": self.digest, "as_of": self.as_of}


@dataclass(frozen=True, slots=True)
class Migration:
    """A ladder: `counts[i][j]` customers are at the i-th of `places` before and at the j-th after.

    `psi` is the population stability index over its tiers, with those in none and those not decided.
    """

    rungs: Rungs
    places: tuple[Place, ...]
    counts: tuple[tuple[int, ...], ...]
    psi: float | None

    @property
    def ladder(self) -> str:
        """The ladder's name."""
        return self.rungs.ladder

    @property
    def before(self) -> tuple[int, ...]:
        """Heads per place before."""
        return tuple(sum(row) for row in self.counts)

    @property
    def after(self) -> tuple[int, ...]:
        """Heads per place after."""
        return tuple(sum(column) for column in zip(*self.counts, strict=True))

    @property
    def moves(self) -> dict[str, int]:
        """How many go up and down, to or from a place that is not known, and stay.

        On a ladder that only one version has everybody stays.
        """
        found = {"up": 0, "down": 0, "unclear": 0, "same": 0}
        for old, row in zip(self.places, self.counts, strict=True):
            for new, count in zip(self.places, row, strict=True):
                found[self.way(old, new)] += count
        return found

    def way(self, old: Place, new: Place) -> str:
        """`up`, `down`, `unclear` or `same`: how those move who are at `old` before and at `new` after."""
        if old == new or not self.rungs.compared:
            return "same"
        high, low = self.rungs.height(old), self.rungs.height(new)
        return "unclear" if high is None or low is None else "down" if low > high else "up"

    def to_dict(self) -> dict[str, Any]:
        """As JSON-ready data: places, the heads at each, and the matrix, before by after."""
        return {
            "ladder": self.ladder,
            "in_before": self.rungs.before,
            "in_after": self.rungs.after,
            "places": [
                {**place.to_dict(), "before": old, "after": new}
                for place, old, new in zip(self.places, self.before, self.after, strict=True)
            ],
            "matrix": [list(row) for row in self.counts],
            **self.moves,
            "psi": self.psi,
        }


@dataclass(frozen=True, slots=True)
class TagCount:
    """A tag: heads before and after, and how many gain and lose it. Who cannot be decided has no tags."""

    tag: str
    before: int
    after: int
    gained: int
    lost: int

    def to_dict(self) -> dict[str, Any]:
        """As JSON-ready data."""
        return {
            "tag": self.tag, "before": self.before, "after": self.after,
            "gained": self.gained, "lost": self.lost,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class ScoreShift:
    """A score: heads per band before and after, those without one, and the population stability index."""

    score: str
    before: tuple[int, ...]
    after: tuple[int, ...]
    missing: tuple[int, int]
    psi: float | None

    def to_dict(self) -> dict[str, Any]:
        """As JSON-ready data."""
        bands = [
            {"from": bounds(at)[0], "to": bounds(at)[1], "before": old, "after": new}
            for at, (old, new) in enumerate(zip(self.before, self.after, strict=True))
        ]
        missing = {"before": self.missing[0], "after": self.missing[1]}
        return {"score": self.score, "bands": bands, "missing": missing, "psi": self.psi}


@dataclass(frozen=True, slots=True)
class OpenTarget:
    """A rule or a ladder that could not be decided, and for how many customers before and after."""

    rule: str | None
    ladder: str | None
    before: int
    after: int

    def to_dict(self) -> dict[str, Any]:
        """As JSON-ready data."""
        return {"rule": self.rule, "ladder": self.ladder, "before": self.before, "after": self.after}


@dataclass(frozen=True, slots=True)
class RootCause:
    """A dimension that is missing at the root of something undetermined, and for how many customers."""

    missing: MissingValue
    before: int
    after: int

    def to_dict(self) -> dict[str, Any]:
        """As JSON-ready data."""
        return {**self.missing.to_dict(), "before": self.before, "after": self.after}


@dataclass(frozen=True, slots=True)
class Undecided:
    """Customers for whom something could not be decided, before and after, by target and by root.

    The roots are those of the first `asked` of them on each side: a bound keeps millions quick.
    """

    before: int
    after: int
    targets: tuple[OpenTarget, ...]
    roots: tuple[RootCause, ...]
    asked: tuple[int, int]

    def to_dict(self) -> dict[str, Any]:
        """As JSON-ready data."""
        return {
            "before": self.before,
            "after": self.after,
            "targets": [item.to_dict() for item in self.targets],
            "roots": [item.to_dict() for item in self.roots],
            "asked": {"before": self.asked[0], "after": self.asked[1]},
        }


@dataclass(frozen=True, slots=True)
class FailedRecord:
    """A record that could not be decided under one version or both, and why."""

    key: Any
    row: int
    answers: tuple[Answer, Answer]

    def to_dict(self, locale: str = "en") -> dict[str, Any]:
        """As JSON-ready data."""
        texts = [answer.message(locale) if isinstance(answer, Refused) else None for answer in self.answers]
        return {"key": json_key(self.key), "row": self.row, "before": texts[0], "after": texts[1]}


@dataclass(frozen=True, slots=True)
class Failures:
    """Records that could not be decided: how many, and the first of them."""

    before: int
    after: int
    either: int
    first: tuple[FailedRecord, ...]

    def to_dict(self, locale: str = "en") -> dict[str, Any]:
        """As JSON-ready data."""
        first = [item.to_dict(locale) for item in self.first]
        return {"before": self.before, "after": self.after, "either": self.either, "first": first}


@dataclass(frozen=True, slots=True)
class Quota:
    """The share that a tag or a tier should have, and the one that it has, of all customers."""

    target: str
    share: float
    before: float | None
    after: float | None

    def to_dict(self) -> dict[str, Any]:
        """As JSON-ready data."""
        return {"target": self.target, "quota": self.share, "before": self.before, "after": self.after}


@dataclass(frozen=True, slots=True)
class Impact:
    """Everything that changes between two versions for a population.

    Made by `tierkit.engine.impact.impact`. `moves` counts customers by direction; `movers` are the first of
    them as `Move.rank` sorts them, at most as many as were asked for.
    """

    before: Version
    after: Version
    customers: int
    scheme: Scheme
    moves: dict[Direction, int]
    ladders: tuple[Migration, ...]
    tags: tuple[TagCount, ...]
    scores: tuple[ScoreShift, ...]
    undetermined: Undecided
    failed: Failures
    costs: Costs
    quotas: tuple[Quota, ...]
    movers: tuple[Mover, ...]

    @property
    def moved(self) -> int:
        """Customers for whom a tier or a tag changes."""
        return sum(self.moves.values())

    @property
    def changed_tiers(self) -> int:
        """Customers for whom a tier changes, or whose tier is known on one side only."""
        return self.moved - self.moves[Direction.tags]

    def to_dict(self, locale: str = "en") -> dict[str, Any]:
        """The impact as JSON-ready data, under schema `tierkit.impact/1`; all keys are always present."""
        return {
            "schema": "tierkit.impact/1",
            "before": self.before.to_dict(),
            "after": self.after.to_dict(),
            "customers": self.customers,
            "moved": {"total": self.moved, **{str(way): count for way, count in self.moves.items()}},
            "ladders": [ladder.to_dict() for ladder in self.ladders],
            "tags": [tag.to_dict() for tag in self.tags],
            "scores": [score.to_dict() for score in self.scores],
            "undetermined": self.undetermined.to_dict(),
            "failed": self.failed.to_dict(locale),
            "costs": self.costs.to_dict(),
            "quotas": [quota.to_dict() for quota in self.quotas],
            "movers": {
                "total": self.moved,
                "first": [mover.to_dict(self.scheme, locale) for mover in self.movers],
            },
        }
