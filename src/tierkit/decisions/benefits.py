"""Benefits: what the tags and tiers held earn, granted by providers, and combined as each provider says."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from tierkit.decisions.reasons import Failure, Grant
from tierkit.decisions.whys import holds
from tierkit.program.calls import described
from tierkit.program.model import Award
from tierkit.program.providers import BenefitProvider, GrantContext, Granted
from tierkit.program.types import LARGEST

if TYPE_CHECKING:
    from tierkit.decisions.decision import Decision

LONGEST = 100_000
"""Characters of JSON that one grant may have."""


def benefits(decision: Decision) -> tuple[tuple[Grant, ...], tuple[Failure, ...]]:
    """What is granted, in file order of the first of each kind, and the providers that failed."""
    kinds: dict[str, list[Grant]] = {}
    providers: dict[str, BenefitProvider | None] = {}
    failures: list[Failure] = []
    for target, award in _earned(decision):
        providers[award.provider] = None if award.offered is None else award.offered.provider
        found = _granted(decision, target, award)
        if isinstance(found, Failure):
            failures.append(found)
        elif found is not None:
            kinds.setdefault(award.provider, []).append(found)
    granted: list[Grant] = []
    for kind, grants in kinds.items():
        provider = providers[kind]
        granted += grants if provider is None else combined(provider, grants)
    return tuple(granted), tuple(failures)


def _earned(decision: Decision) -> Iterator[tuple[str, Award]]:
    """What the tags and tiers held earn, in file order."""
    for benefit in decision.source.program.benefits:
        held = benefit.when is None or decision.facts.truth(benefit.when)
        if held and benefit.valid_on(decision.day):
            for target in benefit.targets:
                if holds(decision, target):
                    yield from ((target, award) for award in benefit.awards)


def _granted(decision: Decision, target: str, award: Award) -> Grant | Failure | None:
    """What one provider grants for one target; nothing that it does reaches further."""
    if award.offered is None:
        return Grant(target, award.provider, award.params, award.params)
    provider, plugin = award.offered.provider, award.offered.plugin
    try:
        found = provider.grant(award.typed, decision, GrantContext(target, dict(decision.facts.known)))
        if found is None:
            return None
        values, texts = _plain(provider, found)
        return Grant(target, award.provider, award.params, values, texts, plugin)
    except Exception as error:  # noqa: BLE001  a plugin may raise anything; the rest goes on
        return Failure(plugin, award.offered.version, award.provider, None, target, described(error))


def _plain(provider: BenefitProvider, found: Any) -> tuple[dict[str, Any], dict[str, str]]:
    """The values and the texts of a grant, checked: what JSON holds, and what is combined is a number."""
    if not isinstance(found, Granted):
        message = f"it gave {type(found).__name__}, not `Granted`"
        raise TypeError(message)
    text, texts = json.dumps(dict(found.values), allow_nan=False), dict(found.texts)
    if not all(isinstance(item, str) for pair in texts.items() for item in pair):
        message = "its `because` is no text, and no texts by language"
        raise TypeError(message)
    if len(text) + sum(map(len, texts.values())) > LONGEST:
        message = f"it grants more than {LONGEST:,} characters"
        raise ValueError(message)
    values: dict[str, Any] = json.loads(text)
    size = 0 if provider.by is None else values.get(provider.by)
    if isinstance(size, bool) or not isinstance(size, int | float) or abs(size) > LARGEST:
        message = f"its value `{provider.by}` is {size!r}, not a number"
        raise TypeError(message)
    return values, texts


def combined(provider: BenefitProvider, grants: list[Grant]) -> list[Grant]:
    """Several grants of one kind as the provider combines them; what lost or was summed stays visible.

    >>> voucher = BenefitProvider(name="voucher", grant=print, combine="sum", by="amount", most=50)
    >>> grants = [Grant("A", "voucher", None, {"amount": 30}), Grant("B", "voucher", None, {"amount": 40})]
    >>> found = combined(voucher, grants)
    >>> found[0].values, [grant.target for grant in found[0].combined]
    ({'amount': 50}, ['B'])
    """
    if provider.combine == "all" or (len(grants) == 1 and provider.combine != "sum"):
        return grants
    by = provider.by or ""
    if provider.combine == "sum":
        total = sum(grant.values[by] for grant in grants)
        total = total if provider.most is None else min(total, provider.most)
        return [replace(grants[0], values={**grants[0].values, by: total}, combined=tuple(grants[1:]))]
    best = grants[0]
    if provider.combine in ("highest", "lowest"):
        choose = max if provider.combine == "highest" else min
        best = choose(grants, key=lambda grant: grant.values[by])  # the first of equals
    return [replace(best, lost=tuple(grant for grant in grants if grant is not best))]
