"""Frames are decided as the reference interpreter decides their records."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import frames, matrix, strategies
from tests.conformance_cases import FILES, read_file
from tierkit.backends.frame import decoding
from tierkit.engine import RuleSet, loads
from tierkit.errors import UsageError

exact_rule_sets = strategies.rule_sets().filter(lambda ruleset: not ruleset.program.tolerance)
"""Those that Polars decides; `test_a_tolerance_is_refused` has the others."""


def wrong_answers(path: Path) -> list[tuple[Any, ...]]:
    """The cases of a file that frames answer otherwise than was worked out by hand."""
    file = read_file(path)
    ruleset, cases = file.ruleset, file.cases
    wrong: list[tuple[Any, ...]] = []
    for day in {case.day for case in cases}:
        own = [case for case in cases if case.day == day]
        by_id = {id(case.record): case for case in own}
        for group in frames.groups(ruleset, [case.record for case in own]):
            members = [by_id[id(record)] for record in group.originals]
            if not group.fits:
                wrong += [(case.line, case.when, "refused") for case in members if case.answer != "error"]
                continue
            engine = "auto" if ruleset.program.tolerance else "polars"
            found = ruleset.evaluate_table(frames.frame_of(group), as_of=day, engine=engine)
            for case, row in zip(members, found.iter_rows(named=True), strict=True):
                unknown = "unknown" if case.rule in row["undetermined"] else "false"
                got = "error" if row["error"] else "true" if case.rule in row["tags"] else unknown
                if got != case.answer:
                    wrong.append((case.line, case.when, case.record, got))
    return wrong


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_frames_answer_every_conformance_case(path: Path) -> None:
    """Every case that a column can hold has the answer that was worked out by hand."""
    assert wrong_answers(path) == []


@pytest.mark.parametrize("eligible", ["", "not flag or count > 5"], ids=["plain", "eligible"])
def test_the_boundary_matrix_in_frames(eligible: str) -> None:
    """Every operator on every boundary value gives the reference's answer, to the last bit of every value."""
    ruleset = matrix.rule_set(eligible=eligible)
    assert frames.differences(ruleset, matrix.records(), matrix.DAY) == []


def test_the_boundary_matrix_in_one_piece() -> None:
    """A frame decided as one piece, rows that are all different, and the Python engine: the same rows."""
    ruleset, records = matrix.rule_set(), list(matrix.records())
    with frames.whole():
        assert frames.differences(ruleset, records, matrix.DAY) == []
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(decoding, "MANY", -1)
            assert frames.differences(ruleset, records[::9], matrix.DAY) == []
        group = max(frames.groups(ruleset, records[::9]), key=lambda group: group.fits and len(group.records))
        frame = frames.frame_of(group)
        one, other = (ruleset.evaluate_table(frame, as_of=matrix.DAY, engine=e) for e in ("polars", "python"))
        assert one.equals(other)


def test_long_lists() -> None:
    """Lists of many values are looked up, and give what a few comparisons would."""
    days = [str(dt.date(2024, 1, 1) + dt.timedelta(i)) for i in range(12)]
    kinds = [f"k{i}" for i in range(30)]
    some = ", ".join(f"'{kind}'" for kind in kinds[:12])
    text = f"""
ruleset: long
version: 1
dimensions:
  n: {{type: number}}
  city: {{type: text}}
  day: {{type: date}}
  kind: {{type: category, values: {json.dumps(kinds)}}}
  words: {{type: set, values: {json.dumps(kinds)}}}
rules:
  - {{id: a, tag: a, when: "n in (0, {", ".join(map(str, range(5, 25)))})"}}
  - {{id: b, tag: b, when: "n not in (0, {", ".join(map(str, range(5, 25)))})"}}
  - {{id: c, tag: c, when: "city in ({some})"}}
  - {{id: d, tag: d, when: "day not in ({", ".join(f"'{day}'" for day in days)})"}}
  - {{id: e, tag: e, when: "kind in ({some})"}}
  - {{id: f, tag: f, when: "kind not in ({some})"}}
  - {{id: g, tag: g, when: "not starts_with(kind, 'k') or ends_with(kind, '0')"}}
  - {{id: h, tag: h, when: "has_any(words, ({some}))"}}
  - {{id: j, tag: j, when: "subset_of(words, ('k1', 'k2'))"}}
  - {{id: k, tag: k, when: "as_of > day"}}
  - {{id: l, tag: l, when: "month(as_of) + 3 <= n"}}
  - {{id: i, tag: i, when: "equals_ignoring_case(city, 'K1.É')"}}
"""
    ruleset = loads(text)
    records = [
        {"n": n, "city": city, "day": day, "kind": kind, "words": words}
        for n, day, words in zip(
            (0.0, -0.0, 5.0, 24.0, 25.0, None, 4.5),
            [dt.date(2024, 1, 1), dt.date(2024, 1, 12), dt.date(2024, 1, 13), None] * 2,
            (["k1"], ["k29"], [], ["k1", "z"], None, ["k1", None, "k1"], ["k2"]),
            strict=False,
        )
        for city, kind in (
            ("k1", "k1"),
            ("k20", "k20"),
            ("k1.É", "zz"),
            ("K1.é", None),
            (None, "k0"),
            ("K1xÉ", "k9"),
        )
    ]
    assert frames.differences(ruleset, records, matrix.DAY) == []


