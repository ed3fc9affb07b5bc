"""Rules carried over from business-rules and back, against its own engine."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from decimal import Decimal
from typing import Any

import pytest
from business_rules import export_rule_data, fields
from business_rules import operators as br
from business_rules.actions import BaseActions, rule_action
from business_rules.variables import (
    BaseVariables,
    boolean_rule_variable,
    numeric_rule_variable,
    rule_variable,
    select_multiple_rule_variable,
    select_rule_variable,
    string_rule_variable,
)
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests import business_rules_engine as engine
from tests import strategies
from tierkit import RuleSet, UsageError, loads
from tierkit.business_rules import from_business_rules, rule_builder_data, to_business_rules
from tierkit.business_rules.left_out import REASONS
from tierkit.business_rules.vocabulary import operators, selects

FIELDS = {
    "n": "numeric",
    "m": "numeric",
    "t": "string",
    "b": "boolean",
    "s": "select",
    "w": "select_multiple",
}
VARIABLES = [
    {"name": name, "label": name.upper(), "field_type": type_, "options": []}
    for name, type_ in FIELDS.items()
]
_TEXTS = ("", "a", "A", "ab", "b", "it's", "北京", "a: #b", "'", "x\ty", "no", "NaN", "\\", '"', "é")
_ITEMS = ("a", "b", "c", "d", "vip list", "北京")
_thresholds = st.sampled_from([0, 1, -1, 5, 10_000, 0.05, 0.1, 0.3, 1e-6, 1e-9, 2**53, 1e17]) | st.floats(
    -1e6, 1e6
)


def _leaf(name: str, operator: str, value: Any) -> dict[str, Any]:
    return {"name": name, "operator": operator, "value": value}


_numeric = st.sampled_from(sorted(operators()["numeric"]))
_several = st.lists(st.sampled_from(_ITEMS), min_size=1, max_size=3, unique=True)
_leaves = st.one_of(
    st.builds(
        _leaf, st.sampled_from(["n", "m"]), _numeric, _thresholds.filter(lambda n: n == 0 or abs(n) >= 1e-18)
    ),
    st.builds(
        _leaf,
        st.just("t"),
        st.sampled_from(sorted(set(operators()["string"]) - {"matches_regex", "equal_to_case_insensitive"})),
        st.sampled_from(_TEXTS),
    ),
    st.builds(
        _leaf,
        st.just("t"),
        st.just("equal_to_case_insensitive"),
        st.sampled_from([t for t in _TEXTS if t != "é"]),
    ),
    st.builds(_leaf, st.just("b"), st.sampled_from(["is_true", "is_false"]), st.just("")),
    st.builds(_leaf, st.just("s"), st.sampled_from(sorted(operators()["select"])), st.sampled_from(_ITEMS)),
    st.builds(_leaf, st.just("w"), st.sampled_from(sorted(operators()["select_multiple"])), _several),
)
_trees = st.recursive(
    _leaves,
    lambda inner: st.builds(
        lambda word, items: {word: items},
        st.sampled_from(["all", "any"]),
        st.lists(inner, min_size=1, max_size=3),
    ),
    max_leaves=8,
)
rule_lists = st.lists(_trees, min_size=1, max_size=4).map(
    lambda trees: [
        {"conditions": tree, "actions": [{"name": "add_tag", "params": {"tag": f"t{i}"}}]}
        for i, tree in enumerate(trees)
    ]
)


@st.composite
def records(draw: st.DrawFn, rules: list[dict[str, Any]]) -> dict[str, Any]:
    """A record with numbers near the thresholds, at the edges of the tolerance too."""
    record: dict[str, Any] = {
        "t": draw(st.sampled_from(_TEXTS) | st.text("aAb é北", max_size=3)),
        "b": draw(st.booleans()),
        "s": draw(st.lists(st.sampled_from(_ITEMS), max_size=3)),
        "w": draw(st.lists(st.sampled_from(_ITEMS), max_size=4)),
    }
    found = [
        leaf["value"] for rule in rules for leaf in engine.leaves(rule["conditions"]) if leaf["name"] in "nm"
    ]
    for name in ("n", "m"):
        near = draw(st.sampled_from(found or [0])) + draw(
            st.sampled_from([0, 1, -1, 1e-6, -1e-6, 5e-7, -5e-7, 2e-6])
        )
        steps = draw(st.integers(-2, 2))
        for _ in range(abs(steps)):
            near = math.nextafter(near, math.copysign(math.inf, steps))
        record[name] = draw(st.sampled_from([near, near, draw(_thresholds)]))
    return {
        name: value if not isinstance(value, float) or abs(value) >= 1e-18 else 0.0
        for name, value in record.items()
    }


@given(st.data(), rule_lists)
@settings(max_examples=150)
def test_rules_carried_over_decide_as_business_rules_does(
    data: st.DataObject, rules: list[dict[str, Any]]
) -> None:
    """The same tags, within the tolerance too, wherever rounding a difference to binary64 cannot decide."""
    found = from_business_rules({"rules": rules, "variables": VARIABLES})
    assert found.left_out == ()
    ruleset = loads(found.text)
    for _ in range(4):
        record = data.draw(records(rules))
        assume(not engine.at_the_edge(rules, record))
        assert set(ruleset.evaluate(record).tags) == engine.tags(rules, FIELDS, record), record


@given(st.data(), rule_lists)
@settings(max_examples=150)
def test_there_and_back_is_the_same(data: st.DataObject, rules: list[dict[str, Any]]) -> None:
    """Rules carried over and back again give what they gave, in either engine."""
    ruleset = loads(from_business_rules({"rules": rules, "variables": VARIABLES}).text)
    back = to_business_rules(ruleset)
    assert back.left_out == ()
    types = _field_types(ruleset)
    again = from_business_rules(json.loads(json.dumps({"rules": back.rules, **rule_builder_data(ruleset)})))
    assert again.left_out == ()
    for _ in range(4):
        record = data.draw(records(rules))
        assert engine.tags(back.rules, types, record) == engine.tags(rules, FIELDS, record)
        assert loads(again.text).evaluate(record).tags == ruleset.evaluate(record).tags


def _field_types(ruleset: RuleSet) -> dict[str, str]:
    return {
        item["name"]: item["field_type"] for item in rule_builder_data(ruleset, computed=False)["variables"]
    }


@given(st.data(), strategies.rule_sets())
@settings(max_examples=150)
def test_what_is_exported_decides_as_the_rule_set_does(data: st.DataObject, ruleset: RuleSet) -> None:
    """For every record with all values and outside the tolerance; within it where both have the same one."""
    found = to_business_rules(ruleset)
    types = _field_types(ruleset)
    exported = {rule["id"] for rule in found.rules}
    assert exported.isdisjoint(item.rule for item in found.left_out)
    named = exported | {item.rule for item in found.left_out}
    assert {rule.id for rule in ruleset.program.rules} <= named
    for _ in range(6):
        record = data.draw(strategies.known_records)
        assume(not _blurred(ruleset, found.rules, record))
        decision = ruleset.evaluate(record, as_of="2024-02-29")
        fired = {reason.rule for reason in decision.reasons}
        by_id = [
            {**rule, "actions": [{"name": "add_tag", "params": {"tag": rule["id"]}}]} for rule in found.rules
        ]
        assert engine.tags(by_id, types, record) == fired & exported, record


def _blurred(ruleset: RuleSet, rules: Any, record: dict[str, Any]) -> bool:
    tolerance = ruleset.program.tolerance
    if tolerance == 1e-6:
        return engine.at_the_edge(rules, record)
    near = [d for d in engine.differences(rules, record) if d <= Decimal("1.1e-6")]
    return any(near) if tolerance == 0 else bool(near)


@pytest.mark.parametrize("value", [10_000, 0.05, 0.3, 1e-6, 123_456.789])
def test_the_tolerance_ends_where_that_of_business_rules_ends(value: float) -> None:
    """Double by double around both edges; where doubles subtract exactly there is no difference at all."""
    rules = [
        {
            "conditions": _leaf("n", operator, value),
            "actions": [{"name": "add_tag", "params": {"tag": operator}}],
        }
        for operator in operators()["numeric"]
    ]
    ruleset = loads(from_business_rules(rules).text)
    for start in (value - 1e-6, value, value + 1e-6):
        number = start
        for _ in range(6):
            number = math.nextafter(number, -math.inf)
        for _ in range(12):
            number = math.nextafter(number, math.inf)
            if not engine.at_the_edge(rules, {"n": number}):
                assert set(ruleset.evaluate({"n": number}).tags) == engine.tags(
                    rules, {"n": "numeric"}, {"n": number}
                )


def test_rounding_can_decide_at_the_very_edge() -> None:
    """The one difference: tierkit rounds the difference to binary64, business-rules knows 28 digits of it."""
    rules = [
        {
            "conditions": _leaf("n", "greater_than", 2e-18),
            "actions": [{"name": "add_tag", "params": {"tag": "T"}}],
        }
    ]
    record = {"n": 1.000000000002e-06}
    assert engine.at_the_edge(rules, record)
    assert engine.tags(rules, {"n": "numeric"}, record) == {"T"}
    assert loads(from_business_rules(rules).text).evaluate(record).tags == ()


# -- from business-rules


def _one(condition: Any, **more: Any) -> dict[str, Any]:
    return {"conditions": condition, "actions": [{"name": "add_tag", "params": {"tag": "T"}}], **more}


_FINE = _leaf("n", "greater_than", 1)
_DEEP: Any = _FINE
for _ in range(40):
    _DEEP = {"all": [_DEEP]}


@pytest.mark.parametrize(
    ("rule", "code", "because"),
    [
        (5, "rule-shape", "a rule is a mapping with `conditions` and a list of `actions`"),
        ({"conditions": _FINE}, "rule-shape", "a rule is a mapping with `conditions` and a list of `actions`"),
        (_one({"all": []}), "empty", "`all` must be a list that is not empty"),
        (_one({"all": [_FINE], "any": [_FINE]}), "shape", "a condition holds `all` or `any` alone, or `name`, `operator` and `value`"),
        (_one({"not": _FINE}), "shape", "a condition holds `all` or `any` alone, or `name`, `operator` and `value`"),
        (_one(None), "shape", "a condition holds `all` or `any` alone, or `name`, `operator` and `value`"),
        (_one(_DEEP), "too-deep", "nested deeper than 32 levels"),
        (_one(_leaf("and", "is_true", "")), "bad-name", "`and` cannot be the name of a dimension"),
        (_one(_leaf("a b", "is_true", "")), "bad-name", "`a b` cannot be the name of a dimension"),
        (_one({"all": [_leaf("X", "is_true", ""), _leaf("x", "is_true", "")]}), "same-name", "`x` and `X` differ only in upper and lower case"),
        (_one(_leaf("n", "__class__", 5)), "no-operator", "there is no operator `__class__`"),
        (_one({"all": [_FINE, _leaf("n", "is_true", "")]}), "not-of-type", "`is_true` is no operator of `n`, which is `numeric`"),
        (_one(_leaf("n", "greater_than", "5")), "bad-value", '`greater_than` cannot take the value `"5"`'),
        (_one(_leaf("w", "contains_all", [])), "bad-value", "`contains_all` cannot take the value `[]`"),
        (_one(_leaf("n", "greater_than", float("inf"))), "range", "`inf` is outside the range of numbers (0, or 1e-18 to 1e18)"),
        (_one(_leaf("n", "greater_than", float("nan"))), "range", "`nan` is outside the range of numbers (0, or 1e-18 to 1e18)"),
        (_one(_leaf("t", "matches_regex", "a+")), "regex", "regular expressions differ between engines and can take forever"),
        (_one(_leaf("t", "equal_to_case_insensitive", "É")), "beyond-ascii", "upper and lower case are ignored for the letters a to z only, and `É` has others"),
        (_one(_leaf("w", "shares_exactly_one_element_with", ["a", "A"])), "repeated", "`a` stands in the list twice, and `shares_exactly_one_element_with` counts it twice"),
        (_one(_leaf("t", "equal_to", "\ud800")), "refused", "this is not valid YAML: this escape cannot be read"),
        ({"conditions": _FINE, "actions": []}, "no-action", "no action gives a tag"),
    ],
)  # fmt: skip
def test_a_rule_that_cannot_be_said_is_left_out_whole(rule: Any, code: str, because: str) -> None:
    """With the reason, in both languages; the rules beside it stay."""
    found = from_business_rules([rule, _one(_FINE)])
    assert [(item.rule, item.code, item.because) for item in found.left_out] == [("rule_1", code, because)]
    assert found.left_out[0].message("zh") != found.left_out[0].message()
    assert [rule.id for rule in loads(found.text).program.rules] == ["rule_2"]


def test_actions_become_tags() -> None:
    """The parameter `tag`, else the name; one rule per tag; what else an action has is listed."""
    actions: list[Any] = [
        {"name": "add_tag", "params": {"tag": "VIP"}},
        {"name": "send_mail", "params": {"to": "x"}},
        {"name": "hold"},
        {"name": "a.b"},
        "x",
    ]
    found = from_business_rules(
        [{"id": "vip", "conditions": _FINE, "actions": actions, "because": {"en": "Big", "zh": "大"}}]
    )
    assert [(item.rule, item.code) for item in found.left_out] == [
        ("vip", "params"),
        ("vip", "bad-tag"),
        ("vip", "action-shape"),
    ]
    program = loads(found.text).program
    assert [(rule.id, rule.tag) for rule in program.rules] == [
        ("vip", "VIP"),
        ("vip_2", "send_mail"),
        ("vip_3", "hold"),
    ]
    assert program.rules[0].because == {"en": "Big", "zh": "大"}


def test_a_condition_too_long_for_words_stays_a_tree() -> None:
    """It says the same; the rules beside it are in words."""
    leaves = [_leaf("t", "equal_to", f"{i:0100}") for i in range(1000)]
    found = from_business_rules([_one({"any": leaves}), _one(_FINE, because=5)])
    assert found.left_out == ()
    assert found.text.count("    when: {") == 1
    assert "    when: n > 1\n" in found.text
    assert loads(found.text).evaluate({"t": f"{7:0100}"}).tags == ("T",)


def test_groups_within_groups_are_opened() -> None:
    """Builders nest more than is meant; a leaf alone needs no group at all."""
    tree: Any = _FINE
    for i in range(30):
        tree = {"all": [tree]} if i % 2 else {"any": [tree]}
    rules = [
        _one(tree),
        _one({"all": [{"all": [_FINE, {"any": [_FINE]}]}, {"any": [_FINE, _leaf("b", "is_true", "")]}]}),
    ]
    text = from_business_rules(rules).text
    assert "    when: n > 1\n" in text
    assert "    when: n > 1 and n > 1 and (n > 1 or b = true)\n" in text


def test_a_rule_that_json_cannot_show_is_shown_in_short() -> None:
    """From Python anything can come."""
    found = from_business_rules([{("a", "b"): 1}])
    assert (
        str(found.left_out[0])
        == "rule_1: `<dict>`: a rule is a mapping with `conditions` and a list of `actions`"
    )


def test_ids_are_unique() -> None:
    """A rule's own id is kept where it can be one and nobody else has it."""
    rules = [_one(_FINE, id=id_) for id_ in ("a", "A", "and", 5, "a b", "rule_7", "b")]
    rules[0]["actions"] = [{"name": "x"}, {"name": "y"}]
    program = loads(from_business_rules([*rules, _one(_FINE, id="a_2")]).text).program
    assert [rule.id for rule in program.rules] == [
        "a",
        "a_2_",
        "rule_2",
        "rule_3",
        "rule_4",
        "rule_5",
        "rule_7",
        "b",
        "a_2",
    ]


