"""Condition trees: every operator of business-rules means what its words in the condition language mean."""

from __future__ import annotations

import json
from typing import Any

import pytest
from business_rules import operators

from tierkit.engine import RuleSet, loads
from tierkit.errors import RuleSetError
from tierkit.program.build.trees import OPERATORS

_DIMENSIONS = """{n: {type: number}, t: {type: text}, b: {type: boolean}, s: {type: set, values: [a, b, c]},
  c: {type: category, values: [x, y]}, o: {type: category, values: [x, '']}, d: {type: date}}"""
_OF = {
    "numeric": ("number",),
    "string": ("text", "category"),
    "boolean": ("boolean",),
    "select": ("set",),
    "select_multiple": ("set",),
}
# dimension, operator, value, and the same in words
_SAME = [
    ("n", "equal_to", 5, "n = 5"),
    ("n", "greater_than", 5, "n > 5"),
    ("n", "less_than", -5, "n < -5"),
    ("n", "greater_than_or_equal_to", 0.05, "n >= 0.05"),
    ("n", "less_than_or_equal_to", 5, "n <= 5"),
    ("t", "equal_to", "it's", "t = 'it''s'"),
    ("t", "equal_to_case_insensitive", "A", "equals_ignoring_case(t, 'A')"),
    ("t", "starts_with", "a", "starts_with(t, 'a')"),
    ("t", "ends_with", "a", "ends_with(t, 'a')"),
    ("t", "contains", "a", "contains(t, 'a')"),
    ("t", "non_empty", None, "t != ''"),
    ("c", "equal_to", "x", "c = 'x'"),
    ("c", "non_empty", None, "c in ('x', 'y')"),
    ("o", "non_empty", None, "o != ''"),
    ("b", "is_true", None, "b"),
    ("b", "is_false", None, "not b"),
    ("s", "contains", "a", "has(s, 'a')"),
    ("s", "does_not_contain", "a", "not has(s, 'a')"),
    ("s", "contains_all", ["a", "b"], "has_all(s, ('a', 'b'))"),
    ("s", "is_contained_by", ["a", "b"], "subset_of(s, ('a', 'b'))"),
    ("s", "shares_at_least_one_element_with", ["a", "b"], "has_any(s, ('a', 'b'))"),
    ("s", "shares_exactly_one_element_with", ["a", "b"], "has_one(s, ('a', 'b'))"),
    ("s", "shares_no_elements_with", ["a", "b"], "not has_any(s, ('a', 'b'))"),
    ("d", "less_than_or_equal_to", "2025-11-20", "d <= '2025-11-20'"),
]


def _when(condition: Any, head: str = "") -> RuleSet:
    rules = json.dumps([{"id": "r", "tag": "T", "when": condition}])
    return loads(f"{{ruleset: a, version: 1, {head}dimensions: {_DIMENSIONS}, rules: {rules}}}")


def _leaf(name: str, operator: str, value: Any) -> dict[str, Any]:
    return {"name": name, "operator": operator, **({} if value is None else {"value": value})}


@pytest.mark.parametrize(("name", "operator", "value", "words"), _SAME)
def test_a_leaf_is_its_words(name: str, operator: str, value: Any, words: str) -> None:
    """Both spellings become one predicate."""
    leaf = _leaf(name, operator, value)
    assert _forms(leaf) == _forms(words)


def _forms(condition: Any) -> Any:
    ruleset = _when(condition)
    return ruleset._source(()).forms.of(ruleset.program.rules[0].when)


def test_every_operator_of_business_rules_is_known_but_one() -> None:
    """Of the 21 pairs of type and operator 20 are read; `matches_regex` is refused, with the reason."""
    pairs = [
        (type_, operator["name"])
        for type_ in operators.__dict__.values()
        if getattr(type_, "export_in_rule_data", False)
        for operator in type_.get_all_operators()
    ]
    assert len(pairs) == 21
    unread = [
        (type_.name, operator)
        for type_, operator in pairs
        for ours in _OF[type_.name]
        if operator not in OPERATORS[ours]
    ]
    assert set(unread) == {("string", "matches_regex")}
    with pytest.raises(RuleSetError) as refused:
        _when(_leaf("t", "matches_regex", "a+"))
    assert [problem.code for problem in refused.value.problems] == ["not-in-language"]


@pytest.mark.parametrize("operator", ["__class__", "__eq__", "__init__", "value", "name"])
def test_no_name_of_python_is_an_operator(operator: str) -> None:
    """What business-rules looks up on an object is looked up in a table here."""
    with pytest.raises(RuleSetError) as refused:
        _when(_leaf("n", operator, 5))
    assert [problem.code for problem in refused.value.problems] == ["unknown-operator"]


def test_trees_join_like_words() -> None:
    """`all`, `any` and `not` nest as `and`, `or` and `not` do."""
    big, small, flag = _leaf("n", "greater_than", 5), _leaf("n", "less_than", 1), _leaf("b", "is_true", None)
    tree = {"any": [{"all": [big, flag]}, {"not": {"any": [small, flag]}}]}
    assert _forms(tree) == _forms("n > 5 and b or not (n < 1 or b)")


def test_a_tree_has_the_tolerance_of_the_file() -> None:
    """`numeric_tolerance` holds in either spelling."""
    for when in ("n > 10k", _leaf("n", "greater_than", 10000)):
        rules = _when(when, "numeric_tolerance: 0.000001, ")
        assert rules.evaluate({"n": 10_000.000_000_9}).tags == ()
        assert rules.evaluate({"n": 10_000.000_001_1}).tags == ("T",)


def test_a_category_that_is_known_is_not_empty() -> None:
    """`non_empty` holds for every known value and is unknown without one, like every other test."""
    rules = _when(_leaf("c", "non_empty", None))
    assert [rules.evaluate({"c": value}).tags for value in ("x", "y")] == [("T",), ("T",)]
    assert [item.rule for item in rules.evaluate({}).undetermined] == ["r"]
