"""Rules as business-rules has them, read with care: every shape it would only assert is checked and named.

A rule that cannot be read is left out whole. A part of its conditions left away would make it another rule.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tierkit.business_rules.left_out import LeftOut, shown
from tierkit.documents.names import is_name, is_reserved, is_tag
from tierkit.errors import UsageError
from tierkit.program.build.trees import DEEPEST

Leaf = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable as `export_rule_data` lists it; `options` are texts with their labels."""

    type: str
    label: str
    options: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Read:
    """A rule: its name, its conditions, their leaves, the tags it gives, and why."""

    id: str
    conditions: Any
    leaves: tuple[Leaf, ...]
    tags: tuple[str, ...]
    because: Any


def parts(data: Any) -> tuple[list[Any], dict[str, Variable]]:
    """The rules and the variables of a list of rules, or of a mapping with both."""
    rules = data.get("rules") if isinstance(data, Mapping) else data
    if not isinstance(rules, list | tuple):
        raise UsageError("rules of business-rules are a list, or a mapping with the key `rules`")
    listed = data.get("variables") or [] if isinstance(data, Mapping) else []
    if not isinstance(listed, list | tuple) or not all(map(_is_variable, listed)):
        raise UsageError("`variables` is not a list as `export_rule_data` of business-rules writes it")
    return list(rules), {item["name"]: _variable(item) for item in listed}


def _is_variable(item: Any) -> bool:
    return isinstance(item, Mapping) and all(isinstance(item.get(key), str) for key in ("name", "field_type"))


def _variable(item: Mapping[str, Any]) -> Variable:
    options: dict[str, str] = {}
    found = item.get("options")
    for option in found if isinstance(found, list | tuple) else ():
        name = option.get("name") if isinstance(option, Mapping) else option
        if isinstance(name, str):
            label = option.get("label") if isinstance(option, Mapping) else None
            options[name] = label if isinstance(label, str) else name
    label = item.get("label")
    return Variable(item["field_type"], label if isinstance(label, str) else "", options)


def read_rules(rules: list[Any], left_out: list[LeftOut], order: dict[str, int]) -> Iterator[Read]:
    """The rules that can be read; what cannot is noted. `order` gets the place of every rule by its id."""
    used: set[str] = set()
    for number, rule in enumerate(rules, 1):
        id_ = _id(rule, number, used)
        order[id_] = number
        if not isinstance(rule, Mapping) or not isinstance(rule.get("actions"), list | tuple):
            left_out.append(LeftOut(id_, shown(rule), "rule-shape"))
            continue
        leaves: list[Leaf] = []
        wrong = _leaves(rule.get("conditions"), leaves, 0)
        if wrong is not None:
            left_out.append(LeftOut(id_, *wrong))
            continue
        tags = tuple(dict.fromkeys(_tags(id_, rule["actions"], left_out)))
        if not tags:
            left_out.append(LeftOut(id_, shown(rule["actions"]), "no-action"))
            continue
        yield Read(id_, rule["conditions"], tuple(leaves), tags, rule.get("because"))


def _id(rule: Any, number: int, used: set[str]) -> str:
    """The rule's own `id` where it has one that nobody else has, else its number."""
    own = rule.get("id") if isinstance(rule, Mapping) else None
    id_ = own if isinstance(own, str) and is_name(own) and not is_reserved(own) else f"rule_{number}"
    while id_.lower() in used:
        id_ = f"rule_{number}" if id_ == own else f"{id_}_"
    used.add(id_.lower())
    return id_


def _leaves(node: Any, found: list[Leaf], depth: int) -> tuple[str, str, dict[str, str]] | None:
    """Collects the leaves of a tree; what is wrong with its shape, if anything."""
    if not isinstance(node, Mapping):
        return shown(node), "shape", {}
    if depth > DEEPEST:
        return shown(node), "too-deep", {"limit": str(DEEPEST)}
    keys = list(node)
    if keys in (["all"], ["any"]):
        items = node[keys[0]]
        if not isinstance(items, list | tuple) or not items:
            return shown(node), "empty", {"word": keys[0]}
        wrongs = (_leaves(item, found, depth + 1) for item in items)
        return next((wrong for wrong in wrongs if wrong is not None), None)
    if {"all", "any"} & set(keys) or not all(isinstance(node.get(key), str) for key in ("name", "operator")):
        return shown(node), "shape", {}
    found.append(node)
    return None


def _tags(id_: str, actions: Any, left_out: list[LeftOut]) -> Iterator[str]:
    """The tag of each action: its parameter `tag`, else its own name."""
    for action in actions:
        name = action.get("name") if isinstance(action, Mapping) else None
        params = (action.get("params") or {}) if isinstance(action, Mapping) else None
        if not isinstance(name, str) or not isinstance(params, Mapping):
            left_out.append(LeftOut(id_, shown(action), "action-shape"))
            continue
        tag = params.get("tag", name)
        if not isinstance(tag, str) or not is_tag(tag):
            left_out.append(LeftOut(id_, shown(action), "bad-tag", {"tag": shown(tag)}))
            continue
        if set(params) - {"tag"}:
            left_out.append(LeftOut(id_, shown(action), "params", {"tag": tag}))
        yield tag
