"""Cut-offs fitted to a population: what they are, how they are written down, and `tierkit fit`."""

from __future__ import annotations

import datetime as dt
import json
import random
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from statistics import fmean, median
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import tierkit
from tests.command import run
from tierkit.engine.diff import diff_sources
from tierkit.engine.dump import dumps
from tierkit.engine.fitting import cut_off, written
from tierkit.engine.written import number_text
from tierkit.errors import RecordError, RefusedError, UsageError
from tierkit.program.model import Fit

if TYPE_CHECKING:
    from tierkit.engine.fitting import Fitted

DAY = "2025-11-20"
RULES = """\
# the best of them
ruleset: demo
version: 1
key: id
parameters:
  line: {value: 85, fit: {dimension: spent, top: 50%}, because: the best}  # half
  # a comment of its own
  share:
    value: 5%   # a percentage
    fit:
      dimension: part
      quantile: 50%  # the middle

    because: a block
dimensions:
  spent: {type: money}
  part: {type: ratio}
  kind: {type: category, values: [a, b], on_missing: unknown}
rules:
  - {id: partly, tag: Part, when: part > share}
ladders:
  size: {tiers: [{id: large, enter: spent >= line}, {id: small}]}
"""
CUSTOMERS = [
    {"id": 1, "spent": 10, "part": 0.07},
    {"id": 2, "spent": 20, "part": 0.01},
    {"id": 3, "spent": 30.5, "part": 0.25},
    {"id": 4, "spent": None},
]
CSV = "id,spent,part\n1,10,0.07\n2,20,0.01\n3,30.5,0.25\n4,,\n"

values = st.lists(
    st.one_of(st.integers(0, 5).map(float), st.floats(-1e9, 1e9).map(lambda x: x + 0.0)),
    min_size=1,
    max_size=40,
).map(sorted)
shares = st.fractions(0, 1, max_denominator=200).filter(bool)


def fitted(fit: str, records: list[dict[str, Any]], value: str = "1") -> Fitted:
    """The one fit of a rule set, on customers with an `x` and a `kind`."""
    text = (
        "{ruleset: a, version: 1, dimensions: {x: {type: number}, kind: {type: category, values: [a, b]}}, "
        f"parameters: {{p: {{value: {value}, fit: {{dimension: x, {fit}}}}}}}}}"
    )
    (found,) = tierkit.loads(text).fit(records, as_of=DAY)
    return found


def numbers(*found: float) -> list[dict[str, Any]]:
    """Customers with these values."""
    return [{"x": x} for x in found]


# -- what the cut-offs are


@given(values, shares)
def test_a_top_share_is_reached_and_by_no_higher_value(found: list[float], share: Fraction) -> None:
    """Ties included: at least the share is at or above the cut-off, less than it above."""
    cut = cut_off(Fit("x", "top", share), found)
    assert cut in found
    assert sum(value >= cut for value in found) >= share * len(found)
    for higher in (value for value in found if value > cut):
        assert sum(value >= higher for value in found) < share * len(found)


@given(values, shares)
def test_a_top_share_without_ties_is_never_passed(found: list[float], share: Fraction) -> None:
    """Ties excluded: no more than the share is at or above the cut-off, and any lower value would pass it."""
    cut = cut_off(Fit("x", "top", share, "exclude"), found)
    if cut is None:
        assert found.count(found[-1]) > share * len(found)
        return
    assert 0 < sum(value >= cut for value in found) <= share * len(found)
    for lower in (value for value in found if value < cut):
        assert sum(value >= lower for value in found) > share * len(found)


@given(values, shares)
def test_a_quantile_is_of_the_nearest_rank(found: list[float], share: Fraction) -> None:
    """The lowest value that at least the share does not pass."""
    cut = cut_off(Fit("x", "quantile", share), found)
    assert cut in found
    assert sum(value <= cut for value in found) >= share * len(found)
    assert sum(value < cut for value in found) < share * len(found)


