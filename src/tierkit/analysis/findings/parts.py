"""Parts of conditions that say nothing: what the rest implies, branches nobody meets, settled comparisons.

A part is said to change nothing only when the condition is true for the same customers without it, and false
for the same ones: `x is not missing and x > 5` is decided where `x > 5` alone is not, so it is left alone.
"""

from __future__ import annotations

from collections.abc import Iterator

from tierkit.analysis.findings.formulas import Way, items, leaves, shape
from tierkit.analysis.findings.model import Condition, Finding
from tierkit.analysis.findings.survey import Survey, apart, independent
from tierkit.analysis.regions.boxes import Budget, Region, TooLargeError
from tierkit.program.canonical import formula_text, term_text, value_text
from tierkit.program.model import Dimension
from tierkit.program.normal import is_self_test
from tierkit.program.terms import And, Compare, Formula, IsMissing, Leaf, Not, Or, Ref
from tierkit.program.types import NUMERIC

NEVER, ALWAYS = "never true", "true of every value there can be"


def parts(survey: Survey) -> Iterator[Finding]:
    """What says nothing within the conditions that say something."""
    for condition in survey.conditions:
        if _plain(survey, condition):
            continue
        budget = survey.purse()
        try:
            told: set[Way] = set()
            for way, finding in _settled(survey, condition, budget):
                told.add(way)
                if finding is not None:
                    yield finding
            if condition.spot not in survey.never | survey.always:
                yield from _Search(survey, condition, budget, told).found()
        except TooLargeError:
            survey.doubt(condition.spot, "too_large")


def _plain(survey: Survey, condition: Condition) -> bool:
    """Whether every leaf asks about something else: the fast way to the answer that most conditions have."""
    if independent(survey, survey.shapes.holds(condition.formula)):
        return True
    return apart(survey, [survey.shapes.holds(leaf) for _, leaf in leaves(condition.formula)])


# -- comparisons that the values of a dimension settle


def _settled(survey: Survey, condition: Condition, budget: Budget) -> Iterator[tuple[Way, Finding | None]]:
    between = _halves(condition.formula)
    for way, leaf in leaves(condition.formula):
        if not way or is_self_test(leaf):
            continue  # the whole condition: it is said of the rule
        if not survey.region(survey.shapes.holds(leaf), budget):
            outcome = NEVER
        elif survey.region(survey.shapes.holds(leaf, negate=True), budget):
            continue
        elif way in between:
            yield way, None
            continue
        elif isinstance(leaf, IsMissing) and not _default(survey, leaf):
            continue
        else:
            outcome = ALWAYS
        told = {"leaf": formula_text(leaf), "outcome": outcome, **_range(survey, leaf)}
        yield way, Finding("settled-comparison", condition.part(way), told)


def _default(survey: Survey, leaf: IsMissing) -> bool:
    """Whether something stands in for what a leaf calls missing."""
    name = leaf.term.name if isinstance(leaf.term, Ref) else ""
    dimension = survey.program.dimensions.get(name)
    return dimension is not None and dimension.on_missing.policy != "unknown"


def _halves(formula: Formula, way: Way = ()) -> set[Way]:
    """The ways to pairs of bounds such as `between` makes: an outer bound may be written for its reader."""
    found: set[Way] = set()
    parts_ = items(formula)
    if isinstance(formula, And) and len(parts_) == 2:  # noqa: PLR2004  a low and a high bound
        low, high = parts_
        if isinstance(low, Compare) and isinstance(high, Compare) and low.left == high.left:
            found |= {(*way, 0), (*way, 1)}
    for step, item in enumerate(parts_):
        found |= _halves(item, (*way, step))
    return found


def _range(survey: Survey, leaf: Leaf) -> dict[str, str]:
    """What a leaf asks about, and the values there can be, as a rule file would hold them."""
    subject = leaf.left if isinstance(leaf, Compare) else leaf.term
    name = term_text(subject)
    dimension = survey.program.dimensions.get(name)
    if dimension is None:
        ladder = survey.program.ladders.get(name)
        values = None if ladder is None else ", ".join(tier.id for tier in ladder.tiers)
        return {"subject": name, "range": values or _span(survey, leaf)}
    if isinstance(leaf, IsMissing):
        default = dimension.on_missing
        told = default.policy if default.value is None else value_text(default.value)
        return {"subject": name, "range": f"on_missing: {told}"}
    return {"subject": name, "range": _values(dimension) or _span(survey, leaf)}


