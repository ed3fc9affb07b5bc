"""A rule set as typed, immutable data: what every backend compiles and every answer is explained from."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Literal

from tierkit.program.terms import Const, Formula, Term, Value

if TYPE_CHECKING:
    from tierkit.program.calls import Call
    from tierkit.program.providers import BenefitProvider, Offered

Texts = Mapping[str, str]
"""Texts by locale; `""` holds a text written without one."""

Kind = Literal["given", "derived", "scorecard", "aggregated", "provider"]


def text(texts: Texts, locale: str, fallback: str) -> str:
    """The text for `locale`: the locale, its language, English, the first there is, `fallback`.

    >>> text({"en": "Gold", "zh": "黄金"}, "zh_CN", "gold")
    '黄金'
    """
    wanted = locale.replace("_", "-").casefold()
    by_locale = {name.replace("_", "-").casefold(): value for name, value in texts.items()}
    for name in (wanted, wanted.split("-", 1)[0], "en"):
        if name in by_locale:
            return by_locale[name]
    return next(iter(texts.values()), fallback)


@dataclass(frozen=True, slots=True)
class OnMissing:
    """What happens to a missing value: it stays `unknown`, becomes a `default`, or is an `error`."""

    policy: Literal["unknown", "default", "error"] = "unknown"
    value: Value | None = None


@dataclass(frozen=True, slots=True)
class Characteristic:
    """One line of a scorecard: `factor` is 100 · weight, `table` its points."""

    dimension: str
    factor: float
    form: Literal["cap", "points", "steps", "values"]
    cap: float = 0.0
    xs: tuple[float, ...] = ()
    ys: tuple[float, ...] = ()
    values: tuple[tuple[Value, float], ...] = ()
    on_missing: float | None = None


@dataclass(frozen=True, slots=True)
class Dimension:
    """A typed fact about a customer."""

    name: str
    type: str
    kind: Kind = "given"
    label: Texts = field(default_factory=dict)
    description: Texts = field(default_factory=dict)
    unit: str | None = None
    scale: int | None = None
    values: tuple[str, ...] | None = None
    value_labels: Mapping[str, Texts] = field(default_factory=dict)
    minimum: float | None = None
    maximum: float | None = None
    on_missing: OnMissing = OnMissing()
    actionable: bool = True
    term: Term | None = None
    condition: Formula | None = None
    scorecard: tuple[Characteristic, ...] = ()
    provider: str | None = None
    params: Any = None
    aggregate: Aggregate | None = None
    supply: Supply | None = field(default=None, compare=False)

    @property
    def computed(self) -> bool:
        """True when the value never comes from the record (unless the caller says so)."""
        return self.kind in ("derived", "scorecard", "provider")


@dataclass(frozen=True, slots=True)
class Supply:
    """A provider at work for one dimension: what it reads, and the guarded call of it.

    `inputs` are pairs of an input's name and the dimension it reads. Without a `call` the dimension is
    missing for everybody, and `idle` is the cause.
    """

    inputs: tuple[tuple[str, str], ...] = ()
    call: Call | None = None
    idle: str = "provider_missing"


@dataclass(frozen=True, slots=True)
class Aggregate:
    """How an aggregated dimension is computed from the rows of its table."""

    table: str
    function: str
    term: Term | None
    distinct: bool = False
    where: Formula | None = None
    window: tuple[str, int, str] | None = None
    before: tuple[str, int, str] | None = None


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table."""

    name: str
    type: str
    scale: int | None = None
    values: tuple[str, ...] | None = None
    term: Term | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """A table that the caller holds."""

    name: str
    key: str
    time: str | None
    recorded_at: str | None
    columns: Mapping[str, Column]


@dataclass(frozen=True, slots=True)
class Parameter:
    """A named threshold: one value, a list, or one value per value of the category `by`."""

    name: str
    value: Const | tuple[Const, ...] | Mapping[str, Const]
    by: str | None = None
    otherwise: Const | None = None
    because: Texts = field(default_factory=dict)
    label: Texts = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Fit:
    """How a parameter follows a population: `amount` is the share of a `top` or `quantile`, else a factor."""

    dimension: str
    form: Literal["top", "quantile", "mean", "median"]
    amount: Fraction
    ties: Literal["include", "exclude"] = "include"
    where: Formula | None = None
    step: Fraction | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """When `when` is true between its days, the customer has `tag`."""

    id: str
    tag: str
    when: Formula
    because: Texts = field(default_factory=dict)
    valid_from: dt.date | None = None
    valid_through: dt.date | None = None

    def valid_on(self: Rule | Benefit, day: dt.date) -> bool:
        """True when the rule (or the benefit) applies on `day`."""
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_through is None or day <= self.valid_through
        )


@dataclass(frozen=True, slots=True)
class Tier:
    """One tier of a ladder; without `enter` it takes everyone else."""

    id: str
    enter: Formula | None
    label: Texts = field(default_factory=dict)
    tag: str | None = None
    because: Texts = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Ladder:
    """Tiers that exclude each other, best first."""

    name: str
    tiers: tuple[Tier, ...]
    label: Texts = field(default_factory=dict)
    skip_unknown: bool = False
    eligible: Formula | None = None


@dataclass(frozen=True, slots=True)
class Award:
    """One benefit that is earned: the provider's name and its parameters as written.

    `offered` is the provider, None where no plugin offers it, `typed` the parameters as it takes them, and
    `reads` the dimensions that they name.
    """

    provider: str
    params: Any
    offered: Offered[BenefitProvider] | None = field(default=None, compare=False)
    typed: Any = field(default=None, compare=False)
    reads: tuple[str, ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class Benefit:
    """What each of `targets` earns."""

    targets: tuple[str, ...]
    awards: tuple[Award, ...]
    when: Formula | None = None
    valid_from: dt.date | None = None
    valid_through: dt.date | None = None

    valid_on = Rule.valid_on


@dataclass(frozen=True, slots=True)
class Example:
    """A record and the answer expected for it."""

    name: str
    given: Mapping[str, Any]
    expect: Mapping[str, Any]
    as_of: dt.date | None = None
    line: int = field(default=0, compare=False)
    tables: Mapping[str, tuple[Mapping[str, Any], ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Tag:
    """What the file says about a tag."""

    name: str
    label: Texts = field(default_factory=dict)
    description: Texts = field(default_factory=dict)
    owner: str | None = None


@dataclass(frozen=True)
class Program:
    """A whole rule set. `order` lists computed dimensions and ladders, each after what it reads."""

    name: str
    version: str
    digest: str
    title: Texts
    description: Texts
    valid_from: dt.date | None
    timezone: str
    key: str | None
    eligible: Formula | None
    parameters: Mapping[str, Parameter]
    tables: Mapping[str, Table]
    dimensions: Mapping[str, Dimension]
    order: tuple[str, ...]
    rules: tuple[Rule, ...]
    ladders: Mapping[str, Ladder]
    benefits: tuple[Benefit, ...]
    examples: tuple[Example, ...]
    tags: Mapping[str, Tag]
    tolerance: float = 0.0
    fits: Mapping[str, Fit] = field(default_factory=dict)
