"""Conditions that hold for nobody, or are false for nobody."""

from __future__ import annotations

from collections.abc import Iterator

from tierkit.analysis.findings.formulas import shape
from tierkit.analysis.findings.model import Condition, Finding
from tierkit.analysis.findings.samples import Test
from tierkit.analysis.findings.survey import Survey, atoms, fires, gated, independent
from tierkit.analysis.regions.boxes import TooLargeError
from tierkit.analysis.regions.coordinates import EVERYBODY, Shape, every
from tierkit.program.canonical import formula_text
from tierkit.program.model import Rule
from tierkit.program.terms import And, Formula

ALL, THERE = "everybody", "everybody whose values are there"


def outright(survey: Survey) -> Iterator[Finding]:
    """Every condition that is settled for all customers, and why."""
    for condition in survey.conditions:
        holds = _shape(survey, condition)
        if independent(survey, holds) and _apart(condition.gate, holds):
            continue
        try:
            yield from _settled(survey, condition, holds)
        except TooLargeError:
            survey.doubt(condition.spot, "too_large")


def _shape(survey: Survey, condition: Condition) -> Shape:
    """Where a condition holds, with the days of its rule."""
    holds = survey.shapes.holds(condition.formula)
    rule = _rule(survey, condition)
    return holds if rule is None else every((holds, survey.shapes.days(rule)))


def _rule(survey: Survey, condition: Condition) -> Rule | None:
    at = condition.spot.way[1] if condition.kind == "rule" else None
    return survey.program.rules[at] if isinstance(at, int) else None


def _apart(gate: Shape, holds: Shape) -> bool:
    """True when a gate asks about other things: then it settles nothing here."""
    if gate is EVERYBODY:
        return True
    asked = {atom.at for atom in atoms(gate)}
    return not any(atom.at in asked for atom in atoms(holds))


def _settled(survey: Survey, condition: Condition, holds: Shape) -> Iterator[Finding]:
    budget = survey.purse()
    claim = gated(condition, holds)
    rule = _rule(survey, condition)
    region = survey.region(claim, budget) if rule is None else survey.rule(rule)
    about = {"kind": condition.kind, "name": condition.name}
    if not region:
        survey.never.add(condition.spot)
        because = formula_text(_core(survey, condition))
        yield Finding("never-fires", condition.spot, {**about, "because": because})
        return
    test = _test(survey, condition)
    if not survey.exact(region) and survey.settle(region, claim, condition.spot, test) is None:
        return
    refused = gated(condition, survey.shapes.holds(condition.formula, negate=True))
    if survey.region(refused, budget):
        return
    gate = survey.region(condition.gate, budget)
    left = survey.rest(gate, survey.region(survey.shapes.holds(condition.formula), budget), budget)
    who = THERE if left else ALL
    survey.always.add(condition.spot)
    yield Finding("always-fires", condition.spot, {**about, "who": who}, survey.shown(region, claim))


def _test(survey: Survey, condition: Condition) -> Test:
    """Whether a condition holds for a customer of whom it is asked, by the reference."""
    rule = _rule(survey, condition)
    if rule is not None:
        return lambda facts: fires(survey.program, rule, facts)
    gate = survey.program.eligible if condition.gate is not EVERYBODY else None
    return lambda facts: all(facts.truth(held) is True for held in (gate, condition.formula) if held)


def _core(survey: Survey, condition: Condition) -> Formula:
    """The part of a condition that already nobody meets: items are left out while that stays so."""
    gate = survey.program.eligible if condition.gate is not EVERYBODY else None
    own = condition.formula.items if isinstance(condition.formula, And) else (condition.formula,)
    parts = [*([gate] if gate is not None else []), *own]
    days = _shape(survey, condition) if condition.kind == "rule" else None
    for part in tuple(parts):
        fewer = [other for other in parts if other is not part]
        if fewer and _nobody(survey, fewer):
            parts = fewer
    if days is not None and not _nobody(survey, parts):
        return condition.formula  # its days contradict it
    return parts[0] if len(parts) == 1 else And(tuple(parts))


def _nobody(survey: Survey, parts: list[Formula]) -> bool:
    try:
        return not survey.region(every([shape(survey.shapes, part) for part in parts]), survey.purse())
    except TooLargeError:
        return False
