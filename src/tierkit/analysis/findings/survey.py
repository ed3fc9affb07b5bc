"""What all checks of a rule set share: its space, its conditions, and the effort that is left.

Effort is counted in steps and not in seconds, so that two runs of one check say the same. What is left
undecided is noted with its cause, never dropped.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from tierkit.analysis.findings.model import Condition, Finding, Spot
from tierkit.analysis.findings.samples import Samples, Test
from tierkit.analysis.regions.boxes import Box, Budget, Region, boxes, pieces
from tierkit.analysis.regions.coordinates import EVERYBODY, OPAQUE, Atom, Key, Shape, every
from tierkit.analysis.regions.facts import Facts
from tierkit.analysis.regions.space import Space
from tierkit.analysis.regions.verdicts import Cause
from tierkit.analysis.regions.witness import Claim, Witness, witness
from tierkit.program.build.order import inputs
from tierkit.program.canonical import leaf_text
from tierkit.program.model import Benefit, Dimension, Ladder, Program, Rule
from tierkit.program.terms import Function, IsMissing, children, mentions_as_of, references

QUESTION = 100_000
"""Steps for the questions about one rule, one tier, one condition."""
_POOL, _EACH = 10_000_000, 10_000
_SEARCHES, _SHARE = 100, 50
"""So many customers are searched for: some, and one more for so many conditions."""
_TRIED, _DOUBT = 3, 100


class Purse(Budget):
    """A budget that is taken from a larger one."""

    def __init__(self, steps: int, pool: Budget) -> None:
        super().__init__(min(steps, max(pool.left, 0)))
        self.pool = pool

    def spend(self, steps: int) -> None:
        """Takes steps away, here and from the pool."""
        self.pool.left -= steps
        super().spend(steps)


class Survey:
    """A program and its space, asked by every check."""

    def __init__(self, program: Program, declared: tuple[str, ...] = ()) -> None:
        self.program, self.declared = program, declared
        named = [d.condition for d in program.dimensions.values() if d.condition is not None]
        self.space = Space(program, formulas=[(0, formula) for formula in named])
        self.shapes = self.space.shapes[0]
        self.conditions = tuple(_conditions(program, self.shapes.holds(program.eligible)))
        self.pool = Budget(_POOL + _EACH * len(self.conditions))
        self.never: set[Spot] = set()
        """The conditions that nobody meets: nothing else is said of them."""
        self.always: set[Spot] = set()
        """The conditions that are false for nobody."""
        self.unreached: set[str] = set()
        """The tiers that nobody reaches, as targets."""
        self.doubts: dict[Spot, tuple[Cause, tuple[str, ...]]] = {}
        self.samples = Samples(self)
        self.searches = _SEARCHES + len(self.conditions) // _SHARE
        self._regions: dict[int, tuple[object, Region]] = {}
        self._tight: dict[tuple[tuple[int, int], ...], Box | None] = {}
        self._masks: dict[tuple[int, int], tuple[object, int]] = {}
        self._inputs: dict[int, frozenset[str]] = {}

    def purse(self, steps: int = QUESTION) -> Purse:
        """A budget for one question."""
        return Purse(steps, self.pool)

    # -- regions

    def region(self, shape: Shape, budget: Budget) -> Region:
        """A shape as boxes, without what interval analysis proves impossible."""
        found = boxes(shape, self.mask, self.space.full, budget)
        return tuple(tight for box in found if (tight := self.tightened(box)) is not None)

    def mask(self, atom: Atom) -> int:
        """The cells of an atom, by its leaf as an object: comparing leaves by content takes long."""
        if atom.leaf is None:
            return self.space.mask(atom)
        key = atom.at, id(atom.leaf)
        known = self._masks.get(key)
        if known is None:  # kept with its leaf, so that the id stays its own
            found = self.space.mask(atom)
            known = atom.leaf, self.space.full[atom.at] & ~found if atom.inverted else found
            self._masks[key] = known
        return self.space.full[atom.at] & ~known[1] if atom.inverted else known[1]

    def tightened(self, box: Box) -> Box | None:
        """A box without what is impossible; remembered, for many questions meet the same boxes."""
        if not self.space.opaque(box):
            return box
        key = tuple(sorted(box.items()))
        if key not in self._tight:
            self._tight[key] = self.space.tightened(box)
        return self._tight[key]

    def rule(self, rule: Rule) -> Region:
        """The customers of a rule as boxes."""
        known = self._regions.get(id(rule))
        if known is None:  # kept with its rule, so that the id stays its own
            known = self._regions[id(rule)] = rule, self.region(self.shapes.rule(rule), self.purse())
        return known[1]

    def rest(self, region: Region, others: Sequence[Box], budget: Budget) -> Region:
        """What `others` leave of a region: one box that is sure to have customers, or a few doubtful ones."""
        doubtful: list[Box] = []
        for box in region:
            for piece in pieces(box, others, self.space.full, budget):
                tight = self.tightened(piece)
                if tight is not None and not self.space.opaque(tight):
                    return (tight,)
                if tight is not None:
                    doubtful.append(tight)
                    budget.spend(_DOUBT)
                if len(doubtful) >= _TRIED:
                    return tuple(doubtful)
        return tuple(doubtful)

    def opaque(self, at: int) -> bool:
        """Whether a coordinate is opaque."""
        return self.space.coordinates[at].key.kind in OPAQUE

    def inputs(self, at: int) -> frozenset[str]:
        """The names in a record that a coordinate depends on."""
        if at not in self._inputs:
            key = self.space.coordinates[at].key
            about = (
                key.about[:2]
                if key.kind == "order"
                else key.about[:1]
                if key.kind in ("term", "test")
                else ()
            )
            names = {key.name} if not about else {name for node in about for name in references(node)}
            if any(mentions_as_of(node) for node in about) or key.kind == "day":
                names.add("")
            self._inputs[at] = frozenset(root for name in names for root in self._roots(name))
        return self._inputs[at]

    def _roots(self, name: str) -> frozenset[str]:
        node = self.program.ladders.get(name) or self.program.dimensions.get(name)
        if node is None or (isinstance(node, Dimension) and (not node.computed or node.provider is not None)):
            return frozenset([name])
        below = inputs(node, self.program.eligible)
        found = {root for one in below for root in self._roots(one)}
        parts = () if isinstance(node, Ladder) else (node.term, node.condition)
        day = any(part is not None and mentions_as_of(part) for part in parts)
        return frozenset(found | {""} if day or not found else found)

    def exact(self, region: Region) -> bool:
        """True when some box of a region is sure to have customers: nothing in it is opaque."""
        return any(not self.space.opaque(box) for box in region)

    # -- customers

    def settle(self, region: Region, claim: Shape, spot: Spot, test: Test | None = None) -> Witness | None:
        """A customer in a region; where none is found although there may be one, that is noted."""
        held = test or (lambda _: True)
        ordered = sorted(region, key=lambda box: (len(self.space.opaque(box)), len(box)))[:_TRIED]
        if test is not None:
            for box in ordered:
                found = self.samples.find(box, test)
                if found is not None:
                    return found
        if self.searches <= 0 and region:
            self.doubt(spot, "too_large")
            return None
        for box in ordered:
            self.searches -= 1
            found = witness(self.space, box, claim, lambda facts: held(facts[0]))
            if found is not None:
                return found
        for box in ordered[:1]:
            if any(_foreign(self.space.coordinates[at].key) for at in self.space.opaque(box)):
                continue  # the function of a plugin may have any value
            names = (_told(self.space.coordinates[at].key) for at in self.space.opaque(box))
            self.doubt(spot, "no_inputs", tuple(dict.fromkeys(names)))
        return None

    def shown(self, region: Region, claim: Shape, also: Claim | None = None) -> Witness | None:
        """A customer in a region, if one is found soon: for an example, not for a proof."""
        for box in sorted(region, key=lambda box: (len(self.space.opaque(box)), len(box)))[:_TRIED]:
            found = witness(self.space, box, claim, also)
            if found is not None:
                return found
        return None

    def doubt(self, spot: Spot, cause: Cause, names: tuple[str, ...] = ()) -> None:
        """Notes that nobody knows what is so at a place."""
        self.doubts.setdefault(Spot(spot.way), (cause, names))

    def undecided(self) -> Iterator[Finding]:
        """Every place at which something was left undecided, with its cause."""
        for spot, (cause, names) in self.doubts.items():
            listed = ", ".join(f"`{name}`" for name in names)
            code = "undecided" if cause == "too_large" or not names else "undecided-values"
            yield Finding(code, spot, {"names": listed} if code == "undecided-values" else {})

    # -- what a witness must show, asked of the reference

    def fires(self, *rules: Rule) -> Claim:
        """A claim: all of these rules fire."""
        return lambda facts: all(fires(self.program, rule, facts[0]) for rule in rules)


def _foreign(key: Key) -> bool:
    """Whether the function of a plugin is called in something opaque."""
    stack: list[Any] = [*key.about] if isinstance(key.about, tuple) else []
    while stack:
        node = stack.pop()
        if isinstance(node, Function) and node.provider is not None:
            return True
        stack += node if isinstance(node, tuple) else children(node)
    return False


def _told(key: Key) -> str:
    """What is opaque, as an author would write it."""
    return leaf_text(key.about[0]) if key.kind == "test" else key.name


def fires(program: Program, rule: Rule | Benefit, facts: Facts) -> bool:
    """Whether a rule fires for a customer, by the reference."""
    held = all(facts.truth(formula) is True for formula in (program.eligible, rule.when) if formula)
    return held and rule.valid_on(facts.day)


def in_gate(program: Program, ladder: Ladder, facts: Facts) -> bool:
    """Whether a ladder is for a customer, by the reference."""
    return all(facts.truth(gate) is True for gate in (program.eligible, ladder.eligible) if gate)


def _conditions(program: Program, eligible: Shape) -> Iterator[Condition]:
    """Every condition of a program about customers, in the order of kinds."""
    if program.eligible is not None:
        yield Condition("condition", "eligible", Spot(("eligible",)), program.eligible)
    for at, dimension in enumerate(program.dimensions.values()):
        if dimension.condition is not None:
            spot = Spot(("dimensions", at, "value"))
            yield Condition("dimension", dimension.name, spot, dimension.condition)
    for at, rule in enumerate(program.rules):
        yield Condition("rule", rule.id, Spot(("rules", at, "when")), rule.when, eligible)
    yield from _tiers(program, eligible)
    for at, benefit in enumerate(program.benefits):
        if benefit.when is not None:
            name = ", ".join(benefit.targets)
            yield Condition("benefit", name, Spot(("benefits", at, "when")), benefit.when, eligible)


def _tiers(program: Program, eligible: Shape) -> Iterator[Condition]:
    for at, ladder in enumerate(program.ladders.values()):
        if ladder.eligible is not None:
            spot = Spot(("ladders", at, "eligible"))
            yield Condition("condition", "eligible", spot, ladder.eligible, eligible)
        for n, tier in enumerate(ladder.tiers):
            if tier.enter is not None:
                spot = Spot(("ladders", at, "tiers", n, "enter"))
                yield Condition("tier", f"{ladder.name}.{tier.id}", spot, tier.enter, eligible)


def atoms(shape: Shape) -> Iterator[Atom]:
    """The atoms of a shape."""
    stack = [shape]
    while stack:
        current = stack.pop()
        if isinstance(current, Atom):
            yield current
        else:
            stack += current.items


def independent(survey: Survey, shape: Shape) -> bool:
    """True when a shape asks each thing once and openly: then all of it matters.

    A fast way to the answer that nearly all conditions have.
    """
    seen: set[int] = set()
    for atom in atoms(shape):
        if atom.at in seen or not _halves(survey, atom):
            return False
        if survey.space.coordinates[atom.at].key.kind in OPAQUE:
            return False
        seen.add(atom.at)
    return shape is EVERYBODY or bool(seen)


def apart(survey: Survey, parts: Sequence[Shape]) -> bool:
    """True when parts of a condition ask about different things, also below what is computed.

    Each part may ask for its own inputs; then none of them implies another.
    """
    seen: set[str] = set()
    for part in parts:
        own: set[str] = set()
        asked: set[int] = set()
        for atom in atoms(part):
            if not _halves(survey, atom):
                return False
            asked.add(atom.at)
            own |= survey.inputs(atom.at)
        if not own or own & seen or sum(survey.opaque(at) for at in asked) > 1:
            return False
        seen |= own
    return True


def _halves(survey: Survey, atom: Atom) -> bool:
    """True when an atom is true somewhere and false somewhere: there are values for both."""
    mask, cells = survey.mask(atom), survey.space.cells[atom.at]
    if isinstance(atom.leaf, IsMissing):
        return bool(mask) and mask != cells.full
    present = (1 << len(cells.values)) - 1
    return bool(mask & present) and bool(present & ~mask)


def gated(condition: Condition, shape: Shape) -> Shape:
    """A shape among those whom a condition is asked of."""
    return every((condition.gate, shape))
