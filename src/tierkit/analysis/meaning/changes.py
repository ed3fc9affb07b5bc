"""What changes in meaning between two versions: who gains and who loses what, proved or shown.

*Same* is always a proof: the same conditions over the same dimensions, or regions without a customer between
them. A change is shown by a customer whom the reference decided under both versions. Whatever is neither is
undecided, and says why.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from tierkit.analysis.meaning.declared import Reading, Redeclared, changed_inputs, redeclared
from tierkit.analysis.meaning.differences import (
    Because,
    BenefitChange,
    Change,
    Changes,
    How,
    Kind,
    Shown,
    Stretch,
)
from tierkit.analysis.meaning.rewriting import bare, renamed
from tierkit.analysis.meaning.scored import score_changes
from tierkit.analysis.meaning.settling import settled
from tierkit.analysis.meaning.targets import Earned, Part, Question, Questions, questions
from tierkit.analysis.regions.boxes import Box, Budget, Region, TooLargeError, remainder, simplified
from tierkit.analysis.regions.coordinates import OPAQUE, Shape, either, every, outside
from tierkit.analysis.regions.facts import Facts
from tierkit.analysis.regions.space import Space
from tierkit.analysis.regions.witness import witness
from tierkit.analysis.regions.wording import condition
from tierkit.program.interpreter import Truth
from tierkit.program.model import Program
from tierkit.program.reference import Answer, decide
from tierkit.program.terms import And, Formula, references

STEPS = 100_000
"""How many boxes one question may look at; all together may look at ten times as many."""
SHOWN = 3
"""How many regions are listed of each kind."""
_PLAIN, _OPAQUE = 6, 2
_ANSWERS: dict[How, tuple[frozenset[Truth], frozenset[Truth]]] = {
    "gains": (frozenset([False, None]), frozenset([True])),
    "loses": (frozenset([True]), frozenset([False, None])),
    "unsettles": (frozenset([False]), frozenset([None])),
    "settles": (frozenset([None]), frozenset([False])),
}


def changes(before: Program, after: Program, *, steps: int = STEPS) -> Changes:
    """What changes in meaning from one version to another.

    >>> import tierkit
    >>> text = "{ruleset: a, version: 1, dimensions: {x: {type: integer}}, "
    >>> text += "rules: [{id: r, tag: T, when: x > 5}]}"
    >>> old, new = tierkit.loads(text).program, tierkit.loads(text.replace("> 5", ">= 8")).program
    >>> [found] = changes(old, new).targets
    >>> found.change, found.witness.record, found.witness.before, found.witness.after
    ('narrower', {'x': 6}, True, False)
    >>> changes(old, tierkit.loads(text.replace("x > 5", "not (x < 6)")).program).targets[0].change
    'same'
    """
    programs = bare(before), bare(after)
    inputs = redeclared(before, after)
    reading = Reading(*programs)
    pairs = dict(_pairs(questions(programs[0]), questions(programs[1])))
    comparison = _Comparison(programs, reading, inputs, pairs.values(), steps)
    found = {name: comparison.change(pair) for name, pair in pairs.items()}
    return Changes(
        tuple(
            replace(change, target=name) for name, change in found.items() if isinstance(name, str) and name
        ),
        replace(found[""], target="eligible"),
        score_changes(programs, reading, frozenset(comparison.moved)),
        tuple(
            BenefitChange(name[1], name[2], replace(change, target=name[0]))
            for name, change in found.items()
            if not isinstance(name, str)
        ),
        inputs,
    )


Pair = tuple[Question, Question]


def _pairs(before: Questions, after: Questions) -> Iterator[tuple[str | Earned, Pair]]:
    """Each question of both versions, in the order of the newer one; who is eligible is `""`."""
    yield "", (before.eligible, after.eligible)
    for name in dict.fromkeys([*after.targets, *before.targets]):
        yield name, (before.targets.get(name) or Question(), after.targets.get(name) or Question())
    for key in dict.fromkeys([*after.benefits, *before.benefits]):
        yield key, (before.benefits.get(key) or Question(), after.benefits.get(key) or Question())


@dataclass(slots=True)
class _Found:
    """What came of one of the four ways to change."""

    boxes: Region = ()
    shown: Shown | None = None
    doubt: Because | None = None


class _Comparison:
    """Two versions in one space, which has only what is not the same word for word."""

    def __init__(
        self,
        programs: tuple[Program, Program],
        reading: Reading,
        inputs: tuple[Redeclared, ...],
        pairs: Iterable[Pair],
        steps: int,
    ) -> None:
        self.programs, self.reading, self.steps = programs, reading, steps
        self.moved = changed_inputs(inputs)
        self.left = 10 * steps
        self._shapes: dict[tuple[int, int, bool], Shape] = {}
        self._given = [
            tuple(d.name for d in program.dimensions.values() if d.provider is not None)
            for program in programs
        ]
        self._plain = [replace(program, rules=()) for program in programs]  # parts ask for rules themselves
        self.space = self._space([pair for pair in pairs if any(self._fresh(pair))])

    def _space(self, pairs: Sequence[Pair]) -> Space:
        small: list[Program] = []
        for at, program in enumerate(self.programs):
            asked = {id(part.about) for pair in pairs for part in pair[at].parts}
            rules = tuple(rule for rule in program.rules if id(rule) in asked)
            benefits = tuple(benefit for benefit in program.benefits if id(benefit) in asked)
            small.append(replace(program, rules=rules, benefits=benefits))
        space = Space(*small)
        for pair in pairs:
            for at in (0, 1):
                for part in pair[at].parts:
                    for sure in (True, False):
                        made = (part.yes if sure else part.maybe)(space.shapes[at])
                        self._shapes[at, id(part), sure] = made
        return space

    def _fresh(self, pair: Pair) -> tuple[list[Part], list[Part]]:
        """The parts of each version that the other does not have word for word."""
        alike = [
            [part for part in question.parts if all(map(self.reading.alike, part.reads))] for question in pair
        ]
        both = {part.meaning for part in alike[0]} & {part.meaning for part in alike[1]}
        common = [{id(part) for part in parts if part.meaning in both} for parts in alike]
        before, after = (
            [part for part in question.parts if id(part) not in known]
            for question, known in zip(pair, common, strict=True)
        )
        return before, after

    # -- one question

    def change(self, pair: Pair) -> Change:
        """What becomes of one question."""
        before, after = pair
        fresh = self._fresh(pair)
        because = self._moved(pair)
        if not any(fresh):
            return Change("", "undecided" if because else "same", because=because)
        found = {how: self._found(how, pair, fresh) for how in _ANSWERS}
        doubts = tuple(dict.fromkeys(one.doubt for one in found.values() if one.doubt is not None))
        if not before.parts or not after.parts:
            kind: Kind = "gone" if before.parts else "new"
        else:
            kind = _kind(found, moved=bool(because))
        stretches = [self._stretches(how, one) for how, one in found.items()]
        shown = next((one.shown for one in found.values() if one.shown is not None), None)
        return Change(
            "",
            kind,
            tuple(stretch for some in stretches for stretch in some),
            sum(max(0, len(one.boxes) - SHOWN) for one in found.values()),
            shown,
            (*because, *doubts),
        )

    def _moved(self, pair: Pair) -> tuple[Because, ...]:
        """What a question reads that is another value in the other version."""
        names: set[str] = set()
        for at, question in enumerate(pair):
            reads = frozenset[str]().union(*(part.reads for part in question.parts))
            names |= self.reading.reached(at, reads)
        found = tuple(name for name in self.moved if name in names)
        return (Because("input", found),) if found and all(question.parts for question in pair) else ()

    def _found(self, how: How, pair: Pair, fresh: tuple[list[Part], list[Part]]) -> _Found:
        at = 1 if how in ("gains", "unsettles") else 0
        other, sure = 1 - at, how in ("gains", "loses")
        base = [self._shapes[at, id(part), sure] for part in fresh[at]]
        less = [self._shapes[other, id(part), sure] for part in pair[other].parts]
        if not sure:
            less += [self._shapes[at, id(part), True] for part in pair[at].parts]
        budget = Budget(min(self.steps, self.left))
        before = budget.left
        try:
            found = self._without(base, less, budget)
            claim = every((either(base), outside(either(less))))
            return self._inhabited(found, claim, how, pair)
        except TooLargeError:
            return _Found(doubt=Because("too_large"))
        finally:
            self.left -= before - max(budget.left, 0)

    def _without(self, base: Sequence[Shape], less: Sequence[Shape], budget: Budget) -> Region:
        """The customers of some shapes who are in none of the others."""
        space = self.space
        own = [box for shape in base for box in space.region(shape, budget)]
        if not own:
            return ()
        others = [box for shape in less for box in space.region(shape, budget)]
        rest = tuple(left for box in own for left in remainder(box, others, space.full, budget))
        return simplified(settled(space, rest, budget), space.full, budget)

    def _inhabited(self, region: Region, claim: Shape, how: How, pair: Pair) -> _Found:
        """The boxes that may have a customer, and one customer who shows it."""
        space = self.space
        tight = [(box, near) for box in region if (near := space.tightened(box)) is not None]
        if not tight:
            return _Found()
        tight.sort(key=lambda both: (len(space.opaque(both[0])), self._gone(both[0]), len(both[0])))
        boxes = tuple(box for box, _ in tight)
        plain = [near for _, near in tight if not space.opaque(near)][:_PLAIN]
        opaque = [near for _, near in tight if space.opaque(near)][:_OPAQUE]
        for near in (*plain, *opaque):
            shown = self._shown(near, claim, how, pair)
            if shown is not None:
                return _Found(boxes, shown)
        names = dict.fromkeys(space.coordinates[at].key.name for near in opaque for at in space.opaque(near))
        return _Found(boxes, doubt=Because("no_inputs", tuple(name for name in names if name)))

    def _gone(self, box: Box) -> int:
        """How many coordinates of a box are only missing: others are told first."""
        cells = self.space.cells
        return sum(1 for at, mask in box.items() if cells[at].missing >= 0 and mask == 1 << cells[at].missing)

    def _shown(self, box: Box, claim: Shape, how: How, pair: Pair) -> Shown | None:
        answers: list[Truth] = []

        def differs(facts: Sequence[Facts]) -> bool:
            answers[:] = []
            for at, own in enumerate(facts):
                made = decide(self._plain[at], own.record, own.day, self._given[at])
                if not isinstance(made, Answer):
                    return False
                answers.append(pair[at].ask(own, made))
            return all(one in wanted for one, wanted in zip(answers, _ANSWERS[how], strict=True))

        found = witness(self.space, box, claim, differs)
        return None if found is None else Shown(found.record, found.day, found.given, *answers)

    # -- in words

    def _stretches(self, how: How, found: _Found) -> list[Stretch]:
        """The first regions, each with its condition."""
        sure = found.shown is not None
        return [Stretch(how, self._condition(box), sure) for box in found.boxes[:SHOWN]]

    def _condition(self, box: Box) -> Formula:
        parts: list[Formula] = []
        for at, mask in sorted(box.items()):
            made = condition(self.space, {at: mask})
            own = renamed(made, self._told_apart(at, made))
            parts += own.items if isinstance(own, And) else (own,)
        return parts[0] if len(parts) == 1 else And(tuple(parts))

    def _told_apart(self, at: int, formula: Formula) -> dict[str, str]:
        """The names that each version computes its own way: `score@before`, `score@after`."""
        coordinate = self.space.coordinates[at]
        if coordinate.key.kind not in OPAQUE:
            return {}
        side = ("before", "after")[coordinate.owner]
        known = [{*program.dimensions, *program.ladders} for program in self.programs]
        names = references(formula) & known[0] & known[1]
        return {name: f"{name}@{side}" for name in names if not self.reading.alike(name)}


def _kind(found: dict[How, _Found], *, moved: bool) -> Kind:
    some = {how for how, one in found.items() if one.shown is not None}
    doubt = {how for how, one in found.items() if one.doubt is not None}
    if not some:
        return "undecided" if doubt or moved else "same"
    if moved or {"gains", "loses"} <= some | doubt or not some & {"gains", "loses"}:
        return "changed"
    return "wider" if "gains" in some else "narrower"
