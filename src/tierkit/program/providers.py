"""What plugins can offer to a rule set, as plain data: dimensions, kinds of benefits, and functions."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Generic, Literal, TypeAlias, TypeVar

from tierkit.program.model import Texts
from tierkit.program.terms import Value

AS_OF = "as_of"
"""The input that is the day of evaluation, whatever else a provider reads."""

Model: TypeAlias = type[Any]
"""A pydantic model."""

Combine = Literal["first", "highest", "lowest", "sum", "all"]


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class DimensionProvider:
    """Computes a dimension from others.

    Args:
        name: what rule files call it by: `provider: NAME`.
        type: the type of its values: `integer number ratio score money boolean category text set date`.
        compute: `compute(record, params)`. `record` maps the names of `inputs` to their values; the result is
            a value of `type`, or None when there is none. What it raises makes the dimension unknown.
        inputs: the type of each input by name. An input is read from the dimension of its name, or from the
            one that the rule file's `params` name for it. The input `as_of` is the day of evaluation.
        params: a pydantic model of the parameters; None when there are none.
        values: the values that a category can have.
        accepts_missing: True to be called with None for a missing input; else the dimension is missing too.
        compute_many: `compute_many(records, params)`, a value per record, for many records at once.
        sql: `sql(params)`, a sqlglot expression over columns called like the inputs.

    >>> provider = DimensionProvider(
    ...     name="basket", type="money", inputs={"amount": "money", "orders": "integer"},
    ...     compute=lambda record, params: record["amount"] / record["orders"] if record["orders"] else None,
    ... )
    >>> provider.compute({"amount": 300.0, "orders": 4}, None)
    75.0
    """

    name: str
    type: str
    compute: Callable[[Mapping[str, Any], Any], Any]
    inputs: Mapping[str, str] = field(default_factory=dict)
    params: Model | None = None
    values: tuple[str, ...] | None = None
    accepts_missing: bool = False
    compute_many: Callable[[Sequence[Mapping[str, Any]], Any], Sequence[Any]] | None = None
    sql: Callable[[Any], Any] | None = None


@dataclass(frozen=True, slots=True)
class Granted:
    """What a benefit provider grants: values by name, and why so much, in one language or several.

    >>> Granted({"percent": 5}, because="5 % from 10,000 on").texts
    {'': '5 % from 10,000 on'}
    """

    values: Mapping[str, Any]
    because: str | Texts = ""

    @property
    def texts(self) -> Texts:
        """`because` by locale."""
        if isinstance(self.because, str):
            return {"": self.because} if self.because else {}
        return self.because


@dataclass(frozen=True, slots=True)
class GrantContext:
    """For what a benefit is granted: the tag or tier, and what conditions know of the customer.

    `granted` is what was granted, combined with what else the customer earned of the kind; it is there when a
    benefit is priced, and None before.
    """

    target: str
    values: Mapping[str, Value | None]
    granted: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class BenefitProvider:
    """Grants a kind of benefit.

    Args:
        name: what rule files call it by, under `grant:`.
        grant: `grant(params, decision, context)`, a `Granted`, or None for nothing.
        params: a pydantic model of the parameters; None when there are none.
        combine: what comes of several that a customer earns: the `first` in file order, the one whose value
            `by` is `highest` or `lowest`, the `sum` of these values up to `most`, or `all` of them.
        by: the value that is compared or summed.
        most: the cap of a sum.
        reads: `reads(params)`, the dimensions that the parameters name; the rule file must have them.
        say: `say(values, locale)`, the benefit in words; None leaves the words to tierkit.
        cost: `cost(params, decision, context)`, what the benefit costs the business for this customer, as a
            number in its own currency; `context.granted` is what was granted. None where it has no price.
    """

    name: str
    grant: Callable[[Any, Any, GrantContext], Granted | None]
    params: Model | None = None
    combine: Combine = "first"
    by: str | None = None
    most: float | None = None
    reads: Callable[[Any], Mapping[str, str]] | None = None
    say: Callable[[Mapping[str, Any], str], str | None] | None = None
    cost: Callable[[Any, Any, GrantContext], float | Decimal | None] | None = None


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class FunctionProvider:
    """A function for conditions. It must be total and give the same answer for the same arguments.

    Args:
        name: what conditions call it by.
        arguments: the types of its arguments, one at least.
        type: the type of its result; a `boolean` one is a condition.
        compute: `compute(*arguments)`. It is not called when an argument is missing: then so is the result.
        sql: `sql(*columns)`, a sqlglot expression of the arguments' expressions.
    """

    name: str
    arguments: tuple[str, ...]
    type: str
    compute: Callable[..., Any]
    sql: Callable[..., Any] | None = None


P = TypeVar("P", DimensionProvider, BenefitProvider, FunctionProvider)


@dataclass(frozen=True, slots=True, eq=False)
class Offered(Generic[P]):
    """A provider, and the plugin that it comes from."""

    plugin: str
    version: str
    provider: P


@dataclass(frozen=True, slots=True, eq=False)
class Offers:
    """Everything the plugins of an engine offer to its rule sets, by name."""

    dimensions: Mapping[str, Offered[DimensionProvider]] = field(default_factory=dict)
    benefits: Mapping[str, Offered[BenefitProvider]] = field(default_factory=dict)
    functions: Mapping[str, Offered[FunctionProvider]] = field(default_factory=dict)


NOTHING = Offers()
