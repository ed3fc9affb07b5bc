"""One line of a history: what was done, to which version, when, by whom, and the digest of the line before.

A line is JSON in one fixed form, so its digest is that of its bytes.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from dataclasses import dataclass
from typing import Any, Literal, get_args

from tierkit.errors import StoreError

FORMAT = 1
Kind = Literal["published", "activated", "rolled_back"]
KINDS: tuple[str, ...] = get_args(Kind)
_KEYS = (
    "format", "event", "version", "digest", "source_digest", "at", "effective", "by", "reason", "previous",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Event:
    """What happened to one version of a rule set.

    `digest` is that of the meaning, `source_digest` that of the bytes. `effective` is the instant from which
    an activation counts, None for at once. `previous` is the digest of the line before, None for the first.
    """

    event: Kind
    version: str
    digest: str
    source_digest: str
    at: dt.datetime
    effective: dt.datetime | None
    by: str
    reason: str | None
    previous: str | None

    @property
    def start(self) -> dt.datetime:
        """From when on it counts for questions about the past."""
        return self.effective or self.at

    def line(self) -> str:
        """The line of the history, without its end.

        >>> at = dt.datetime(2025, 11, 20, 8, tzinfo=dt.timezone.utc)
        >>> event = Event("published", "1.0", "d", "s", at, None, "li", None, None)
        >>> Event.read(event.line(), 1) == event
        True
        """
        return json.dumps(self.to_dict(), ensure_ascii=False, separators=(", ", ": "))

    def to_dict(self) -> dict[str, Any]:
        """As JSON-ready data; every key is always present."""
        return {
            "format": FORMAT,
            "event": self.event,
            "version": self.version,
            "digest": self.digest,
            "source_digest": self.source_digest,
            "at": self.at.isoformat(),
            "effective": None if self.effective is None else self.effective.isoformat(),
            "by": self.by,
            "reason": self.reason,
            "previous": self.previous,
        }

    @classmethod
    def read(cls, line: str, number: int) -> Event:
        """The event of a line; raises `StoreError` that names the line and what is wrong with it."""
        try:
            data = json.loads(line)
        except (ValueError, RecursionError):
            raise StoreError(_unreadable(line, number)) from None
        if not isinstance(data, dict) or not isinstance(data.get("format"), int):
            raise StoreError(f"line {number} is no event of a history")
        if data["format"] > FORMAT:
            raise StoreError(
                f"line {number} was written by a newer tierkit (format {data['format']}, this one reads "
                f"{FORMAT}): update tierkit"
            )
        try:
            if tuple(data) != _KEYS or data["event"] not in KINDS:
                raise ValueError  # noqa: TRY301  said below, as for every other part
            texts = [data[key] for key in ("version", "digest", "source_digest", "by")]
            if not all(isinstance(text, str) for text in texts):
                raise ValueError  # noqa: TRY301
            if not all(data[key] is None or isinstance(data[key], str) for key in ("reason", "previous")):
                raise ValueError  # noqa: TRY301
            effective = None if data["effective"] is None else _instant(data["effective"])
            return cls(
                data["event"], data["version"], data["digest"], data["source_digest"], _instant(data["at"]),
                effective, data["by"], data["reason"], data["previous"],
            )  # fmt: skip
        except (ValueError, TypeError, KeyError):
            raise StoreError(f"line {number} is no event of a history") from None


def digest(data: bytes | str) -> str:
    """The sha256 of bytes, or of a text in UTF-8, in hexadecimal."""
    return hashlib.sha256(data.encode() if isinstance(data, str) else data).hexdigest()


def _instant(text: str) -> dt.datetime:
    found = dt.datetime.fromisoformat(text)
    if found.tzinfo is None:
        raise ValueError
    return found


def _unreadable(line: str, number: int) -> str:
    if line.startswith(("<<<<<<<", "=======", ">>>>>>>", "|||||||")):
        return f"line {number} is a conflict that git left: `tierkit history NAME --repair` explains it"
    return f"line {number} is not JSON"
