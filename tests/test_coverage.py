"""Coverage: which outcomes the examples of a rule file show."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import tierkit
from tests.command import run
from tierkit.analysis.examples.coverage import Answered, Coverage, coverage
from tierkit.analysis.examples.outcomes import ALL, Possible
from tierkit.analysis.examples.places import conditions
from tierkit.engine import RuleSet
from tierkit.errors import RecordError, Source
from tierkit.program.canonical import leaf_text
from tierkit.program.interpreter import truth
from tierkit.program.normal import opposite_leaf
from tierkit.testing import records, rulesets

RULES = """\
ruleset: demo
version: 1
eligible: not barred
parameters:
  limit: {by: kind, value: {a: 5, b: 6}, else: 7}
dimensions:
  x: {type: number, min: 0}
  y: {type: integer, on_missing: 3}
  kind: {type: category, values: [a, b, c]}
  barred: {type: boolean, on_missing: false}
  large: {type: boolean, value: x > 10 or y is missing}
rules:
  - id: big
    tag: Big
    when: not (not large) and y between 2 and 4
  - {id: odd, tag: Odd, when: "at_least(2, x > limit, kind in ('a', 'b'), not (y > 1))"}
  - id: tree
    tag: Tree
    when: {all: [{name: x, operator: greater_than, value: 1}, {not: {name: kind, operator: equal_to, value: a}}]}
  - {id: late, tag: Late, when: x >= 0, valid_from: 2026-01-01}
ladders:
  size:
    eligible: kind != 'c'
    tiers: [{id: top, enter: x > 50}, {id: middle, enter: x > 20}, {id: rest}]
benefits:
  - {for: Big, when: y > 2, grant: {discount: {percent: 5}}}
