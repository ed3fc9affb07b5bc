"""A rule file's examples, run: each is a record with the answer expected, and passes or says what differs.

What an expectation states must hold exactly, what it leaves out is not looked at:

* `tags: [A, B]` are the tags, in any order; `tags: {include: […], exclude: […]}` is looser.
* `tiers: {ladder: tier}` for the ladders named; `null` is no tier, or one that could not be decided.
* `scores: {score: 47.5}` for the scores named, to six decimals; `null` is a score with a missing input.
* `undetermined: [rule, ladder]` are all rules and ladders that could not be decided.
* `benefits: {discount: {percent: 5}}` are all providers that grant something, and what each grants, whatever
  it is for; `benefits: [{target: VIP, provider: discount, values: {percent: 5}}]` are all grants, where
  `target` and `values` are looked at if they are written.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tierkit.errors import Fault, RecordError, Source

if TYPE_CHECKING:
    import datetime as dt

    from tierkit.analysis.examples.coverage import Coverage
    from tierkit.analysis.examples.proposals import Proposals
    from tierkit.decisions import Decision
    from tierkit.engine.ruleset import RuleSet
    from tierkit.program.model import Example

MESSAGES = {
    "tags": ("tags: expected {expected}, got {actual}", "标签：期望 {expected}，实际 {actual}"),
    "include": ("the tag `{name}` is missing: got {actual}", "缺少标签 `{name}`：实际 {actual}"),
    "exclude": ("the tag `{name}` must not be given: got {actual}", "不应有标签 `{name}`：实际 {actual}"),
    "tiers": (
        "the tier of `{name}`: expected {expected}, got {actual}",
        "阶梯 `{name}`：期望 {expected}，实际 {actual}",
    ),
    "scores": (
        "the score `{name}`: expected {expected}, got {actual}",
        "评分 `{name}`：期望 {expected}，实际 {actual}",
    ),
    "undetermined": (
        "undetermined: expected {expected}, got {actual}",
        "未决项：期望 {expected}，实际 {actual}",
    ),
    "benefits": ("benefits: expected {expected}, got {actual}", "权益：期望 {expected}，实际 {actual}"),
    "record": ("the record cannot be decided: {actual}", "无法对记录作出判定：{actual}"),
}
_NOTHING = ("none", "无")


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that an example expects and that is not so.

    `part` is `tags`, `include`, `exclude`, `tiers`, `scores`, `undetermined`, `benefits`, or `record` for a
    record that no decision can be made for (`actual` is then the fault); `name` is the tag, ladder or score.
    """

    part: str
    name: str | None
    expected: Any
    actual: Any

    def message(self, locale: str = "en") -> str:
        """The difference in words, in English or Chinese."""
        chinese = locale.lower().startswith("zh")
        nothing = _NOTHING[chinese]
        actual = (
            self.actual.message(locale) if isinstance(self.actual, Fault) else _shown(self.actual, nothing)
        )
        words = {"name": self.name, "expected": _shown(self.expected, nothing), "actual": actual}
        return MESSAGES[self.part][chinese].format(**words)

    def to_dict(self, locale: str = "en") -> dict[str, Any]:
        """The difference as JSON-ready data."""
        return {
            "part": self.part,
            "name": self.name,
            "expected": self.expected,
            "actual": str(self.actual) if isinstance(self.actual, Fault) else self.actual,
            "message": self.message(locale),
        }


@dataclass(frozen=True, slots=True)
class ExampleResult:
    """What came of one example; `decision` is None for a record that no decision can be made for."""

    name: str
    line: int
    differences: tuple[Difference, ...]
    decision: Decision | None

    @property
    def passed(self) -> bool:
        """True when everything stated holds."""
        return not self.differences

    def to_dict(self, locale: str = "en") -> dict[str, Any]:
        """The result as JSON-ready data; every key is always present."""
        return {
            "name": self.name,
            "line": self.line,
            "passed": self.passed,
            "differences": [difference.to_dict(locale) for difference in self.differences],
        }


def run(ruleset: RuleSet) -> tuple[ExampleResult, ...]:
    """Runs the examples of a rule set, in file order.

    >>> import tierkit
    >>> rules = tierkit.loads('''
    ... {ruleset: a, version: 1, dimensions: {x: {type: number}}, rules: [{id: r, tag: Big, when: x > 1}],
    ...  examples: [{name: one is not big, given: {x: 1}, expect: {tags: [Big]}}]}
    ... ''')
    >>> [difference.message() for difference in run(rules)[0].differences]
    ['tags: expected Big, got none']
    """
    return tuple(_result(ruleset, example) for example in ruleset.examples)


