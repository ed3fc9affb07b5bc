"""Benefits: granted by providers, combined as each says, and the failures of one stay its own."""

from __future__ import annotations

import json
import pickle
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from pydantic import BaseModel

import tierkit
from tests.houses import House, offered, rules
from tierkit import RuleSetError
from tierkit.engine import check
from tierkit.plugins import BenefitProvider, Granted

SCHEMA = jsonschema.Draft202012Validator(
    json.loads((Path(__file__).parent.parent / "docs/schema/decision-1.json").read_text(encoding="utf-8"))
)

TEXT = """
dimensions:
  amount: {type: money, label: {en: Monthly amount, zh: 月订单金额}}
  since: {type: date}
rules:
  - {id: a, tag: A, when: amount > 0}
  - {id: b, tag: B, when: amount > 0}
  - {id: c, tag: C, when: amount > 1000000}
benefits:
"""


def granted(*benefits: str, amount: Any = 100, providers: tuple[BenefitProvider, ...] = ()) -> Any:
    """A decision with benefits for A, for B, and so on; each is what stands under `grant:`."""
    entries = "".join(
        f"  - {{for: {tag}, grant: {{{text}}}}}\n" for tag, text in zip("ABC", benefits, strict=False)
    )
    return rules(TEXT + entries, *providers).evaluate({"amount": amount}, as_of="2025-01-01")


# -- the built-in ones


@pytest.mark.parametrize(
    ("written", "values"),
    [
        ("discount: {percent: 5}", {"percent": 5}),
        ("discount: {percent: 2.5}", {"percent": 2.5}),
        ("discount: {by: amount, steps: [[0, 1], [100, 3], [1k, 5]]}", {"percent": 3}),
        ("payment_terms: {days: 60}", {"days": 60}),
        ("payment_terms: {days: 0}", {"days": 0}),
        ("service: {name: 7x24}", {"name": "7x24"}),
        (
            "service: {name: {en: Desk, zh: 专员}, hours: 8-18}",
            {"name": {"en": "Desk", "zh": "专员"}, "hours": "8-18"},
        ),
        ("delivery_priority: {rank: 1}", {"rank": 1}),
        ("points: {multiplier: 1.5}", {"multiplier": 1.5}),
        ("points: {multiplier: 1000}", {"multiplier": 1000}),
        ("perks: {texts: [Tea, {en: Cake, zh: 蛋糕}]}", {"texts": ["Tea", {"en": "Cake", "zh": "蛋糕"}]}),
        ("attributes: {desk: 5, list: [1, {a: b}], none: null}", {"desk": 5, "list": [1, {"a": "b"}]}),
        ("attributes: {}", {}),
    ],
)
def test_a_built_in_benefit_grants_what_is_written(written: str, values: Any) -> None:
    """A staircase grants its step; the others what the file says."""
    decision = granted(written)
    (grant,) = decision.benefits
    assert (grant.target, grant.plugin, grant.values) == ("A", "tierkit", values)
    assert decision.errors == ()
    SCHEMA.validate(decision.to_dict())
    for locale in ("en", "zh"):
        assert decision.explain(locale)


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("discount: {percent: -1}", "bad-params"),
        ("discount: {percent: 101}", "bad-params"),
        ("discount: {percent: true}", "bad-params"),
        ("discount: {percent: '5'}", "bad-params"),
        ("discount: {}", "bad-params"),
        ("discount: {by: amount}", "bad-params"),
        ("discount: {percent: 5, by: amount, steps: [[0, 1]]}", "bad-params"),
        ("discount: {by: amount, steps: []}", "bad-params"),
        ("discount: {by: amount, steps: [[5, 1], [5, 2]]}", "bad-params"),
        ("discount: {by: amount, steps: [[0, 200]]}", "bad-params"),
        ("discount: {by: amont, steps: [[0, 1]]}", "unknown-name"),
        ("discount: {by: since, steps: [[0, 1]]}", "provider-input-type"),
        ("discount: {percnt: 5}", "unknown-param"),
        ("payment_terms: {days: -1}", "bad-params"),
        ("payment_terms: {days: 3651}", "bad-params"),
        ("payment_terms: {days: 1.5}", "bad-params"),
        ("payment_terms: {}", "missing-param"),
        ("payment_terms: 30", "bad-params"),
        ("service: {hours: x}", "missing-param"),
        ("service: {name: 5}", "bad-params"),
        ("delivery_priority: {rank: 0}", "bad-params"),
        ("points: {multiplier: 0}", "bad-params"),
        ("points: {multiplier: 1001}", "bad-params"),
        ("perks: {texts: []}", "bad-params"),
    ],
)
def test_parameters_have_bounds(written: str, code: str) -> None:
    """What lies outside is a problem of the file, on the line of the benefit."""
    with pytest.raises(RuleSetError) as raised:
        granted(written)
    codes = {problem.code for problem in raised.value.problems}
    assert code in codes
    assert codes <= {code, "bad-params"}
    assert {problem.location.line for problem in raised.value.problems} == {12}


