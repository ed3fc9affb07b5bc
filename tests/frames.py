"""Records as frames, and the reference's answers as outcome rows: the two sides of every test of frames.

A column holds one type, so records are laid into one frame for each set of column types they need. What no
column can hold is left out, by the kind of value: see `kind_of`.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Context, Decimal
from typing import Any

import numpy as np
import polars as pl
import pytest

from tierkit.backends.frame.decoding import outcome_names
from tierkit.engine import RuleSet
from tierkit.errors import UsageError
from tierkit.program.reference import NO_TIER, UNDECIDED, Answer, decide, effective
from tierkit.program.types import NUMERIC

TYPES: dict[str, Any] = {
    "bool": pl.Boolean, "int": pl.Int64, "long": pl.UInt64, "huge": pl.Int128, "float": pl.Float64,
    "single": pl.Float32, "decimal": pl.Decimal(38, 18), "text": pl.String, "texts": pl.List(pl.String),
    "date": pl.Date, "instant": pl.Datetime, "": pl.Null,
}  # fmt: skip
_NUMBERS = ("int", "long", "huge", "float", "single", "decimal")
_FITTING = {
    "boolean": ("bool",),
    "date": ("date",),
    "set": ("texts",),
    "text": ("text",),
    "category": ("text",),
}
_MOST = 10**19


def kind_of(value: Any, type_: str) -> str | None:
    """The kind of column that holds a value; "" for what any column holds, None for what none does.

    Left out: whole numbers of more than 128 bits, decimals that are no number, too large or too fine, lists
    of anything but texts, surrogates, NaN where no number is expected, and objects that are no value at all.
    """
    if value is None:
        return ""
    if isinstance(value, np.generic):
        return "single" if isinstance(value, np.float32) else kind_of(value.item(), type_)
    if isinstance(value, bool):
        return "bool"
    if isinstance(value, int):
        sizes = {"int": (-(2**63), 2**63), "long": (0, 2**64), "huge": (-(2**127), 2**127)}
        return next((kind for kind, (low, high) in sizes.items() if low <= value < high), None)
    if isinstance(value, float):
        return None if math.isnan(value) and type_ not in NUMERIC else "float"
    if isinstance(value, Decimal):
        return "decimal" if value.is_finite() and abs(value) < _MOST and value == _scaled(value) else None
    if isinstance(value, str):
        return None if any("\ud800" <= c <= "\udfff" for c in value) else "text"
    if isinstance(value, dt.date):
        return "instant" if isinstance(value, dt.datetime) else "date"
    if isinstance(value, list | tuple | set | frozenset):
        return "texts" if all(item is None or kind_of(item, "text") == "text" for item in value) else None
    return None


def held(value: Any) -> Any:
    """A value as its column holds it."""
    if isinstance(value, Decimal):
        return _scaled(value)
    if isinstance(value, list | tuple | set | frozenset):
        return list(value)
    return value.item() if isinstance(value, np.generic) else value


def _scaled(value: Decimal) -> Decimal:
    return value.quantize(Decimal("1e-18"), context=Context(prec=60))


@dataclass
class Group:
    """Records that need the same columns: as they were, as their frame holds them, and the kinds of columns."""

    kinds: dict[str, str]
    fits: bool
    originals: list[Mapping[str, Any]]
    records: list[dict[str, Any]]


def groups(ruleset: RuleSet, records: Iterable[Mapping[str, Any]], given: Sequence[str] = ()) -> list[Group]:
    """The records by the columns that they need; those that no column can hold are left out."""
    own = [d for d in ruleset.program.dimensions.values() if not d.computed or d.name in given]
    found: list[Group] = []
    for record in records:
        kinds: dict[str, str | None] = {}
        for dimension in own:
            # whether a table was handed over is seen by its column, so it must be there or not
            missing = "absent" if dimension.kind == "aggregated" else ""
            there = dimension.name in record
            kinds[dimension.name] = kind_of(record[dimension.name], dimension.type) if there else missing
        if None in kinds.values():
            continue
        known = {name: kind or "" for name, kind in kinds.items()}
        fits = all(_fits(ruleset.program.dimensions[name].type, kind) for name, kind in known.items())
        for group in found:
            if group.fits == fits and all(_agree(group.kinds[name], kind) for name, kind in known.items()):
                break
        else:
            group = Group(known, fits, [], [])
            found.append(group)
        group.kinds.update({name: kind for name, kind in known.items() if kind})
        group.originals.append(record)
        # a column that is there holds a null where a record has no such name
        names = [name for name, kind in known.items() if kind != "absent"]
        group.records.append({name: held(record.get(name)) for name in names})
    return found


def _agree(known: str, kind: str) -> bool:
    if "absent" in (known, kind):
        return known == kind
    return not known or not kind or known == kind


def _fits(type_: str, kind: str) -> bool:
    return kind in ("", "absent") or kind in _FITTING.get(type_, _NUMBERS)


def frame_of(group: Group, rename: Mapping[str, str] | None = None) -> pl.DataFrame:
    """The frame of records that need the same columns."""
    names = rename or {}
    columns = [
        pl.Series(names.get(name, name), [record[name] for record in group.records], dtype=TYPES[kind])
        for name, kind in group.kinds.items()
        if kind != "absent"
    ]
    return pl.DataFrame(columns) if columns else pl.DataFrame({"\0nothing": [None] * len(group.records)})


def expected(
    ruleset: RuleSet, record: Mapping[str, Any], day: dt.date, given: Sequence[str] = ()
) -> dict[str, Any]:
    """The outcome row of a record as the reference interpreter has it, values as text to the last bit."""
    program = ruleset.program
    ladders, scores = outcome_names(program)
    nothing = dict.fromkeys([*ladders.values(), *scores.values()])
    answer = decide(program, record, day, given)
    if not isinstance(answer, Answer):
        return {
            "tags": [],
            **nothing,
            "undetermined": [],
            "error": "; ".join(map(str, answer)),
            "values": None,
        }
    tags = dict.fromkeys(program.rules[position].tag for position in answer.fired)
    open_ = [program.rules[position].id for position in answer.unknown]
    tiers: dict[str, str | None] = {}
    for (name, ladder), place in zip(program.ladders.items(), answer.tiers, strict=True):
        tier = ladder.tiers[place] if place > NO_TIER else None
        tiers[ladders[name]] = None if tier is None else tier.id
        if tier is not None and tier.tag is not None:
            tags[tier.tag] = None
        if place == UNDECIDED:
            open_.append(name)
    values = {
        name: effective(dimension, raw)
        for (name, dimension), raw in zip(program.dimensions.items(), answer.raw, strict=True)
    }
    return {
        "tags": list(tags), **tiers, **{column: values[name] for name, column in scores.items()},
        "undetermined": open_, "error": None, "values": {name: shown(value) for name, value in values.items()},
    }  # fmt: skip


def shown(value: Any) -> str:
    """A value as text, its type and its sign included; the zero of a calculation has none."""
    if isinstance(value, frozenset | list):
        return str(sorted(value))
    return repr(0.0 if isinstance(value, float) and value == 0 else value)


def rows_of(found: pl.DataFrame) -> list[dict[str, Any]]:
    """Outcome rows as `expected` has them."""
    rows = []
    for row in found.drop("key", "ruleset", "version", "as_of", "missing", strict=False).iter_rows(
        named=True
    ):
        values = row.get("values")
        row["values"] = None if values is None else {name: shown(value) for name, value in values.items()}
        rows.append(row)
    return rows


def differences(
    ruleset: RuleSet, records: Iterable[Mapping[str, Any]], day: dt.date, given: Sequence[str] = ()
) -> list[str]:
    """How frames and the reference differ; a column of a wrong type must be refused, and so must its records."""
    found = []
    for group in groups(ruleset, records, given):
        wanted = [expected(ruleset, record, day, given) for record in group.records]
        if not group.fits:
            with pytest.raises(UsageError, match="expected"):
                ruleset.evaluate_table(frame_of(group), as_of=day, given=given, engine="polars")
            found += [f"{group.kinds}: {row}" for row in wanted if row["error"] is None]
            continue
        outcomes = ruleset.evaluate_table(
            frame_of(group), as_of=day, given=given, engine="polars", values=True
        )
        for record, row, want in zip(group.records, rows_of(outcomes), wanted, strict=True):
            wrong = [f"{key}: {_short(row[key], want[key])}" for key in want if row[key] != want[key]]
            if wrong:
                found.append(f"{record}: {wrong}")
    return found


@contextlib.contextmanager
def whole() -> Iterator[None]:
    """Frames are decided in one piece and in this thread, where coverage is measured and debuggers stop."""

    def applied(frame: pl.LazyFrame, function: Any, **_: Any) -> pl.LazyFrame:
        found: pl.DataFrame = function(frame.collect())
        return found.lazy()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pl.LazyFrame, "map_batches", applied)
        yield


def _short(found: Any, wanted: Any) -> str:
    if isinstance(wanted, list) and isinstance(found, list):
        return f"too many {[x for x in found if x not in wanted]}, too few {[x for x in wanted if x not in found]}"
    if isinstance(wanted, dict) and isinstance(found, dict):
        return str({k: (found[k], wanted[k]) for k in wanted if found[k] != wanted[k]})
    return f"{found!r} instead of {wanted!r}"
