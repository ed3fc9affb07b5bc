"""Laws that hold for every rule set and every record hypothesis draws."""

from __future__ import annotations

import datetime as dt
import json
import pickle
import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import strategies
from tests.matrix import difference
from tierkit.decisions.facts import Facts
from tierkit.engine import RuleSet, loads
from tierkit.errors import RecordError
from tierkit.program.interpreter import at_least, truth
from tierkit.program.normal import disjuncts, negation_normal
from tierkit.program.reference import Answer, decide
from tierkit.program.terms import And, Not, Or


@given(st.data(), strategies.rule_sets(), strategies.days)
@settings(max_examples=150)
def test_the_index_is_the_interpreter(data: st.DataObject, ruleset: RuleSet, day: dt.date) -> None:
    """For any rule set and any record the compiled index gives the interpreter's answer, faults included."""
    for _ in range(8):
        record = data.draw(strategies.records(wrong_types=True))
        assert difference(ruleset, record, day) is None


@given(st.data(), strategies.rule_sets(), strategies.days)
@settings(max_examples=60)
def test_given_values_are_taken_as_they_are(data: st.DataObject, ruleset: RuleSet, day: dt.date) -> None:
    """With computed dimensions given, the index and the interpreter read them from the record alike."""
    record = data.draw(strategies.records())
    record |= {"busy": data.draw(st.booleans() | st.none()), "mark": data.draw(strategies.near)}
    assert difference(ruleset, record, day, given=("busy", "mark", "calm")) is None


@given(st.data(), strategies.rule_sets(), strategies.days)
@settings(max_examples=80)
def test_normal_forms_keep_the_meaning(data: st.DataObject, ruleset: RuleSet, day: dt.date) -> None:
    """Pushing `not`, unfolding names and parameters, and the disjunctive form change no outcome."""
    named = (d for d in ruleset.dimensions.values() if d.name == "busy")
    definitions = {d.name: d.condition for d in named if d.condition is not None}
    for _ in range(4):
        answer = decide(ruleset.program, data.draw(strategies.records()), day)
        assert isinstance(answer, Answer)
        known = known_values(ruleset, answer)
        for rule in ruleset.program.rules:
            outcome = truth(rule.when, known, day)
            form = negation_normal(rule.when, definitions)
            assert truth(form, known, day) is outcome
            opposite = truth(negation_normal(rule.when, definitions, negate=True), known, day)
            assert opposite is (None if outcome is None else not outcome)
            found = disjuncts(form, 64)
            if found is not None:
                assert truth(Or(tuple(And(c) for c in found)), known, day) is outcome


@given(st.data(), strategies.rule_sets(), strategies.days)
@settings(max_examples=100)
def test_more_data_never_flips_a_decided_rule(data: st.DataObject, ruleset: RuleSet, day: dt.date) -> None:
    """A missing value filled in decides more and flips nothing, `is missing`, `coalesce`, defaults aside."""
    full = data.draw(strategies.known_records)
    hidden = data.draw(st.sets(st.sampled_from(list(full)), min_size=1, max_size=4))
    before = decide(ruleset.program, {k: v for k, v in full.items() if k not in hidden}, day)
    after = decide(ruleset.program, full, day)
    assert isinstance(before, Answer)
    assert isinstance(after, Answer)
    text = ruleset.text
    tells = ("is missing", "is not missing", "coalesce", "when_unknown: next", "on_missing: 1")
    if any(word in text for word in tells):
        return
    if "on_missing: true" in text or ("on_missing: false" in text and "off" in hidden):
        return
    if "kind" in hidden:  # the score's characteristic has points of its own for a missing kind
        return
    for position in range(len(ruleset.program.rules)):
        was, now = outcome(before, position), outcome(after, position)
        assert was is None or was is now


@given(strategies.rule_sets(), strategies.records(), strategies.days, st.randoms(use_true_random=False))
@settings(max_examples=60)
def test_the_order_of_rules_never_changes_the_tags(
    ruleset: RuleSet, record: dict[str, Any], day: dt.date, shuffle: random.Random
) -> None:
    """Shuffled rules give the same set of tags and the same undetermined rules."""
    head, _, rules = ruleset.text.rpartition("rules: ")
    shuffled = json.loads(rules)
    shuffle.shuffle(shuffled)
    other = loads(head + "rules: " + json.dumps(shuffled, ensure_ascii=False))
    a, b = ruleset.evaluate(record, as_of=day), other.evaluate(record, as_of=day)
    assert set(a.tags) == set(b.tags)
    assert {u.rule for u in a.undetermined} == {u.rule for u in b.undetermined}