def test_what_a_benefit_reads_is_looked_up_with_a_hint() -> None:
    """The name is underlined where it stands."""
    with pytest.raises(RuleSetError) as raised:
        granted("discount: {by: amont, steps: [[0, 1]]}")
    (problem,) = raised.value.problems
    assert problem.hint() == "did you mean `amount`?"
    line = problem.source_line
    assert line[problem.location.column - 1 : problem.location.end_column - 1] == "amont"


@pytest.mark.parametrize(
    ("amount", "expected"), [(-1, None), (0, 1), (99.99, 1), (100, 3), (1e6, 5), (None, None)]
)
def test_a_staircase_grants_the_last_step_that_is_reached(amount: Any, expected: Any) -> None:
    """Nothing below the first step, nothing without the number; the reason says which step."""
    text = TEXT.replace("amount > 0", "amount > -10 or amount is missing")
    text += "  - {for: A, grant: {discount: {by: amount, steps: [[0, 1], [100, 3], [1k, 5]]}}}"
    decision = rules(text).evaluate({"amount": amount}, as_of="2025-01-01")
    assert [grant.values["percent"] for grant in decision.benefits] == (
        [] if expected is None else [expected]
    )
    assert decision.errors == ()
    if expected == 5:
        assert decision.benefits[0].because == "Monthly amount is at least 1,000"
        assert "月订单金额不低于 1,000" in decision.explain("zh")


def test_a_benefit_that_nobody_offers_is_handed_on(tmp_path: Path) -> None:
    """It is a warning, with the one that was meant; the values are those of the file."""
    path = tmp_path / "rules.yaml"
    path.write_text(
        "ruleset: a\nversion: 1" + TEXT + "  - {for: A, grant: {discont: {percent: 5, x: [1]}}}\n",
        encoding="utf-8",
    )
    ruleset, problems = check(path, proofs=False)
    assert [(p.code, p.severity, p.hint()) for p in problems] == [
        ("benefit-missing", "warning", "did you mean `discount`?")
    ]
    assert ruleset is not None
    (grant,) = ruleset.evaluate({"amount": 1}).benefits
    assert (grant.plugin, grant.values, grant.because) == (None, {"percent": 5, "x": [1]}, None)


# -- several of one kind


def of(values: dict[str, Any]) -> str:
    """Values as a flow mapping."""
    return json.dumps(values)


@pytest.mark.parametrize(
    ("kind", "one", "other", "best"),
    [
        ("discount", {"percent": 3}, {"percent": 5}, "B"),
        ("discount", {"percent": 5}, {"percent": 5}, "A"),
        ("payment_terms", {"days": 60}, {"days": 30}, "A"),
        ("delivery_priority", {"rank": 3}, {"rank": 2}, "B"),
        ("points", {"multiplier": 2}, {"multiplier": 1.5}, "A"),
        ("service", {"name": "x"}, {"name": "y"}, "A"),
    ],
)
def test_the_best_one_counts(kind: str, one: dict[str, Any], other: dict[str, Any], best: str) -> None:
    """One is granted, the other is shown as what lost; of equals the first counts."""
    decision = granted(f"{kind}: {of(one)}", f"{kind}: {of(other)}", f"{kind}: {of(one)}")
    (grant,) = decision.benefits
    assert grant.target == best
    assert [lost.target for lost in grant.lost] == ["A" if best == "B" else "B"]
    data = decision.to_dict()
    SCHEMA.validate(data)
    assert len(data["benefits"][0]["lost"]) == 1
    assert "instead of" in decision.explain("en")
    assert decision.explain("zh") != decision.explain("en")