@given(values, st.randoms())
def test_means_and_medians_are_exact_in_any_order(found: list[float], rng: random.Random) -> None:
    """They agree with the standard library, and the order of the values does not matter."""
    assert cut_off(Fit("x", "mean", Fraction(1)), found) == pytest.approx(fmean(found), rel=1e-12, abs=1e-6)
    assert cut_off(Fit("x", "median", Fraction(1)), found) == pytest.approx(median(found), rel=1e-12)
    rounded = [round(value, 3) for value in found]
    mixed = rng.sample(rounded, len(rounded))
    assert fitted("top: 20%", numbers(*mixed)) == fitted("top: 20%", numbers(*rounded))


def test_exact_means() -> None:
    """Three times 0.1 sum to the nearest of the exact sum, which a running sum does not give."""
    assert fitted("mean: 1", numbers(*[0.1] * 10)).new == 0.1
    assert fitted("mean: 1.2", numbers(10, 20)).new == 18
    assert fitted("median: 1", numbers(1, 2, 9)).new == 2
    assert fitted("median: 2", numbers(1, 2, 4, 9)).new == 6


@pytest.mark.parametrize(
    ("value", "step", "expected"),
    [(12_373.5, "100", 12_400), (1.1, "0.1", 1.1), (1.11, "0.1", 1.2), (-5, "2", -4), (0, "5", 0)],
)
def test_a_step_rounds_up(value: float, step: str, expected: float) -> None:
    """To the next multiple, which the value itself may be, by its digits."""
    assert fitted(f"top: 100%, step: {step}", numbers(value)).new == expected


def test_who_counts() -> None:
    """Those for whom `where` is false do not, those of whom it is not known and those without a value miss."""
    records: list[dict[str, Any]] = [
        {"x": 1, "kind": "a"},
        {"x": 9, "kind": "b"},
        {"x": 5},
        {"kind": "a"},
        {"kind": "b"},
    ]
    found = fitted("top: 100%, where: kind = 'a'", records)
    assert (found.new, found.size, found.missing) == (1, 1, 2)
    assert (found.old, found.on) == (1, dt.date(2025, 11, 20))


def test_a_population_without_a_cut_off_is_refused() -> None:
    """Nobody with a value, too many at the top, a number that no file can hold: each says why."""
    cases: list[tuple[str, list[dict[str, Any]], str]] = [
        ("top: 5%", numbers(), "nobody who counts has a `x`"),
        ("top: 50%, ties: exclude", numbers(1, 2, 2), "2 of 3 share the highest `x`"),
        ("mean: 1e18", numbers(20), "no rule file can hold 2e+19"),
    ]
    for fit, records, text in cases:
        with pytest.raises(RefusedError, match="`p` cannot be fitted: ") as caught:
            fitted(fit, records)
        assert text in str(caught.value)
    with pytest.raises(RecordError):
        fitted("top: 5%", [{"x": "many"}])


def test_rules_without_fits_have_nothing_to_fit() -> None:
    """The list is empty, whatever the population."""
    assert tierkit.loads("{ruleset: a, version: 1}").fit([{}]) == []


def test_rows_of_tables_are_a_population() -> None:
    """Aggregated dimensions are fitted from rows, at the moment asked for."""
    rules = tierkit.loads(
        "{ruleset: a, version: 1, key: id, parameters: {p: {value: 1, fit: {dimension: n, top: 50%}}}, "
        "tables: {orders: {key: id, columns: {amount: {type: money}}}}, "
        "dimensions: {n: {type: money, from: orders, aggregate: sum(amount)}}}"
    )
    orders = [{"id": 1, "amount": 5}, {"id": 1, "amount": 6}, {"id": 2, "amount": 7}]
    (found,) = rules.fit([{"id": 1}, {"id": 2}], tables={"orders": orders})
    assert (found.new, found.size) == (11, 2)


