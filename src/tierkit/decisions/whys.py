"""Why not, and what is earned: questions about targets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tierkit.decisions.findings import open_leaves
from tierkit.decisions.reasons import Reason
from tierkit.errors import UsageError, suggestion
from tierkit.program.model import Program, Texts
from tierkit.program.terms import Formula

if TYPE_CHECKING:
    from tierkit.decisions.decision import Decision


@dataclass(frozen=True, slots=True)
class Way:
    """One way to a target: the rule or tier, and the conditions that must all hold for it."""

    name: str
    texts: Texts
    conditions: tuple[Formula, ...]


def ways(program: Program, target: str) -> tuple[Way, ...]:
    """Every rule and tier that gives a target; raises `UsageError` when there is none."""
    gate = () if program.eligible is None else (program.eligible,)
    found = [Way(rule.id, rule.because, (*gate, rule.when)) for rule in program.rules if rule.tag == target]
    for ladder in program.ladders.values():
        inner = gate if ladder.eligible is None else (*gate, ladder.eligible)
        for tier in ladder.tiers:
            name = f"{ladder.name}.{tier.id}"
            if target in (name, tier.tag):
                own = () if tier.enter is None else (tier.enter,)
                found.append(Way(name, tier.because, (*inner, *own)))
    if not found:
        known = targets(program)
        message = f"there is no tag or tier `{target}` in `{program.name}`{suggestion(target, known)}"
        raise UsageError(message)
    return tuple(found)


def targets(program: Program) -> tuple[str, ...]:
    """Every tag and tier that can be asked for."""
    tags = [rule.tag for rule in program.rules]
    tiers = []
    for ladder in program.ladders.values():
        for tier in ladder.tiers:
            tiers.append(f"{ladder.name}.{tier.id}")
            if tier.tag is not None:
                tags.append(tier.tag)
    return tuple(dict.fromkeys([*tags, *tiers]))


def holds(decision: Decision, target: str) -> bool:
    """True when the customer has the tag or is in the tier."""
    ladder, dot, tier = target.partition(".")
    return decision.tiers.get(ladder) == tier if dot else target in decision.tags


def why_not(decision: Decision, target: str) -> tuple[Reason, ...]:
    """Per way to `target`, the leaves that are not true; empty when it is held."""
    found = []
    for way in ways(decision.source.program, target):
        leaves = [leaf for condition in way.conditions for leaf in open_leaves(decision.facts, condition)]
        found.append(Reason(target, way.name, way.texts, tuple(dict.fromkeys(leaves))))
    return () if holds(decision, target) else tuple(found)
