"""Proposed examples: every threshold, just beside it, and missing, with the answers of today."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import tierkit
from tests.command import run
from tierkit.analysis.examples.proposals import Proposals
from tierkit.analysis.examples.text import example_texts, quoted, scalar
from tierkit.analysis.examples.wishes import usual
from tierkit.engine import RuleSet, loads
from tierkit.engine.appended import appended
from tierkit.engine.examples import run as run_examples
from tierkit.program.domain import read
from tierkit.testing import read_cases, rulesets

DAY = "2025-11-20"
HEADER = """\
ruleset: demo
version: 1
dimensions:
  count: {type: integer}
  amount: {type: money}
  other: {type: money}
  rate: {type: ratio}
  since: {type: date}
  kind: {type: category, values: {a: {zh: 甲}, b: 乙, c: 丙}}
  flag: {type: boolean}
  city: {type: text}
  words: {type: set}
  sure: {type: integer, on_missing: 7}
  must: {type: integer, on_missing: error}
  total: {type: money, from: rows, aggregate: sum(value)}
  share: {type: ratio, value: amount / other}
  points: {type: score, scorecard: [{dimension: amount, weight: 100%, cap: 100}]}
  asked: {type: number, provider: nobody}
  large: {type: boolean, value: amount > 100}
tables: {rows: {key: id, time: at, columns: {value: {type: money}}}}
"""


def propose(when: str, extra: str = "") -> Proposals:
    """The proposals for one rule."""
    text = f"{HEADER}rules: [{{id: r, tag: T, when: {json.dumps(when)}}}]\n{extra}"
    return loads(text).propose_examples(as_of=DAY)


def cases(found: Proposals) -> list[tuple[str, str, Any, list[str]]]:
    """Each proposal in short: the dimension, where, the value, and the tags."""
    return [(p.spot.dimension, p.spot.where, p.spot.value, p.expect["tags"]) for p in found.found]


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        ("count > 5", [("count", "at", 5, []), ("count", "below", 4, []), ("count", "above", 6, ["T"])]),
        ("count > 2.5", [("count", "below", 2, []), ("count", "above", 3, ["T"])]),
        ("amount >= 10k", [("amount", "at", 10000.0, ["T"]), ("amount", "below", 9999.99, []), ("amount", "above", 10000.01, ["T"])]),
        ("rate < 5%", [("rate", "at", 0.05, []), ("rate", "below", 0.0499, ["T"]), ("rate", "above", 0.0501, [])]),
        ("count in (3, 4)", [("count", "at", 3, ["T"]), ("count", "below", 2, []), ("count", "at", 4, ["T"]), ("count", "above", 5, [])]),
        (
            "since <= '2025-01-31'",
            [("since", "at", dt.date(2025, 1, 31), ["T"]), ("since", "below", dt.date(2025, 1, 30), ["T"]), ("since", "above", dt.date(2025, 2, 1), [])],
        ),
        ("kind = 'b'", [("kind", "is", "b", ["T"]), ("kind", "is", "a", [])]),
        ("kind != 'a'", [("kind", "is", "a", []), ("kind", "is", "b", ["T"])]),
        ("kind in ('b', 'c')", [("kind", "is", "b", ["T"]), ("kind", "is", "c", ["T"]), ("kind", "is", "a", [])]),
        ("flag", [("flag", "is", True, ["T"]), ("flag", "is", False, [])]),
        ("city = 'x'", [("city", "is", "x", ["T"]), ("city", "is", "other", [])]),
        ("starts_with(city, 'x')", [("city", "is", "x", ["T"]), ("city", "is", "other", [])]),
        ("has(words, 'x')", [("words", "is", frozenset("x"), ["T"]), ("words", "is", frozenset(), [])]),
        ("total > 5", [("total", "at", 5.0, []), ("total", "below", 4.99, []), ("total", "above", 5.01, ["T"])]),
        ("points >= 85", [("points", "at", 85.0, ["T"]), ("points", "below", 84.99, []), ("points", "above", 85.01, ["T"])]),
        ("asked < 3", [("asked", "at", 3.0, []), ("asked", "below", 2.99, ["T"]), ("asked", "above", 3.01, [])]),
        ("large", [("amount", "at", 100.0, []), ("amount", "below", 99.99, []), ("amount", "above", 100.01, ["T"])]),
    ],
)  # fmt: skip
def test_what_is_proposed_for_a_leaf(when: str, expected: list[Any]) -> None:
    """At the threshold, one step below and above, listed values and another one; then missing."""
    found = propose(when)
    assert cases(found)[:-1] == expected
    last = found.found[-1]
    assert (last.spot.where, last.expect) == ("missing", {"tags": [], "undetermined": ["r"]})
    assert found.silent == ()


@pytest.mark.parametrize(
    ("when", "name", "values"),
    [
        ("amount > 2 * other", "amount", [200.0, 199.99, 200.01]),
        ("amount - other >= 50", "amount", [150.0, 149.99, 150.01]),
        ("count * 2 > 9", "count", [4, 5]),
        ("days_between(since, as_of) >= 30", "since", [dt.date(2025, 10, 21), dt.date(2025, 10, 20), dt.date(2025, 10, 22)]),
        ("abs(amount - 500) > 3", "amount", [497.0, 496.99, 497.01]),
    ],
)  # fmt: skip
def test_a_leaf_over_more_than_a_bare_dimension_is_solved_for_one(
    when: str, name: str, values: list[Any]
) -> None:
    """The others have usual values; the threshold is where both sides are equal."""
    found = [p.spot for p in propose(when).found if p.spot.where != "missing"]
    assert {spot.dimension for spot in found} == {name}
    assert sorted(spot.value for spot in found) == sorted(values)  # type: ignore[type-var]


def test_the_rest_of_the_record_lets_the_leaf_decide() -> None:
    """Beside `and` the other leaf is true, beside `or` false; what no record lets decide is told."""
    found = propose("(count > 5 or flag) and kind = 'a'")
    given = [dict(p.given) for p in found.found if p.spot.dimension == "count"]
    assert given[0] == {"count": 5, "kind": "a", "flag": False, "must": 10}
    assert [p.given.get("count") for p in found.found if p.spot.dimension == "flag"] == [0, 0]
    hidden = propose("count > 5 or count > 3")
    assert hidden.silent == (("r", "count > 5"),)


def test_defaults_and_what_must_be_there() -> None:
    """Missing takes the default; where a record would be refused, nothing is proposed as missing."""
    assert cases(propose("sure > 7"))[-1] == ("sure", "missing", None, [])
    assert [where for _, where, _, _ in cases(propose("must > 7"))] == ["at", "below", "above"]


def test_tiers_state_their_ladder_and_parameters_by_category_unfold() -> None:
    """Each category has its threshold; a tier's leaf is looked at below the better ones."""
    text = (
        HEADER.replace(
            "dimensions:", "parameters: {p: {by: kind, value: {a: 5, b: 6}, else: 7}}\ndimensions:"
        )
        + "ladders: {size: {tiers: [{id: top, enter: count > 10}, {id: mid, enter: count > p}, {id: rest}]}}\n"
    )
    found = loads(text).propose_examples(as_of=DAY).found
    shown = [(p.owner, p.given.get("kind"), p.given.get("count"), p.expect["tiers"]["size"]) for p in found]
    assert shown == [
        ("size.top", None, 10, None), ("size.top", None, 9, None), ("size.top", None, 11, "top"),
        ("size.top", None, None, None),
        ("size.mid", "a", 5, "rest"), ("size.mid", "a", 4, "rest"), ("size.mid", "a", 6, "mid"),
        ("size.mid", "a", None, None),
        ("size.mid", "b", 6, "rest"), ("size.mid", "b", 5, "rest"), ("size.mid", "b", 7, "mid"),
        ("size.mid", "c", 7, "rest"), ("size.mid", "c", 6, "rest"), ("size.mid", "c", 8, "mid"),
    ]  # fmt: skip


