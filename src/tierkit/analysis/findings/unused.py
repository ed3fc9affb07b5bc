"""What is declared and used nowhere: dimensions, parameters, tables, tags; and benefits that nobody earns.

A score is an answer by itself, so it is always used; and a file without rules and ladders is only begun.
"""

from __future__ import annotations

from collections.abc import Iterator

from tierkit.analysis.findings.model import Finding, Spot
from tierkit.analysis.findings.survey import Survey
from tierkit.program.model import Dimension, Program
from tierkit.program.terms import Const, Lookup, Member, Ref, SetTest, children


def unused(survey: Survey) -> Iterator[Finding]:
    """What nobody asks for, and benefits whose targets nobody reaches."""
    program = survey.program
    names, parameters = _asked(program)
    known = (program.rules or program.ladders) and not any(map(_unread, program.dimensions.values()))
    for at, dimension in enumerate(program.dimensions.values() if known else ()):
        if dimension.name not in names and dimension.kind != "scorecard" and dimension.type != "score":
            yield _finding("dimensions", at, "dimension", dimension.name)
    for at, parameter in enumerate(program.parameters):
        if parameter not in parameters:
            yield _finding("parameters", at, "parameter", parameter)
    read = {d.aggregate.table for d in program.dimensions.values() if d.aggregate is not None}
    for at, table in enumerate(program.tables):
        if table not in read:
            yield _finding("tables", at, "table", table)
    yield from _targets(survey)


def _unread(dimension: Dimension) -> bool:
    """Whether nobody knows what a dimension reads: its plugin is not here."""
    supply = dimension.supply
    return dimension.provider is not None and (
        supply is None or (supply.idle == "provider_missing" and supply.call is None)
    )


def _finding(section: str, at: int, kind: str, name: str) -> Finding:
    return Finding("unused", Spot((section, at)), {"kind": kind, "name": name})


def _asked(program: Program) -> tuple[set[str], set[str]]:
    """The dimensions and the parameters that something asks for."""
    names: set[str] = {program.key} if program.key is not None else set()
    parameters: set[str] = set()
    stack: list[object] = [rule.when for rule in program.rules]
    stack += [program.eligible, *(ladder.eligible for ladder in program.ladders.values())]
    stack += [tier.enter for ladder in program.ladders.values() for tier in ladder.tiers]
    stack += [benefit.when for benefit in program.benefits]
    for dimension in program.dimensions.values():
        stack += _parts(dimension)
        names |= {item.dimension for item in dimension.scorecard}
        names |= {own for _, own in dimension.supply.inputs} if dimension.supply is not None else set()
    for parameter, fit in program.fits.items():
        names.add(fit.dimension)
        parameters.add(parameter)
        stack.append(fit.where)
    names |= {own for benefit in program.benefits for award in benefit.awards for own in award.reads}
    while stack:
        node = stack.pop()
        if node is None:
            continue
        if isinstance(node, Ref):
            names.add(node.name)
        elif isinstance(node, Const | Lookup | Member | SetTest) and node.parameter is not None:
            parameters.add(node.parameter)
        stack += [const for const in getattr(node, "values", ()) if isinstance(const, Const)]
        stack += [node.text] if hasattr(node, "text") else []
        stack += children(node)  # type: ignore[arg-type]  # terms and formulas
    names |= {p.by for name, p in program.parameters.items() if p.by is not None and name in parameters}
    return names, parameters


def _parts(dimension: Dimension) -> list[object]:
    found: list[object] = [dimension.term, dimension.condition]
    if dimension.aggregate is not None:
        found += [dimension.aggregate.term, dimension.aggregate.where]
    return found


def _targets(survey: Survey) -> Iterator[Finding]:
    """Tags that nothing gives, and benefits for targets that nobody reaches."""
    program = survey.program
    given = {rule.tag: True for rule in program.rules}
    reached = {
        rule.tag for at, rule in enumerate(program.rules) if Spot(("rules", at, "when")) not in survey.never
    }
    for at, ladder in enumerate(program.ladders.values()):
        for n, tier in enumerate(ladder.tiers):
            if tier.tag is not None:
                given[tier.tag] = True
            target = f"{ladder.name}.{tier.id}"
            if (
                Spot(("ladders", at, "tiers", n, "enter")) not in survey.never
                and target not in survey.unreached
            ):
                reached |= {target} | ({tier.tag} if tier.tag is not None else set())
    for at, tag in enumerate(survey.declared):
        if tag not in given:
            yield _finding("tags", at, "tag", tag)
    for at, benefit in enumerate(program.benefits):
        if not reached.intersection(benefit.targets):
            listed = ", ".join(f"`{target}`" for target in benefit.targets)
            yield Finding("unearned-benefit", Spot(("benefits", at, "for")), {"known": listed})