@given(strategies.rule_sets(), strategies.records(), strategies.days)
@settings(max_examples=100)
def test_a_rule_and_its_opposite_share_out_the_customers(
    ruleset: RuleSet, record: dict[str, Any], day: dt.date
) -> None:
    """Of a condition, its `not` and its being unknown exactly one holds."""
    answer = decide(ruleset.program, record, day)
    assert isinstance(answer, Answer)
    known = known_values(ruleset, answer)
    for rule in ruleset.program.rules:
        outcomes = [truth(rule.when, known, day) is True, truth(Not(rule.when), known, day) is True]
        assert sum(outcomes) + (truth(rule.when, known, day) is None) == 1


@given(st.lists(st.sampled_from([True, False, None]), min_size=1, max_size=6), st.data())
def test_at_least_counts(items: list[bool | None], data: st.DataObject) -> None:
    """`at_least` is decided exactly when no value of the unknown items could change it."""
    count = data.draw(st.integers(1, len(items)))
    unknown = items.count(None)
    possible = {items.count(True) + more >= count for more in range(unknown + 1)}
    assert at_least(count, items) is (possible.pop() if len(possible) == 1 else None)


@given(strategies.rule_sets(), strategies.records(), strategies.days)
@settings(max_examples=100)
def test_margins_agree_with_outcomes(ruleset: RuleSet, record: dict[str, Any], day: dt.date) -> None:
    """A finding that holds has no negative margin, one that does not has no positive one."""
    decision = ruleset.evaluate(record, as_of=day)
    findings = [finding for reason in decision.reasons for finding in reason.findings]
    for tag in ruleset.tags:
        findings += [finding for reason in decision.why_not(tag) for finding in reason.findings]
    for finding in findings:
        if finding.margin is not None:
            assert finding.outcome is not None
            assert finding.margin >= 0 if finding.outcome else finding.margin <= 0
            strict = finding.operator in ("<", ">", "!=")
            assert finding.margin != 0 or finding.outcome is not strict


@given(strategies.rule_sets(), strategies.records(), strategies.days)
@settings(max_examples=60)
def test_decisions_pickle_and_compare_by_content(
    ruleset: RuleSet, record: dict[str, Any], day: dt.date
) -> None:
    """A decision survives pickling, and equals the decision made again."""
    decision = ruleset.evaluate(record, as_of=day)
    again = pickle.loads(pickle.dumps(decision))
    assert again == decision == ruleset.evaluate(record, as_of=day)
    assert hash(again) == hash(decision)
    assert again.to_dict() == decision.to_dict()


@given(strategies.rule_sets(), st.lists(strategies.records(wrong_types=True), max_size=5), strategies.days)
@settings(max_examples=40)
def test_one_record_and_many_agree(ruleset: RuleSet, many: list[dict[str, Any]], day: dt.date) -> None:
    """`evaluate_many` gives for each record what `evaluate` gives or raises."""
    for record, found in zip(many, ruleset.evaluate_many(many, as_of=day), strict=True):
        if isinstance(found, RecordError):
            with pytest.raises(RecordError) as raised:
                ruleset.evaluate(record, as_of=day)
            assert raised.value.errors == found.errors
        else:
            assert found == ruleset.evaluate(record, as_of=day)


@given(strategies.rule_sets(), strategies.records(), strategies.days)
@settings(max_examples=60)
def test_every_tag_and_tier_has_its_reason(ruleset: RuleSet, record: dict[str, Any], day: dt.date) -> None:
    """Each tag and tier of a decision has a reason whose findings hold; nothing else has one."""
    decision = ruleset.evaluate(record, as_of=day)
    tiers = {f"{ladder}.{tier}" for ladder, tier in decision.tiers.items() if tier is not None}
    held = tiers | set(decision.tags)
    assert {reason.target for reason in decision.reasons} - {None} == held
    assert all(finding.outcome is True for reason in decision.reasons for finding in reason.findings)
    for item in decision.undetermined:
        assert item.missing


def known_values(ruleset: RuleSet, answer: Answer) -> dict[str, Any]:
    """What conditions see, by name."""
    return Facts(ruleset._default.forms, answer.raw, answer.tiers, dt.date(2024, 1, 1)).known


def outcome(answer: Answer, position: int) -> bool | None:
    """The outcome of one rule."""
    return True if position in answer.fired else None if position in answer.unknown else False
