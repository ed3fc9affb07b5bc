"""A plugin of tierkit: the probability that a customer is still active, and what to do when it falls.

This module holds the hooks and nothing else; each refers to the module that does the work.
"""

from collections.abc import Iterator

import tierkit
from tierkit.plugins import Advice, BenefitProvider, DimensionProvider
from tierkit_churn.activity import P_ACTIVE
from tierkit_churn.house import rules_without_because
from tierkit_churn.voucher import RETENTION_VOUCHER
from tierkit_churn.wording import words

__version__ = "0.1.0"


@tierkit.hookimpl
def tierkit_dimensions() -> list[DimensionProvider]:
    """Offers `p_active`."""
    return [P_ACTIVE]


@tierkit.hookimpl
def tierkit_benefit_providers() -> list[BenefitProvider]:
    """Offers `retention_voucher`."""
    return [RETENTION_VOUCHER]


@tierkit.hookimpl
def tierkit_check(ruleset: tierkit.RuleSet) -> Iterator[Advice]:
    """The house rule: whoever writes a rule says why."""
    return rules_without_because(ruleset)


@tierkit.hookimpl
def tierkit_render_reason(reason: tierkit.Reason, locale: str) -> str | None:
    """Words for a reason that rests on the probability."""
    return words(reason, locale)
