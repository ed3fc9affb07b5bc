"""Outcome rows as flat columns, for formats without nesting: CSV, Parquet, a table on a terminal."""

from __future__ import annotations

import json
from typing import Any

from tierkit.decisions import Decision
from tierkit.decisions.outcome import Common, Outcomes, json_key


class Flat:
    """The columns of a rule set's outcomes, and its decisions as rows of them."""

    def __init__(self, outcomes: Outcomes, as_of: str, locale: str, *, reasons: bool, values: bool) -> None:
        program = outcomes.program
        self.outcomes, self.locale = outcomes, locale
        self.head = (program.name, program.version, as_of)
        self.ladders = tuple(f"tier_{name}" for name in program.ladders)
        taken = {"key", "ruleset", "version", "as_of", "tags", *self.ladders, "undetermined", "error"}
        self.scores = tuple(f"score_{name}" if name in taken else name for name, _, _ in outcomes.scores)
        self.extra = tuple(name for name, wanted in (("reasons", reasons), ("values", values)) if wanted)
        before = ("key", "ruleset", "version", "as_of", "tags")
        self.columns = (*before, *self.ladders, *self.scores, "undetermined", "error", *self.extra)

    def decided(self, decision: Decision, common: Common) -> list[Any]:
        """The row of a decision: tags and undetermined names as tuples, the extras as JSON."""
        undetermined = (
            [item.rule or item.ladder for item in decision.undetermined] if common.undetermined else ()
        )
        extra = [
            json.dumps(extra_data(decision, name, self.locale), ensure_ascii=False) for name in self.extra
        ]
        scores = self.outcomes.score_values(decision)
        return [
            json_key(decision.key), *self.head, common.tags, *common.tiers.values(), *scores,
            tuple(undetermined), None, *extra,
        ]  # fmt: skip

    def failed(self, key: Any, text: str) -> list[Any]:
        """The row of a record that could not be decided."""
        nothing = [None] * (len(self.ladders) + len(self.scores))
        return [json_key(key), *self.head, (), *nothing, (), text, *([None] * len(self.extra))]


def extra_data(decision: Decision, name: str, locale: str) -> Any:
    """`reasons` or `values` as JSON-ready data."""
    if name == "reasons":
        return [reason.to_dict(locale) for reason in decision.reasons]
    return {dimension: known.to_dict() for dimension, known in decision.values.items()}
