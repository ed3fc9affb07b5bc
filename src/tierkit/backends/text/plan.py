"""What is looked for in a file of records, and rows that cannot be read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tierkit.errors import Fault
from tierkit.program.model import Dimension


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that cannot be read, and why: faults of its values, or a text where it is no record at all."""

    key: Any
    faults: tuple[Fault, ...] = ()
    text: str = ""

    def message(self, locale: str) -> str:
        """What is wrong, in one line."""
        return self.text or "; ".join(fault.message(locale) for fault in self.faults)


Rows = Iterator[dict[str, Any] | BadRow]


@dataclass(frozen=True, slots=True)
class Plan:
    """What to look for in an input: the key, dimensions that a record may hold, those that are computed.

    Without a column of `required` the input is refused.
    """

    ruleset: str
    key: str | None
    wanted: Mapping[str, Dimension]
    computed: frozenset[str]
    required: frozenset[str] = frozenset()
