"""What a new version changes for customers: counted by hand, two ways, and in both directions."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import math
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import frames, strategies
from tests.houses import House, rules
from tierkit.analysis.impact import counting
from tierkit.analysis.impact.figures import Impact
from tierkit.analysis.impact.movers import Refused
from tierkit.analysis.impact.places import (
    FAILED,
    NONE,
    UNDETERMINED,
    Direction,
    Place,
    Rungs,
    Scheme,
    Side,
    State,
    merged,
    move,
)
from tierkit.analysis.impact.psi import psi
from tierkit.analysis.impact.told import told
from tierkit.engine import RuleSet, loads
from tierkit.engine import impact as engine_impact
from tierkit.engine.impact import Comparison, impact, impact_of_answers
from tierkit.errors import UsageError
from tierkit.plugins import BenefitProvider, DimensionProvider, Granted

DAY = dt.date(2025, 11, 20)
TEXT = """
ruleset: shop
version: "{version}"
key: id
dimensions:
  amount: {{type: money, min: 0}}
  orders: {{type: integer}}
  mark:
    type: score
    scorecard:
      - {{dimension: amount, weight: 100%, cap: 100}}
rules:
  - {{id: busy, tag: Busy, when: orders >= {busy}, because: Orders often}}
  - {{id: big, tag: Big, when: amount >= 90}}
ladders:
  value:
    label: Value
    tiers:
      - {{id: gold, enter: mark >= {gold}, tag: Premium}}
      - {{id: silver, enter: mark >= 40}}
      - {{id: bronze, enter: mark >= 10}}