@pytest.mark.parametrize("kind", ["perks: {texts: [x]}", "attributes: {a: 1}"])
def test_all_of_them_count(kind: str) -> None:
    """Each is granted to its target."""
    decision = granted(kind, kind)
    assert [(grant.target, grant.lost, grant.combined) for grant in decision.benefits] == [
        ("A", (), ()),
        ("B", (), ()),
    ]


class Amount(BaseModel):
    """What a voucher is worth."""

    amount: float


def worth(params: Amount, _decision: Any, _context: Any) -> Granted:
    """As much as is written."""
    return Granted({"amount": params.amount})


def voucher(**more: Any) -> BenefitProvider:
    """A benefit whose values add up."""
    settings: dict[str, Any] = {
        "name": "voucher",
        "grant": worth,
        "params": Amount,
        "combine": "sum",
        "by": "amount",
        **more,
    }
    return BenefitProvider(**settings)


@pytest.mark.parametrize(("most", "total"), [(None, 70), (50, 50), (100, 70)])
def test_values_are_summed_up_to_a_cap(most: float | None, total: float) -> None:
    """The sum is granted to the first target, the others are shown as what went into it."""
    decision = granted("voucher: {amount: 30}", "voucher: {amount: 40}", providers=(voucher(most=most),))
    (grant,) = decision.benefits
    assert (grant.target, grant.values, [g.values for g in grant.combined]) == (
        "A",
        {"amount": total},
        [{"amount": 40}],
    )
    SCHEMA.validate(decision.to_dict())
    assert "40" in decision.explain("en")
    assert "40" in decision.explain("zh")
    assert granted("voucher: {amount: 99}", providers=(voucher(most=50),)).benefits[0].values == {
        "amount": 50
    }


def test_huge_values_cannot_leave_the_numbers() -> None:
    """A sum stays a number that JSON holds: a value beyond all bounds is a failure."""
    decision = granted("voucher: {amount: 1e308}", "voucher: {amount: 5}", providers=(voucher(),))
    assert [grant.values for grant in decision.benefits] == [{"amount": 5}]
    assert [error.target for error in decision.errors] == ["A"]


# -- whatever a provider does


def nested() -> Any:
    """Data that is too deep for JSON."""
    found: Any = []
    for _ in range(100_000):
        found = [found]
    return found


class Evil:
    """An object that is nothing."""

    def __repr__(self) -> str:
        message = "no"
        raise RuntimeError(message)


FAILURES: dict[str, tuple[Any, str]] = {
    "raises": (lambda: 1 / 0, "ZeroDivisionError: division by zero"),
    "another type": (lambda: {"amount": 5}, "TypeError: it gave dict, not `Granted`"),
    "an odd object": (Evil, "TypeError: it gave Evil, not `Granted`"),
    "no values": (lambda: Granted(5), "TypeError: "),  # type: ignore[arg-type]
    "not a number": (lambda: Granted({"amount": float("nan")}), "ValueError: "),
    "infinite": (lambda: Granted({"amount": 5, "x": float("inf")}), "ValueError: "),
    "not JSON": (lambda: Granted({"amount": 5, "x": {1, 2}}), "TypeError: "),
    "an odd key": (lambda: Granted({"amount": 5, (1,): 2}), "TypeError: "),  # type: ignore[dict-item]
    "a text": (lambda: Granted({"amount": "5"}), "TypeError: its value `amount` is '5', not a number"),
    "a boolean": (lambda: Granted({"amount": True}), "TypeError: its value `amount` is True, not a number"),
    "nothing to sum": (lambda: Granted({}), "TypeError: its value `amount` is None, not a number"),
    "huge": (
        lambda: Granted({"amount": 5, "x": "y" * 10_000_000}),
        "ValueError: it grants more than 100,000 characters",
    ),
    "huge in words": (lambda: Granted({"amount": 5}, "y" * 10_000_000), "ValueError: it grants more than"),
    "an endless number": (lambda: Granted({"amount": 10**5000}), "ValueError: "),
    "a number beyond": (lambda: Granted({"amount": 10**400}), "TypeError: its value `amount` is 1000"),
    "too deep": (lambda: Granted({"amount": 5, "x": nested()}), "RecursionError: "),
    "words that are none": (lambda: Granted({"amount": 5}, 7), "TypeError: "),  # type: ignore[arg-type]
    "words by language that are none": (
        lambda: Granted({"amount": 5}, {"en": 7}),  # type: ignore[dict-item]
        "TypeError: its `because` is no text",
    ),
}


