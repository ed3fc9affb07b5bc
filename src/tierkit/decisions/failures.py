"""Plugins that failed while a record was decided, told from the values they left behind."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from tierkit.decisions.reasons import Failure
from tierkit.program.calls import call_function
from tierkit.program.domain import Missing
from tierkit.program.terms import references

if TYPE_CHECKING:
    from tierkit.decisions.decision import Decision


def failures(decision: Decision) -> Iterator[Failure]:
    """The providers of dimensions that failed, then the functions that did."""
    facts, source = decision.facts, decision.source
    for name, dimension in source.program.dimensions.items():
        raw, supply = facts.raw[name], dimension.supply
        if supply is not None and supply.call is not None and isinstance(raw, Missing) and raw.detail:
            offered = supply.call.offered
            yield Failure(offered.plugin, offered.version, offered.provider.name, name, None, raw.detail)
    for term in source.forms.functions:
        assert term.provider is not None  # noqa: S101  only those of plugins are listed
        found = call_function(term.provider, [facts.value(argument) for argument in term.arguments])
        if isinstance(found, Missing) and found.detail:
            plugin, version = source.plugins.functions[term.name]
            reads = ", ".join(sorted(references(term)))
            yield Failure(plugin, version, term.name, reads, None, found.detail)