"""
OLD = loads(TEXT.format(version="1", busy=3, gold=70))
NEW = loads(TEXT.format(version="2", busy=5, gold=80))
CUSTOMERS: list[dict[str, Any]] = [
    {"id": "a", "amount": 95.0, "orders": 9},  # gold, gold
    {"id": "b", "amount": 75.0, "orders": 4},  # gold, silver; loses Premium and Busy
    {"id": "c", "amount": 50.0, "orders": 4},  # silver, silver; loses Busy
    {"id": "d", "amount": 15.0, "orders": 1},  # bronze, bronze
    {"id": "e", "amount": 5.0, "orders": 1},  # no tier
    {"id": "f", "amount": None, "orders": 1},  # undetermined
    {"id": "g", "amount": 72.0, "orders": 1},  # gold, silver; loses Premium
    {"id": "h", "amount": "much", "orders": 1},  # fails
]
GOOD = CUSTOMERS[:-1]


def compared(records: Any = CUSTOMERS, old: RuleSet = OLD, new: RuleSet = NEW, **options: Any) -> Impact:
    """The impact on the day of every test."""
    return impact(old, new, records, as_of=DAY, **options)


def tiers_of(found: Impact) -> dict[str, tuple[int, int]]:
    """Heads before and after by place, of the only ladder."""
    (ladder,) = found.ladders
    names = [place.tier or str(place.state) for place in ladder.places]
    return dict(zip(names, zip(ladder.before, ladder.after, strict=True), strict=True))


# -- by hand


def test_the_matrix_by_hand() -> None:
    """Eight customers, each at the place that was worked out for them."""
    found = compared()
    assert found.customers == 8
    assert tiers_of(found) == {
        "gold": (3, 1), "silver": (1, 3), "bronze": (1, 1), "none": (1, 1), "undetermined": (1, 1), "failed": (1, 1),
    }  # fmt: skip
    (ladder,) = found.ladders
    assert ladder.counts[0] == (1, 2, 0, 0, 0, 0)
    assert ladder.moves == {"up": 0, "down": 2, "unclear": 0, "same": 6}
    assert found.moves[Direction.down] == 2
    assert found.moves[Direction.tags] == 1
    assert (found.moved, found.changed_tiers) == (3, 2)


def test_tags_by_hand() -> None:
    """Heads before and after, gained and lost, tags that come with a tier included."""
    found = {tag.tag: (tag.before, tag.after, tag.gained, tag.lost) for tag in compared().tags}
    assert found == {"Busy": (3, 1, 0, 2), "Big": (1, 1, 0, 0), "Premium": (3, 1, 0, 2)}


def test_the_stability_index_by_hand() -> None:
    """Of seven that could be decided: gold 3 to 1, silver 1 to 3, the rest as it was."""
    wanted = (1 - 3) / 7 * math.log(1 / 3) + (3 - 1) / 7 * math.log(3)
    found = compared()
    assert found.ladders[0].psi == pytest.approx(wanted, abs=1e-15)
    assert found.scores[0].psi == 0.0
    assert found.scores[0].before == (1, 1, 0, 0, 0, 1, 0, 2, 0, 1)
    assert found.scores[0].missing == (1, 1)


@pytest.mark.parametrize(
    ("before", "after", "wanted"),
    [
        ([10, 20], [10, 20], 0.0),
        ([10, 20], [20, 40], 0.0),  # shares count, not heads
        ([1, 1], [3, 1], (0.75 - 0.5) * math.log(1.5) + (0.25 - 0.5) * math.log(0.5)),
        ([2, 0], [1, 1], (0.5 - 1) * math.log(0.5) + (0.5 - 0.25) * math.log(0.5 / 0.25)),
        ([5, 0, 0], [5, 0, 0], 0.0),
        ([], [], None),
        ([3], [0], None),
    ],
)
def test_the_stability_index_of_shares(before: list[int], after: list[int], wanted: float | None) -> None:
    """The formula, zero shares as half a customer, and nothing where there is nobody."""
    assert psi(before, after) == (None if wanted is None else pytest.approx(wanted, abs=1e-12))


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)), min_size=1, max_size=6))
def test_the_stability_index_is_symmetrical(pairs: list[tuple[int, int]]) -> None:
    """Exchanging the sides changes nothing, and no index is negative."""
    one, other = [a for a, _ in pairs], [b for _, b in pairs]
    found, back = psi(one, other), psi(other, one)
    assert (found is None) == (back is None)
    if found is not None and back is not None:
        assert found == pytest.approx(back, abs=1e-9)
        assert found >= 0
        assert psi(one, one) == 0


def test_undetermined_by_hand() -> None:
    """Targets and roots with their causes; a record that fails is none of them."""
    found = compared([*GOOD, {"id": "i", "amount": 50}]).undetermined
    assert (found.before, found.after) == (2, 2)
    assert [(t.rule, t.ladder, t.before, t.after) for t in found.targets] == [
        (None, "value", 1, 1), ("big", None, 1, 1), ("busy", None, 1, 1),
    ]  # fmt: skip
    assert [(r.missing.dimension, r.missing.cause, r.before) for r in found.roots] == [
        ("amount", "null", 1), ("orders", "absent", 1),
    ]  # fmt: skip
    assert found.asked == (2, 2)


def test_roots_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only so many are asked for roots, and it is said; both ways ask the same ones."""
    for module in ("impact_records", "impact_tables"):
        monkeypatch.setattr(f"tierkit.engine.{module}.ASKED", 3)
    gone = [{"id": str(i), "amount": None, "orders": None if i < 2 else 1} for i in range(9)]
    for records in (gone, pl.DataFrame(gone, schema_overrides={"amount": pl.Float64})):
        found = compared(records).undetermined
        assert (found.before, found.asked) == (9, (3, 3))
        assert {r.missing.dimension: r.before for r in found.roots} == {"amount": 3, "orders": 2}