def test_types_are_inferred_from_every_use() -> None:
    """From operators and values together; a guess is said."""
    leaves = [
        _leaf("a", "equal_to", 5), _leaf("b", "equal_to", "x"), _leaf("c", "contains", "x"), _leaf("d", "contains", "x"),
        _leaf("d", "does_not_contain", "y"), _leaf("e", "contains", "x"), _leaf("e", "non_empty", ""), _leaf("f", "is_true", ""),
        _leaf("g", "contains_all", ["x"]), _leaf("a", "less_than", True),
    ]  # fmt: skip
    found = from_business_rules([_one({"all": leaves})])
    assert {d.name: d.type for d in loads(found.text).program.dimensions.values()} == {
        "a": "number", "b": "text", "c": "text", "d": "set", "e": "text", "f": "boolean", "g": "set",
    }  # fmt: skip
    assert [(item.leaf, item.code) for item in found.assumed] == [("c", "taken-for-text")]
    assert "a < 1" in found.text


def test_variables_give_types_labels_and_options() -> None:
    """As `export_rule_data` lists them; what is not listed has no place."""
    variables = [
        {"name": "n", "label": "Amount", "field_type": "numeric", "options": []},
        {
            "name": "tags",
            "label": "Tags",
            "field_type": "select",
            "options": [{"name": "x", "label": "Ex"}, "y", 5],
        },
        {"name": "open", "label": "Open", "field_type": "select_multiple", "options": ["x"]},
        {"name": "odd", "label": "Odd\0", "field_type": "string"},
        {"name": "own", "label": "Own", "field_type": "a type of one's own"},
        {"name": "not", "label": "Not", "field_type": "numeric"},
    ]
    rules = [
        _one(_FINE),
        _one(_leaf("tags", "contains", "y")),
        _one(_leaf("open", "contains_all", ["z"])),
        _one(_leaf("own", "x", 1)),
        _one(_leaf("gone", "is_true", "")),
    ]
    found = from_business_rules({"rules": rules, "variables": variables})
    assert [(item.rule, item.code) for item in found.left_out] == [
        ("", "no-type"),
        ("", "bad-name"),
        ("rule_4", "no-variable"),
        ("rule_5", "no-variable"),
    ]
    dimensions = loads(found.text).program.dimensions
    assert {d.name: (d.type, dict(d.label), d.values) for d in dimensions.values()} == {
        "n": ("number", {"": "Amount"}, None),
        "tags": ("set", {}, ("x", "y")),
        "open": ("set", {}, None),
        "odd": ("text", {}, None),
    }


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.sampled_from(["n", "contains", "tag"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
        st.sampled_from(
            ["conditions", "actions", "all", "any", "name", "operator", "value", "params", "tag", "id", "because", "rules",
             "variables", "field_type", "label", "options"]
        ) | st.text(max_size=3), inner, max_size=4),
    max_leaves=12,
)  # fmt: skip
_odd_rules = st.builds(
    lambda leaf, actions, more: {"conditions": leaf, "actions": actions, **more},
    st.builds(
        _leaf,
        st.sampled_from(["n", "N", "and", "a b", "ﬁ", "e\u0301", ""]) | st.text(max_size=3),
        st.sampled_from([name for found in operators().values() for name in found]),
        _json,
    ),
    st.lists(
        st.builds(
            lambda name, tag: {"name": name, "params": {"tag": tag}}, st.text(max_size=3), st.text(max_size=3)
        ),
        max_size=2,
    ),
    st.dictionaries(st.sampled_from(["id", "because"]), _json, max_size=2),
)


