"""Whether boxes of others cover a box, asked of thousands.

For most boxes the answer is no, and one customer shows it: in the box, and elsewhere where the fewest others
are. A box of another that names what the box leaves free, and does not reach that place, is out of the
question; so others are kept by the things they are *strict* about, and only subsets of what the box names are
looked into. What is left is decided exactly.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import combinations, islice

from tierkit.analysis.findings.survey import Survey, fires
from tierkit.analysis.regions.boxes import Box, Budget, Region
from tierkit.analysis.regions.facts import Facts
from tierkit.analysis.regions.witness import Witness
from tierkit.program.model import Rule

_SUBSETS, _CELLS = 8, 64
_BOXES, _SAMPLES, _MANY = 6, 12, 40
_STRIDE = 7_919


class Cover:
    """The boxes of several owners."""

    def __init__(self, survey: Survey, regions: Sequence[tuple[int, Region]]) -> None:
        self.survey = survey
        self.all = [(box, owner) for owner, region in regions for box in region]
        self.escapes = self._escapes()
        self.groups: dict[frozenset[int], list[tuple[Box, int]]] = {}
        for box, owner in self.all:
            strict = frozenset(
                at for at, mask in box.items() if at in self.escapes and not mask >> self.escapes[at] & 1
            )
            self.groups.setdefault(strict, []).append((box, owner))

    def _escapes(self) -> dict[int, int]:
        """A cell of each thing that is asked about, reached by the fewest boxes; none for what is opaque."""
        space = self.survey.space
        asked: dict[int, list[int]] = {}
        for box, _ in self.all:
            for at, mask in box.items():
                asked.setdefault(at, []).append(mask)
        opaque = frozenset(space.opaque(dict.fromkeys(asked, 0)))
        found: dict[int, int] = {}
        for at, masks in asked.items():
            if at in opaque:
                continue
            cells = space.cells[at]
            if cells.missing >= 0:
                found[at] = cells.missing
                continue
            count = space.full[at].bit_length()
            tried = range(0, count, max(count // _CELLS, 1))
            reached = Counter({cell: sum(mask >> cell & 1 for mask in masks[:_CELLS]) for cell in tried})
            found[at] = min(tried, key=lambda cell: reached[cell])
        return found

    def alone(self, region: Region, rule: Rule, without: frozenset[int]) -> bool:
        """Whether a quickly found customer of a rule is of no other rule, by the reference.

        Who is tried stands where the fewest others are in all that the box does not depend on; of the others
        only those who reach that place are asked.
        """
        survey = self.survey
        for box in region[:_BOXES]:
            held = frozenset(name for at in box for name in survey.inputs(at))
            others = [survey.program.rules[owner] for owner in self._reaching(box, held) - without]
            for turn, found in enumerate(islice(survey.samples.inside(box), _SAMPLES)):
                facts = self._elsewhere(box, held, found, turn)
                fired = facts.accepted and fires(survey.program, rule, facts)
                if fired and not any(fires(survey.program, other, facts) for other in others):
                    return True
        return False

    def _reaching(self, box: Box, held: frozenset[str]) -> set[int]:
        """The owners of boxes that may reach a customer whose missing values are put elsewhere."""
        space = self.survey.space
        free = {
            at
            for at in self.escapes
            if at not in box
            and not self.survey.inputs(at) & held
            and space.coordinates[at].key.kind == "given"
            and self.escapes[at] == space.cells[at].missing
        }
        return {owner for key, group in self.groups.items() if not key & free for _, owner in group}

    def _elsewhere(self, box: Box, held: frozenset[str], found: Witness, turn: int) -> Facts:
        """A customer put where the fewest others are; at a later turn elsewhere in what is never missing."""
        space, record, day = self.survey.space, dict(found.record), found.day
        for at, cell in self.escapes.items():
            key = space.coordinates[at].key
            if at in box or self.survey.inputs(at) & held:
                continue
            values = space.cells[at].values
            if turn and cell != space.cells[at].missing:
                cell = (cell + turn * _STRIDE) % len(values)  # noqa: PLW2901  another place
            if key.kind == "given":
                record.pop(key.name, None)
                if cell != space.cells[at].missing:
                    record[key.name] = space.cells[at].values[cell]
            elif key.kind == "day":
                day = space.cells[at].values[cell]  # type: ignore[assignment]  # days are days
        return Facts(self.survey.program, record, day)

    def rest(self, region: Region, without: frozenset[int], budget: Budget) -> Region:
        """What is left of a region when the boxes of all owners but some are taken away."""
        if all(self._holding(box) - without for box in region):
            return ()
        for box in region:
            if self.survey.space.opaque(box):
                continue
            pinned = {**{at: 1 << cell for at, cell in self.escapes.items()}, **box}
            near = [other for other, owner in self._below(frozenset(box)) if owner not in without]
            budget.spend(len(near) + 1)
            left = self.survey.rest((pinned,), near, budget)
            if self.survey.exact(left):
                return left
        others = [other for other, owner in self.all if owner not in without]
        budget.spend(len(others))
        return self.survey.rest(region, others, budget)

    def _holding(self, box: Box) -> set[int]:
        """The owners of single boxes that hold all of a box."""
        full = self.survey.space.full
        return {owner for other, owner in self._below(frozenset(box)) if _holds(other, box, full)}

    def owners(self, region: Region, without: frozenset[int], budget: Budget) -> list[int]:
        """Few owners that cover a region together: one if one does, else none that could be left out."""
        full = self.survey.space.full
        touching: dict[int, list[Box]] = {}
        for other, owner in self.all:
            if owner not in without and any(_touch(other, box) for box in region):
                touching.setdefault(owner, []).append(other)
        budget.spend(len(self.all))
        for owner, boxes in touching.items():
            if all(
                any(_holds(other, box, full) for other in boxes) for box in region
            ) or not self.survey.rest(region, boxes, budget):
                return [owner]
        kept = list(touching)
        if len(kept) > _MANY:
            return kept
        for owner in tuple(kept):
            fewer = [box for other in kept if other != owner for box in touching[other]]
            if not self.survey.rest(region, fewer, budget):
                kept.remove(owner)
        return kept

    def _below(self, named: frozenset[int]) -> Iterator[tuple[Box, int]]:
        if len(named) > _SUBSETS or 2 ** len(named) > len(self.groups):
            for key, group in self.groups.items():
                if key <= named:
                    yield from group
            return
        for size in range(len(named) + 1):
            for subset in combinations(named, size):
                yield from self.groups.get(frozenset(subset), ())


def _touch(a: Box, b: Box) -> bool:
    return all(at not in b or mask & b[at] for at, mask in a.items())


def _holds(outer: Box, inner: Box, full: Sequence[int]) -> bool:
    return all(not inner.get(at, full[at]) & ~mask for at, mask in outer.items())
