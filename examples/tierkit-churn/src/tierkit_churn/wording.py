"""Words for a reason in which `p_active` has a part."""

from __future__ import annotations

import tierkit

TEXTS = {
    "en": "{because}; the BG/NBD model gives {active:.0%} that the customer still buys",
    "zh": "{because}；BG/NBD 模型认为客户仍会购买的概率为 {active:.0%}",
}


def words(reason: tierkit.Reason, locale: str) -> str | None:
    """The business reason with the probability; None for a reason without both, which is left to tierkit."""
    because = reason.because_in(locale)
    values = [finding.value for finding in reason.findings if finding.dimension == "p_active"]
    if because is None or not values or not isinstance(values[0], float):
        return None
    return TEXTS["zh" if locale.startswith("zh") else "en"].format(because=because, active=values[0])