_odd_variables = st.lists(
    st.fixed_dictionaries(
        {
            "name": st.sampled_from(["n", "N", "and", "e\u0301"]) | st.text(max_size=2),
            "field_type": st.sampled_from(sorted(operators())) | st.text(max_size=2),
        },
        optional={"label": _json, "options": _json | st.lists(st.text(max_size=2), max_size=3)},
    ),
    max_size=3,
)


@given(st.lists(_json | _odd_rules, max_size=4), _odd_variables)
@settings(max_examples=150)
def test_from_anything_a_file_comes_out_that_loads(rules: list[Any], variables: list[Any]) -> None:
    """With every rule in it or listed, each in one line."""
    found = from_business_rules({"rules": rules, "variables": variables})
    program = loads(found.text).program
    assert len(program.rules) + len({item.rule for item in found.left_out}) >= len(rules)
    messages = [item.message(locale) for item in found.left_out for locale in ("en", "zh")]
    assert not [text for text in messages if "\n" in text]


@pytest.mark.parametrize(
    "data",
    [5, "x", {}, {"rules": 5}, {"rules": [], "variables": 5}, {"rules": [], "variables": [{"name": "x"}]}],
)
def test_what_holds_no_rules_is_refused(data: Any) -> None:
    """In one line."""
    with pytest.raises(UsageError) as refused:
        from_business_rules(data)
    assert "\n" not in str(refused.value)


