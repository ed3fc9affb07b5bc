"""Examples of rule files: what they state must hold exactly, and what differs is said."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import tierkit
from tierkit.engine.examples import ExampleResult, run

ROOT = Path(__file__).parent.parent
FILES = sorted(
    path
    for path in [*ROOT.glob("rulesets/*.yaml"), *ROOT.glob("examples/*/*.yaml")]
    if path.parent.name != "tierkit-churn"  # it needs its plugin: see test_testing
)

RULES = """
ruleset: a
version: 1
key: id
eligible: not barred
dimensions:
  x: {type: number}
  y: {type: number, on_missing: error}
  barred: {type: boolean, on_missing: false}
  double: {type: number, value: x * 2}
  third: {type: score, value: x / 3}
  points: {type: score, scorecard: [{dimension: x, weight: 100%, cap: 3}]}
rules:
  - {id: big, tag: Big, when: double > 10, because: {en: large, zh: 大}}
  - {id: small, tag: Small, when: x < 1}
ladders:
  size:
    tiers:
      - {id: top, enter: x > 100, tag: Top}
      - {id: mid, enter: x > 10}
benefits:
  - for: [Big, size.mid]
    grant: {attributes: {percent: 5, note: "5"}, service: {name: 7x24}}
examples:
"""
GRANTS = (
    "{benefits: [{target: Big, provider: attributes}, {target: size.mid, provider: attributes}, "
    "{provider: service, values: {name: 7x24}}]}"
)
HELD = (
    "target: Big, provider: attributes, values: percent: 5, note: 5; "
    "target: Big, provider: service, values: name: 7x24"
)


def results(*examples: str) -> tuple[ExampleResult, ...]:
    """What came of examples added to the rules above."""
    lines = "".join(f"  - {{name: n, as_of: 2025-11-20, {example}}}\n" for example in examples)
    return run(tierkit.loads(RULES + lines))


def messages(given: str, expect: str, locale: str = "en") -> list[str]:
    """What differs in one example."""
    (result,) = results(f"given: {given}, expect: {expect}")
    assert result.passed is not bool(result.differences)
    return [difference.message(locale) for difference in result.differences]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_example_of_the_repository_passes(path: Path) -> None:
    """The rule sets that ship have examples, and they hold."""
    found = run(tierkit.load(path))
    assert found
    assert [(r.line, r.name, [d.message() for d in r.differences]) for r in found if not r.passed] == []


@pytest.mark.parametrize(
    ("given", "expect"),
    [
        ("{x: 20, y: 0}", "{tags: [Big], tiers: {size: mid}, undetermined: []}"),
        ("{x: 200, y: 0}", "{tags: [Top, Big], tiers: {size: top}}"),
        ("{x: 200, y: 0}", "{tags: {include: [Top], exclude: [Small]}}"),
        ("{x: 5, y: 0}", "{tiers: {size: null}, tags: []}"),
        ("{y: 0}", "{undetermined: [size, small, big], tags: [], tiers: {size: null}}"),
        ("{x: 1, y: 0}", "{scores: {third: 0.333333, points: 33.333333}}"),
        ("{y: 0}", "{scores: {points: null}}"),
        ("{x: 20, y: 0}", "{benefits: {service: {name: 7x24}, attributes: {percent: 5, note: '5'}}}"),
        ("{x: 20, y: 0}", GRANTS),
        ("{x: 0, y: 0}", "{benefits: {}}"),
        ("{x: 0, y: 0}", "{benefits: []}"),
        ("{x: 200, y: 0, barred: true}", "{tags: [], tiers: {size: null}, undetermined: [], benefits: []}"),
        ("{x: 0, y: 0, double: 11}", "{tags: [Big, Small]}"),
        ("{x: 0, y: 0, points: 50}", "{scores: {points: 50}}"),
        ("{x: 5, y: 0, id: 007}", "{}"),
    ],
)  # fmt: skip
def test_what_holds_passes(given: str, expect: str) -> None:
    """Tags in any order, scores to six decimals, null tiers, computed values given, both forms of grants."""
    assert messages(given, expect) == []


@pytest.mark.parametrize(
    ("given", "expect", "english", "chinese"),
    [
        ("{x: 20, y: 0}", "{tags: []}", "tags: expected none, got Big", "标签：期望 无，实际 Big"),
        (
            "{x: 20, y: 0}", "{tags: [Big, Top]}",
            "tags: expected Big, Top, got Big", "标签：期望 Big, Top，实际 Big",
        ),
        (
            "{x: 20, y: 0}", "{tags: {include: [Top]}}",
            "the tag `Top` is missing: got Big", "缺少标签 `Top`：实际 Big",
        ),
        (
            "{x: 20, y: 0}", "{tags: {exclude: [Big]}}",
            "the tag `Big` must not be given: got Big", "不应有标签 `Big`：实际 Big",
        ),
        (
            "{x: 20, y: 0}", "{tiers: {size: top}}",
            "the tier of `size`: expected top, got mid", "阶梯 `size`：期望 top，实际 mid",
        ),
        (
            "{x: 0, y: 0}", "{scores: {points: 50, third: null}}",
            "the score `points`: expected 50, got 0; the score `third`: expected none, got 0",
            "评分 `points`：期望 50，实际 0; 评分 `third`：期望 无，实际 0",
        ),
        (
            "{x: 5, y: 0}", "{tiers: {size: mid}}",
            "the tier of `size`: expected mid, got none", "阶梯 `size`：期望 mid，实际 无",
        ),
        (
            "{x: 1, y: 0}", "{scores: {points: 33.333334}}",
            "the score `points`: expected 33.333334, got 33.333333",
            "评分 `points`：期望 33.333334，实际 33.333333",
        ),
        (
            "{y: 0}", "{undetermined: [size]}",
            "undetermined: expected size, got big, small, size", "未决项：期望 size，实际 big, small, size",
        ),
        (
            "{x: 6, y: 0}", "{benefits: {attributes: {percent: 6, note: '5'}, service: {name: 7x24}}}",
            f"benefits: expected attributes: percent: 6, note: 5, service: name: 7x24, got {HELD}",
            f"权益：期望 attributes: percent: 6, note: 5, service: name: 7x24，实际 {HELD}",
        ),
        (
            "{x: 5}", "{tags: []}",
            "the record cannot be decided: `y` is missing (absent) and must not be",
            "无法对记录作出判定：`y` 缺失（absent），但不允许缺失",
        ),
    ],
)  # fmt: skip
def test_what_differs_is_said(given: str, expect: str, english: str, chinese: str) -> None:
    """A difference names what was expected and what came out, in both languages."""
    assert "; ".join(messages(given, expect)) == english
    assert "; ".join(messages(given, expect, "zh_CN")) == chinese


def test_benefits_are_exact() -> None:
    """Neither one benefit too many nor one too few passes, in either form."""
    for expect in (
        "{attributes: {percent: 5, note: '5'}}",
        "{attributes: {percent: 5, note: '5'}, service: {name: 7x24}, other: {}}",
        "{attributes: {percent: 5, note: 5}, service: {name: 7x24}}",
        "[{provider: attributes}]",
        "[{provider: attributes}, {provider: service}, {provider: other}]",
        "[{target: size.mid, provider: attributes}, {provider: service}]",
    ):
        assert len(messages("{x: 6, y: 0}", f"{{benefits: {expect}}}")) == 1


def test_results_are_plain_data() -> None:
    """A result says where its example stands, and is JSON with every key present."""
    passed, failed, refused = results(
        "given: {x: 5, y: 0}, expect: {tags: []}",
        "given: {x: 20, y: 0}, expect: {tags: [], tiers: {size: top}}",
        "given: {x: 20}, expect: {}",
    )
    assert passed.to_dict() == {"name": "n", "line": passed.line, "passed": True, "differences": []}
    assert failed.line == passed.line + 1
    data: dict[str, Any] = failed.to_dict("zh")
    assert [d["part"] for d in data["differences"]] == ["tags", "tiers"]
    assert data["differences"][1] == {
        "part": "tiers", "name": "size", "expected": "top", "actual": "mid",
        "message": "阶梯 `size`：期望 top，实际 mid",
    }  # fmt: skip
    assert refused.decision is None
    assert refused.to_dict()["differences"][0]["actual"] == "`y` is missing (absent) and must not be"


@pytest.mark.parametrize(
    ("expect", "code"),
    [
        ("{tags: Big}", "wrong-shape"),
        ("{tags: [Bg]}", "unknown-expectation"),
        ("{tag: []}", "unknown-key"),
        ("{tags: {includes: []}}", "unknown-key"),
        ("{tiers: {size: huge}}", "unknown-expectation"),
        ("{tiers: {sizes: top}}", "unknown-expectation"),
        ("{scores: {x: 1}}", "unknown-expectation"),
        ("{scores: {points: '100'}}", "quoted-number"),
        ("{scores: {points: many}}", "bad-number"),
        ("{scores: {points: [1]}}", "wrong-shape"),
        ("{undetermined: [bigg]}", "unknown-expectation"),
        ("{benefits: attributes}", "wrong-shape"),
        ("{benefits: [attributes]}", "wrong-shape"),
        ("{benefits: [{target: Big}]}", "missing-key"),
        ("{benefits: [{provider: attributes, target: Bg}]}", "unknown-expectation"),
        ("{benefits: [{provider: attributes, vales: {}}]}", "unknown-key"),
    ],
)
def test_expectations_that_cannot_be_meant_are_problems(expect: str, code: str) -> None:
    """A name that does not exist or a shape that says nothing is refused when the file is loaded."""
    with pytest.raises(tierkit.RuleSetError) as caught:
        results(f"given: {{x: 1, y: 1}}, expect: {expect}")
    assert [problem.code for problem in caught.value.problems] == [code]