def test_several_parameters_are_fitted_by_the_rules_as_they_were() -> None:
    """A fit that depends on another parameter sees its value in the file."""
    rules = tierkit.loads(
        "{ruleset: a, version: 1, dimensions: {x: {type: number}, over: {type: number, value: x - p}}, "
        "parameters: {p: {value: 1, fit: {dimension: x, top: 100%}}, q: {value: 0, fit: {dimension: over, top: 100%}}}}"
    )
    assert [item.new for item in rules.fit([{"x": 10}])] == [10, 9]


def test_a_computed_dimension_may_be_handed_over() -> None:
    """`given` works as it does when customers are decided."""
    rules = tierkit.loads(
        "{ruleset: a, version: 1, parameters: {p: {value: 1, fit: {dimension: y, top: 100%}}}, "
        "dimensions: {x: {type: number}, y: {type: number, value: x * 2}}}"
    )
    records = [{"x": 1, "y": 7}]
    assert [item.new for item in rules.fit(records)] == [2]
    assert [item.new for item in rules.fit(records, given=["y"])] == [7]


# -- how they are written down


def test_only_the_numbers_change() -> None:
    """Comments, layout and order stay; where a value comes from stands behind its `fit`."""
    found = tierkit.loads(RULES).fit(CUSTOMERS, as_of=DAY)
    assert [(item.old, item.new, item.size, item.missing) for item in found] == [
        (85, 20, 3, 1),
        (0.05, 0.07, 3, 1),
    ]
    expected = (
        RULES.replace("value: 85", "value: 20")
        .replace("50%}, bec", f"50%}}, {_origin(found[0])}, bec")
        .replace("5% ", "7% ")
        .replace("# the middle\n", f"# the middle\n    {_origin(found[1])}\n")
    )
    assert written(RULES, found) == expected


def _origin(item: Fitted) -> str:
    return f"fitted: {{on: 2025-11-20, records: {item.size}, digest: {item.digest}}}"


@given(
    st.lists(st.tuples(st.floats(0, 1e6), st.floats(0, 1)), min_size=1, max_size=5),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.sampled_from(["", "\ufeff"]),
)
def test_every_other_character_stays(pairs: list[tuple[float, float]], newline: str, mark: str) -> None:
    """Whatever the line ends: the text reads back as the new values, and a second run changes nothing."""
    records = [{"id": i, "spent": spent, "part": part} for i, (spent, part) in enumerate(pairs)]
    text = mark + RULES.replace("\n", newline)
    rules = tierkit.loads(text)
    try:
        found = rules.fit(records, as_of=DAY)
    except RefusedError:
        return  # a number too small for a file
    new = written(text, found)
    fresh = tierkit.loads(new)
    by_name = {item.parameter: item.new for item in found}
    assert {name: parameter.value.value for name, parameter in fresh.parameters.items()} == by_name  # type: ignore[union-attr]
    again = fresh.fit(records, as_of="2026-01-01")
    assert written(new, again) == new
    back = new
    for item in found:
        behind = f", {_origin(item)}" if item.parameter == "line" else f"{newline}    {_origin(item)}"
        assert back.count(behind) == 1
        back = back.replace(behind, "")
    back = back.replace(f"value: {number_text(by_name['line'])},", "value: 85,")
    assert back.replace(f"value: {number_text(by_name['share'], percent=True)} ", "value: 5% ") == text


def test_where_a_value_comes_from_is_kept_up_to_date() -> None:
    """Other customers are noted although the value stays; the same ones on another day are not."""
    rules = tierkit.loads(RULES)
    first = written(RULES, rules.fit(CUSTOMERS, as_of=DAY))
    more = tierkit.loads(first).fit([*CUSTOMERS, {"id": 5, "spent": 20, "part": 0.07}], as_of="2026-01-01")
    assert all(item.old == item.new for item in more)
    second = written(first, more)
    assert second.count("on: 2026-01-01, records: 4") == 2
    assert len(second) == len(first)