def test_a_name_that_is_none_is_refused() -> None:
    """The rule set would have no file."""
    with pytest.raises(UsageError, match="`A b` version `1` cannot be a rule set"):
        from_business_rules([], name="A b")
    assert (
        loads(from_business_rules([], name="x", version="2.0", numeric_tolerance=None).text).version == "2.0"
    )


# -- to business-rules

_FILE = """
ruleset: a
version: 1
parameters:
  limit: {value: 10k}
  some: {value: [1, 2]}
  by_kind: {by: kind, value: {a: 1}, else: 2}
dimensions:
  n: {type: number}
  m: {type: money}
  t: {type: text}
  b: {type: boolean}
  kind: {type: category, values: [a, b, c]}
  s: {type: set, values: [x, y, z]}
  w: {type: set}
  clash: {type: set, values: [x, X]}
  d: {type: date}
  total: {type: number, value: n + m}
  big: {type: boolean, value: n > limit}
  calm: {type: boolean, value: not big, on_missing: true}
  mark: {type: score, scorecard: [{dimension: n, weight: 100%, cap: 10}]}
  __class__: {type: number}
ladders: {level: {tiers: [{id: gold, enter: n > 5}, {id: rest}]}}
benefits: [{for: T, grant: {discount: {percent: 5}}}]
rules: [{id: r, tag: T, when: "WHEN"}]
"""