def test_a_rule_is_looked_at_on_a_day_on_which_it_counts() -> None:
    """The day is fixed where answers depend on it, and left out where none does."""
    text = HEADER + "rules: [{id: r, tag: T, when: count > 5, valid_from: 2026-02-01}]\n"
    found = loads(text).propose_examples(as_of=DAY).found
    assert {p.as_of for p in found if p.spot.dimension == "count"} == {dt.date(2026, 2, 1)}
    assert {p.as_of for p in propose("count > 5").found} == {None}
    assert {p.as_of for p in propose("since < as_of").found} == {dt.date(2025, 11, 20)}


@pytest.mark.parametrize(
    ("dates", "expected"),
    [
        ("valid_from: 2026-02-01", [("01-31", []), ("02-01", ["T"])]),
        ("valid_through: 2026-02-16", [("02-16", ["T"]), ("02-17", [])]),
        ("valid_from: 2026-02-01, valid_through: 2026-02-01", [("01-31", []), ("02-01", ["T"]), ("02-02", [])]),
        ("valid_from: 0001-01-01, valid_through: 9999-12-31", [("01-01", ["T"]), ("12-31", ["T"])]),
    ],
)  # fmt: skip
def test_the_first_and_the_last_day_of_a_rule(dates: str, expected: list[Any]) -> None:
    """And the days beside them, for a customer whom the rule fits."""
    text = HEADER + f"rules: [{{id: r, tag: T, when: flag, {dates}}}]\n"
    found = loads(text).propose_examples(as_of=DAY).found
    days = [
        p for p in found if p.spot.value is not False and p.spot.where != "missing" and str(p.as_of) != DAY
    ]
    assert sorted((str(p.as_of)[5:], p.expect["tags"]) for p in days) == expected
    (first, *_) = [p for p in found if p.spot.dimension == "as_of"]
    assert first.expression in ("valid_from", "valid_through")
    assert first.given["flag"] is True


