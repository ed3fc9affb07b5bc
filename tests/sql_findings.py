"""What the flat shapes must hold: rows made of decisions, and rows read from a database, in one form."""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from tierkit.decisions.decision import Decision
from tierkit.decisions.reasons import Finding, plain


def parts(value: Any) -> tuple[Any, ...]:
    """A value as its columns hold it: number, text, day, set."""
    if isinstance(value, bool | int | float):
        return float(value), None, None, None
    if isinstance(value, dt.date):
        return None, None, value, None
    if isinstance(value, tuple):
        return None, json.dumps(plain(value), ensure_ascii=False), None, None
    if isinstance(value, frozenset):
        return None, None, None, value
    return None, value, None, None


def of_finding(finding: Finding) -> tuple[Any, ...]:
    """A finding as its row."""
    known = (finding.expression, finding.dimension, finding.operator, finding.parameter)
    return (*known, *parts(finding.value), *parts(finding.threshold)[:3], finding.margin)


def of_decision(decision: Decision) -> Counter[Any]:
    """The rows of a decision's reasons."""
    found: Counter[Any] = Counter()
    for reason in decision.reasons:
        findings = [of_finding(finding) for finding in reason.findings]
        for row in findings or [(None,) * 12]:
            found[reason.target, reason.rule, row] += 1
    return found


def gaps_of(decision: Decision, engine: str) -> Counter[Any]:
    """The rows of what a decision leaves open."""
    found: Counter[Any] = Counter()
    tags = {rule.id: rule.tag for rule in decision.source.program.rules}
    for item in decision.undetermined:
        target = item.ladder if item.rule is None else tags[item.rule]
        missing: list[tuple[Any, Any]] = [
            (gap.dimension, cause_in_a_table(gap.cause, engine)) for gap in item.missing
        ]
        for row in missing or [(None, None)]:
            found[target, item.rule, *row] += 1
    return found


def cause_in_a_table(cause: str, engine: str) -> str:
    """A value that is absent is NULL in a table, and so is NaN where an engine has none."""
    return "null" if cause == "absent" or (cause == "nan" and engine == "sqlite") else cause


def read(rows: Iterable[Sequence[Any]], *, sets: bool) -> dict[Any, Counter[Any]]:
    """Rows of the shape `reasons`, by key."""
    found: dict[Any, Counter[Any]] = {}
    for key, target, rule, _, *known in rows:
        texts, values, rest = known[:4], known[4:7], known[7:]
        held = rest.pop(3) if sets else None
        number, text, day = values
        value = (number, text, _day(day), None if held is None else frozenset(held))
        thresholds = (rest[0], rest[1], _day(rest[2]))
        found.setdefault(key, Counter())[target, rule, (*texts, *value, *thresholds, rest[3])] += 1
    return found


def read_gaps(rows: Iterable[Sequence[Any]]) -> dict[Any, Counter[Any]]:
    """Rows of the shape `undetermined`, by key."""
    found: dict[Any, Counter[Any]] = {}
    for key, *row in rows:
        found.setdefault(key, Counter())[tuple(row)] += 1
    return found


def _day(value: Any) -> Any:
    return dt.date.fromisoformat(value) if isinstance(value, str) else value


def differing(found: Counter[Any], wanted: Counter[Any]) -> Iterator[str]:
    """How the rows of one customer differ, in a few lines."""
    for word, rows in (("missing", wanted - found), ("too many", found - wanted)):
        for row in list(rows)[:4]:
            yield f"{word}: {row}"
