"""The types of variables: as listed, else from the operators and values of every leaf that uses them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from unicodedata import is_normalized

from tierkit.business_rules.left_out import LeftOut, shown
from tierkit.business_rules.reading import Leaf, Read, Variable
from tierkit.business_rules.vocabulary import TYPES, fits
from tierkit.documents.names import is_name, is_reserved

_LISTED = ("numeric", "string", "boolean", "select_multiple", "select")
"""Where several types would do, the first one is meant."""


@dataclass
class Types:
    """The type of each variable by name, and the leaves that fit none."""

    found: dict[str, str] = field(default_factory=dict)
    wrong: list[LeftOut] = field(default_factory=list)
    assumed: list[LeftOut] = field(default_factory=list)
    refused: set[str] = field(default_factory=set)
    """The rules with a leaf that fits no type."""


def infer(
    rules: Iterable[Read], variables: Mapping[str, Variable], operators: Mapping[str, Mapping[str, str]]
) -> Types:
    """The types of all variables that are listed or used."""
    types = Types()
    open_: dict[str, list[str]] = {}
    spelt: dict[str, str] = {}
    for name, variable in variables.items():
        wrong = _spelling(name, spelt)
        if wrong is None and variable.type not in operators:
            wrong = "no-type", {"type": shown(variable.type)[1:-1]}
        if wrong is None:
            types.found[name] = variable.type
        else:
            types.wrong.append(LeftOut("", shown(name)[1:-1], *wrong))
    for rule in rules:
        for leaf in rule.leaves:
            wrong = _spelling(leaf["name"], spelt) or _narrow(
                leaf, types, open_, operators, listed=bool(variables)
            )
            if wrong is not None:
                types.wrong.append(LeftOut(rule.id, shown(leaf), *wrong))
                types.refused.add(rule.id)
    for name, possible in open_.items():
        types.found[name] = next(type_ for type_ in _LISTED if type_ in possible)
        if {"string", "select"} <= set(possible):
            types.assumed.append(LeftOut("", name, "taken-for-text", {"name": name}))
    return types


def _spelling(name: str, spelt: dict[str, str]) -> tuple[str, dict[str, str]] | None:
    if not _usable(name):
        return "bad-name", {"name": shown(name)[1:-1]}
    other = spelt.setdefault(name.casefold(), name)
    return None if other == name else ("same-name", {"name": name, "other": other})


def _narrow(
    leaf: Leaf,
    types: Types,
    open_: dict[str, list[str]],
    operators: Mapping[str, Mapping[str, str]],
    *,
    listed: bool,
) -> tuple[str, dict[str, str]] | None:
    """Leaves of the types of a variable those that have the leaf's operator and take its value."""
    name, operator, value = leaf["name"], leaf["operator"], leaf.get("value")
    if listed and name not in types.found:
        return "no-variable", {"name": name}
    having = [type_ for type_ in operators if operator in operators[type_]]
    if not having:
        return "no-operator", {"operator": shown(operator)[1:-1]}
    before = [types.found[name]] if name in types.found else open_.get(name, having)
    left = [type_ for type_ in before if type_ in having]
    if not left:
        return "not-of-type", {"operator": operator, "name": name, "type": before[0]}
    left = [type_ for type_ in left if fits(value, operators[type_][operator])]
    if not left:
        return "bad-value", {"operator": operator, "value": shown(value)}
    if name not in types.found:
        open_[name] = left
    return None


def _usable(name: Any) -> bool:
    return is_name(name) and not is_reserved(name) and is_normalized("NFC", name)


def dimension(name: str, type_: str, variable: Variable | None, used: frozenset[str]) -> dict[str, Any]:
    """A variable as a dimension; options are its values unless a rule asks for another one."""
    found: dict[str, Any] = {"type": TYPES[type_]}
    if (
        variable is not None
        and variable.label.isprintable()
        and variable.label not in ("", default_label(name))
    ):
        found["label"] = variable.label
    if type_ == "string":
        found["on_missing"] = ""
    options = {} if variable is None or TYPES[type_] != "set" else variable.options
    if options and used <= set(options) and all(text.isprintable() for text in (*options, *options.values())):
        plain = all(label == value for value, label in options.items())
        found["values"] = list(options) if plain else dict(options)
    return found


def default_label(name: str) -> str:
    """The label that business-rules makes of a name.

    >>> default_label("monthly_amount")
    'Monthly Amount'
    """
    return " ".join(word.title() for word in name.split("_"))
