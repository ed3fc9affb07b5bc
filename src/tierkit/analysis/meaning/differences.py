"""What is said of two versions: frozen data, each with the witness or the cause that it rests on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from tierkit.analysis.meaning.declared import Redeclared
from tierkit.program.terms import Formula

Kind = Literal["same", "wider", "narrower", "changed", "new", "gone", "undecided"]
How = Literal["gains", "loses", "unsettles", "settles"]


@dataclass(frozen=True, slots=True)
class Because:
    """Why something is undecided.

    It was `too_large`; or no inputs were found for opaque things (`no_inputs`); or what it reads is another
    value than before (`input`). `names` are those things or inputs.
    """

    cause: Literal["too_large", "no_inputs", "input"]
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Stretch:
    """Customers who gain or lose something, or of whom it becomes undetermined (`unsettles`) or decided.

    `sure` when a customer was found for this way to change; without it there may be nobody in the region.
    """

    how: How
    condition: Formula
    sure: bool = True


@dataclass(frozen=True, slots=True)
class Shown:
    """A customer with different answers: yes (True), no (False), undetermined (None); of scores the values.

    `given` are dimensions of providers that the record holds: what is given and not in it is missing.
    """

    record: Mapping[str, Any]
    day: dt.date
    given: tuple[str, ...]
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class Change:
    """What becomes of one target: `more` regions are not listed, and `because` says what is not proved."""

    target: str
    change: Kind
    regions: tuple[Stretch, ...] = ()
    more: int = 0
    witness: Shown | None = None
    because: tuple[Because, ...] = ()


@dataclass(frozen=True, slots=True)
class ScoreChange:
    """What becomes of a score."""

    score: str
    change: Literal["same", "changed", "new", "gone", "undecided"]
    witness: Shown | None = None
    because: tuple[Because, ...] = ()


@dataclass(frozen=True, slots=True)
class BenefitChange:
    """What becomes of a benefit of a target; `change` is about its own conditions, not about the target."""

    provider: str
    params: str
    change: Change


@dataclass(frozen=True, slots=True)
class Changes:
    """Everything that changes in meaning, and what stays the same."""

    targets: tuple[Change, ...]
    eligible: Change
    scores: tuple[ScoreChange, ...]
    benefits: tuple[BenefitChange, ...]
    inputs: tuple[Redeclared, ...]
