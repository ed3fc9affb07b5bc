"""The text of a rule file: the head and dimensions on lines of their own, each rule as a block."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from tierkit.program.build.tree import json_text, quoted
from tierkit.program.canonical import formula_text
from tierkit.program.terms import Formula

_WORDS = re.compile(r"[^\W\d](?:[\w -]*\w)?")
_PLAIN = re.compile(r"[^\W\d](?:[\w ,()<>=!'.+*/%-]*[\w)'])?")


@dataclass(frozen=True, slots=True)
class Head:
    """All of the file but its rules."""

    name: str
    version: str
    tolerance: str | None
    dimensions: Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of the file; its condition is a tree, or words."""

    id: str
    tag: str
    when: dict[str, Any] | str
    because: Any = None
    origin: str = ""
    """The rule it was made from: one that gives several tags becomes several."""


def worded(rule: Rule, formula: Formula) -> Rule:
    """The rule with its condition in words."""
    return replace(rule, when=formula_text(formula))


def names_in(tree: dict[str, Any]) -> frozenset[str]:
    """The names of all variables of a tree."""
    items = tree.get("all") or tree.get("any")
    return frozenset([tree["name"]]) if items is None else frozenset().union(*map(names_in, items))


def file_text(head: Head, rules: list[Rule]) -> str:
    """The whole file."""
    return "\n".join([*_lines(head, rules), ""])


def _lines(head: Head, rules: list[Rule]) -> Iterator[str]:
    yield f"ruleset: {head.name}"
    yield f"version: {head.version}"
    if head.tolerance is not None:
        yield f"numeric_tolerance: {head.tolerance}"
    if head.dimensions:
        yield "dimensions:"
    for name, dimension in head.dimensions.items():
        yield f"  {name}: {{{', '.join(f'{key}: {_value(key, value)}' for key, value in dimension.items())}}}"
    if rules:
        yield "rules:"
    for rule in rules:
        yield f"  - id: {rule.id}"
        yield f"    tag: {rule.tag if _WORDS.fullmatch(rule.tag) else quoted(rule.tag)}"
        yield f"    when: {_condition(rule.when)}"
        because = _because(rule.because)
        if because:
            yield f"    because: {json_text(because)}"


def _value(key: str, value: Any) -> str:
    """A value of a dimension; a type is a word of the language."""
    return str(value) if key == "type" else json_text(value)


def _condition(when: dict[str, Any] | str) -> str:
    if isinstance(when, dict):
        return json_text(when)
    return when if _PLAIN.fullmatch(when) else quoted(when)


def _because(found: Any) -> Any:
    """A text, or texts by locale; anything else is no reason."""
    if isinstance(found, str):
        return found
    if isinstance(found, Mapping) and all(isinstance(part, str) for pair in found.items() for part in pair):
        return dict(found)
    return None
