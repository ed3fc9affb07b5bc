"""Sample customers, drawn once: a quick way to one who meets a condition about something opaque.

What is opaque is computed for each sample. For a box only the inputs of what is opaque in it are taken from a
sample; everything else is read off the box. Whoever comes out of it is put before the reference.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tierkit.analysis.regions.boxes import Box
from tierkit.analysis.regions.cells import Cells
from tierkit.analysis.regions.facts import Facts
from tierkit.analysis.regions.witness import Witness, cells_of
from tierkit.decisions.paths.axes import Axis
from tierkit.program.model import Dimension

if TYPE_CHECKING:
    from tierkit.analysis.findings.survey import Survey

_MANY, _ABSENT, _HALF = 400, 0.03, 0.5
_USUAL = dt.date(2025, 1, 1)
_NUMBERS = (0.0, 1.0, 2.0, 5.0, 10.0, 30.0, 100.0, 500.0, 1e3, 1e4, 1e5, 1e6)

Test = Callable[[Facts], bool]


@dataclass(frozen=True, slots=True)
class Sample:
    """A record, its day, and its cell on each coordinate."""

    record: Mapping[str, Any]
    day: dt.date
    cells: tuple[int, ...]


class Samples:
    """The samples of a survey."""

    def __init__(self, survey: Survey) -> None:
        self.survey, self.space, self.program = survey, survey.space, survey.program
        self._drawn: list[Sample] | None = None

    def find(self, box: Box, test: Test) -> Witness | None:
        """A customer in a box who passes a test by the reference."""
        for found in self.inside(box):
            facts = Facts(self.program, found.record, found.day)
            if facts.accepted and test(facts):
                return found
        return None

    def inside(self, box: Box) -> Iterator[Witness]:
        """Customers who should be in a box."""
        opaque = self.space.opaque(box)
        needed = frozenset(name for at in opaque for name in self.survey.inputs(at))
        asked = [(at, mask) for at, mask in box.items() if at in opaque or self.survey.inputs(at) & needed]
        for sample in self.drawn():
            if all(sample.cells[at] >= 0 and mask >> sample.cells[at] & 1 for at, mask in asked):
                yield self._joined(box, sample, needed)

    def _joined(self, box: Box, sample: Sample, needed: frozenset[str]) -> Witness:
        strict = {d.name for d in self.program.dimensions.values() if d.on_missing.policy == "error"}
        record = {name: value for name, value in sample.record.items() if name in needed | strict}
        day = sample.day if "" in needed else _USUAL
        named: set[str] = set(record)
        for at, mask in sorted(box.items()):
            key, cells = self.space.coordinates[at].key, self.space.cells[at]
            if key.kind in ("given", "member"):
                named.add(key.name)
            if key.name in needed:
                continue
            if key.kind == "given":
                value = first(cells, mask)
                if value is not None:
                    record.setdefault(key.name, value)
            elif key.kind == "member" and mask == 0b01:
                record[key.name] = frozenset([*record.get(key.name, ()), key.about])
            elif key.kind == "day" and "" not in needed:
                day = first(cells, mask)
        given = tuple(name for name in named if self.program.dimensions[name].provider is not None)
        return Witness(record, day, tuple(sorted(given)))

    def drawn(self) -> list[Sample]:
        """The samples, drawn when they are first needed; the same ones every time."""
        if self._drawn is None:
            rng = random.Random("samples")  # noqa: S311  nothing to guard
            given = (d for d in self.program.dimensions.values() if not d.computed or d.provider is not None)
            usual = {dimension.name: list(self._usual(dimension)) for dimension in given}
            self._drawn = [self._draw(rng, usual) for _ in range(_MANY)]
        return self._drawn

    def _draw(self, rng: random.Random, usual: Mapping[str, list[Any]]) -> Sample:
        record: dict[str, Any] = {}
        day = _USUAL
        for coordinate, cells in zip(self.space.coordinates, self.space.cells, strict=True):
            key = coordinate.key
            if key.kind == "given" and key.name in usual and cells.values:
                near = usual[key.name] if cells.places is None and rng.random() < _HALF else cells.values
                record[key.name] = rng.choice(near)
            elif key.kind == "day":
                day = rng.choice(cells.values)  # type: ignore[assignment]  # days are days
            elif key.kind == "member" and rng.random() < _HALF:
                record[key.name] = frozenset([*record.get(key.name, ()), key.about])
        for name, values in usual.items():
            record.setdefault(name, rng.choice(values))
        kept = {name: value for name, value in record.items() if rng.random() >= _ABSENT}
        return Sample(kept, day, cells_of(self.space, kept, day))

    def _usual(self, dimension: Dimension) -> Iterator[Any]:
        """Values of a dimension that no condition asks about by itself."""
        if dimension.type == "boolean":
            yield from (True, False)
        elif dimension.type in ("category", "text"):
            yield from dimension.values or ("other",)
        elif dimension.type == "set":
            yield frozenset(dimension.values or ())
        elif dimension.type == "date":
            yield from (
                dt.date.fromordinal(_USUAL.toordinal() + days) for days in (-4000, -400, -90, -30, -7, 0, 30)
            )
        else:
            axis = Axis(dimension, 0, None, _USUAL)
            low, high = axis.ends
            for number in (*_NUMBERS, *self._knots(dimension.name)):
                yield axis.at(min(max(axis.place(number), low), high))

    def _knots(self, name: str) -> Iterator[float]:
        for dimension in self.program.dimensions.values():
            for item in dimension.scorecard:
                if item.dimension == name:
                    yield from item.xs or (0.0, item.cap / 4, item.cap / 2, item.cap * 3 / 4, item.cap)


def first(cells: Cells, mask: int) -> Any:
    """The first value in a mask; None where only what is missing is in it."""
    at = (mask & -mask).bit_length() - 1
    return None if at == cells.missing else cells.values[at]