def test_failures_are_counted_and_listed() -> None:
    """A record that fails stays in every sum, is told with its fault, and with its row."""
    wide = loads(TEXT.format(version="3", busy=3, gold=70).replace("{type: integer}", "{type: number}"))
    found = compared([*GOOD, {"id": "i", "amount": 1, "orders": 2.5}, CUSTOMERS[-1]], new=wide)
    assert (found.failed.before, found.failed.after, found.failed.either) == (2, 1, 2)
    first, second = (record.to_dict() for record in found.failed.first)
    assert (first["key"], first["row"], first["after"]) == ("i", 8, None)
    assert "2.5" in first["before"]
    assert second["before"] == second["after"]
    assert "'much'" in second["before"]
    assert found.moves[Direction.unclear] == 1
    assert sum(found.ladders[0].before) == found.customers == 9
    (mover,) = found.movers
    data = mover.to_dict(found.scheme)
    assert "2.5" in data["before"]["error"]
    assert data["after"]["error"] is None
    assert [said.kind for said in told(mover, found.scheme, 0, "en")] == ["error"]


def test_quotas_by_hand() -> None:
    """Shares of all customers, of tiers and of tags."""
    found = compared(quotas={"value.gold": 0.05, "Busy": 0.5})
    assert [(q.target, q.share, q.before, q.after) for q in found.quotas] == [
        ("value.gold", 0.05, 3 / 8, 1 / 8), ("Busy", 0.5, 3 / 8, 1 / 8),
    ]  # fmt: skip


def test_movers_by_rank() -> None:
    """The largest falls first, then what is unclear, then tags, then rises; ties by row; a bound keeps the first."""
    bold = loads(
        TEXT.format(version="3", busy=5, gold=80)
        .replace("mark >= 40", "mark >= 74")
        .replace("mark >= 10", "mark >= 1")
    )
    found = compared(GOOD, new=bold)
    assert [(m.key, str(m.move.direction), m.move.steps) for m in found.movers] == [
        ("g", "down", 2), ("b", "down", 1), ("c", "down", 1), ("e", "up", -1),
    ]  # fmt: skip
    assert [mover.key for mover in compared(GOOD, new=bold, movers=2).movers] == ["g", "b"]
    assert compared(GOOD, new=bold, movers=0).movers == ()
    assert compared(GOOD, new=bold, movers=2).moved == 4


def test_each_is_told_in_order() -> None:
    """Whoever wants all movers gets them in the order of the records, with reasons where they are wanted."""
    for records in (GOOD, pl.DataFrame(GOOD)):
        for reasons in (False, True):
            seen: list[Any] = []
            compared(records, each=seen.append, movers=1, reasons=reasons)
            assert [(m.key, m.row) for m in seen] == [("b", 2), ("c", 3), ("g", 7)]
            assert all((m.answers is not None) is reasons for m in seen)


def test_reasons_under_both_versions() -> None:
    """What is held on one side alone has its reason there, and on the other what was lacking for it."""
    mover = compared(GOOD).movers[0]
    assert mover.key == "b"
    data = mover.to_dict(compared(GOOD).scheme)
    assert [reason["target"] for reason in data["before"]["reasons"]] == ["Busy", "value.gold", "Premium"]
    assert data["before"]["why_not"] == []
    assert [reason["target"] for reason in data["after"]["reasons"]] == ["value.silver"]
    assert [reason["target"] for reason in data["after"]["why_not"]] == ["value.gold", "Busy", "Premium"]
    (finding,) = data["after"]["why_not"][0]["findings"]
    assert (finding["value"], finding["threshold"], finding["outcome"]) == (75.0, 80.0, False)


def test_reasons_in_words() -> None:
    """Both versions in sentences, in English and Chinese."""
    found = compared(GOOD)
    mover = found.movers[0]
    old, new = (told(mover, found.scheme, at, "en") for at in (0, 1))
    assert [(said.kind, said.title) for said in old] == [
        ("held", "gold"), ("held", "Busy: Orders often"), ("held", "Premium"),
    ]  # fmt: skip
    assert [(said.kind, said.title) for said in new] == [
        ("held", "silver"), ("lacking", "gold"), ("lacking", "Busy: Orders often"), ("lacking", "Premium"),
    ]  # fmt: skip
    assert new[1].lines == ("mark 75 must be at least 80 (5 points below)",)
    assert told(mover, found.scheme, 1, "zh")[2].title == "Busy：Orders often"