def _values(dimension: Dimension) -> str:
    if dimension.values:
        return ", ".join(dimension.values)
    if dimension.type not in NUMERIC or (dimension.minimum is None and dimension.maximum is None):
        return ""
    ends = (("min", dimension.minimum), ("max", dimension.maximum))
    return ", ".join(f"{key}: {value_text(float(end))}" for key, end in ends if end is not None)


def _span(survey: Survey, leaf: Leaf) -> str:
    subject = leaf.left if isinstance(leaf, Compare) else leaf.term
    if subject.type not in NUMERIC:
        return subject.type
    found = survey.shapes.spans.term(subject)
    return subject.type if found is None else f"{value_text(found[0])} … {value_text(found[1])}"


# -- parts that the rest implies


class _Search:
    """Takes items out of a condition, the last first, while it is true and false for the same customers."""

    def __init__(self, survey: Survey, condition: Condition, budget: Budget, told: set[Way]) -> None:
        self.survey, self.condition, self.budget = survey, condition, budget
        self.told, self.gone = told, set[Way]()
        self.true, self.false = self.regions()

    def regions(self) -> tuple[Region, Region]:
        """Where the condition is true and false without what is gone."""
        shapes, formula = self.survey.shapes, self.condition.formula
        both = (shape(shapes, formula, negate=negate, skip=self.gone) for negate in (False, True))
        true, false = (self.survey.region(found, self.budget) for found in both)
        return true, false

    def found(self) -> Iterator[Finding]:
        """What says nothing, in the order of the condition."""
        findings = sorted(self.walk(self.condition.formula, (), negated=False), key=lambda pair: pair[0])
        return (finding for _, finding in findings)

    def walk(self, formula: Formula, way: Way, *, negated: bool) -> Iterator[tuple[Way, Finding]]:
        """What says nothing below a part."""
        parts_ = items(formula)
        joins = isinstance(formula, And | Or)
        flipped = negated != isinstance(formula, Not)
        dead: set[int] = set()
        if joins and isinstance(formula, Or) != negated:
            for step, item in enumerate(parts_):
                if (*way, step) not in self.told and self.dead(item, negated=negated):
                    dead.add(step)
                    told = {"part": formula_text(item)}
                    yield (*way, step), self.finding("dead-branch", (*way, step), told)
        for step in reversed(range(len(parts_))):
            here = (*way, step)
            if step in dead or here in self.told:
                continue
            others = [n for n in range(len(parts_)) if n != step and (*way, n) not in self.gone]
            if joins and others and self.idle(here, grows=isinstance(formula, And) != negated):
                told = {"part": formula_text(parts_[step])}
                yield here, self.finding("redundant-condition", here, told)
            else:
                yield from self.walk(parts_[step], here, negated=flipped)

    def finding(self, code: str, way: Way, told: dict[str, str]) -> Finding:
        """A finding about a part; who meets the condition shows that it is met without the part."""
        if code == "dead-branch":
            return Finding(code, self.condition.part(way), told)
        claim = self.survey.shapes.holds(self.condition.formula)
        return Finding(code, self.condition.part(way), told, self.survey.shown(self.true, claim))

    def dead(self, item: Formula, *, negated: bool) -> bool:
        """Whether nobody meets a branch."""
        return not self.survey.region(shape(self.survey.shapes, item, negate=negated), self.budget)

    def idle(self, way: Way, *, grows: bool) -> bool:
        """Whether the condition stays the same without a part; it stays out if so."""
        self.gone.add(way)
        true, false = self.regions()
        if grows:
            left = self.survey.rest(true, self.true, self.budget) or self.survey.rest(
                self.false, false, self.budget
            )
        else:
            left = self.survey.rest(self.true, true, self.budget) or self.survey.rest(
                false, self.false, self.budget
            )
        if left:
            self.gone.discard(way)
        return not left
