"""Outcome rows: what many decisions are written down as. Parts that many rows share are made once.

Few combinations of fired rules and tiers exist, however many records there are, so tags and tiers are looked
up by combination; what is kept is bounded. All decisions must be of one rule set and one moment.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from tierkit.decisions.serial import json_key
from tierkit.program.reference import UNDECIDED, effective

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tierkit.decisions.decision import Decision
    from tierkit.program.model import Dimension, Program

__all__ = ["Common", "Outcomes", "json_key"]

_MOST_KEPT = 20_000


class Common:
    """What the rows with the same outcome of every rule and ladder have in common."""

    __slots__ = ("count", "made", "open_rules", "tags", "text", "tiers", "undecided", "undetermined")

    def __init__(self, decision: Decision) -> None:
        positions = decision._state[2][1]  # noqa: SLF001  one package
        self.tags = decision.tags
        self.tiers = dict(decision.tiers)
        self.undecided = tuple(
            name for name, at in zip(self.tiers, positions, strict=True) if at == UNDECIDED
        )
        """The ladders that could not be decided."""
        rules = decision.source.program.rules
        self.open_rules = tuple(rules[at].id for at in decision._rules()[1])  # noqa: SLF001
        """The rules that could not be decided."""
        self.undetermined = bool(self.undecided or self.open_rules)
        """True when a rule or a ladder could not be decided."""
        self.text = ""
        """For the writer: its text for the common part, made once."""
        self.made: Any = None
        """For whoever compares: what it made of the common part, once."""
        self.count = 0


class Outcomes:
    """Reads outcome rows from the decisions of one rule set, and counts heads."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.scores: tuple[tuple[str, int, Dimension], ...] = tuple(
            (name, position, dimension)
            for position, (name, dimension) in enumerate(program.dimensions.items())
            if dimension.type == "score"
        )
        self._kept: dict[Any, Common] = {}
        self._tags: Counter[str] = Counter()
        self._tiers: Counter[tuple[str, str | None]] = Counter()
        self._undecided: Counter[str] = Counter()

    def common(self, decision: Decision) -> Common:
        """What this decision shares with others; counts it."""
        _, tiers, masks = decision._state[2]  # noqa: SLF001  one package
        found = self._kept.get((tiers, masks))
        if found is None:
            if len(self._kept) >= _MOST_KEPT:
                self._fold()
            found = self._kept[tiers, masks] = Common(decision)
        found.count += 1
        return found

    def uncounted(self, decision: Decision) -> Common:
        """What this decision shares with others; it has been counted already."""
        found = self.common(decision)
        found.count -= 1
        return found

    def add(self, tags: Iterable[str], tiers: Iterable[str | None], count: int) -> None:
        """Counts decisions that came as a table."""
        for tag in tags:
            self._tags[tag] += count
        for place in zip(self.program.ladders, tiers, strict=True):
            self._tiers[place] += count

    def add_undecided(self, ladder: str, count: int) -> None:
        """Counts decisions of a table in which a ladder could not be decided."""
        self._undecided[ladder] += count

    def score_values(self, decision: Decision) -> list[Any]:
        """The scores, in file order; None where an input is missing."""
        raw = decision._state[2][0]  # noqa: SLF001  one package
        return [effective(dimension, raw[position]) for _, position, dimension in self.scores]

    def tag_counts(self) -> Mapping[str, int]:
        """How many customers have each tag."""
        self._fold()
        return self._tags

    def tier_counts(self, ladder: str) -> dict[str | None, int]:
        """How many customers are in each tier of a ladder, best first; None is no tier."""
        self._fold()
        ids: list[str | None] = [tier.id for tier in self.program.ladders[ladder].tiers]
        found = {tier: self._tiers[ladder, tier] for tier in [*ids, None]}
        found[None] -= self._undecided[ladder]
        return found

    def undecided_count(self, ladder: str) -> int:
        """How many customers' tier on a ladder could not be decided."""
        self._fold()
        return self._undecided[ladder]

    def _fold(self) -> None:
        """Adds up what is kept and forgets it."""
        for common in self._kept.values():
            for tag in common.tags:
                self._tags[tag] += common.count
            for place in common.tiers.items():
                self._tiers[place] += common.count
            for ladder in common.undecided:
                self._undecided[ladder] += common.count
        self._kept.clear()
