"""What a check says of a rule set: a code, a way to its place in the file, and a customer who shows it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tierkit.analysis.regions.coordinates import EVERYBODY, Shape
from tierkit.analysis.regions.witness import Witness
from tierkit.program.terms import Formula

Way = tuple[str | int, ...]
"""A way through a file: keys of mappings, positions of entries and items."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in a rule file, and in a condition there the part: positions of items from the top down."""

    way: Way
    part: tuple[int, ...] | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is so for every customer, or for the one who is its witness."""

    code: str
    spot: Spot
    arguments: Mapping[str, Any] = field(default_factory=dict)
    witness: Witness | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Condition:
    """A condition of the file: of a rule, a tier, a benefit, a named dimension, or who is eligible.

    `gate` are the customers of whom it is asked at all.
    """

    kind: str
    name: str
    spot: Spot
    formula: Formula
    gate: Shape = EVERYBODY

    def part(self, way: tuple[int, ...]) -> Spot:
        """The place of a part of it."""
        return Spot(self.spot.way, way)
