"""Built-in benefits. Each is a model of its parameters and a provider; most grant what is written."""

from __future__ import annotations

from itertools import pairwise
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, Strict, model_validator

from tierkit.plugins.hooks import hookimpl
from tierkit.program.build.parameters import Share
from tierkit.program.model import text
from tierkit.program.providers import BenefitProvider, Combine, GrantContext, Granted


def _without_sign(value: Any) -> Any:
    """5% is 0.05 in a rule file, and a discount of 0.05 percent is nobody's."""
    if isinstance(value, Share):
        message = f"write the number alone: {100 * value:.12g}"
        raise ValueError(message)  # noqa: TRY004  pydantic reports values, not types
    return value


Number = Annotated[float, Strict()]
Percent = Annotated[float, Strict(), BeforeValidator(_without_sign), Field(ge=0, le=100)]
Texts = str | dict[str, str]


class _Params(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Discount(_Params):
    """`percent`, or a staircase: the percent of the last of `steps` that the number `by` reaches."""

    percent: Percent | None = None
    by: str | None = None
    steps: Annotated[tuple[tuple[Number, Percent], ...], Field(min_length=1)] | None = None

    @model_validator(mode="after")
    def _one_form(self) -> Discount:
        if (self.percent is None) == (self.by is None) or (self.by is None) != (self.steps is None):
            message = "write `percent`, or `by` and `steps`"
            raise ValueError(message)
        starts = [start for start, _ in self.steps or ()]
        if any(a >= b for a, b in pairwise(starts)):
            message = "each of `steps` must begin above the one before"
            raise ValueError(message)
        return self


class PaymentTerms(_Params):
    """Days until an invoice is due."""

    days: Annotated[int, Strict(), Field(ge=0, le=3650)]


class Service(_Params):
    """A level of service and its hours."""

    name: Texts
    hours: str | None = None


class DeliveryPriority(_Params):
    """The place in the queue: 1 is served first."""

    rank: Annotated[int, Strict(), Field(ge=1)]


class Points(_Params):
    """How many times the usual points a purchase earns."""

    multiplier: Annotated[float, Strict(), Field(gt=0, le=1000)]


class Perks(_Params):
    """Favours in words."""

    texts: Annotated[tuple[Texts, ...], Field(min_length=1)]


class Attributes(BaseModel):
    """Any names and values."""

    model_config = ConfigDict(extra="allow", frozen=True)


def _discount(params: Discount, decision: Any, context: GrantContext) -> Granted | None:
    if params.by is None:
        return Granted({"percent": _number(params.percent)})
    value = context.values[params.by]
    if not isinstance(value, int | float):
        return None  # without the number nobody knows which step
    reached = [(start, percent) for start, percent in params.steps or () if value >= start]
    if not reached:
        return None
    start, percent = reached[-1]
    labels = decision.source.program.dimensions[params.by].label
    because = {
        "en": f"{text(labels, 'en', params.by)} is at least {start:,.15g}",
        "zh": f"{text(labels, 'zh', params.by)}不低于 {start:,.15g}",
    }
    return Granted({"percent": _number(percent)}, because)


def _as_written(params: BaseModel, _decision: Any, _context: GrantContext) -> Granted:
    found = params.model_dump(mode="json", exclude_none=True)
    return Granted({name: _number(value) for name, value in found.items()})


def _number(value: Any) -> Any:
    """A whole number without a point, as it was probably written."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _plain(name: str, params: type[BaseModel], combine: Combine, by: str | None = None) -> BenefitProvider:
    return BenefitProvider(name=name, grant=_as_written, params=params, combine=combine, by=by)


@hookimpl
def tierkit_benefit_providers() -> list[BenefitProvider]:
    """The kinds of benefits that every rule file can name."""
    return [
        BenefitProvider(
            name="discount", grant=_discount, params=Discount, combine="highest", by="percent",
            reads=lambda params: {} if params.by is None else {params.by: "number"},
        ),
        _plain("payment_terms", PaymentTerms, "highest", "days"),
        _plain("service", Service, "first"),
        _plain("delivery_priority", DeliveryPriority, "lowest", "rank"),
        _plain("points", Points, "highest", "multiplier"),
        _plain("perks", Perks, "all"),
        _plain("attributes", Attributes, "all"),
    ]  # fmt: skip
