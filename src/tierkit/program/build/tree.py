"""The value tree as plain data, scalars as their places read them: what is digested and dumped.

A number is an exact `Decimal`, a condition has its white space collapsed, a text is as written. Two files
with equal trees mean the same, and the tree written as JSON loads to the same tree again.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from tierkit.documents.language import ConditionError, read_number
from tierkit.documents.nodes import Mapping, Scalar
from tierkit.program.types import NUMERIC

Shape = Callable[[Any], Any] | dict[str, Any]
"""How a place reads its node: a function, or the shapes of the keys of a mapping (`*`: of every key)."""

_SPACE = re.compile(r"\s+")
# What YAML does not take as it is, or the loader refuses unless it is written as an escape.
_ESCAPED = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ud800-\udfff\ufeff\ufff9-\uffff]"
)
_SHORT = {"\n": "\\n", "\t": "\\t", '"': '\\"', "\\": "\\\\"}


def value_tree(tree: Mapping) -> dict[str, Any]:
    """The whole file as data that compares by meaning."""
    dimensions = tree.get(Scalar("dimensions"))
    types = (
        {str(name): _type(node) for name, node in dimensions.items()}
        if isinstance(dimensions, Mapping)
        else {}
    )
    return {
        str(key): _examples(node, types) if key == "examples" else _read(node, _FILE.get(str(key), _text))
        for key, node in tree.items()
    }


def meant(values: dict[str, Any]) -> dict[str, Any]:
    """A value tree without `fitted`: equal values decide alike, whoever they were counted on."""
    parameters = values.get("parameters")
    for entry in parameters.values() if isinstance(parameters, dict) else ():
        if isinstance(entry, dict):
            entry.pop("fitted", None)
    return values


def collapse(text: str) -> str:
    """White space outside quotes collapsed to single spaces.

    >>> collapse("a   = 'x  y'  and b")
    "a = 'x  y' and b"
    """
    parts = text.split("'")
    return "'".join(_SPACE.sub(" ", part) if i % 2 == 0 else part for i, part in enumerate(parts)).strip()


# -- writing


def json_text(data: Any, *, sort: bool = False) -> str:
    """Data as JSON on one line; a `Decimal` in plain digits.

    >>> json_text({"b": Decimal("0.05"), "a": [None, True, "café"]}, sort=True)
    '{"a": [null, true, "café"], "b": 0.05}'
    """
    if isinstance(data, dict):
        items = sorted(data.items()) if sort else data.items()
        return "{" + ", ".join(f"{quoted(key)}: {json_text(value, sort=sort)}" for key, value in items) + "}"
    if isinstance(data, list):
        return "[" + ", ".join(json_text(item, sort=sort) for item in data) + "]"
    if isinstance(data, str):
        return quoted(data)
    return format(data, "f") if isinstance(data, Decimal) else json.dumps(data)


def quoted(text: str) -> str:
    r"""A text as JSON and YAML both read it: hidden characters as escapes, all others as they are.

    >>> quoted("5 “k”\u200b")
    '"5 “k”\\u200b"'
    """
    if text.isascii() and text.isprintable() and '"' not in text and "\\" not in text:
        return f'"{text}"'
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + _ESCAPED.sub(lambda c: _SHORT.get(c[0], f"\\u{ord(c[0]):04x}"), escaped) + '"'


# -- reading


def _read(node: Any, shape: Shape) -> Any:
    """A node read by its place; lists are read item by item."""
    if not isinstance(shape, dict):
        return shape(node)
    if isinstance(node, Mapping):
        every = shape.get("*", _text)
        return {str(key): _read(child, shape.get(str(key), every)) for key, child in node.items()}
    return [_read(item, shape) for item in node] if isinstance(node, list) else _text(node)


def _each(read: Callable[[Scalar], Any]) -> Callable[[Any], Any]:
    """Reads every scalar below a node, nothing as None."""

    def walk(node: Any) -> Any:
        if isinstance(node, Mapping):
            return {str(key): walk(child) for key, child in node.items()}
        if isinstance(node, list):
            return [walk(item) for item in node]
        return read(node) if isinstance(node, Scalar) and not node.null else None

    return walk


def _number(node: Scalar) -> Any:
    """The exact value of a plain number, without the zeros at its end; other text as it is."""
    value = _decimal(node)
    return str(node) if value is None else value


def _literal(node: Scalar) -> Any:
    """What a plain scalar looks like: a truth value, a number, else text."""
    if node.plain and node in ("true", "false"):
        return node == "true"
    return _number(node)


def _data(node: Scalar) -> Any:
    """As a literal; a number that will be a float although it is whole keeps its point."""
    value = _literal(node)
    if isinstance(value, Decimal) and value == value.to_integral_value() and ("." in node or "%" in node):
        return value.quantize(Decimal("1.0"))
    return value


def _decimal(node: Scalar) -> Decimal | None:
    if not node.plain:
        return None
    try:
        value, _ = read_number(node.removeprefix("-"))
    except ConditionError:
        return None
    return Decimal(format((-value if node.startswith("-") else value).normalize(), "f"))


_text, _numbers, _literals, _plain = _each(str), _each(_number), _each(_literal), _each(_data)


def _condition(node: Any) -> Any:
    """A condition in words, or as a tree of plain data."""
    return collapse(node) if isinstance(node, Scalar) and not node.null else _plain(node)


def _dimension(node: Any) -> Any:
    found = _read(node, _DIMENSION)
    if isinstance(node, Mapping) and (default := node.get(Scalar("on_missing"))) is not None:
        found["on_missing"] = _on_missing(default, _type(node))
    return found


def _on_missing(node: Any, type_: str) -> Any:
    """The policies are words, which JSON has no way to write bare; a default is a value of the type."""
    if isinstance(node, Mapping):
        return _text(node[Scalar("default")]) if "default" in node else _text(node)
    if node.plain and node in ("unknown", "error"):
        return {"policy": str(node)}
    return _given(node, type_)


def _given(node: Any, type_: str | None) -> Any:
    """A value of a record; of a name that is no dimension, by its looks."""
    if type_ is None:
        return _plain(node)
    if type_ in NUMERIC or type_ == "boolean":
        return _literals(node)
    return [str(item) for item in node] if type_ == "set" and isinstance(node, list) else _text(node)


def _examples(node: Any, types: dict[str, str]) -> Any:
    if isinstance(node, list):
        return [_examples(item, types) for item in node]
    found = _read(node, _EXAMPLE)
    given = node.get(Scalar("given")) if isinstance(node, Mapping) else None
    if isinstance(given, Mapping):
        found["given"] = {str(name): _given(value, types.get(str(name))) for name, value in given.items()}
    return found


def _benefits(node: Any) -> Any:
    """Parameters by provider, or a list of grants with their targets."""
    return (
        _read(node, {"target": _text, "provider": _text, "*": _plain})
        if isinstance(node, list)
        else _plain(node)
    )


def _type(dimension: Any) -> str:
    return str(dimension.get(Scalar("type"))) if isinstance(dimension, Mapping) else ""


_DIMENSION: dict[str, Any] = {
    **dict.fromkeys(("min", "max", "scale"), _numbers),
    **dict.fromkeys(("value", "aggregate", "where"), _condition),
    "actionable": _literals,
    "params": _plain,
    "scorecard": dict.fromkeys(("weight", "cap", "points", "steps", "on_missing"), _numbers),
}
_EXAMPLE: dict[str, Any] = {
    "expect": {"scores": _plain, "benefits": _benefits},
    "tables": _plain,
}
_FIT: dict[str, Any] = {
    **dict.fromkeys(("top", "quantile", "mean", "median", "step"), _numbers),
    "where": _condition,
}
_FILE: dict[str, Any] = {
    "eligible": _condition,
    "numeric_tolerance": _numbers,
    "parameters": {
        "*": {"value": _literals, "else": _literals, "fit": _FIT, "fitted": {"records": _numbers}}
    },
    "tables": {"*": {"columns": {"*": {"scale": _numbers, "value": _condition}}}},
    "dimensions": {"*": _dimension},
    "rules": {"when": _condition},
    "ladders": {"*": {"eligible": _condition, "tiers": {"enter": _condition}}},
    "benefits": {"when": _condition, "grant": _plain},
}
