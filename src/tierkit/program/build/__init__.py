"""Entries to a typed program: names, types, cycles, scorecards, examples. Every problem at once."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from dataclasses import replace
from typing import Any

from tierkit.documents.decode import Document
from tierkit.documents.nodes import Broken, Mapping, Scalar, span
from tierkit.errors import Enough, Problems
from tierkit.program.build.context import Context, day, number, optional_text, texts
from tierkit.program.build.declared import declared
from tierkit.program.build.dimensions import build_dimension, known
from tierkit.program.build.examples import build_example
from tierkit.program.build.fits import build_fits
from tierkit.program.build.order import inputs, sort
from tierkit.program.build.parameters import build_parameter, check_by
from tierkit.program.build.provided import idle
from tierkit.program.build.rules import Spellings, Tags, build_benefit, build_ladder, build_rule
from tierkit.program.build.tables import build_tables
from tierkit.program.build.tree import json_text, meant, value_tree
from tierkit.program.model import Dimension, Ladder, Parameter, Program, Rule
from tierkit.program.providers import NOTHING, Offers
from tierkit.program.terms import Formula
from tierkit.program.types import BROKEN
from tierkit.program.typing import Known, Scope

__all__ = ["build"]

_NO_MEANING = ("version", "examples", "checks")


def build(document: Document, problems: Problems, offers: Offers = NOTHING) -> Program | None:
    """The program of a document, or None; what is wrong goes to `problems`. `offers` are those of plugins."""
    with suppress(Enough):
        return _program(document, problems, offers)
    return None


def _program(document: Document, problems: Problems, offers: Offers) -> Program | None:
    context = Context(document, problems, offers)
    header = document.header
    _check_names(context)
    context.scope = replace(_scope(context), tolerance=_tolerance(context))
    parameters = _parameters(context)
    context.scope = replace(context.scope, parameters=parameters)
    tables = build_tables(context, document)
    tags = Tags(context)
    dimensions = {
        str(name): build_dimension(context, name, entry, tables)
        for name, entry in document.dimensions.items()
        if not isinstance(entry, Broken)
    }
    rules = _rules(context, tags)
    ladders = _ladders(context, tags)
    written = document.tree.get(Scalar("eligible"))
    eligible = context.condition(written) if isinstance(written, Mapping) or _is_text(written) else None
    order = _order(context, dimensions, ladders, eligible)
    fits = build_fits(context, dimensions, ladders, eligible)
    there_is = declared(document, tags.used)
    built = [
        build_benefit(context, entry, there_is)
        for entry in document.benefits
        if not isinstance(entry, Broken)
    ]
    benefits = tuple(benefit for benefit in built if benefit is not None)
    examples = [
        build_example(context, entry, dimensions, tables, there_is)
        for entry in document.examples
        if not isinstance(entry, Broken)
    ]
    if problems.errors or isinstance(header, Broken):
        return None
    dimensions = idle(dimensions, rules, ladders.values(), benefits, eligible)
    return Program(
        str(header.ruleset),
        str(header.version),
        digest(document.tree),
        texts(header.title),
        texts(header.description),
        day(header.valid_from),
        str(header.timezone or "UTC"),
        optional_text(header.key),
        eligible,
        parameters,
        tables,
        dimensions,
        order,
        rules,
        ladders,
        benefits,
        tuple(example for example in examples if example is not None),
        tags.build(),
        context.scope.tolerance,
        fits,
    )


def digest(tree: Mapping) -> str:
    """The digest of meaning: sha256 over the value tree, without what decides nothing."""
    values = meant(value_tree(tree))
    meaning = {key: value for key, value in values.items() if key not in _NO_MEANING}
    return hashlib.sha256(json_text(meaning, sort=True).encode()).hexdigest()


def _tolerance(context: Context) -> float:
    """The tolerance of all comparisons of numbers: above 0 and below 1, or 0 where none is written."""
    header = context.document.header
    if isinstance(header, Broken) or header.numeric_tolerance is None:
        return 0.0
    tolerance = number(header.numeric_tolerance)
    if not 0 < tolerance < 1:
        context.add("bad-tolerance", header.numeric_tolerance, text=header.numeric_tolerance)
    return tolerance


def _is_text(node: Any) -> bool:
    return isinstance(node, Scalar) and not node.null


def _check_names(context: Context) -> None:
    """Ladders, dimensions and parameters share one namespace; rule ids have their own."""
    document = context.document
    shared, ids = Spellings(context), Spellings(context)
    named = [(name, "parameter") for name in document.parameters]
    named += [(name, "dimension") for name in document.dimensions]
    named += [(name, "ladder") for name in document.ladders]
    for name, kind in sorted(named, key=lambda pair: pair[0].start):
        shared.add(name, kind)
    for rule in document.rules:
        if not isinstance(rule, Broken):
            ids.add(rule.id, "rule")


def _scope(context: Context) -> Scope:
    names = {str(name): known(entry) for name, entry in context.document.dimensions.items()}
    for name, tiers in context.document.tiers.items():
        whole = not any(isinstance(tier, Broken) for tier in tiers)
        values = tuple(str(tier.id) for tier in tiers if not isinstance(tier, Broken))
        names[str(name)] = Known("category", values) if whole and values else Known(BROKEN)
    broken = [str(name) for name, entry in context.document.parameters.items() if isinstance(entry, Broken)]
    unread = not context.document.refused.isdisjoint(("dimensions", "parameters", "ladders"))
    return Scope(names, broken=frozenset(broken), open=unread, functions=context.offers.functions)


def _parameters(context: Context) -> dict[str, Parameter]:
    built: dict[str, Parameter] = {}
    broken = set(context.scope.broken)
    for name, entry in context.document.parameters.items():
        if isinstance(entry, Broken):
            continue
        parameter = build_parameter(context, name, entry)
        if parameter is None or not check_by(context, name, entry):
            broken.add(str(name))
        else:
            built[str(name)] = parameter
    context.scope = replace(context.scope, broken=frozenset(broken))
    return built


def _rules(context: Context, tags: Tags) -> tuple[Rule, ...]:
    entries = [entry for entry in context.document.rules if not isinstance(entry, Broken)]
    built = [build_rule(context, entry, tags) for entry in entries]
    return tuple(rule for rule in built if rule is not None)


def _ladders(context: Context, tags: Tags) -> dict[str, Ladder]:
    document = context.document
    built = {
        str(name): build_ladder(context, name, entry, document.tiers[name], tags)
        for name, entry in document.ladders.items()
        if not isinstance(entry, Broken)
    }
    return {name: ladder for name, ladder in built.items() if ladder is not None}


def _order(
    context: Context, dimensions: dict[str, Dimension], ladders: dict[str, Ladder], eligible: Formula | None
) -> tuple[str, ...]:
    nodes: dict[str, Any] = {**{n: d for n, d in dimensions.items() if d.computed}, **ladders}
    edges = {name: sorted(inputs(node, eligible)) for name, node in nodes.items()}
    order, cycles = sort(edges)
    keys: dict[str, Scalar] = {
        str(name): name for name in (*context.document.dimensions, *context.document.ladders)
    }
    for cycle in cycles:
        first = min(cycle, key=lambda name: keys[name].start)
        at = cycle.index(first)
        shown = [*cycle[at:], *cycle[:at], first]
        context.problems.add("cycle", span(keys[first]), cycle=" → ".join(shown))
    return order