def test_the_last_tier_takes_everyone_else() -> None:
    """A tier without a condition says so, and no tier says that."""
    text = TEXT.replace("- {{id: bronze, enter: mark >= 10}}", "- {{id: bronze}}")
    old, new = (
        loads(text.format(version=v, busy=3, gold=70).replace("mark >= 40", f"mark >= {silver}"))
        for v, silver in ((1, 40), (2, 60))
    )
    found = compared(GOOD, old, new)
    assert [said.title for said in told(found.movers[0], found.scheme, 1, "en")] == [
        "bronze (everyone else)",
        "silver",
    ]
    bare = loads(TEXT.format(version=3, busy=3, gold=70).replace("mark >= 10", "mark >= 20"))
    found = compared(GOOD, new=bare)
    assert [said.title for said in told(found.movers[0], found.scheme, 1, "en")] == [
        "Value: no tier",
        "bronze",
    ]


def test_a_tag_that_the_other_version_lacks() -> None:
    """A target that a version does not have is told as such, and is no reason."""
    bare = loads(
        TEXT.format(version="3", busy=3, gold=70).replace("  - {id: big, tag: Big, when: amount >= 90}\n", "")
    )
    found = compared(GOOD, new=bare)
    (mover,) = found.movers
    assert (mover.key, mover.move.lost) == ("a", ("Big",))
    assert [(said.kind, said.title) for said in told(mover, found.scheme, 1, "en")] == [("unknown", "Big")]
    assert mover.to_dict(found.scheme)["after"]["why_not"] == []


def test_nobody_and_nothing() -> None:
    """No customers, no ladders: every count is 0, and no index is made up."""
    found = compared([])
    assert (found.customers, found.moved, found.ladders[0].psi, found.scores[0].psi) == (0, 0, None, None)
    assert compared(pl.DataFrame(schema={"id": pl.String, "amount": pl.Float64})).to_dict()["customers"] == 0
    bare = "{{ruleset: a, version: {0}, dimensions: {{x: {{type: number}}}}, rules: [{{id: r, tag: T, when: x > {0}}}]}}"
    old, new = (loads(bare.format(i)) for i in (1, 2))
    found = impact(old, new, [{"x": 1.5}, {"x": 0}, {}], as_of=DAY)
    assert (found.ladders, found.moves[Direction.tags], found.movers[0].key) == ((), 1, None)


# -- ladders that differ


def test_a_ladder_of_one_version_moves_nobody() -> None:
    """Its heads are shown against its absence, without an index, and nobody moves on it."""
    more = loads(
        TEXT.format(version="3", busy=3, gold=70)
        + "  size:\n    tiers: [{id: large, enter: amount >= 50}, {id: small}]\n"
    )
    found = compared(GOOD, new=more)
    size = next(ladder for ladder in found.ladders if ladder.ladder == "size")
    assert (size.rungs.before, size.rungs.after, size.psi, found.moved) == (False, True, None, 0)
    shown = {
        place.tier or str(place.state): heads
        for place, *heads in zip(size.places, size.before, size.after, strict=True)
    }
    assert shown["large"] == [0, 4]
    assert shown["absent"] == [7, 0]
    back = compared(GOOD, old=more, new=OLD)
    assert next(ladder for ladder in back.ladders if ladder.ladder == "size").rungs.before


@pytest.mark.parametrize(
    ("before", "after", "wanted"),
    [
        ("abc", "abc", "abc"),
        ("abc", "ac", "abc"),
        ("ac", "abc", "abc"),
        ("xab", "ab", "xab"),
        ("abc", "cba", "cba"),
        ("axyb", "ba", "baxy"),
        ("", "ab", "ab"),
        ("ab", "", "ab"),
    ],
)
def test_tiers_of_both_versions_in_one_order(before: str, after: str, wanted: str) -> None:
    """The newer order holds; a tier that is gone stands below what was above it."""
    assert merged(tuple(before), tuple(after)) == tuple(wanted)


GOLD, SILVER = Place(State.tier, "gold"), Place(State.tier, "silver")
LADDER = Rungs("value", ("gold", "silver"))
TWO = Scheme((LADDER, Rungs("size", ("gold", "silver"))), (), ())


