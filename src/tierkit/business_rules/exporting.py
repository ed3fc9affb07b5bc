"""From a rule set to rules of business-rules: each rule whole, or not at all and with the reason."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tierkit.business_rules.builder import ACTION, PARAMETER
from tierkit.business_rules.conditions import Writer
from tierkit.business_rules.left_out import LeftOut
from tierkit.business_rules.vocabulary import selects
from tierkit.engine import RuleSet
from tierkit.program.model import Program, Rule


@dataclass(frozen=True, slots=True)
class Exported:
    """Rules for business-rules, and whatever of the rule set they do not hold."""

    rules: tuple[dict[str, Any], ...]
    left_out: tuple[LeftOut, ...] = ()


def to_business_rules(ruleset: RuleSet) -> Exported:
    """The rules of a rule set in the form of business-rules; thresholds stand as values.

    A rule calls the action `add_tag` with its tag. Its keys `id` and `because` are for people; business-rules
    ignores them. `eligible` is a condition of every rule. Named conditions are written out.

    >>> import tierkit
    >>> rules = tierkit.loads('''
    ... {ruleset: a, version: 1, parameters: {limit: {value: 10k}},
    ...  dimensions: {amount: {type: money}, since: {type: date}},
    ...  rules: [{id: vip, tag: VIP, when: amount > limit}, {id: old, tag: Old, when: since < '2020-01-01'}]}
    ... ''')
    >>> found = to_business_rules(rules)
    >>> found.rules[0]["conditions"]
    {'all': [{'name': 'amount', 'operator': 'greater_than', 'value': 10000}]}
    >>> found.rules[0]["actions"]
    [{'name': 'add_tag', 'params': {'tag': 'VIP'}}]
    >>> print(*found.left_out)
    old: `since < '2020-01-01'`: there are no dates
    """
    program = ruleset.program
    left_out: list[LeftOut] = []
    known = selects(program)
    rules = [found for rule in program.rules if (found := _rule(program, rule, known, left_out)) is not None]
    return Exported(tuple(rules), (*left_out, *_others(program)))


def _rule(
    program: Program, rule: Rule, known: frozenset[str], left_out: list[LeftOut]
) -> dict[str, Any] | None:
    writer = Writer(program, rule.id, known)
    if rule.valid_from is not None or rule.valid_through is not None:
        days = f"{rule.valid_from or ''} – {rule.valid_through or ''}".strip()
        writer.left_out.append(LeftOut(rule.id, days, "dated"))
    conditions = rule.when if program.eligible is None else (program.eligible, rule.when)
    found = writer.all(conditions if isinstance(conditions, tuple) else (conditions,))
    if found is None or writer.left_out:
        left_out.extend(dict.fromkeys(writer.left_out))
        return None
    data = {
        "id": rule.id,
        "conditions": found,
        "actions": [{"name": ACTION, "params": {PARAMETER: rule.tag}}],
    }
    if rule.because:
        texts = dict(rule.because)
        data["because"] = texts.get("", texts)
    return data


def _others(program: Program) -> Iterator[LeftOut]:
    """What stands beside the rules."""
    for name in program.ladders:
        yield LeftOut(name, "", "ladder")
    for benefit in program.benefits:
        yield LeftOut(", ".join(benefit.targets), "", "benefit")
    for dimension in program.dimensions.values():
        if dimension.computed and dimension.condition is None:
            yield LeftOut(dimension.name, "", "computed", {"name": dimension.name})
