"""The house rule: every rule says why it is there."""

from __future__ import annotations

from collections.abc import Iterator

import tierkit
from tierkit.plugins import Advice


def rules_without_because(ruleset: tierkit.RuleSet) -> Iterator[Advice]:
    """A line for each rule without a `because`."""
    for rule in ruleset.program.rules:
        if not rule.because:
            yield Advice(f"the rule `{rule.id}` needs a `because`: why is it there?", at=f"rules.{rule.id}")