@pytest.mark.parametrize(
    ("before", "after", "direction", "steps"),
    [
        ((GOLD, GOLD), (SILVER, GOLD), "down", 1),
        ((GOLD, GOLD), (NONE, NONE), "down", 4),
        ((SILVER, GOLD), (GOLD, SILVER), "both", 0),
        ((SILVER, SILVER), (GOLD, UNDETERMINED), "up", -1),
        ((GOLD, GOLD), (GOLD, UNDETERMINED), "unclear", 0),
        ((NONE, NONE), (GOLD, GOLD), "up", -4),
        ((GOLD, GOLD), (FAILED, FAILED), "unclear", 0),
    ],
)
def test_directions(before: Any, after: Any, direction: str, steps: int) -> None:
    """Down and up by tiers, both on two ladders, unclear where a place is not known."""
    found = move(TWO, Side(before), Side(after, failed=after[0] == FAILED))
    assert found is not None
    assert (str(found.direction), found.steps) == (direction, steps)


def test_who_fails_on_both_sides_does_not_move() -> None:
    """Nothing is known of such a customer, before or after."""
    assert move(TWO, TWO.failed(), TWO.failed()) is None


# -- two ways


@given(st.data(), strategies.rule_sets(), strategies.rule_sets(), strategies.days)
@settings(max_examples=15)
def test_tables_and_records_agree(data: st.DataObject, old: RuleSet, new: RuleSet, day: dt.date) -> None:
    """For any two rule sets and any frame, deciding it as a whole and row by row give the same, reasons included."""
    records = data.draw(st.lists(strategies.records(wrong_types=True), min_size=1, max_size=12))
    for group in frames.groups(old, records):
        if not group.fits:
            continue
        frame = frames.frame_of(group)
        try:
            one = impact(old, new, frame, as_of=day, movers=5)
        except UsageError:  # the other rule set cannot read a column
            continue
        rows = list(frame.iter_rows(named=True))
        assert one.to_dict() == impact(old, new, rows, as_of=day, movers=5).to_dict()


@given(st.data(), strategies.rule_sets(), strategies.rule_sets(), strategies.days)
@settings(max_examples=15)
def test_margins_and_transposition(data: st.DataObject, old: RuleSet, new: RuleSet, day: dt.date) -> None:
    """Margins are the headcounts of each version alone; exchanging the versions transposes every matrix."""
    records = data.draw(st.lists(strategies.records(wrong_types=True), max_size=12))
    there, back = (impact(*pair, records, as_of=day) for pair in ((old, new), (new, old)))
    for ladder in there.ladders:
        own = next(other for other in back.ladders if other.ladder == ladder.ladder)
        for a, row in zip(ladder.places, ladder.counts, strict=True):
            for b, count in zip(ladder.places, row, strict=True):
                assert own.counts[own.places.index(b)][own.places.index(a)] == count
        assert ladder.psi == (None if own.psi is None else pytest.approx(own.psi, abs=1e-9))
        for side, heads in ((old, ladder.before), (new, ladder.after)):
            alone = [
                d.tiers.get(ladder.ladder, "?") if hasattr(d, "tiers") else "!"
                for d in side.evaluate_many(records, as_of=day)
            ]
            for place, count in zip(ladder.places, heads, strict=True):
                if place.tier is not None:
                    assert alone.count(place.tier) == count
            assert sum(heads) == len(records)
    for tag in there.tags:
        assert tag.after - tag.before == tag.gained - tag.lost
    assert (there.moves[Direction.unclear], there.moves[Direction.tags]) == (
        back.moves[Direction.unclear], back.moves[Direction.tags],
    )  # fmt: skip


