"""Reasons, findings and what could not be decided: plain frozen data."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from tierkit.program.model import text
from tierkit.program.terms import Leaf, Value


@dataclass(frozen=True, slots=True)
class Finding:
    """One leaf of a condition with what was found: the smallest part of a reason.

    `margin` is how far the value is on the right side of the threshold (negative: on the wrong side), in the
    dimension's unit, in days for dates, null where there is no distance.
    `leaf` is what the words are made from.
    """

    expression: str
    dimension: str | None
    value: Value | None
    operator: str
    threshold: Any
    parameter: str | None
    outcome: bool | None
    margin: float | None
    source: str | None
    leaf: Leaf | None = field(default=None, compare=False, repr=False)

    def to_dict(self) -> dict[str, Any]:
        """The finding as JSON-ready data."""
        return {
            "expression": self.expression,
            "dimension": self.dimension,
            "value": plain(self.value),
            "operator": self.operator,
            "threshold": plain(self.threshold),
            "parameter": self.parameter,
            "outcome": self.outcome,
            "margin": self.margin,
            "source": self.source,
        }


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a target is held: the rule (or `ladder.tier`) that gives it and the findings that made it true.

    A reason without target says why the customer is not graded at all.
    """

    target: str | None
    rule: str | None
    texts: Mapping[str, str]
    findings: tuple[Finding, ...]

    @property
    def because(self) -> str | None:
        """The business reason, in English where there is one."""
        return self.because_in("en")

    def because_in(self, locale: str) -> str | None:
        """The business reason in the language of `locale`."""
        return text(self.texts, locale, "") or None

    def to_dict(self, locale: str = "en") -> dict[str, Any]:
        """The reason as JSON-ready data."""
        return {
            "target": self.target,
            "rule": self.rule,
            "because": self.because_in(locale),
            "findings": [finding.to_dict() for finding in self.findings],
        }


@dataclass(frozen=True, slots=True)
class MissingValue:
    """A root dimension that is missing, and why."""

    dimension: str
    cause: str

    def to_dict(self) -> dict[str, str]:
        """As JSON-ready data."""
        return {"dimension": self.dimension, "cause": self.cause}


@dataclass(frozen=True, slots=True)
class Undetermined:
    """A rule or a ladder that could not be decided, and the missing dimensions at the root of it.

    For a ladder `tiers` are those still possible, best first; None among them means no tier at all.
    """

    rule: str | None
    ladder: str | None
    tiers: tuple[str | None, ...]
    missing: tuple[MissingValue, ...]

    def to_dict(self) -> dict[str, Any]:
        """As JSON-ready data; `tier` lists the tiers still possible."""
        return {
            "rule": self.rule,
            "ladder": self.ladder,
            "tier": None if self.ladder is None else list(self.tiers),
            "missing": [item.to_dict() for item in self.missing],
        }


@dataclass(frozen=True, slots=True)
class Known:
    """The value of a dimension in a decision, where it came from, and why it is missing if it is."""

    value: Value | None
    source: str
    cause: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """As JSON-ready data."""
        return {"value": plain(self.value), "source": self.source, "cause": self.cause}


@dataclass(frozen=True, slots=True)
class Grant:
    """A benefit that a target earned: what its provider granted, and why.

    `params` is what the rule file says, `values` what was granted; they are equal where no plugin offers the
    provider, and then `plugin` is None. Of several of one kind, `combined` went into this one, `lost` to it.
    """

    target: str
    provider: str
    params: Any
    values: Any
    texts: Mapping[str, str] = field(default_factory=dict)
    plugin: str | None = None
    combined: tuple[Grant, ...] = ()
    lost: tuple[Grant, ...] = ()

    @property
    def because(self) -> str | None:
        """The provider's own reason, in English where there is one."""
        return self.because_in("en")

    def because_in(self, locale: str) -> str | None:
        """The provider's own reason in the language of `locale`."""
        return text(self.texts, locale, "") or None

    def to_dict(self, locale: str = "en") -> dict[str, Any]:
        """As JSON-ready data."""
        return {
            "target": self.target,
            "provider": self.provider,
            "params": deepcopy(self.params),
            "values": deepcopy(self.values),
            "because": self.because_in(locale),
            "plugin": self.plugin,
            "combined": [grant.to_dict(locale) for grant in self.combined],
            "lost": [grant.to_dict(locale) for grant in self.lost],
        }


@dataclass(frozen=True, slots=True)
class Failure:
    """A plugin that failed: its provider or function, and the dimension or target that it was asked for."""

    plugin: str
    version: str
    provider: str
    dimension: str | None
    target: str | None
    detail: str

    def message(self, locale: str = "en") -> str:
        """The failure in one line, in English or Chinese."""
        subject = self.dimension or self.target or ""
        who = f"{self.plugin} {self.version}".rstrip()
        if locale.lower().startswith("zh"):
            return f"插件 `{who}` 的 `{self.provider}` 在处理 `{subject}` 时出错：{self.detail}"
        return f"plugin `{who}`: `{self.provider}` failed for `{subject}`: {self.detail}"

    def to_dict(self, locale: str = "en") -> dict[str, Any]:
        """As JSON-ready data."""
        return {
            "plugin": self.plugin,
            "version": self.version,
            "provider": self.provider,
            "dimension": self.dimension,
            "target": self.target,
            "detail": self.detail,
            "message": self.message(locale),
        }

    def __str__(self) -> str:
        return self.message()


@dataclass(frozen=True, slots=True)
class Points:
    """What one characteristic of a scorecard earned and lost, in points of the score."""

    dimension: str
    value: Value | None
    earned: float | None
    lost: float | None
    most: float

    def to_dict(self) -> dict[str, Any]:
        """As JSON-ready data."""
        return {
            "dimension": self.dimension,
            "value": plain(self.value),
            "earned": self.earned,
            "lost": self.lost,
            "most": self.most,
        }


def plain(value: Any) -> Any:
    """A value as JSON holds it: dates as ISO text, sets as sorted lists.

    >>> plain(dt.date(2025, 1, 31)), plain(frozenset("ba"))
    ('2025-01-31', ['a', 'b'])
    """
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, frozenset):
        return sorted(value)
    return [plain(item) for item in value] if isinstance(value, tuple) else value
