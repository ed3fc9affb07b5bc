"""The dimension `p_active`: how probable it is that a customer still buys, after the BG/NBD model.

A customer is seen from the first order on. Of the orders after it, `frequency` have been made; the last one
came at the age t_x (`recency_days`), and the age now is T (`age_days`). The model supposes that a customer
buys at random with a rate of its own until, after some order, it silently leaves. Then

    P(active) = 1 / (1 + a / (b + x - 1) · ((α + T) / (α + t_x)) ** (r + x))   for x > 0,  and 1 for x = 0:

nobody has left who could not have left after an order yet. r and α describe how often customers buy, a and b
how easily they leave; they are estimated from the orders of all customers.

Sources: P. S. Fader, B. G. S. Hardie, K. L. Lee, "Counting Your Customers" the Easy Way: An Alternative to
the Pareto/NBD Model, Marketing Science 24 (2), 2005, 275-284; the formula in P. S. Fader, B. G. S. Hardie,
Computing P(alive) Using the BG/NBD Model, note 021 at brucehardie.com, 2008.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from tierkit.plugins import DimensionProvider

LARGEST = 700.0
"""Where the exponent is cut: `exp` of more does not fit a binary64, and the probability is 0 long before."""

Positive = Annotated[float, Field(gt=0, le=1_000_000, allow_inf_nan=False)]


class Activity(BaseModel):
    """The parameters of the model, and the days of the unit of time that they were estimated in."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    r: Positive
    alpha: Positive
    a: Positive
    b: Positive
    unit_days: Positive = 7


def compute(record: Mapping[str, Any], params: Activity) -> float | None:
    """The probability for one customer; None for numbers that no customer has.

    With the estimates of the article (table 2) for the customers of CDNOW, in weeks:

    >>> cdnow = Activity(r=0.243, alpha=4.414, a=0.793, b=2.426)
    >>> round(compute({"frequency": 2, "recency_days": 213, "age_days": 272}, cdnow), 4)
    0.7266
    >>> compute({"frequency": 2, "recency_days": 30, "age_days": 10}, cdnow) is None
    True
    """
    return _active(record["frequency"], record["recency_days"], record["age_days"], params)


def compute_many(records: Sequence[Mapping[str, Any]], params: Activity) -> list[float | None]:
    """The probability for each of many customers."""
    return [_active(r["frequency"], r["recency_days"], r["age_days"], params) for r in records]


def _active(x: int, recency: float, age: float, params: Activity) -> float | None:
    if x < 0 or recency < 0 or recency > age:
        return None
    if x == 0:
        return 1.0
    alpha = params.alpha * params.unit_days
    odds = math.log(params.a / (params.b + x - 1)) + (params.r + x) * math.log(
        (alpha + age) / (alpha + recency)
    )
    return 1 / (1 + math.exp(min(odds, LARGEST)))


def sql(params: Activity) -> Any:
    """The same as an expression over the columns `frequency`, `recency_days` and `age_days`."""
    from sqlglot import exp  # only who runs it in a database needs it

    def number(value: float) -> exp.Expression:
        return exp.Literal.number(repr(float(value)))

    def real(name: str) -> exp.Expression:
        return exp.cast(exp.column(name), "double")

    alpha, one = number(params.alpha * params.unit_days), number(1)
    x, recency, age = real("frequency"), real("recency_days"), real("age_days")
    leaves = exp.func("LN", number(params.a) / exp.paren(number(params.b) + x - one))
    passed = exp.func("LN", exp.paren(alpha + age) / exp.paren(alpha + recency))
    odds = leaves + exp.paren(number(params.r) + x) * passed
    cut = exp.case().when(odds > number(LARGEST), number(LARGEST)).else_(odds)
    active = one / exp.paren(one + exp.func("EXP", cut))
    impossible = exp.or_(x < number(0), recency < number(0), recency > age)
    return exp.case().when(impossible, exp.null()).when(x.eq(number(0)), one).else_(active)


P_ACTIVE = DimensionProvider(
    name="p_active",
    type="ratio",
    inputs={"frequency": "integer", "recency_days": "number", "age_days": "number"},
    params=Activity,
    compute=compute,
    compute_many=compute_many,
    sql=sql,
)