@given(st.data(), strategies.rule_sets(), strategies.days)
@settings(max_examples=15)
def test_the_same_version_moves_nobody(data: st.DataObject, ruleset: RuleSet, day: dt.date) -> None:
    """Nobody moves, every index is 0, and every matrix is a diagonal."""
    records = data.draw(st.lists(strategies.records(wrong_types=True), min_size=1, max_size=8))
    found = impact(ruleset, ruleset, records, as_of=day)
    assert (found.moved, found.movers) == (0, ())
    assert {ladder.psi for ladder in found.ladders} <= {0.0, None}
    assert {score.psi for score in found.scores} <= {0.0, None}
    for ladder in found.ladders:
        assert all(not count for i, row in enumerate(ladder.counts) for j, count in enumerate(row) if i != j)


@pytest.mark.parametrize("engine", ["auto", "python"])
def test_tables_of_every_kind(engine: str, tmp_path: Path) -> None:
    """Frames, tables and files give what their records give; columns may have other names."""
    frame = pl.DataFrame(GOOD)
    frame.write_parquet(tmp_path / "c.parquet")
    wanted = compared(GOOD, movers=2).to_dict()
    for table in (
        frame,
        frame.lazy(),
        frame.to_pandas(),
        frame.to_arrow(),
        tmp_path / "c.parquet",
        str(tmp_path / "c.parquet"),
    ):
        found = compared(table, movers=2, engine=engine).to_dict()
        assert json.dumps(found) == json.dumps(wanted)
    renamed = frame.rename({"amount": "sum", "id": "customer"})
    assert compared(renamed, movers=2, columns={"amount": "sum", "id": "customer"}).to_dict() == wanted


def test_names_that_outcomes_cannot_tell_apart() -> None:
    """A rule that is called like a ladder sends a table the way of records, and the answer is the same."""
    texts = [
        TEXT.format(version=v, busy=3, gold=g).replace("id: busy", "id: value") for v, g in ((1, 70), (2, 80))
    ]
    old, new = map(loads, texts)
    records = [{**record, "orders": None} if record["id"] == "a" else record for record in GOOD]
    one, other = (compared(table, old, new).to_dict() for table in (records, pl.DataFrame(records)))
    assert one == other
    assert one["undetermined"]["targets"][0] == {"rule": None, "ladder": "value", "before": 1, "after": 1}


def test_plugins_in_tables() -> None:
    """A rule set with a plugin's dimension is decided record by record, and gives the same."""
    double = DimensionProvider(
        name="double",
        type="money",
        inputs={"amount": "money"},
        compute=lambda record, _: record["amount"] * 2,
    )
    text = """
dimensions:
  amount: {type: money}
  twice: {type: money, provider: double}
ladders:
  size: {tiers: [{id: large, enter: twice >= %s}, {id: small}]}
"""
    old, new = (rules(text % bound, double) for bound in (100, 150))
    records = [{"amount": 60}, {"amount": 80}, {"amount": None}]
    one, other = (impact(old, new, table, as_of=DAY).to_dict() for table in (records, pl.DataFrame(records)))
    assert one == other
    assert one["moved"]["down"] == 1


def test_rows_of_tables_by_customer() -> None:
    """Aggregates are computed from the rows of each customer, for each version by its own windows."""
    text = """
ruleset: a
version: {0}
key: id
tables:
  orders: {{key: id, time: at, columns: {{amount: {{type: money}}}}}}
dimensions:
  spent: {{type: money, from: orders, aggregate: sum(amount), window: {0} days}}
ladders:
  size: {{tiers: [{{id: large, enter: spent >= 100}}, {{id: small}}]}}
"""
    old, new = (loads(text.format(days)) for days in (30, 5))
    orders = [
        {"id": "a", "at": dt.date(2025, 11, 1), "amount": 100},
        {"id": "b", "at": dt.date(2025, 11, 18), "amount": 100},
    ]
    found = compared([{"id": "a"}, {"id": "b"}, {"id": "c"}], old, new, tables={"orders": orders})
    assert [(mover.key, mover.move.steps) for mover in found.movers] == [("a", 1)]
    assert found.ladders[0].before[:2] == (2, 1)
    for tables in (None, {"orders": orders}):
        odd = compared(["no record", {"id": "a"}], old, new, tables=tables)
        assert (odd.customers, odd.failed.either, odd.failed.first[0].key) == (2, 1, None)