def _exported(when: str) -> Any:
    return to_business_rules(loads(_FILE.replace("WHEN", when)))


@pytest.mark.parametrize(
    ("when", "conditions"),
    [
        ("n > limit", {"all": [_leaf("n", "greater_than", 10000)]}),
        ("n != 0.5", {"any": [_leaf("n", "less_than", 0.5), _leaf("n", "greater_than", 0.5)]}),
        ("n in some", {"any": [_leaf("n", "equal_to", 1), _leaf("n", "equal_to", 2)]}),
        ("not n > 5 and b", {"all": [_leaf("n", "less_than_or_equal_to", 5), _leaf("b", "is_true", "")]}),
        ("not (b or big)", {"all": [_leaf("b", "is_false", ""), _leaf("n", "less_than_or_equal_to", 10000)]}),
        ("t = 'x'", {"all": [_leaf("t", "equal_to", "x")]}),
        ("t != ''", {"all": [_leaf("t", "non_empty", "")]}),
        ("t in ('x', 'y')", {"any": [_leaf("t", "equal_to", "x"), _leaf("t", "equal_to", "y")]}),
        ("equals_ignoring_case(t, 'x')", {"all": [_leaf("t", "equal_to_case_insensitive", "x")]}),
        ("kind != 'a'", {"any": [_leaf("kind", "equal_to", "b"), _leaf("kind", "equal_to", "c")]}),
        ("not starts_with(kind, 'a')", {"any": [_leaf("kind", "equal_to", "b"), _leaf("kind", "equal_to", "c")]}),
        ("has(w, 'x')", {"all": [_leaf("w", "contains", "x")]}),
        ("not has(w, 'x')", {"all": [_leaf("w", "does_not_contain", "x")]}),
        ("has(w, 'x') and has_any(w, ('y'))", {"all": [_leaf("w", "contains_all", ["x"]), _leaf("w", "shares_at_least_one_element_with", ["y"])]}),
        ("not has(w, 'x') and has_any(w, ('y'))", {"all": [_leaf("w", "shares_no_elements_with", ["x"]), _leaf("w", "shares_at_least_one_element_with", ["y"])]}),
        ("not has_all(s, ('x', 'y'))", {"any": [_leaf("s", "shares_no_elements_with", ["x"]), _leaf("s", "shares_no_elements_with", ["y"])]}),
        ("not has_one(s, ('x', 'y'))", {"any": [_leaf("s", "shares_no_elements_with", ["x", "y"]), _leaf("s", "contains_all", ["x", "y"])]}),
        ("not subset_of(s, ('x', 'y'))", {"all": [_leaf("s", "shares_at_least_one_element_with", ["z"])]}),
        ("at_least(2, b, n > 5, n < 1)", {"any": [{"all": [_leaf("b", "is_true", ""), _leaf("n", "greater_than", 5)]}, {"all": [_leaf("b", "is_true", ""), _leaf("n", "less_than", 1)]}, {"all": [_leaf("n", "greater_than", 5), _leaf("n", "less_than", 1)]}]}),
    ],
)  # fmt: skip
def test_conditions_are_written_out(when: str, conditions: Any) -> None:
    """What has no operator of its own is made of those there are."""
    assert _exported(when).rules[0]["conditions"] == conditions