def coverage(ruleset: RuleSet, results: Iterable[ExampleResult] | None = None) -> Coverage:
    """Which outcomes of rules, tiers and leaves the examples of a rule set show, whether they pass or not.

    `results` are those of `run`, where the caller has them already.
    """
    from tierkit.analysis.examples.coverage import Answered
    from tierkit.analysis.examples.coverage import coverage as measured

    decisions = (result.decision for result in (run(ruleset) if results is None else results))
    answered = (
        Answered(d.facts.known, d.day, frozenset(d.fired), frozenset(d.open_rules), d.facts.tiers)
        for d in decisions
        if d is not None
    )
    return measured(ruleset.program, Source(ruleset.text, ruleset.path), answered)


def propose(ruleset: RuleSet, day: dt.date, limit: int | None = None) -> Proposals:
    """Boundary cases that the examples of a rule set do not show yet, on a day where none is fixed."""
    from tierkit.analysis.examples.proposals import propose as proposed
    from tierkit.analysis.examples.wishes import Facing

    decisions = (result.decision for result in run(ruleset))
    shown = (Facing(d.facts.raw, d.facts.known, d.day) for d in decisions if d is not None)
    return proposed(ruleset.program, Source(ruleset.text, ruleset.path), shown, day, limit)


def _result(ruleset: RuleSet, example: Example) -> ExampleResult:
    dimensions = ruleset.program.dimensions
    own = [name for name in example.given if name in dimensions and dimensions[name].computed]
    try:
        tables = example.tables or None
        decision = ruleset.evaluate(example.given, tables=tables, as_of=example.as_of, given=own)
    except RecordError as error:
        differences = tuple(Difference("record", None, None, fault) for fault in error.errors)
        return ExampleResult(example.name, example.line, differences, None)
    found = [d for part, expected in example.expect.items() for d in _COMPARE[part](expected, decision)]
    return ExampleResult(example.name, example.line, tuple(found), decision)


def _tags(expected: Any, decision: Decision) -> Iterator[Difference]:
    actual = list(decision.tags)
    if isinstance(expected, Mapping):
        for part in ("include", "exclude"):
            for name in expected.get(part) or ():
                if (name in actual) != (part == "include"):
                    yield Difference(part, name, part == "include", actual)
    elif set(expected) != set(actual):
        yield Difference("tags", None, expected, actual)


def _tiers(expected: Any, decision: Decision) -> Iterator[Difference]:
    for name, tier in expected.items():
        if decision.tiers[name] != tier:
            yield Difference("tiers", name, tier, decision.tiers[name])


def _scores(expected: Any, decision: Decision) -> Iterator[Difference]:
    for name, score in expected.items():
        if _rounded(decision.scores[name]) != _rounded(score):
            yield Difference("scores", name, score, decision.scores[name])


def _undetermined(expected: Any, decision: Decision) -> Iterator[Difference]:
    actual = [item.rule or item.ladder for item in decision.undetermined]
    if set(expected) != set(actual):
        yield Difference("undetermined", None, expected, actual)


def _benefits(expected: Any, decision: Decision) -> Iterator[Difference]:
    actual = [{"target": g.target, "provider": g.provider, "values": g.values} for g in decision.benefits]
    if isinstance(expected, Mapping):
        wanted = [{"provider": provider, "values": values} for provider, values in expected.items()]
    else:
        wanted = list(expected)
    matched = all(any(_is_grant(grant, item) for grant in actual) for item in wanted)
    if not matched or not all(any(_is_grant(grant, item) for item in wanted) for grant in actual):
        yield Difference("benefits", None, expected, actual)


_COMPARE: dict[str, Callable[[Any, Decision], Iterator[Difference]]] = {
    "tags": _tags,
    "tiers": _tiers,
    "scores": _scores,
    "undetermined": _undetermined,
    "benefits": _benefits,
}


def _is_grant(grant: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
    return all(grant[key] == value for key, value in wanted.items())


def _rounded(score: Any) -> Any:
    """A score as scorecards round it, so that a derived score can be expected to six decimals as well."""
    if isinstance(score, bool) or not isinstance(score, int | float):
        return score
    return math.floor(score * 1e6 + 0.5) / 1e6


def _shown(value: Any, nothing: str) -> str:
    if value is None or value in ([], {}):
        return nothing
    if isinstance(value, Mapping):
        return ", ".join(f"{key}: {_shown(item, nothing)}" for key, item in value.items())
    if isinstance(value, list):
        nested = any(isinstance(item, Mapping) for item in value)
        return ("; " if nested else ", ").join(_shown(item, nothing) for item in value)
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