# -- cost of benefits


def _voucher(cost: Any, **options: Any) -> BenefitProvider:
    return BenefitProvider(name="voucher", grant=lambda *_: Granted({"amount": 30}), cost=cost, **options)


BENEFITS = """
dimensions:
  amount: {{type: money}}
rules:
  - {{id: b, tag: B, when: amount >= 10}}
ladders:
  value: {{tiers: [{{id: gold, enter: amount >= {0}}}, {{id: base}}]}}
benefits:
  - {{for: value.gold, grant: {{voucher: {{}}, perks: {{texts: [tea]}}}}}}
  - {{for: B, grant: {{voucher: {{}}}}}}
"""


def costed(*providers: Any, text: str = BENEFITS, amounts: tuple[Any, ...] = (5, 20, 60, 80)) -> Any:
    """The costs of two versions, one with gold from 50 and one with gold from 70; both ways give the same."""
    records = [{"amount": float(amount)} for amount in amounts]
    found = []
    for table in (records, pl.DataFrame(records)):
        old, new = (rules(text.format(bound), *providers) for bound in (50, 70))
        found.append(impact(old, new, table, as_of=DAY).to_dict()["costs"])
    assert found[0] == found[1]
    return found[0]


def test_costs_by_hand() -> None:
    """A voucher a customer where the first counts, 30 each: three before, three after."""
    found = costed(_voucher(lambda _params, _decision, context: context.granted["amount"]))
    assert found["kinds"] == [
        {
            "benefit": "voucher",
            "before": {"amount": 90.0, "priced": 3, "unpriced": 0},
            "after": {"amount": 90.0, "priced": 3, "unpriced": 0},
        }
    ]
    assert found["total"] == {"before": 90.0, "after": 90.0}
    assert (found["unpriced"], found["failures"]) == (["perks"], [])


def test_what_is_combined_is_priced_once() -> None:
    """With `sum` gold customers get 60 in one voucher, with `all` two of 30: two golds before, one after."""
    amount = lambda _params, _decision, context: context.granted["amount"]  # noqa: E731
    for options, count in (({"combine": "sum", "by": "amount"}, 3), ({"combine": "all"}, 5)):
        (kind,) = costed(_voucher(amount, **options))["kinds"]
        assert (kind["before"]["amount"], kind["after"]["amount"]) == (150.0, 120.0)
        assert kind["before"]["priced"] == count


def test_prices_may_depend_on_the_customer() -> None:
    """The decision, the target and the values are handed over; sums of decimals are exact."""

    def cost(_: Any, decision: Any, context: Any) -> Any:
        assert decision.tags == ("B",)
        return context.values["amount"] / 100 if context.target == "B" else None

    (kind,) = costed(_voucher(cost, combine="all"), amounts=(10, 20, 60))["kinds"]
    assert kind["before"] == {"amount": 0.9, "priced": 3, "unpriced": 1}
    assert kind["after"] == {"amount": 0.9, "priced": 3, "unpriced": 0}


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ("3", "TypeError: its cost is str, not a number"),
        (True, "TypeError: its cost is bool, not a number"),
        (float("nan"), "ValueError: its cost is NaN, which no sum can hold"),
        (float("inf"), "ValueError: its cost is Infinity, which no sum can hold"),
        (Decimal("1e400"), "ValueError: its cost is 1e+400, which no sum can hold"),
    ],
)
def test_a_lying_provider_is_counted_and_named(answer: Any, said: str) -> None:
    """What is no finite number is no price: the grants are unpriced, and the failure is told with its count."""
    found = costed(_voucher(lambda *_: answer))
    assert found["kinds"][0]["before"] == {"amount": 0.0, "priced": 0, "unpriced": 3}
    (failure,) = found["failures"]
    assert (failure["benefit"], failure["before"], failure["after"]) == ("voucher", 3, 3)
    assert failure["detail"] == said