@pytest.mark.parametrize(
    ("when", "code"),
    [
        ("level = 'gold'", "ladder"), ("total > 5", "computed"), ("mark > 5", "computed"), ("calm", "condition-default"),
        ("n + m > 5", "expression"), ("n > m", "two-dimensions"), ("n > by_kind", "by-category"), ("n > by_kind * 2", "by-category"),
        ("d > '2025-01-01'", "date"), ("d > as_of", "date"), ("days_between(d, as_of) > 5", "expression"), ("n is missing", "missing"),
        ("t != 'x'", "no-opposite"), ("t not in ('x')", "no-opposite"), ("not contains(t, 'x')", "no-opposite"),
        ("not subset_of(w, ('x'))", "no-opposite"), ("kind != 'a' and kind not in ('a', 'b', 'c')", "never"),
        ("not subset_of(s, ('x', 'y', 'z'))", "never"), ("has(clash, 'x')", "upper-lower"), ("has_any(w, ('x', 'X'))", "upper-lower"),
        ("equals_ignoring_case(t, 'É')", "beyond-ascii"), ("__class__ > 5", "taken-name"),
        ("n in (" + ", ".join(map(str, range(65))) + ")", "too-large"),
        ("at_least(4, " + ", ".join(f"n > {i}" for i in range(9)) + ")", "too-large"),
        ("not has_one(w, (" + ", ".join(f"'{i}'" for i in range(20)) + "))", "too-large"),
    ],
)  # fmt: skip
def test_what_business_rules_cannot_say_is_listed(when: str, code: str) -> None:
    """The rule is left out, and its leaf and the reason are said."""
    found = _exported(when)
    assert found.rules == ()
    own = [item for item in found.left_out if item.rule == "r"]
    assert [item.code for item in own] == [code]
    assert all(item.leaf and item.because and item.message("zh") != item.message() for item in own)