def test_gates_are_looked_at_with_something_to_lose() -> None:
    """`eligible` decides where a rule would give a tag."""
    text = "eligible: not flag\n" + HEADER + "rules: [{id: r, tag: T, when: count > 5}]\n"
    first = loads(text).propose_examples(as_of=DAY).found[:3]
    assert [(p.owner, p.spot.value, p.expect["tags"]) for p in first] == [
        ("eligible", False, ["T"]), ("eligible", True, []), ("eligible", None, []),
    ]  # fmt: skip


@pytest.mark.parametrize("rest", [", {id: rest}", ""])
def test_the_gate_of_a_ladder(rest: str) -> None:
    """It decides whether the customer is in any tier."""
    text = HEADER + (
        "ladders: {size: {eligible: not flag, tiers: [{id: top, enter: count > 10, tag: Top}" + rest + "]}}\n"
    )
    found = [p for p in loads(text).propose_examples(as_of=DAY).found if p.owner == "size"]
    assert [(p.spot.value, p.expect["tiers"]["size"]) for p in found][:2] == [(False, "top"), (True, None)]
    assert found[0].expect["tags"] == ["Top"]


def test_a_named_condition_that_must_not_be_unknown() -> None:
    """What it asks for is in every record."""
    text = HEADER.replace(
        "tables:", "  firm: {type: boolean, value: amount > 5 and since < as_of, on_missing: error}\ntables:"
    )
    before = loads(text + "rules: [{id: r, tag: T, when: count > 5 and firm}]\n")
    after = put(before)
    assert len(after.examples) == 6
    assert all(result.passed for result in run_examples(after))


@pytest.mark.parametrize(
    ("entry", "value"),
    [
        ("{type: money}", 100.0), ("{type: integer}", 10), ("{type: ratio}", 0.5), ("{type: score}", 50.0),
        ("{type: money, min: 500}", 500.0), ("{type: number, max: 1}", 1.0), ("{type: integer, max: 2.5}", 2),
        ("{type: boolean}", False), ("{type: text}", "some"), ("{type: category, values: [b, a]}", "b"),
        ("{type: set}", frozenset()), ("{type: set, values: [a]}", frozenset()), ("{type: date}", dt.date(2025, 1, 1)),
    ],
)  # fmt: skip
def test_usual_values_are_values(entry: str, value: Any) -> None:
    """Within the limits of the dimension, and of its type."""
    dimension = loads(f"{{ruleset: a, version: 1, dimensions: {{x: {entry}}}}}").dimensions["x"]
    found = usual(dimension, dt.date(2025, 1, 1))
    assert (found, type(found)) == (value, type(value))
    assert read(dimension, found) == value


def test_what_examples_show_is_not_proposed() -> None:
    """An example shows a case when it has the value and lets the leaf decide."""
    shown = "examples: [{name: a, given: {count: 5, must: 1, flag: %s}, expect: {}}]\n"
    whole, decides, hidden = (
        propose("count > 5 and flag", extra) for extra in ("", shown % "true", shown % "false")
    )
    assert len(decides.found) == len(whole.found) - 1 == len(hidden.found) - 1


def test_nothing_to_propose() -> None:
    """Without rules, tiers or gates there is nothing to look at."""
    for text in ("{ruleset: a, version: 1}", HEADER):
        assert loads(text).propose_examples() == Proposals((), 0, ())


def test_a_limit_counts_the_rest() -> None:
    """The first in file order, and how many more there are."""
    whole, some = (
        propose("count > 5"),
        loads(HEADER + "rules: [{id: r, tag: T, when: count > 5}]\n").propose_examples(as_of=DAY, limit=3),
    )
    assert (some.found, some.more) == (whole.found[:3], len(whole.found) - 3)


def put(ruleset: RuleSet, locale: str = "en") -> RuleSet:
    """The rule set with every proposal in its text."""
    found = ruleset.propose_examples(as_of=DAY).found
    taken = [example.name for example in ruleset.examples]
    return tierkit.loads(appended(ruleset.text, example_texts(ruleset.program, found, taken, locale)))