"""
DAY = "as_of: 2025-11-20, expect: {}"


def of(*examples: str) -> Coverage:
    """The coverage of these examples."""
    lines = "".join(f"  - {{name: e{i}, {DAY}, {example}}}\n" for i, example in enumerate(examples))
    return tierkit.loads(RULES + ("examples:\n" + lines if lines else "")).coverage()


def outcome(found: Coverage, name: str, owner: str = "") -> tuple[str, str]:
    """What is seen of an item and what there is of it, as letters: `tf` and `tfu`."""
    (item,) = (i for i in found.items if i.name == name and owner in ("", i.owner))
    letters = {True: "t", False: "f", None: "u"}
    return tuple("".join(letters[o] for o in letters if o in part) for part in (item.seen, item.possible))  # type: ignore[return-value]


def test_every_rule_tier_and_leaf_is_listed_at_its_place() -> None:
    """In file order, with `not` pushed to the leaf, and each leaf where it begins."""
    found = [
        (item.location.line, item.location.column, item.part, item.owner, item.name) for item in of().items
    ]
    assert found == [
        (3, 15, "leaf", "eligible", "barred = false"),
        (11, 33, "leaf", "large", "x > 10"),
        (11, 43, "leaf", "large", "y is missing"),
        (13, 9, "rule", "big", "big"),
        (15, 20, "leaf", "big", "large = true"),
        (15, 31, "leaf", "big", "y >= 2"),
        (15, 31, "leaf", "big", "y <= 4"),
        (16, 10, "rule", "odd", "odd"),
        (16, 44, "leaf", "odd", "x > limit"),
        (16, 55, "leaf", "odd", "kind in ('a', 'b')"),
        (16, 80, "leaf", "odd", "y <= 1"),
        (17, 9, "rule", "tree", "tree"),
        (19, 18, "leaf", "tree", "x > 1"),
        (19, 69, "leaf", "tree", "kind != 'a'"),
        (20, 10, "rule", "late", "late"),
        (20, 33, "leaf", "late", "x >= 0"),
        (23, 15, "leaf", "size", "kind != 'c'"),
        (24, 18, "tier", "size.top", "size.top"),
        (24, 30, "leaf", "size.top", "x > 50"),
        (24, 44, "tier", "size.middle", "size.middle"),
        (24, 59, "leaf", "size.middle", "x > 20"),
        (24, 73, "tier", "size.rest", "size.rest"),
        (26, 22, "leaf", "Big", "y > 2"),
    ]


@pytest.mark.parametrize(
    ("name", "examples", "seen", "possible"),
    [
        ("big", (), "", "tfu"),
        ("big", ("given: {x: 11}",), "t", "tfu"),
        ("big", ("given: {x: 9}", "given: {}"), "fu", "tfu"),
        ("big", ("given: {barred: true}",), "f", "tfu"),
        ("x > 10", ("given: {x: 9}", "given: {x: -1}"), "fu", "tfu"),
        ("y is missing", ("given: {x: 9}",), "f", "f"),
        ("y >= 2", ("given: {}",), "t", "tf"),
        ("barred = false", ("given: {}", "given: {barred: true}"), "tf", "tf"),
        ("x >= 0", ("given: {}", "given: {x: 1}"), "tu", "tu"),
        ("late", ("given: {x: 1}",), "f", "tfu"),
        ("x > limit", ("given: {x: 6, kind: a}", "given: {x: 6, kind: b}", "given: {x: 6}"), "tfu", "tfu"),
        ("size.top", ("given: {x: 51, kind: a}", "given: {x: 1, kind: a}"), "tf", "tfu"),
        ("size.middle", ("given: {x: 51, kind: a}", "given: {kind: a}"), "fu", "tfu"),
        ("size.rest", ("given: {x: 1, kind: a}", "given: {x: 1, kind: c}", "given: {x: 1}"), "tfu", "tfu"),
    ],
)  # fmt: skip
def test_outcomes(name: str, examples: tuple[str, ...], seen: str, possible: str) -> None:
    """What the examples show of an item, and what there could be."""
    assert outcome(of(*examples), name) == (seen, possible)


def test_the_percentage_counts_true_and_false_and_unknown_where_asked() -> None:
    """Of the outcomes that there can be; without any it is whole."""
    text = "{ruleset: a, version: 1, dimensions: {x: {type: number}}, rules: [{id: r, tag: T, when: x > 1}], examples: ["
    some = tierkit.loads(
        text + "{name: a, given: {x: 2}, expect: {}}, {name: b, given: {}, expect: {}}]}"
    ).coverage()
    assert (some.counts(), some.percent()) == ((2, 4), 50.0)
    assert (some.counts(unknown=True), some.percent(unknown=True)) == ((4, 6), 66.6)
    nothing = tierkit.loads("{ruleset: a, version: 1}").coverage()
    assert (nothing.items, nothing.counts(), nothing.percent()) == ((), (0, 0), 100.0)
    wrong = tierkit.loads(
        "{ruleset: a, version: 1, dimensions: {x: {type: number, on_missing: error}},"
        " rules: [{id: r, tag: T, when: x > 1}], examples: [{name: a, given: {}, expect: {}}]}"
    )
    assert wrong.coverage().percent() == 0.0


def answered(ruleset: RuleSet, drawn: list[dict[str, object]]) -> list[Answered]:
    """What comes of records, as of examples."""
    found = ruleset.evaluate_many(drawn, as_of="2025-01-01")
    return [
        Answered(d.facts.known, d.day, frozenset(d.fired), frozenset(d.open_rules), d.facts.tiers)
        for d in found
        if not isinstance(d, RecordError)
    ]


@settings(deadline=None, max_examples=150)
@given(st.data())
def test_what_is_called_impossible_is_never_seen(data: st.DataObject) -> None:
    """And what is seen is what the interpreter says of each record on its own."""
    text = data.draw(rulesets())
    ruleset = tierkit.loads(text)
    found = answered(ruleset, data.draw(st.lists(records(ruleset), max_size=8)))
    measured = coverage(ruleset.program, Source(ruleset.text), found)
    leaves = [leaf for c in conditions(ruleset.program, Source(text)) for leaf, _ in c.leaves]
    seen = [frozenset(truth(leaf, item.known, item.day) for item in found) for leaf in leaves]
    assert [item.seen for item in measured.items if item.part == "leaf"] == seen
    for item in measured.items:
        assert item.seen <= item.possible <= ALL


@settings(deadline=None, max_examples=100)
@given(rulesets(), st.booleans())
def test_a_leaf_stands_where_it_is_said_to_stand(text: str, negate: bool) -> None:
    """The text at its place, read alone, is the leaf or its opposite."""
    if negate:
        text = text.replace('"when": "', '"when": "not not ')
    ruleset = tierkit.loads(text)
    header = "".join(line + "\n" for line in text.splitlines() if line.startswith(("version", "dimensions")))
    for condition in conditions(ruleset.program, Source(text)):
        for leaf, place in condition.leaves:
            written = text.splitlines()[place.line - 1][place.column - 1 : place.end_column - 1]
            alone = tierkit.loads(
                header + f'ruleset: a\nrules: [{{id: r, tag: T, when: "{written}"}}]\n'
            ).program
            assert leaf in (alone.rules[0].when, opposite_leaf(alone.rules[0].when))  # type: ignore[arg-type]


def test_possible_outcomes_of_what_is_computed() -> None:
    """Scores, divisions, defaults and ladders: missing only where they can be."""
    program = tierkit.loads("""\