def test_what_stands_beside_the_rules_is_listed() -> None:
    """Ladders, benefits and what is computed; a condition with a name is written out and is not."""
    assert [str(item) for item in _exported("n > 5").left_out] == [
        "level: there are no ladders",
        "T: there are no benefits",
        "total: `total` is computed, and nothing is computed there",
        "mark: `mark` is computed, and nothing is computed there",
    ]


def test_every_leaf_of_a_rule_is_listed_and_days_too() -> None:
    """All reasons at once."""
    rules = loads(
        "{ruleset: a, version: 1, eligible: x is not missing, dimensions: {x: {type: number}, y: {type: number}}, "
        "rules: [{id: r, tag: T, when: x > y and x > 1, valid_from: 2025-01-01}, {id: q, tag: T, when: x > 1}]}"
    )
    found = to_business_rules(rules)
    assert found.rules == ()
    assert [(item.rule, item.leaf, item.code) for item in found.left_out] == [
        ("r", "2025-01-01 –", "dated"),
        ("r", "x is not missing", "missing"),
        ("r", "x > y", "two-dimensions"),
        ("q", "x is not missing", "missing"),
    ]


def test_eligible_and_reasons_go_along() -> None:
    """`eligible` becomes a condition of every rule; `id` and `because` are keys that business-rules ignores."""
    rules = loads(
        "{ruleset: a, version: 1, eligible: ok, dimensions: {x: {type: number}, ok: {type: boolean}}, rules: ["
        "{id: r, tag: T, when: x > 1, because: why}, {id: q, tag: U, when: x > 2, because: {en: why, zh: 因}}]}"
    )
    first, second = to_business_rules(rules).rules
    assert first["conditions"] == {"all": [_leaf("ok", "is_true", ""), _leaf("x", "greater_than", 1)]}
    assert (first["id"], first["because"], second["because"]) == ("r", "why", {"en": "why", "zh": "因"})


def test_another_tolerance_moves_the_thresholds() -> None:
    """The thresholds are those at which the rule set itself turns."""
    rules = loads(
        "{ruleset: a, version: 1, numeric_tolerance: 0.5, dimensions: {x: {type: number}}, rules: ["
        "{id: a, tag: A, when: x > 1}, {id: b, tag: B, when: x >= 1}, {id: c, tag: C, when: x = 1}]}"
    )
    assert [rule["conditions"] for rule in to_business_rules(rules).rules] == [
        {"all": [_leaf("x", "greater_than", 1.5)]},
        {"all": [_leaf("x", "greater_than_or_equal_to", 0.5)]},
        {"all": [_leaf("x", "greater_than_or_equal_to", 0.5), _leaf("x", "less_than_or_equal_to", 1.5)]},
    ]


