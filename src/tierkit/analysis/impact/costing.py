"""What benefits cost before and after: sums of decimals, by kind and in all."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any


@dataclass(frozen=True, slots=True)
class Spent:
    """What a kind of benefit costs on one side: the sum, and how many grants have a price and have none."""

    amount: Decimal = Decimal(0)
    priced: int = 0
    unpriced: int = 0

    def to_dict(self) -> dict[str, Any]:
        """As JSON-ready data."""
        return {"amount": float(self.amount), "priced": self.priced, "unpriced": self.unpriced}


@dataclass(frozen=True, slots=True)
class KindCost:
    """A kind of benefit that is priced, and what it costs before and after."""

    benefit: str
    before: Spent
    after: Spent

    def to_dict(self) -> dict[str, Any]:
        """As JSON-ready data."""
        return {"benefit": self.benefit, "before": self.before.to_dict(), "after": self.after.to_dict()}


@dataclass(frozen=True, slots=True)
class CostFailure:
    """A provider that failed to grant or to price: how often on each side, and what it said first."""

    plugin: str
    benefit: str
    before: int
    after: int
    detail: str

    def to_dict(self) -> dict[str, Any]:
        """As JSON-ready data."""
        return {
            "plugin": self.plugin, "benefit": self.benefit, "before": self.before, "after": self.after,
            "detail": self.detail,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Costs:
    """What the benefits cost, by kind and in all, the kinds without prices, and the providers that failed."""

    kinds: tuple[KindCost, ...] = ()
    unpriced: tuple[str, ...] = ()
    failures: tuple[CostFailure, ...] = ()

    @property
    def before(self) -> Decimal:
        """All priced benefits before."""
        return sum((kind.before.amount for kind in self.kinds), Decimal(0))

    @property
    def after(self) -> Decimal:
        """All priced benefits after."""
        return sum((kind.after.amount for kind in self.kinds), Decimal(0))

    def to_dict(self) -> dict[str, Any]:
        """As JSON-ready data; the total is null where nothing has a price."""
        total = {"before": float(self.before), "after": float(self.after)} if self.kinds else None
        return {
            "kinds": [kind.to_dict() for kind in self.kinds],
            "total": total,
            "unpriced": list(self.unpriced),
            "failures": [failure.to_dict() for failure in self.failures],
        }