def seen(ruleset: RuleSet) -> list[Any]:
    """What the examples show of each item."""
    return [item.seen for item in ruleset.coverage().items]


@settings(deadline=None, max_examples=60)
@given(rulesets(), st.sampled_from(["en", "zh"]))
def test_every_proposal_passes_and_coverage_rises(text: str, locale: str) -> None:
    """As it stands in the file; and what was proposed is not proposed again."""
    before = tierkit.loads(text)
    after = put(before, locale)
    results = run_examples(after)
    assert [result.differences for result in results if not result.passed] == []
    assert len({result.name for result in results}) == len(results)
    for old, new in zip(seen(before), seen(after), strict=True):
        assert old <= new
    assert after.coverage().percent(unknown=True) >= before.coverage().percent(unknown=True)
    assert after.propose_examples(as_of=DAY).found == ()


@pytest.mark.parametrize(
    "path", sorted(Path(__file__).parent.parent.glob("rulesets/*.yaml")), ids=lambda p: p.stem
)
def test_the_rule_files_of_the_project(path: Path) -> None:
    """Their proposals pass, and then every outcome of every leaf that decides is shown."""
    before = tierkit.load(path)
    after = put(before)
    assert all(result.passed for result in run_examples(after))
    assert after.coverage().percent() >= before.coverage().percent()
    assert after.propose_examples(as_of=DAY).found == ()


CASES = sorted((Path(__file__).parent / "conformance").glob("*.yaml"))


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_conditions_of_every_kind(path: Path) -> None:
    """Whatever a condition asks: its proposals pass, and are proposed once."""
    before = read_cases(path).ruleset
    after = put(before)
    assert [result.name for result in run_examples(after) if not result.passed] == []
    assert after.propose_examples(as_of=DAY).found == ()
    found = before.propose_examples(as_of=DAY)
    missed = {(item.owner, item.name) for item in after.coverage().items if "true" in item.missed()}
    rules = {rule.id for rule in before.program.rules}
    assert {leaf for leaf in missed if leaf[0] in rules and leaf[0] != leaf[1]} <= {*found.silent}


EXAMPLES = """\
ruleset: demo
version: 1
dimensions: {x: {type: integer}}
rules: [{id: r, tag: T, when: x > 1}]
"""
OLD = "{name: old, given: {x: 2}, expect: {tags: [T]}}"


@pytest.mark.parametrize(
    "text",
    [
        EXAMPLES,
        EXAMPLES.rstrip("\n"),
        EXAMPLES + "# the end\n\n\n",
        EXAMPLES + "examples:\n",
        EXAMPLES + "examples:  # none yet\n\n",
        EXAMPLES + "examples: []\n",
        EXAMPLES + f"examples: [{OLD}]  # one\n",
        EXAMPLES + f"examples: [{OLD},]\n",
        EXAMPLES + f"examples:\n  - {OLD}  # one\n\n# later\ntitle: last\n",
        EXAMPLES + f"examples:\n- {OLD}\n",
        EXAMPLES + "examples:\n    - name: old\n      given: {x: 2}\n      expect:\n        tags:\n          - T\ntitle: t\n",
        "\ufeff" + EXAMPLES.replace("\n", "\r\n") + f"examples:\r\n  - {OLD}\r\ntitle: t\r\n",
        EXAMPLES.replace("\n", "\r"),
        ('{"ruleset": "demo", "version": "1", "dimensions": {"x": {"type": "integer"}},'
        ' "rules": [{"id": "r", "tag": "T", "when": "x > 1"}]}\n'),
        ('{"ruleset": "demo", "version": "1", "dimensions": {"x": {"type": "integer"}}, "examples": [],'
        ' "rules": [{"id": "r", "tag": "T", "when": "x > 1"}]}'),
    ],
)  # fmt: skip
def test_examples_are_put_behind_those_there_are(text: str, tmp_path: Path) -> None:
    """Whatever the layout: nothing that was there changes, line ends and comments included."""
    path = tmp_path / "demo.yaml"
    path.write_bytes(text.encode())
    result = run("new-examples", path, "--write")
    assert result.status == 0, result.err
    written = path.read_bytes().decode()
    at = 0
    for character in text.rstrip():
        at = written.index(character, at) + 1
    lines = written.splitlines(keepends=True)
    assert all(
        line in lines
        for line in text.splitlines(keepends=True)
        if line.strip() and not line.startswith(("examples: [", "{")) and line.endswith(("\n", "\r"))
    )
    assert len({line[len(line.rstrip("\r\n")) :] for line in lines[:-1]}) <= 1
    ruleset = loads(path.read_bytes())
    assert len(ruleset.examples) >= 3
    assert all(example.passed for example in run_examples(ruleset))
    assert run("new-examples", path, "--write").err.startswith("nothing to propose")
    assert path.read_bytes().decode() == written


