"""A space: all coordinates that the conditions of one or several programs ask about, cut into cells.

Every cell is decided: a leaf is true in all of it or nowhere in it. The cells are those of the records
themselves, so two versions that read one record differently (another default, other bounds) share them.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence

from tierkit.analysis.regions.boxes import Box, Budget, Region, boxes
from tierkit.analysis.regions.cells import Cells, accepted, leaf_region, listed, ordered, takes
from tierkit.analysis.regions.coordinates import OPAQUE, Atom, Coordinate, Key, Shape, named
from tierkit.analysis.regions.shapes import Shapes
from tierkit.analysis.regions.spans import Spans
from tierkit.backends.python.masks import domain_region
from tierkit.decisions.paths.ranges import Range
from tierkit.program.model import Dimension, Program
from tierkit.program.terms import Compare, Formula, IsMissing, Leaf, Value
from tierkit.program.types import NUMERIC, family

_ORDERED = NUMERIC | {"date"}
_SIGNS = {"<": 0b001, "<=": 0b011, "=": 0b010, "!=": 0b101, ">=": 0b110, ">": 0b100}


class Space:
    """The coordinates of some programs and their cells.

    Args:
        programs: one rule set, or versions of it that are compared.
        formulas: conditions beside those of the rules, ladders and benefits, each of the program at the same
            place or, when there is one program, all of it.
    """

    def __init__(self, *programs: Program, formulas: Iterable[tuple[int, Formula]] = ()) -> None:
        self.programs = programs
        self._by_key: dict[Key, Coordinate] = {}
        self.shapes = tuple(Shapes(program, at, self._by_key) for at, program in enumerate(programs))
        self.coordinates: list[Coordinate] = []
        self.cells: list[Cells] = []
        self.full: list[int] = []
        self._regions: dict[int, tuple[Shape, Region]] = {}
        self._masks: dict[tuple[int, int, Leaf], int] = {}
        self._readings: dict[tuple[int, int], tuple[int, int, Value | None]] = {}
        for shapes in self.shapes:
            _survey(shapes)
        for at, formula in formulas:
            self.shapes[at].holds(formula)
        self._cut()

    # -- regions

    def holds(self, formula: Formula, program: int = 0, *, negate: bool = False) -> Shape:
        """Where a condition is true, or with `negate` false."""
        return self.shapes[program].holds(formula, negate=negate)

    def region(self, shape: Shape, budget: Budget | None = None) -> Region:
        """A shape as boxes.

        Raises:
            TooLargeError: it takes more steps than the budget has.
            ValueError: the shape asks for a value that the space was not cut at.
        """
        self._cut()
        known = self._regions.get(id(shape))
        if known is None:  # the shape is kept beside its boxes, so that its id stays its own
            found = boxes(shape, self.mask, self.full, budget or Budget())
            known = self._regions[id(shape)] = shape, found
        return known[1]

    def mask(self, atom: Atom) -> int:
        """The cells of an atom."""
        if atom.leaf is None:
            other = self.cells[atom.at].other
            found = 0 if other < 0 else 1 << other
        else:
            key = atom.at, atom.program, atom.leaf
            known = self._masks.get(key)
            found = self._mask(atom.at, atom.program, atom.leaf) if known is None else known
            self._masks[key] = found
        return self.full[atom.at] & ~found if atom.inverted else found

    def _mask(self, at: int, program: int, leaf: Leaf) -> int:
        coordinate, cells = self.coordinates[at], self.cells[at]
        kind = coordinate.key.kind
        if isinstance(leaf, IsMissing) and kind in ("term", "order", "test", "day"):
            gone = 0 if cells.missing < 0 else 1 << cells.missing
            return self.full[at] & ~gone if leaf.negated else gone
        if kind == "order" and isinstance(leaf, Compare):
            return _SIGNS[leaf.operator]
        if kind in ("member", "test"):
            return 0b10 if _negated(leaf) else 0b01
        self._check(cells, leaf, coordinate.type)
        regular, absent, default = self._reading(at, program)
        found = accepted(cells, leaf, coordinate.type) & regular
        if default is None:
            return found | absent if isinstance(leaf, IsMissing) and not leaf.negated else found
        gone = 0 if cells.missing < 0 or not self._aggregated(at, program) else 1 << cells.missing
        if isinstance(leaf, IsMissing):
            return found | (absent & ~gone if leaf.negated else gone)
        return found | (absent & ~gone) if takes(leaf, default) else found

    def _check(self, cells: Cells, leaf: Leaf, type_: str) -> None:
        if isinstance(leaf, IsMissing):
            return
        if cells.places is None:
            new = {edge for pair in leaf_region(leaf, type_) for edge in pair} - cells.edges
            cut = any(
                low < edge <= last
                for edge in new
                for low, (_, last) in zip(cells.lows, cells.ends, strict=True)
            )
        else:
            cut = cells.other >= 0 and any(value not in cells.places for value in named(leaf))
            cut = cut and isinstance(leaf, Compare) | hasattr(leaf, "values")
        if cut:
            raise ValueError("the space was not cut at a value of this condition; name it in `formulas`")

    def _reading(self, at: int, program: int) -> tuple[int, int, Value | None]:
        """The cells that a program takes as they are, those it takes as missing, and what then stands in."""
        key = at, program
        if key not in self._readings:
            coordinate, cells, full = self.coordinates[at], self.cells[at], self.full[at]
            kind, name = coordinate.key.kind, coordinate.key.name
            regular = (1 << len(cells.values)) - 1
            default = None
            if kind in ("given", "computed"):
                dimension = self.programs[program].dimensions[name]
                default = dimension.on_missing.value
                if kind == "given" and self._bounded(coordinate):
                    regular &= _domain(dimension, cells)
            self._readings[key] = regular, full & ~regular, default
        return self._readings[key]

    def _bounded(self, coordinate: Coordinate) -> bool:
        """True when cells were cut at bounds too, because versions have different ones."""
        name, about = coordinate.key.name, coordinate.key.about
        own = [program.dimensions[name] for program in self.programs if name in program.dimensions]
        own = [dimension for dimension in own if family(dimension.type) == about]
        return len({(d.type, d.minimum, d.maximum, d.values) for d in own}) > 1

    def _aggregated(self, at: int, program: int) -> bool:
        key = self.coordinates[at].key
        return key.kind == "given" and self.programs[program].dimensions[key.name].kind == "aggregated"

    # -- cells

    def _cut(self) -> None:
        """Cuts the coordinates that are not cut yet."""
        for coordinate in list(self._by_key.values())[len(self.coordinates) :]:
            cells = self._cells(coordinate)
            self.coordinates.append(coordinate)
            self.cells.append(cells)
            self.full.append(cells.full)

    def _cells(self, coordinate: Coordinate) -> Cells:
        kind, type_ = coordinate.key.kind, coordinate.type
        leaves = [leaf for _, leaf in coordinate.asked if not isinstance(leaf, IsMissing)]
        if kind in ("member", "test"):
            return listed((True, False), missing=not coordinate.total)
        if kind == "order":
            return listed((-1, 0, 1), missing=not coordinate.total)
        if kind == "day":
            return ordered("date", leaves, (), None, missing=False)
        if kind == "given":
            return self._given(coordinate, leaves)
        spans = self.shapes[coordinate.owner].spans
        missing = not coordinate.total
        if type_ in _ORDERED:
            if kind == "computed":
                name = coordinate.key.name
                found = spans.name(name)
            else:
                found = spans.term(coordinate.key.about[0])
            return ordered(type_, leaves, (), found, missing=missing)
        owner = self.programs[coordinate.owner].dimensions[coordinate.key.name]
        return self._values((owner,), leaves, missing=missing)

    def _given(self, coordinate: Coordinate, leaves: Sequence[Leaf]) -> Cells:
        name = coordinate.key.name
        dimensions = [p.dimensions[name] for p in self.programs if name in p.dimensions]
        dimensions = [d for d in dimensions if family(d.type) == coordinate.key.about]
        policies = {(d.on_missing.policy, type(d.on_missing.value), d.on_missing.value) for d in dimensions}
        counted = any(d.kind == "aggregated" and d.on_missing.policy == "default" for d in dimensions)
        missing = counted or len(policies) > 1 or any(d.on_missing.policy == "unknown" for d in dimensions)
        default = dimensions[0].on_missing.value
        if not missing and default is not None:  # a default outside the domain is like nothing else
            missing = self._known(coordinate, leaves, dimensions, missing=False).cell(default) < 0
        return self._known(coordinate, leaves, dimensions, missing=missing)

    def _known(
        self,
        coordinate: Coordinate,
        leaves: Sequence[Leaf],
        dimensions: Sequence[Dimension],
        *,
        missing: bool,
    ) -> Cells:
        if coordinate.type in _ORDERED:
            return ordered(coordinate.type, leaves, dimensions, None, missing=missing)
        return self._values(dimensions, leaves, missing=missing)

    def _values(self, dimensions: Sequence[Dimension], leaves: Sequence[Leaf], *, missing: bool) -> Cells:
        type_ = dimensions[0].type
        if type_ == "boolean":
            return listed((True, False), missing=missing)
        if type_ == "set":
            return listed((frozenset(),), missing=missing)
        declared = [value for d in dimensions for value in d.values or ()]
        if all(d.values is not None for d in dimensions):
            return listed(declared, missing=missing)
        texts = [value for leaf in leaves for value in named(leaf) if not _partial(leaf)]
        texts += [d.on_missing.value for d in dimensions if isinstance(d.on_missing.value, str)]
        known = [*declared, *(text for text in texts if isinstance(text, str))]
        return listed(known, missing=missing, other=unlike(known))

    # -- boxes

    def opaque(self, box: Box) -> list[int]:
        """The coordinates of a box that nobody sets directly."""
        return [at for at in box if self.coordinates[at].key.kind in OPAQUE]

    def tightened(self, box: Box) -> Box | None:
        """A box without what interval analysis proves impossible; None when that is all of it."""
        current = box
        for at in self.opaque(box):
            coordinate = self.coordinates[at]
            possible = self._possible(coordinate, self.cells[at], self.spans(current, coordinate.owner))
            mask = current[at] & possible
            if not mask:
                return None
            current = {**current, at: mask}
        return current

    def spans(self, box: Box, program: int = 0) -> Spans:
        """Interval analysis for the customers of a box."""
        within: dict[str, Range] = {}
        days = None
        for at, mask in box.items():
            coordinate, cells = self.coordinates[at], self.cells[at]
            kind, name = coordinate.key.kind, coordinate.key.name
            if kind == "day":
                days = _range(cells, mask)
            elif kind == "given" and cells.places is None and name in self.programs[program].dimensions:
                regular, absent, default = self._reading(at, program)
                found = _range(cells, mask & regular)
                if isinstance(default, int | float) and mask & absent:
                    found = (
                        (min(found[0], default), max(found[1], default)) if found else (float(default),) * 2
                    )
                within[name] = found
        program_ = self.programs[program]
        return Spans(program_, within) if days is None else Spans(program_, within, days)

    def _possible(self, coordinate: Coordinate, cells: Cells, spans: Spans) -> int:
        """The cells of something opaque that values within the spans can fall into."""
        kind, gone = coordinate.key.kind, 0 if cells.missing < 0 else 1 << cells.missing
        if kind == "order":
            left, right = (spans.term(term) for term in coordinate.key.about[:2])
            if left is None or right is None:
                return gone
            tolerance = coordinate.key.about[2]
            low, high = left[0] - right[1], left[1] - right[0]
            signs = (low < -tolerance, low <= tolerance and high >= -tolerance, high > tolerance)
            return gone | sum(1 << sign for sign, possible in enumerate(signs) if possible)
        if kind == "test" or cells.places is not None:
            return cells.full
        name = coordinate.key.name
        found = spans.name(name) if kind == "computed" else spans.term(coordinate.key.about[0])
        if found is None:
            return gone
        first = bisect_left(cells.ends, found[0], key=lambda ends: ends[1])
        last = bisect_right(cells.ends, found[1], key=lambda ends: ends[0])
        return gone | ((1 << last) - (1 << first) if last > first else 0)


def _survey(shapes: Shapes) -> None:
    """Asks everything that a program asks."""
    program = shapes.program
    for gate in (program.eligible, *(ladder.eligible for ladder in program.ladders.values())):
        shapes.holds(gate)
    for rule in program.rules:
        shapes.rule(rule)
    for benefit in program.benefits:
        shapes.rule(benefit) if benefit.when is not None else shapes.days(benefit)
    for ladder in program.ladders.values():
        for tier in ladder.tiers:
            shapes.holds(tier.enter)


def unlike(texts: Iterable[str]) -> str:
    """A text that is none of `texts`.

    >>> unlike(["a", "other"])
    'other 2'
    """
    known, count, found = set(texts), 1, "other"
    while found in known:
        count += 1
        found = f"other {count}"
    return found


def _negated(leaf: Leaf) -> bool:
    return leaf.operator == "!=" if isinstance(leaf, Compare) else leaf.negated


def _partial(leaf: Leaf) -> bool:
    return not isinstance(leaf, Compare) and hasattr(leaf, "text")


def _domain(dimension: Dimension, cells: Cells) -> int:
    """The cells whose values a dimension holds."""
    present = (1 << len(cells.values)) - 1
    if cells.places is None:
        return present if dimension.type not in NUMERIC else cells.inside(domain_region(dimension))
    if dimension.values is None or dimension.type == "set":
        return present
    return sum(1 << cells.places[value] for value in dimension.values if value in cells.places)


def _range(cells: Cells, mask: int) -> Range:
    """The least and the largest present value of some cells."""
    mask &= (1 << len(cells.values)) - 1
    if not mask:
        return None
    first, last = (mask & -mask).bit_length() - 1, mask.bit_length() - 1
    return cells.ends[first][0], cells.ends[last][1]
