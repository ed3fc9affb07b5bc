"""The benefit `retention_voucher`: the less probably a customer is still active, the more it is worth."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

import tierkit
from tierkit.plugins import BenefitProvider, GrantContext, Granted

MOST = 100
"""What the vouchers of one customer may come to, in CNY."""


class Voucher(BaseModel):
    """What a voucher is worth at most, the dimension that says so, and from where on there is none."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    amount: Annotated[float, Field(gt=0, le=1_000, allow_inf_nan=False)]
    by: str
    below: Annotated[float, Field(gt=0, le=1)] = 0.5


def grant(params: Voucher, _decision: tierkit.Decision, context: GrantContext) -> Granted | None:
    """The share of `amount` that is not expected to come by itself; nothing when the probability is unknown.

    >>> params = Voucher(amount=60, by="p_active")
    >>> found = grant(params, None, GrantContext("lapsing", {"p_active": 0.25}))
    >>> found.values, found.texts["en"]
    ({'amount': 45}, 'active with a probability of 25 %, below 50 %')
    >>> grant(params, None, GrantContext("lapsing", {"p_active": None})) is None
    True
    """
    active = context.values[params.by]
    if not isinstance(active, int | float) or active >= params.below:
        return None
    because = {
        "en": f"active with a probability of {active:.0%}, below {params.below:.0%}".replace("%", " %"),
        "zh": f"仍活跃的概率为 {active:.0%}，低于 {params.below:.0%}",
    }
    return Granted({"amount": round(params.amount * (1 - active))}, because)


def say(values: Mapping[str, Any], locale: str) -> str:
    """The voucher in words.

    >>> say({"amount": 45}, "en"), say({"amount": 45}, "zh")
    ('a voucher of 45 CNY', '45 元代金券')
    """
    amount = format(values["amount"], ".15g")
    return f"{amount} 元代金券" if locale.startswith("zh") else f"a voucher of {amount} CNY"


RETENTION_VOUCHER = BenefitProvider(
    name="retention_voucher",
    grant=grant,
    params=Voucher,
    combine="sum",
    by="amount",
    most=MOST,
    reads=lambda params: {params.by: "number"},
    say=say,
)