def test_json_stays_json() -> None:
    """A rule file in JSON is JSON afterwards, with quotes that stay."""
    fit = {"dimension": "x", "top": 0.5}
    data = {"ruleset": "a", "version": "1", "parameters": {"p": {"value": 5, "fit": fit}}}
    text = json.dumps(data | {"dimensions": {"x": {"type": "number"}}}, indent=1)
    found = tierkit.loads(text).fit(numbers(1, 2), as_of=DAY)
    new = written(text, found)
    assert json.loads(new)["parameters"]["p"] == {
        "value": 2,
        "fit": fit,
        "fitted": {"on": DAY, "records": 2, "digest": found[0].digest},
    }
    assert json.loads(written(new, [replace(found[0], new=3.0, digest="x")]))["parameters"]["p"]["value"] == 3


LAYOUTS = (
    "  p:\n    fit:\n      where: |\n        x > 0\n        and x < 9\n\n      dimension: x\n      top: 50%\n    # of\n    value:    5   # five\n",
    "  p:\n    value: 5\n    fit:\n      dimension: x\n      top: 50%\n      where: |\n        x > 0\n        and x < 9\n\n  # next\n  q: {value: 3}\n",
    "  p:\n    value: 5\n    fit:\n        dimension: x\n        top: 50%\n        where: x > 0\n          and x < 9   # both\n",
    "  p: {\n    value: 5,   # five\n    fit: {\n      dimension: x, top: 50%\n    },   # end\n  }\n",
    "  p:\n    value: 5\n    fit: {dimension: x, top: 50%}\n    fitted:\n      digest: 'ab'   # old\n      on: 2020-01-01\n      records: 7\n",
    "  p:\n    value: 5\n    ? fit\n    : {dimension: x, top: 50%}\n",
    "  'p':\n    value: 5\n    'fit': {dimension: x, top: 50%}  \n",
)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_any_layout_is_kept(layout: str) -> None:
    """Blocks, braces, comments between: the lines that are not about the numbers stay, in their order."""
    text = f"ruleset: a\nversion: 1\ndimensions: {{x: {{type: number}}}}\nparameters:\n{layout}"
    rules = tierkit.loads(text)
    new = written(text, rules.fit(numbers(1, 2), as_of=DAY))
    fresh = tierkit.loads(new)
    assert fresh.parameters["p"].value.value == 2  # type: ignore[union-attr]
    assert fresh.program.fits == rules.program.fits
    assert written(new, fresh.fit(numbers(1, 2), as_of="2026-01-01")) == new
    kept = [
        line
        for line in text.splitlines()
        if not {"value:", "fit", "fitted", "digest:", "on:", "records:", "},"} & set(line.split())
    ]
    rest = iter(new.splitlines())
    assert all(line in rest for line in kept)


def test_a_file_without_a_last_line_end_is_written_too() -> None:
    """The fit may be the end of the file."""
    text = "ruleset: a\nversion: 1\ndimensions: {x: {type: number}}\nparameters:\n  p:\n    value: 5\n    fit: {dimension: x, top: 50%}"
    found = tierkit.loads(text).fit(numbers(1, 2), as_of=DAY)
    assert written(text, found) == text.replace("value: 5", "value: 2") + f"\n    {_origin(found[0])}"


@pytest.mark.parametrize(
    "text", ["", "{parameters: 1}", "{parameters: {line: 1}}", "{parameters: {line: {value: 5}}}"]
)
def test_another_text_is_refused(text: str) -> None:
    """A text that has no such parameter is not touched."""
    with pytest.raises(UsageError, match="no parameter `line`"):
        written(text, tierkit.loads(RULES).fit(CUSTOMERS)[:1])


@given(st.floats(1e-18, 1e18), st.booleans())
def test_numbers_are_read_as_they_were(value: float, percent: bool) -> None:
    """A number that was written is the same binary64 when it is read."""
    text = number_text(value, percent=percent)
    rules = tierkit.loads(f"{{ruleset: a, version: 1, parameters: {{p: {{value: {text}}}}}}}")
    assert rules.parameters["p"].value.value == value  # type: ignore[union-attr]


