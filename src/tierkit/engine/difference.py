"""What differs between two rule sets: in meaning, with proofs and witnesses, and part by part.

As data every key is always there. Texts are made when asked for, in the locale asked for.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tierkit.analysis.meaning.changes import STEPS, changes
from tierkit.analysis.meaning.differences import Because, Change, Changes, ScoreChange, Shown
from tierkit.analysis.meaning.sayings import answer, because_text, input_text, json_record, region_text
from tierkit.analysis.meaning.telling import Naming
from tierkit.engine.diff import Change as PartChange
from tierkit.engine.diff import diff_sources
from tierkit.engine.ruleset import RuleSet
from tierkit.program.canonical import formula_text
from tierkit.program.model import Program


@dataclass(frozen=True, slots=True)
class Difference:
    """What changes from one version to another: `meaning` for customers, `parts` in the file."""

    before: Program
    after: Program
    meaning: Changes
    parts: tuple[PartChange, ...]

    @property
    def changed(self) -> tuple[Change, ...]:
        """The targets that do not stay the same, or of which it is not known."""
        return tuple(found for found in self.meaning.targets if found.change != "same")

    @property
    def same(self) -> tuple[str, ...]:
        """The targets that are proved to be the same."""
        return tuple(found.target for found in self.meaning.targets if found.change == "same")

    def naming(self, locale: str = "en") -> Naming:
        """What the parts of both versions are called."""
        return Naming(self.before, self.after, locale)

    def to_dict(self, locale: str = "en") -> dict[str, Any]:
        """As JSON-ready data; texts are in the language of the locale."""
        naming = self.naming(locale)
        return {
            "targets": [_change(found, naming) for found in self.meaning.targets],
            "eligible": _change(self.meaning.eligible, naming),
            "scores": [_score(found, naming) for found in self.meaning.scores],
            "benefits": [
                {"provider": found.provider, "params": found.params, **_change(found.change, naming)}
                for found in self.meaning.benefits
            ],
            "inputs": [
                {**found.to_dict(), "text": input_text(naming, found)} for found in self.meaning.inputs
            ],
            "changes": [part.to_dict() for part in self.parts],
        }


def difference(before: RuleSet, after: RuleSet, *, steps: int = STEPS) -> Difference:
    """What differs between two rule sets.

    `steps` bounds how long one question may be looked at; what is larger is undecided.

    >>> import tierkit
    >>> text = "{ruleset: a, version: 1, dimensions: {x: {type: integer}}, "
    >>> text += "rules: [{id: r, tag: T, when: x > 5}]}"
    >>> found = difference(tierkit.loads(text), tierkit.loads(text.replace("> 5", "> 3")))
    >>> [region["text"] for region in found.to_dict()["targets"][0]["regions"]]
    ['gains 3 < x ≤ 5']
    """
    parts = diff_sources(before.text.encode(), after.text.encode())
    meaning = changes(before.program, after.program, steps=steps)
    return Difference(before.program, after.program, meaning, parts)


def _change(found: Change, naming: Naming) -> dict[str, Any]:
    return {
        "target": found.target,
        "change": found.change,
        "regions": [
            {
                "change": region.how,
                "condition": formula_text(region.condition),
                "sure": region.sure,
                "text": region_text(naming, region),
            }
            for region in found.regions
        ],
        "more_regions": found.more,
        "witness": None
        if found.witness is None
        else _witness(found.witness, answer(found.witness.before), answer(found.witness.after)),
        "because": _because(found.because, naming),
    }


def _score(found: ScoreChange, naming: Naming) -> dict[str, Any]:
    shown = found.witness
    return {
        "score": found.score,
        "change": found.change,
        "witness": None if shown is None else _witness(shown, shown.before, shown.after),
        "because": _because(found.because, naming),
    }


def _witness(shown: Shown, before: Any, after: Any) -> dict[str, Any]:
    return {
        "record": json_record(shown.record), "as_of": shown.day.isoformat(), "given": list(shown.given),
        "before": before, "after": after,
    }  # fmt: skip


def _because(found: tuple[Because, ...], naming: Naming) -> list[dict[str, Any]]:
    return [
        {"cause": because.cause, "names": list(because.names), "text": because_text(naming, because)}
        for because in found
    ]