@pytest.mark.parametrize(("make", "detail"), FAILURES.values(), ids=FAILURES)
def test_a_failing_provider_is_told_and_reaches_no_further(make: Any, detail: str) -> None:
    """The other benefits stand, and so do the tags."""
    bad = voucher(grant=lambda _params, _decision, _context: make())
    decision = granted(
        "voucher: {amount: 1}, payment_terms: {days: 30}", "payment_terms: {days: 10}", providers=(bad,)
    )
    assert decision.tags == ("A", "B")
    assert [grant.provider for grant in decision.benefits] == ["payment_terms"]
    (error,) = decision.errors
    assert (error.plugin, error.provider, error.dimension, error.target) == ("house", "voucher", None, "A")
    assert error.detail.startswith(detail)
    assert len(error.detail) <= 200
    data = decision.to_dict()
    SCHEMA.validate(data)
    json.dumps(data, allow_nan=False).encode()
    assert "plugin `house 1.0`: `voucher` failed for `A`" in decision.explain("en")
    assert "插件 `house 1.0` 的 `voucher` 在处理 `A` 时出错" in decision.explain("zh")


@pytest.mark.parametrize("ask", ["benefits", "errors", "to_dict", "explain"])
def test_a_provider_that_asks_for_benefits_is_told_so(ask: str) -> None:
    """It gets an error, and not itself again; what else it asks of the decision is answered."""
    calls: list[Any] = []

    def curious(_params: Any, decision: Any, _context: Any) -> Granted:
        calls.append(decision.tags)
        found = getattr(decision, ask)
        if callable(found):
            found()
        return Granted({"amount": 5})

    decision = granted(
        "voucher: {amount: 1}", "payment_terms: {days: 5}", providers=(voucher(grant=curious),)
    )
    assert [grant.provider for grant in decision.benefits] == ["payment_terms"]
    (error,) = decision.errors
    assert error.detail == "UsageError: the benefits are being granted: a provider cannot read them"
    assert calls == [("A", "B")]


def test_an_interrupt_passes_and_the_benefits_can_be_asked_for_again() -> None:
    """What ends a program is no failure of a plugin."""
    errors: list[BaseException] = [KeyboardInterrupt()]

    def interrupted(_params: Any, _decision: Any, _context: Any) -> Granted:
        if errors:
            raise errors.pop()
        return Granted({"amount": 5})

    decision = granted("voucher: {amount: 1}", providers=(voucher(grant=interrupted),))
    with pytest.raises(KeyboardInterrupt):
        _ = decision.benefits
    assert [grant.values for grant in decision.benefits] == [{"amount": 5}]


def test_a_provider_grants_nothing_with_none() -> None:
    """That is no failure, and it is asked once per target."""
    targets: list[str] = []

    def nothing(_params: Any, _decision: Any, context: Any) -> None:
        targets.append(context.target)
        assert context.values["amount"] == 100.0

    decision = granted("voucher: {amount: 1}", "voucher: {amount: 2}", providers=(voucher(grant=nothing),))
    assert (decision.benefits, decision.errors, decision.benefits) == ((), (), ())
    assert targets == ["A", "B"]


def test_a_provider_can_have_its_own_words() -> None:
    """Where they are none, or fail, or try to change the grant, tierkit's stand."""

    def say(values: Any, locale: str) -> Any:
        values["amount"] = 0
        return f"own words {locale}"

    decision = granted(
        "voucher: {amount: 5}", "voucher: {amount: 6}", providers=(voucher(say=say, combine="highest"),)
    )
    assert "own words zh" in decision.explain("zh")
    assert decision.benefits[0].values == {"amount": 6}
    for other in (lambda _v, _l: None, lambda _v, _l: 5, lambda _v, _l: 1 / 0):
        text = granted("voucher: {amount: 5}", providers=(voucher(say=other),)).explain()
        assert "voucher: amount: 5" in text