def test_where_a_value_comes_from_is_no_meaning() -> None:
    """With and without `fitted` a file has one digest, and no difference; in a dump it is kept."""
    found = tierkit.loads(RULES).fit(CUSTOMERS, as_of=DAY)
    with_origin = written(RULES, found)
    same = [replace(item, on=dt.date(2026, 1, 1), size=7, digest="ab", old=0.5) for item in found]
    other = written(with_origin, same)
    assert other != with_origin
    assert tierkit.loads(other).digest == tierkit.loads(with_origin).digest != tierkit.loads(RULES).digest
    assert diff_sources(with_origin.encode(), other.encode()) == ()
    rules = tierkit.loads(other)
    assert tierkit.loads(dumps(rules)) == rules
    assert tierkit.loads(dumps(rules)).program.fits == rules.program.fits
    assert '"digest": "ab"' in dumps(rules)


# -- the verb


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A rule file and its customers."""
    monkeypatch.chdir(tmp_path)
    Path("rulesets").mkdir()
    Path("rulesets/demo.yaml").write_bytes(RULES.encode())
    Path("c.csv").write_text(CSV, encoding="utf-8")
    return Path("rulesets/demo.yaml")


def test_the_file_is_rewritten(files: Path) -> None:
    """What was printed is what was written, and a second run finds nothing to do."""
    result = run("fit", "demo", "--input", "c.csv", "--as-of", DAY)
    assert (result.status, result.err) == (0, "")
    assert "line: 85 → 20 (top 50% of spent; 3 customers, 1 more without a value)\n" in result.out
    assert "share: 5% → 7% (quantile 50% of part; 3 customers, 1 more without a value)\n" in result.out
    assert [line.split() for line in result.out.splitlines()[5:8]] == [
        ["size", "large", "0", "(0.0%)", "2", "(50.0%)"],
        ["size", "small", "3", "(75.0%)", "1", "(25.0%)"],
        ["size", "none", "1", "(25.0%)", "1", "(25.0%)"],
    ]
    assert result.out.endswith("2 values changed in rulesets/demo.yaml\n")
    text = files.read_bytes().decode()
    assert text == written(RULES, tierkit.loads(RULES).fit(CUSTOMERS, as_of=DAY))
    again = run("fit", files, "--input", "c.csv", "--as-of", "2026-01-01", "--check")
    assert (again.status, again.out.splitlines()[-1]) == (0, "no value changes in rulesets/demo.yaml")
    with Path("c.csv").open("a", encoding="utf-8") as more:
        more.write("5,20,0.07\n")
    noted = run("fit", files, "--input", "c.csv")
    assert noted.out.endswith("no value changes; where they come from is noted in rulesets/demo.yaml\n")
    assert "records: 4" in files.read_text(encoding="utf-8")


def test_a_check_writes_nothing(files: Path) -> None:
    """Status 1 says that a value would change."""
    result = run("fit", files, "--input", "c.csv", "--check", "--locale", "zh")
    assert result.status == 1
    assert "line：85 → 20（spent 前 50%；3 个客户，另有 1 个无取值）" in result.out
    assert files.read_bytes() == RULES.encode()


def test_answers_for_programs_and_customers_from_a_pipe(files: Path) -> None:
    """JSON holds every number; rows that cannot be decided are told once and left out."""
    lines = CSV.encode() + b"9,many,0.5\n8,1,2,3\n"
    result = run(
        "fit", files, "--input", "-", "--input-format", "csv", "--check", "--as-of", DAY, "--format", "json",
        stdin=lines,
    )  # fmt: skip
    assert result.status == 1
    assert result.err.count("row 5") == result.err.count("row 6") == 1
    data = result.json
    assert [item.pop("digest") for item in data["parameters"]] == [
        item.digest for item in tierkit.loads(RULES).fit(CUSTOMERS)
    ]
    assert data == {
        "path": "rulesets/demo.yaml",
        "as_of": "2025-11-20T00:00:00+00:00",
        "changed": True,
        "written": False,
        "rows": 6,
        "failed": 2,
        "parameters": [
            {"parameter": "line", "old": 85.0, "new": 20.0, "records": 3, "missing": 1},
            {"parameter": "share", "old": 0.05, "new": 0.07, "records": 3, "missing": 1},
        ],
        "ladders": {
            "size": [
                {"tier": "large", "before": 0, "after": 2},
                {"tier": "small", "before": 3, "after": 1},
                {"tier": None, "before": 1, "after": 1},
            ]
        },
    }


def test_customers_that_cannot_be_decided_are_left_out(files: Path) -> None:
    """As when they are decided: they are told, and the others go on."""
    files.write_text(RULES.replace("{type: ratio}", "{type: ratio, on_missing: error}"), encoding="utf-8")
    result = run("fit", "demo", "--input", "c.csv")
    assert (result.status, result.err.count("row 4 (`4`)")) == (0, 1)
    assert "3 customers, 0 more" in result.out


def test_orders_alone_are_a_population(files: Path) -> None:
    """Everybody who has a row counts; without a ladder no shares are shown."""
    files.write_text(
        "ruleset: demo\nversion: 1\nkey: id\nparameters: {p: {value: 1, fit: {dimension: n, top: 50%}}}\n"
        "tables: {orders: {key: id, columns: {amount: {type: money}}}}\n"
        "dimensions: {n: {type: money, from: orders, aggregate: sum(amount)}}\n",
        encoding="utf-8",
    )
    Path("o.csv").write_text("id,amount\n1,5\n1,6\n2,7\n", encoding="utf-8")
    result = run("fit", "demo", "--table", "orders=o.csv")
    assert result.out.startswith("p: 1 → 11 (top 50% of n; 2 customers, 0 more")
    assert result.out.count("\n") == 3


def test_what_cannot_be_fitted_is_refused(files: Path, tmp_path: Path) -> None:
    """Each refusal says why, in both languages, and changes nothing."""
    assert run("fit", "demo").status == 2
    assert "`--input` is missing" in run("fit", "demo").err
    assert "cannot read" in run("fit", "gone.yaml", "--input", "c.csv").err
    Path("none.csv").write_text("id,spent\n1,\n", encoding="utf-8")
    result = run("fit", "demo", "--input", "none.csv", "--locale", "zh")
    assert (result.status, result.err.count("无法拟合：计入的客户都没有")) == (1, 2)
    plain = tmp_path / "plain.yaml"
    plain.write_text("{ruleset: a, version: 1, dimensions: {x: {type: number}}}", encoding="utf-8")
    result = run("fit", plain, "--input", "c.csv")
    assert (result.status, "no parameter of" in result.err) == (2, True)
    many = "id,spent\n" + "".join(f"{i},many\n" for i in range(7)) + "8,1\n"
    Path("many.csv").write_text(many, encoding="utf-8")
    assert "and 2 more" in run("fit", "demo", "--input", "many.csv").err
    assert files.read_bytes() == RULES.encode()


def test_a_published_version_is_never_rewritten(files: Path) -> None:
    """It can be checked against a population, nothing more."""
    assert run("publish", files, "--by", "li").status == 0
    version = Path("rulesets/demo/1.yaml")
    before = version.read_bytes()
    result = run("fit", version, "--input", "c.csv")
    assert (result.status, "was published and never changes" in result.err) == (2, True)
    assert run("fit", version, "--input", "c.csv", "--check").status == 1
    assert version.read_bytes() == before


def test_an_edit_in_the_meantime_is_not_lost(files: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that its author saves while it is fitted stays as the author has it."""

    def meanwhile(text: str, found: list[Fitted]) -> str:
        files.write_text(RULES + "# mine\n", encoding="utf-8")
        return written(text, found)

    monkeypatch.setattr("tierkit.cli.fitting.written", meanwhile)
    result = run("fit", files, "--input", "c.csv")
    assert (result.status, "was changed in the meantime" in result.err) == (1, True)
    assert files.read_text(encoding="utf-8").endswith("# mine\n")
