"""Customers who show what a problem says, as data that a record, an example or a program can hold."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

_PLAIN = frozenset("'\"{}[],&*#?|-<>=!%@:`")


@dataclass(frozen=True, slots=True)
class Customer:
    """A record, the day of evaluation, and the dimensions that are given though they would be computed.

    `dated` says that the day matters.

    >>> print(Customer({"amount": 6000.0, "city": "上海"}, dt.date(2025, 1, 1)))
    {amount: 6000, city: 上海}
    """

    record: Mapping[str, Any]
    day: dt.date
    given: tuple[str, ...] = field(default=())
    dated: bool = False

    def to_dict(self) -> dict[str, Any]:
        """As JSON-ready data: days are ISO texts, sets are sorted lists."""
        record = {name: _ready(value) for name, value in self.record.items()}
        return {"record": record, "as_of": self.day.isoformat(), "given": list(self.given)}

    def __str__(self) -> str:
        shown = ", ".join(f"{name}: {_text(_ready(value))}" for name, value in self.record.items())
        return f"{{{shown}}}" + (f" as_of {self.day.isoformat()}" if self.dated else "")


def _ready(value: Any) -> Any:
    if isinstance(value, frozenset):
        return sorted(value)
    return value.isoformat() if isinstance(value, dt.date) else value


def _text(value: Any) -> str:
    """A value as a rule file would hold it."""
    if isinstance(value, list):
        return "[" + ", ".join(map(_text, value)) + "]"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e16 else repr(value)  # noqa: PLR2004
    text = str(value)
    if isinstance(value, str) and (not text or _PLAIN & set(text) or text != text.strip()):
        return "'" + text.replace("'", "''") + "'" if not text[:4].isdigit() else text
    return text