ruleset: a
version: 1
dimensions:
  x: {type: number, on_missing: 1}
  z: {type: number}
  half: {type: number, value: x / 2}
  ratio: {type: number, value: x / z}
  sure: {type: number, value: "coalesce(z, abs(x))"}
  open: {type: number, value: "case when z > 1 then 1 else 2 end"}
  shut: {type: number, value: "case when x > 1 then 1 end"}
  points: {type: score, scorecard: [{dimension: x, weight: 100%, cap: 10}]}
  from_rows: {type: integer, from: t, aggregate: count(), on_missing: 0}
tables: {t: {key: id, time: at, columns: {}}}
rules:
  - {id: r0, tag: T, when: half > 1}
  - {id: r1, tag: T, when: ratio > 1}
  - {id: r2, tag: T, when: sure > 1}
  - {id: r3, tag: T, when: open > 1}
  - {id: r4, tag: T, when: shut > 1}
  - {id: r5, tag: T, when: points > 100}
  - {id: r6, tag: T, when: points >= 0}
  - {id: r7, tag: T, when: from_rows > 1}
  - {id: r8, tag: T, when: steps = 'low'}
  - {id: r9, tag: T, when: skips = 'low'}
ladders:
  steps: {tiers: [{id: high, enter: z > 1}, {id: low}]}
  skips: {when_unknown: next, tiers: [{id: high, enter: z > 1}, {id: low}]}
""").program  # fmt: skip
    found = Possible(program)
    letters = [
        "".join(sorted({True: "t", False: "f", None: "u"}[o] for o in found.rule(at)))
        for at in range(len(program.rules))
    ]
    assert letters == ["ftu", "ftu", "ft", "ftu", "ftu", "f", "t", "ftu", "ftu", "ft"]
    assert found.tier("skips", 1) == {True, False}
    assert found.tier("steps", 1) == ALL


def write(tmp_path: Path, name: str = "demo.yaml", extra: str = "") -> Path:
    """A rule file with one example."""
    path = tmp_path / name
    path.write_text(
        "ruleset: demo\nversion: 1\ndimensions: {x: {type: number}}\n"
        "rules: [{id: big, tag: Big, when: x > 10}]\n"
        "ladders: {size: {tiers: [{id: top, enter: x > 50}]}}\n"
        f"examples: [{{name: a, given: {{x: 11}}, expect: {{tags: [Big]}}}}{extra}]\n",
        encoding="utf-8",
    )
    return path


def test_the_command_says_what_is_left_open(tmp_path: Path) -> None:
    """Each item with its place, then the percentage; in both languages; unknown where it is asked for."""
    path = write(tmp_path)
    result = run("test", path, "--coverage")
    assert (result.status, result.err) == (0, "")
    assert (
        result.out
        == f"""\
