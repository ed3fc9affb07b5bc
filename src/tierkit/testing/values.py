"""Values of a record as conformance cases write them; nothing depends on how YAML resolves plain scalars."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from importlib import import_module
from typing import Any

from tierkit.documents.nodes import Mapping, Sequence
from tierkit.errors import MissingExtraError, UsageError


def value(node: Any) -> Any:
    """The value that a node of a case stands for.

    >>> from tierkit.documents.nodes import Scalar
    >>> value(Scalar("10000")), value(Scalar("10000", style='"')), value(Sequence(0))
    (10000, '10000', [])

    Raises:
        UsageError: the node is of no kind that cases have.
    """
    if isinstance(node, Mapping):
        return _special({str(key): item for key, item in node.items()})
    if isinstance(node, Sequence):
        return [value(item) for item in node]
    if not node.plain:
        return str(node)
    if node in _WORDS:
        return _WORDS[node]
    digits = node.removeprefix("-")
    if digits.isdecimal() and digits.isascii():
        return int(node)
    whole, point, rest = digits.partition(".")
    if point and (whole + rest).isdecimal() and (whole + rest).isascii():
        return float(node)
    return str(node)


def _special(node: dict[str, Any]) -> Any:
    if set(node) == {"numpy", "value"}:
        return _numpy(str(node["numpy"]), value(node["value"]))
    kind = next(iter(node), "")
    if len(node) != 1 or kind not in _KINDS:
        raise UsageError(f"a value of a case is `{{{', '.join(node)}}}`: known are {', '.join(_KINDS)}")
    try:
        return _KINDS[kind](node[kind])
    except (ValueError, ArithmeticError):
        raise UsageError(f"a value of a case is `{{{kind}: {node[kind]}}}`, which is no {kind}") from None


def _numpy(type_: str, found: Any) -> Any:
    try:
        return getattr(import_module("numpy"), type_)(found)
    except ImportError:
        raise MissingExtraError("a case has a value of numpy, which is not installed") from None


_WORDS = {"true": True, "false": False, "null": None}
_KINDS: dict[str, Callable[[Any], Any]] = {
    "nan": lambda _: float("nan"),
    "inf": lambda found: float(found) * float("inf"),
    "float": float,
    "decimal": Decimal,
    "date": dt.date.fromisoformat,
    "datetime": dt.datetime.fromisoformat,
    "set": lambda found: {value(item) for item in found},
}