def test_a_failing_provider_is_counted_and_named() -> None:
    """What `cost` raises, and what `grant` raises, reaches nobody."""

    def wrong(*_: Any) -> Any:
        raise ZeroDivisionError("nothing to divide")

    found = costed(_voucher(wrong))
    assert found["failures"][0]["detail"] == "ZeroDivisionError: nothing to divide"
    found = costed(BenefitProvider(name="voucher", grant=wrong, cost=lambda *_: 1))
    assert found["kinds"][0]["before"] == {"amount": 0.0, "priced": 0, "unpriced": 0}
    assert found["failures"][0]["before"] == 5


def test_without_prices_there_is_no_total() -> None:
    """Kinds without a price are named, and nothing is added up."""
    found = costed(_voucher(None))
    assert found == {"kinds": [], "total": None, "unpriced": ["voucher", "perks"], "failures": []}


def test_a_cost_must_be_callable_with_three() -> None:
    """A provider whose `cost` cannot be called is refused when the plugin is looked at."""
    wrong = House(_voucher(lambda _: 1))
    with pytest.raises(Exception, match="`cost` must take 3 arguments"):
        loads("{ruleset: a, version: 1, dimensions: {x: {type: number}}}", plugins=[wrong])


# -- what is refused


@pytest.mark.parametrize(
    ("options", "text"),
    [
        (
            {"given": ["amont"]},
            "`given` names `amont`, which is no dimension of either version; did you mean `amount`?",
        ),
        ({"columns": {"x": "y"}}, "`columns` names `x`, which is no dimension of either version"),
        ({"columns": {"amount": "y"}}, "`columns` are for a table"),
        ({"movers": -1}, "`movers` is -1: it must be 0 or more"),
        (
            {"quotas": {"value.gld": 0.1}},
            "there is no tag or tier `value.gld` in either version; did you mean `value.gold`?",
        ),
        ({"quotas": {"Busy": 2}}, "the quota of `Busy` is 2: it must be a share from 0 to 1"),
        ({"tables": {"orders": []}}, "`tables` names `orders`, which is no table of either version"),
        ({"as_of": "yesterday"}, "`as_of` is `yesterday`"),
    ],
)
def test_what_makes_no_sense_is_refused(options: dict[str, Any], text: str) -> None:
    """Names that neither version has, and numbers that cannot be, say so before anybody is decided."""
    with pytest.raises(UsageError) as caught:
        impact(OLD, NEW, GOOD, **{"as_of": DAY, **options})
    assert str(caught.value).startswith(text)


def test_a_table_has_no_tables() -> None:
    """Rows find records, not rows of a frame."""
    with pytest.raises(UsageError, match="`tables` are for records"):
        compared(pl.DataFrame(GOOD), tables={})


def test_given_names_reach_the_version_that_has_them() -> None:
    """A name that one version lacks is no mistake, and is not asked of it."""
    less = loads("{ruleset: a, version: 1, key: id, dimensions: {amount: {type: money}}}")
    found = compared([{"id": "a", "amount": 5, "mark": 99.0}], old=less, given="mark")
    assert next(ladder for ladder in found.ladders).after[0] == 1


def test_answers_of_others() -> None:
    """Whoever decides elsewhere hands over the answers; what could not be read is a refusal with its text."""
    about = Comparison(OLD, NEW, DAY)
    answers = [(about.answer(0, record), about.answer(1, record)) for record in GOOD]
    bad = Refused("z", text="line 9 is no record")
    found = impact_of_answers(about, [*answers, (bad, bad)])
    assert found.customers == 8
    assert found.failed.first[0].to_dict() == {"key": "z", "row": 8, "before": bad.text, "after": bad.text}


def test_the_impact_is_frozen_and_json() -> None:
    """The data cannot be changed, and all of it is JSON."""
    found = compared()
    with pytest.raises(dataclasses.FrozenInstanceError):
        found.customers = 0  # type: ignore[misc]
    assert json.loads(json.dumps(found.to_dict()))["schema"] == "tierkit.impact/1"
    assert counting.ASKED == engine_impact.ASKED