@given(st.data(), exact_rule_sets, strategies.days)
@settings(max_examples=60)
def test_frames_are_decided_as_their_records(data: st.DataObject, ruleset: RuleSet, day: dt.date) -> None:
    """For any rule set and any records a frame has the reference's answers, values and faults included."""
    records = data.draw(st.lists(strategies.records(wrong_types=True), min_size=1, max_size=12))
    assert frames.differences(ruleset, records, day) == []


@given(st.data(), exact_rule_sets, strategies.days)
@settings(max_examples=20)
def test_given_columns_are_taken_as_they_are(data: st.DataObject, ruleset: RuleSet, day: dt.date) -> None:
    """Computed dimensions that the caller gives are read from their columns."""
    extra = {"busy": st.booleans() | st.none(), "mark": strategies.near.map(float), "calm": st.just(True)}
    records = data.draw(
        st.lists(st.fixed_dictionaries({**strategies.KNOWN, **extra}), min_size=1, max_size=5)
    )
    assert frames.differences(ruleset, records, day, given=("busy", "mark", "calm")) == []


@given(st.data(), exact_rule_sets, strategies.days)
@settings(max_examples=15)
def test_how_a_frame_is_cut_changes_nothing(data: st.DataObject, ruleset: RuleSet, day: dt.date) -> None:
    """Row order, pieces, other columns, constant columns and other names make no difference."""
    records = data.draw(st.lists(strategies.known_records, min_size=2, max_size=10))
    (group,) = frames.groups(ruleset, records)
    frame = frames.frame_of(group)

    def rows(table: pl.DataFrame, **options: Any) -> list[dict[str, Any]]:
        return frames.rows_of(
            ruleset.evaluate_table(table, as_of=day, engine="polars", values=True, **options)
        )

    whole = rows(frame)
    assert rows(frame.reverse())[::-1] == whole
    assert [row for piece in frame.iter_slices(1) for row in rows(piece)] == whole
    assert rows(pl.concat([frame[:1], frame[1:]], rechunk=False)) == whole
    assert rows(frame.with_columns(pl.lit(1.5).alias("*"), pl.lit("x").alias("^.*$"), value0=1)) == whole
    rename = {
        "amount": "^.*$",
        "level": 'a"b',
        "kind": "*",
        "city": "城市",
        "flag": "value1",
        "count": "a.b`c",
    }
    assert rows(frame.rename(rename), columns=rename) == whole
    constant = [
        pl.lit(first[0]).alias(name)
        for name, first in frame.to_dict(as_series=True).items()
        if name != "words"
    ]
    three = pl.DataFrame({"words": frame["words"][:1].gather([0, 0, 0])}).with_columns(constant)
    assert rows(three) == whole[:1] * 3
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(decoding, "MANY", -1)
        assert rows(frame) == whole


@given(st.data(), exact_rule_sets, strategies.days)
@settings(max_examples=15)
def test_record_by_record_gives_the_same_rows(data: st.DataObject, ruleset: RuleSet, day: dt.date) -> None:
    """The Python engine gives the same table, cause of missing values included."""
    records = data.draw(st.lists(strategies.records(), min_size=1, max_size=6))
    for group in frames.groups(ruleset, records):
        frame = frames.frame_of(group)
        with frames.whole():
            ruleset.evaluate_table(frame, as_of=day, engine="python", values=True)
        found, wanted = (
            ruleset.evaluate_table(frame, as_of=day, engine=engine, values=True)
            for engine in ("polars", "python")
        )
        assert found.schema == wanted.schema
        assert frames.rows_of(found) == frames.rows_of(wanted)
        assert found["missing"].to_list() == wanted["missing"].to_list()


def test_a_tolerance_is_refused() -> None:
    """A tolerance is not decided in frames: refused where Polars is demanded, else decided record by record."""
    text = "{ruleset: a, version: 1, numeric_tolerance: 0.5, dimensions: {x: {type: number}}, rules: "
    ruleset = loads(text + "[{id: r, tag: T, when: x = 1}]}")
    frame = pl.DataFrame({"x": [1.25, 2.0]})
    with pytest.raises(UsageError, match="`numeric_tolerance` is not decided in data frames"):
        ruleset.evaluate_table(frame, engine="polars")
    assert ruleset.evaluate_table(frame)["tags"].to_list() == [["T"], []]