# -- what benefits read


def reading(reads: Any, params: Any = None) -> BenefitProvider:
    """A benefit that reads dimensions."""
    return BenefitProvider(
        name="gift",
        params=params,
        reads=reads,
        grant=lambda _p, _d, context: Granted({"value": context.values["extra"]}),
    )


def test_a_benefit_reads_what_a_provider_computes() -> None:
    """What only a benefit reads is computed, with a model of parameters or without one."""
    text = (
        TEXT.replace("since:", "extra: {type: number, provider: given_by}\n  since:")
        + "  - {for: A, grant: {gift: {}}}\n"
    )
    for params in (None, Empty):
        providers = (
            reading(lambda _: {"extra": "number"}, params),
            offered(lambda record, _: record["amount"] + 1),
        )
        decision = rules(text, *providers).evaluate({"amount": 1}, as_of="2025-01-01")
        assert [grant.values for grant in decision.benefits] == [{"value": 2.0}]


class Empty(BaseModel):
    """No parameters."""


@pytest.mark.parametrize(
    ("dimensions", "grant", "codes"),
    [
        ("", "gift: {of: [amount, {x: since}, amont]}", ["unknown-name", "provider-input-type"]),
        ("  amont: {type: numbr}\n", "gift: {of: [amont]}", ["bad-choice"]),
        ("  amont: {type: money, on_missing: x}\n", "gift: {of: [amont]}", ["bad-default"]),
        ("parameters: 5\n", "gift: {of: [amont]}", ["wrong-shape"]),
    ],
)
def test_what_is_refused_already_is_not_refused_again(dimensions: str, grant: str, codes: list[str]) -> None:
    """A benefit that reads what is broken adds no problem; what is wrong is found wherever it stands."""

    def reads(params: Any) -> dict[str, str]:
        return {
            name: "number"
            for item in params.of
            for name in (item.values() if isinstance(item, dict) else [item])
        }

    text = TEXT.replace("rules:\n", f"{dimensions}rules:\n", 1) + f"  - {{for: A, grant: {{{grant}}}}}\n"
    with pytest.raises(RuleSetError) as raised:
        rules(text, reading(reads, Of))
    assert sorted(problem.code for problem in raised.value.problems) == sorted(codes)


class Of(BaseModel):
    """Names of dimensions."""

    of: list[Any]


@pytest.mark.parametrize("reads", [lambda _: 1 / 0, lambda _: 5])
def test_a_benefit_that_cannot_say_what_it_reads_is_a_problem(reads: Any) -> None:
    """It is told with the file, where the benefit stands."""
    with pytest.raises(RuleSetError) as raised:
        rules(TEXT + "  - {for: A, grant: {gift: {}}}\n", reading(reads))
    assert [problem.code for problem in raised.value.problems] == ["bad-params"]


def give(params: Any, _decision: Any, _context: Any) -> Granted:
    """As much as is written, as a part of a pickle."""
    return Granted({"amount": params.amount}, {"en": "because", "zh": "因为"})


def test_decisions_pickle_with_what_was_granted() -> None:
    """The benefits of a decision are the same after a journey."""
    house = House(voucher(grant=give))
    text = TEXT + "  - {for: A, grant: {voucher: {amount: 5}}}\n"
    decision = rules(text, plugins=(house,)).evaluate({"amount": 1}, as_of="2025-01-01")
    again = pickle.loads(pickle.dumps(decision))
    assert again == decision
    assert again.benefits == decision.benefits
    assert again.to_dict("zh")["benefits"][0]["because"] == "因为"


def test_a_percent_sign_is_refused() -> None:
    """5% is 0.05 elsewhere in a rule file: here it would grant next to nothing."""
    text = (
        "{ruleset: a, version: 1, dimensions: {x: {type: number}}, rules: [{id: r, tag: T, when: x > 1}], "
        "benefits: [{for: T, grant: {discount: {percent: 5%}}}]}"
    )
    with pytest.raises(RuleSetError, match="write the number alone: 5"):
        tierkit.loads(text)
