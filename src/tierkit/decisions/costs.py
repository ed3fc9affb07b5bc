"""What the benefits of a decision cost, as their providers price them; no failure of one reaches further.

Amounts are decimals, as they are written, so the order in which many are added never matters.
"""

from __future__ import annotations

import math
from copy import deepcopy
from dataclasses import dataclass
from decimal import Context, Decimal
from typing import TYPE_CHECKING, Any

from tierkit.decisions.reasons import Failure, Grant
from tierkit.program.calls import described
from tierkit.program.model import Award, Program
from tierkit.program.providers import GrantContext
from tierkit.program.types import LARGEST

if TYPE_CHECKING:
    from tierkit.decisions.decision import Decision

EXACT = Context(prec=60)
"""Adds amounts without rounding, whatever the caller's decimal context is."""


@dataclass(frozen=True, slots=True)
class Cost:
    """A benefit that was granted, and what it costs; None where its provider has no price for it."""

    grant: Grant
    amount: Decimal | None


def costs(decision: Decision) -> tuple[tuple[Cost, ...], tuple[Failure, ...]]:
    """The cost of each benefit that the customer gets, and the providers that could not say it.

    A provider prices what is left when several of a kind were combined, once. What it raises, and what is no
    finite number, is a failure of the provider, and the benefit has no price.

    >>> import tierkit
    >>> rules = tierkit.loads("{ruleset: a, version: 1, dimensions: {x: {type: number}}, "
    ...     "rules: [{id: r, tag: T, when: x > 1}], "
    ...     "benefits: [{for: T, grant: {points: {multiplier: 2}}}]}")
    >>> [(cost.grant.provider, cost.amount) for cost in costs(rules.evaluate({"x": 2}))[0]]
    [('points', None)]
    """
    found: list[Cost] = []
    failures: list[Failure] = []
    for grant in decision.benefits:
        award, amount = _award(decision, grant), None
        offered = None if award is None else award.offered
        if award is not None and offered is not None and offered.provider.cost is not None:
            context = GrantContext(grant.target, dict(decision.facts.known), deepcopy(grant.values))
            try:
                amount = _amount(offered.provider.cost(award.typed, decision, context))
            except Exception as error:  # noqa: BLE001  a plugin may raise anything; the rest goes on
                plugin, detail = offered.plugin, described(error)
                failures.append(Failure(plugin, offered.version, grant.provider, None, grant.target, detail))
        found.append(Cost(grant, amount))
    return tuple(found), tuple(failures)


def _award(decision: Decision, grant: Grant) -> Award | None:
    """The entry of the rule file that a grant came from."""
    for benefit in decision.source.program.benefits:
        if grant.target in benefit.targets:
            for award in benefit.awards:
                if award.provider == grant.provider and award.params is grant.params:
                    return award
    return None


def priced(program: Program) -> frozenset[str]:
    """The tags and tiers that earn a benefit whose provider prices it."""
    return frozenset(
        target
        for benefit in program.benefits
        for award in benefit.awards
        if award.offered is not None and award.offered.provider.cost is not None
        for target in benefit.targets
    )


def _amount(found: Any) -> Decimal | None:
    """What a provider said, as a decimal; the nearest one with few digits for a binary number."""
    if found is None:
        return None
    if isinstance(found, Decimal):
        amount = found
    elif isinstance(found, float):
        amount = Decimal(repr(float(found)))  # of any subclass, such as those of numpy
    elif hasattr(found, "__index__") and not isinstance(found, bool):
        amount = Decimal(int(found))
    else:
        message = f"its cost is {type(found).__name__}, not a number"
        raise TypeError(message)
    if not amount.is_finite() or math.fabs(amount) > LARGEST:
        message = f"its cost is {amount:.3g}, which no sum can hold"
        raise ValueError(message)
    return amount
