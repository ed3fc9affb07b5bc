"""The engine of business-rules as an oracle: its own answer for rules and a record."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from business_rules import fields, run_all
from business_rules import operators as types
from business_rules.actions import BaseActions, rule_action
from business_rules.variables import BaseVariables, rule_variable

EPSILON = Decimal("0.000001")
ROUNDING = Decimal("1.1e-22")
"""Half the distance between doubles at the tolerance: how far rounding can move a difference there."""

TYPES: Mapping[str, Any] = {
    type_.name: type_ for type_ in vars(types).values() if getattr(type_, "export_in_rule_data", False)
}


def variables_of(field_types: Mapping[str, str], record: Mapping[str, Any]) -> Any:
    """Variables whose methods look into a record."""

    def method(name: str) -> Any:
        found = lambda _self: record[name]  # noqa: E731  it gets a name below
        found.__name__ = name
        return rule_variable(TYPES[field_types[name]])(found)

    return type("Variables", (BaseVariables,), {name: method(name) for name in field_types})


def tags(
    rules: Iterable[Mapping[str, Any]], field_types: Mapping[str, str], record: Mapping[str, Any]
) -> set[str]:
    """The tags that the engine gives, one rule after the other."""
    given: set[str] = set()

    class Actions(BaseActions):  # type: ignore[misc]
        @rule_action(params={"tag": fields.FIELD_TEXT})  # type: ignore[untyped-decorator]
        def add_tag(self, tag: str) -> None:
            given.add(tag)

    run_all(list(rules), variables_of(field_types, record)(), Actions())
    return given


def leaves(node: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The leaves of a tree."""
    for word in ("all", "any"):
        if word in node:
            for item in node[word]:
                yield from leaves(item)
            return
    yield node


def differences(rules: Iterable[Mapping[str, Any]], record: Mapping[str, Any]) -> Iterator[Decimal]:
    """How far the numbers of a record are from the thresholds of the rules, exactly."""
    for rule in rules:
        for leaf in leaves(rule["conditions"]):
            value, threshold = record.get(leaf["name"]), leaf["value"]
            if isinstance(value, int | float) and not isinstance(value, bool):
                yield abs(Decimal(value) - Decimal(threshold))


def at_the_edge(rules: Iterable[Mapping[str, Any]], record: Mapping[str, Any]) -> bool:
    """True where a difference is so near the tolerance that rounding it to binary64 can decide."""
    return any(abs(difference - EPSILON) <= ROUNDING for difference in differences(rules, record))