def test_every_reason_is_in_both_languages() -> None:
    """With the same slots."""
    for english, chinese in REASONS.values():
        slots = {part.split("}")[0] for part in english.split("{")[1:]}
        assert slots == {part.split("}")[0].replace("text_zh", "text") for part in chinese.split("{")[1:]}


# -- rule builders


class _Variables(BaseVariables):  # type: ignore[misc]
    """The variables of `_BUILT`, written by hand as the README of business-rules does."""

    @numeric_rule_variable(label="Monthly amount")  # type: ignore[untyped-decorator]
    def amount(self) -> None: ...

    @numeric_rule_variable  # type: ignore[untyped-decorator]
    def overdue_count(self) -> None: ...

    @string_rule_variable()  # type: ignore[untyped-decorator]
    def city(self) -> None: ...

    @rule_variable(br.StringType, options=["restaurant", "individual"])  # type: ignore[untyped-decorator]
    def industry(self) -> None: ...

    @boolean_rule_variable  # type: ignore[untyped-decorator]
    def blocked(self) -> None: ...

    @select_rule_variable(options=["a", "b"])  # type: ignore[untyped-decorator]
    def asked(self) -> None: ...

    @select_multiple_rule_variable(options=["x", "y"])  # type: ignore[untyped-decorator]
    def words(self) -> None: ...

    @rule_variable(br.StringType, options=["gold", "rest"])  # type: ignore[untyped-decorator]
    def level(self) -> None: ...


class _Actions(BaseActions):  # type: ignore[misc]
    @rule_action(params={"tag": fields.FIELD_TEXT})  # type: ignore[untyped-decorator]
    def add_tag(self, tag: str) -> None: ...


_BUILT = """
ruleset: a
version: 1
dimensions:
  amount: {type: money, label: {en: Monthly amount, zh: 月订单金额}}
  overdue_count: {type: integer}
  city: {type: text}
  industry: {type: category, values: {restaurant: 餐饮, individual: 个人}}
  blocked: {type: boolean}
  asked: {type: set, values: [a, b]}
  words: {type: set, values: [x, y]}
  since: {type: date}
rules: [{id: r, tag: T, when: "has(asked, 'a')"}]
ladders: {level: {tiers: [{id: gold, enter: amount > 5}, {id: rest}]}}
"""


def test_the_data_of_a_rule_builder_is_that_of_business_rules() -> None:
    """Byte for byte what `export_rule_data` says of classes written by hand."""
    ruleset = loads(_BUILT)
    assert json.dumps(rule_builder_data(ruleset)) == json.dumps(export_rule_data(_Variables, _Actions))
    assert rule_builder_data(ruleset, "zh")["variables"][0]["label"] == "月订单金额"
    assert "level" not in {item["name"] for item in rule_builder_data(ruleset, computed=False)["variables"]}
    assert selects(ruleset.program) == {"asked"}


def test_what_a_builder_makes_goes_under_when() -> None:
    """For every variable, operator and option of the data the tree loads, regular expressions aside."""
    data = rule_builder_data(loads(_BUILT))
    inputs: dict[str, Any] = {"numeric": 5, "text": "x", "none": "", "select": "a", "select_multiple": ["x"]}
    for variable in data["variables"]:
        for operator in data["variable_type_operators"][variable["field_type"]]:
            if operator["name"] == "matches_regex":
                continue
            kind = operator["input_type"]
            options = variable["options"]
            value = [options[0]] if kind == "select_multiple" else options[0] if options else inputs[kind]
            tree = {"all": [_leaf(variable["name"], operator["name"], value)]}
            rules = json.dumps([{"id": "r", "tag": "T", "when": tree}])
            loads(_BUILT.replace("""[{id: r, tag: T, when: "has(asked, 'a')"}]""", rules))


def test_business_rules_is_loaded_when_it_is_needed() -> None:
    """Neither `import tierkit` nor loading, deciding and the package itself bring it in."""
    program = (
        "import sys, tierkit, tierkit.business_rules as bridge; rules = tierkit.loads('{ruleset: a, version: 1, dimensions: "
        "{x: {type: number}}}'); rules.evaluate({}); assert not {'business_rules', 'six'} & set(sys.modules); "
        "bridge.rule_builder_data(rules); assert 'business_rules' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
