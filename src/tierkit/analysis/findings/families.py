"""Families: rules (or tiers) that differ only in the value of one category, and the values they forget."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tierkit.analysis.findings.model import Finding, Spot
from tierkit.analysis.findings.survey import Survey
from tierkit.analysis.regions.boxes import Region, TooLargeError
from tierkit.analysis.regions.cells import takes
from tierkit.analysis.regions.coordinates import Shape, every, outside
from tierkit.program.canonical import formula_text
from tierkit.program.terms import And, Compare, Const, Formula, Leaf, Member, Ref

_FEWEST = 2


@dataclass(frozen=True, slots=True, eq=False)
class _Member:
    """A rule or a tier of a family: the values of the category it is for."""

    name: str
    spot: Spot
    formula: Formula
    values: frozenset[str]
    names: bool


def families(survey: Survey) -> Iterator[Finding]:
    """Families that serve most values of a category, but not all."""
    found: dict[tuple[str, str, frozenset[Formula]], list[_Member]] = {}
    for condition in survey.conditions:
        if condition.kind not in ("rule", "tier") or condition.spot in survey.never:
            continue
        kind = condition.kind if condition.kind == "rule" else condition.name.partition(".")[0]
        parts = condition.formula.items if isinstance(condition.formula, And) else (condition.formula,)
        for part in parts:
            category = _category(survey, part)
            if category is not None:
                name, values, names = category
                rest = frozenset(other for other in parts if other is not part)
                member = _Member(condition.name, condition.spot, condition.formula, values, names)
                found.setdefault((kind, name, rest), []).append(member)
    for (_, name, rest), members in found.items():
        yield from _forgotten(survey, name, rest, members)


def _category(survey: Survey, part: Formula) -> tuple[str, frozenset[str], bool] | None:
    """The category that a part asks about, the values that it takes, and whether it names them."""
    if not isinstance(part, Compare | Member):
        return None
    subject = part.left if isinstance(part, Compare) else part.term
    if not isinstance(subject, Ref) or (isinstance(part, Compare) and not isinstance(part.right, Const)):
        return None
    dimension = survey.program.dimensions.get(subject.name)
    if dimension is None or dimension.type != "category" or not dimension.values:
        return None
    names = part.operator == "=" if isinstance(part, Compare) else not part.negated
    return subject.name, frozenset(value for value in dimension.values if takes(part, value)), names


def _forgotten(
    survey: Survey, name: str, rest: frozenset[Formula], members: list[_Member]
) -> Iterator[Finding]:
    named = [member for member in members if member.names]
    if len({member.values for member in named}) < _FEWEST:
        return
    served = frozenset[str]().union(*(member.values for member in members))
    known = survey.program.dimensions[name].values or ()
    missing = [value for value in known if value not in served]
    if not missing or len(missing) > len(served):
        return
    spot = named[-1].spot
    try:
        left = {value: _unserved(survey, name, value, rest, members) for value in missing}
    except TooLargeError:
        survey.doubt(spot, "too_large")
        return
    unserved = {value: region for value, region in left.items() if region}
    if not unserved:
        return
    served_ = (outside(survey.shapes.holds(member.formula)) for member in members)
    claim = every([_asked(survey, name, next(iter(unserved)), rest), *served_])
    told = {
        "known": ", ".join(f"`{member.name}`" for member in named),
        "dimension": name,
        "missing": ", ".join(f"`{value}`" for value in unserved),
    }
    witness = survey.shown(next(iter(unserved.values())), claim)
    yield Finding("forgotten-value", spot, told, witness)


def _unserved(
    survey: Survey, name: str, value: str, rest: frozenset[Formula], members: list[_Member]
) -> Region:
    """The customers with a value whom no member of the family is for."""
    budget, holds = survey.purse(), survey.shapes.holds
    taken = [box for member in members for box in survey.region(holds(member.formula), budget)]
    return survey.rest(survey.region(_asked(survey, name, value, rest), budget), taken, budget)


def _asked(survey: Survey, name: str, value: str, rest: frozenset[Formula]) -> Shape:
    """The customers with a value of whom the rest of the family's condition is true."""
    holds = survey.shapes.holds
    leaf: Leaf = Compare("=", Ref(name, "category"), Const(value, "text"))
    parts = [holds(part) for part in sorted(rest, key=formula_text)]
    return every([holds(survey.program.eligible), survey.shapes.leaf(leaf), *parts])