1 file, 1 example, 0 failed
{path}:4:14: the rule `big` is never false
{path}:4:35: `x > 10` of the rule `big` is never false
{path}:5:31: the tier `size.top` is never true
{path}:5:43: `x > 50` of the tier `size.top` is never true
coverage: 50%, 4 of 8 outcomes
"""
    )
    assert "is never false or unknown\n" in run("test", path, "--unknown").out
    assert run("test", path, "--coverage", "--locale", "zh").out.splitlines()[1:] == [
        f"{path}:4:14: 规则 `big` 从未不成立",
        f"{path}:4:35: 规则 `big` 中的 `x > 10` 从未不成立",
        f"{path}:5:31: 等级 `size.top` 从未成立",
        f"{path}:5:43: 等级 `size.top` 中的 `x > 50` 从未成立",
        "覆盖率：50%，4／8 个结果",
    ]
    assert "coverage" not in run("test", path).out


def test_several_files_have_a_line_each_and_one_percentage(tmp_path: Path) -> None:
    """What counts is the whole."""
    write(tmp_path)
    write(
        tmp_path,
        "other.yaml",
        ", {name: b, given: {x: 51}, expect: {}}, {name: c, given: {x: 1}, expect: {}}",
    )
    lines = run("test", tmp_path, "--coverage").out.splitlines()
    assert lines[-3:] == [
        f"{tmp_path / 'demo.yaml'}: 50%, 4 of 8 outcomes",
        f"{tmp_path / 'other.yaml'}: 100%, 8 of 8 outcomes",
        "coverage: 75%, 12 of 16 outcomes",
    ]


@pytest.mark.parametrize(
    ("asked", "status", "err"),
    [
        ("50", 0, ""),
        ("50%", 0, ""),
        ("0", 0, ""),
        ("50.1", 1, "error: the examples show 50% of the outcomes, and `--fail-under` asks for 50.1%\n"),
        ("101", 2, "error: `--fail-under 101`: write a percentage from 0 to 100\n"),
        ("much", 2, "error: `--fail-under much`: write a percentage from 0 to 100\n"),
    ],
)
def test_too_little_fails(tmp_path: Path, asked: str, status: int, err: str) -> None:
    """Status 1 below the percentage, 2 for what is none."""
    result = run("test", write(tmp_path), "--fail-under", asked)
    assert (result.status, result.err) == (status, err)


def test_coverage_for_programs(tmp_path: Path) -> None:
    """Every key is always there; `coverage` is null where nobody asked."""
    path = write(tmp_path)
    found = run("test", path, "--fail-under", "50", "--format", "json").json["coverage"]
    (file,) = found.pop("files")
    figures = {"percent": 50.0, "shown": 4, "outcomes": 8}
    assert found == {**figures, "unknown": False, "fail_under": 50.0, "enough": True}
    items = file.pop("items")
    assert file == {"path": str(path), **figures}
    assert items[1] == {
        "part": "leaf", "name": "x > 10", "kind": "rule", "owner": "big", "line": 4, "column": 35,
        "seen": {"true": True, "false": False, "unknown": False},
        "possible": {"true": True, "false": True, "unknown": True},
        "missed": ["false"],
    }  # fmt: skip
    assert run("test", path, "--format", "json").json["coverage"] is None


def test_a_broken_file_has_no_coverage(tmp_path: Path) -> None:
    """Its problems are shown; the rest is measured."""
    path = tmp_path / "demo.yaml"
    path.write_text("ruleset: demo\nversion: 1\nrules: [{id: r, tag: T, when: x > 1}]\n", encoding="utf-8")
    result = run("test", path, "--coverage")
    assert result.status == 1
    assert result.out.endswith("coverage: 100%, 0 of 0 outcomes\n")


def test_leaves_are_named_as_reasons_name_them() -> None:
    """The text of a leaf is the canonical one."""
    found = [item.name for item in of().items if item.part == "leaf" and item.owner == "big"]
    program = tierkit.loads(RULES).program
    (big,) = [c for c in conditions(program, Source(RULES)) if c.name == "big"]
    assert found == [leaf_text(leaf) for leaf, _ in big.leaves]