@given(st.text(max_size=8).filter(lambda text: text.strip() == text and "." not in text and "\0" not in text))
def test_texts_are_read_again_as_they_are(value: str) -> None:
    """Quoted where anything could take them for something else."""
    try:
        value.encode()
    except UnicodeEncodeError:
        return
    text = (
        "{ruleset: a, version: 1, dimensions: {x: {type: text}, s: {type: set}}, rules: [], examples: "
        f"[{{name: {quoted(value or 'n')}, given: {{x: {scalar(value)}, s: [{scalar(value)}]}}, expect: {{}}}}]}}"
    )
    (example,) = loads(text).examples
    assert example.given == {"x": value, "s": [value]}


def write(tmp_path: Path, when: str = "x > 1") -> Path:
    """A rule file without examples."""
    path = tmp_path / "demo.yaml"
    path.write_text(EXAMPLES.replace("x > 1", when), encoding="utf-8")
    return path


def test_the_command_proposes_examples_to_paste(tmp_path: Path) -> None:
    """The text on standard output, what there is to say about it on standard error."""
    path = write(tmp_path)
    result = run("new-examples", path, "--limit", "3")
    assert (result.status, result.err) == (
        0, "3 examples proposed: read each, and keep what is right\n1 example beyond these: raise `--limit`\n"
    )  # fmt: skip
    assert (
        result.out
        == """\
examples:
  - name: "r: x exactly 1"
    given: {x: 1}
    expect: {tags: []}
  - name: "r: x just below 1"
    given: {x: 0}
    expect: {tags: []}
  - name: "r: x just above 1"
    given: {x: 2}
    expect: {tags: [T]}
"""
    )
    chinese = run("new-examples", path, "--limit", "0", "--locale", "zh")
    assert '  - name: "r：缺少x"\n    given: {}\n    expect: {tags: [], undetermined: [r]}\n' in chinese.out
    assert chinese.err == "已提出 4 个示例：请逐一核对，保留正确的\n"
    path.write_text(EXAMPLES + result.out, encoding="utf-8")
    assert run("test", path).out == "1 file, 3 examples, 0 failed\n"
    assert (
        run("new-examples", path).out
        == '  - name: "r: x is missing"\n    given: {}\n    expect: {tags: [], undetermined: [r]}\n'
    )


def test_proposals_for_programs(tmp_path: Path) -> None:
    """Every key is always there."""
    path = write(tmp_path, "x > 1 or x > 0")
    found = run("new-examples", path, "--limit", "1", "--format", "json").json
    assert found == {
        "path": str(path), "written": False, "more": 3,
        "examples": [{
            "name": "r: x exactly 0", "as_of": None, "given": {"x": 0}, "expect": {"tags": []},
            "about": {"owner": "r", "expression": "x > 0", "dimension": "x", "where": "at", "threshold": 0.0},
        }],
        "silent": [{"owner": "r", "expression": "x > 1"}],
    }  # fmt: skip
    note = "note: `x > 1` of `r` decides nothing in any record that was found\n"
    assert run("new-examples", path).err.endswith(note)


def test_what_cannot_be_done(tmp_path: Path) -> None:
    """Bad usage is 2, a file with errors 1; nothing is written."""
    path = write(tmp_path)
    before = path.read_bytes()
    for arguments, status, text in (
        ((path, "--limit", "-1"), 2, "error: `--limit -1`"),
        ((path, "--as-of", "soon"), 2, "error: `--as-of soon`"),
        ((tmp_path / "none.yaml",), 2, "error: cannot read"),
    ):
        result = run("new-examples", *arguments)
        assert (result.status, result.out) == (status, "")
        assert result.err.startswith(text)
    path.write_text("ruleset: demo\nversion: 1\nrules: [{id: r, tag: T, when: x > 1}]\n", encoding="utf-8")
    assert run("new-examples", path, "--write").status == 1
    path.write_bytes(before + b"...\n")
    result = run("new-examples", path, "--write")
    assert (result.status, path.read_bytes()) == (1, before + b"...\n")
    assert "leave out `--write` and paste them" in result.err
    path.write_bytes(before)
    (tmp_path / "history.jsonl").write_text("", encoding="utf-8")
    result = run("new-examples", path, "--write")
    assert (result.status, path.read_bytes()) == (2, before)
    assert "was published and never changes" in result.err
