"""Plain CSV, cut into cells by Arrow and read column by column: the same values, many times quicker.

A block is plain when nothing in it needs a reader of CSV: no quotes, no lone carriage returns, no empty
lines, as many cells in each line as there are names. Cells that are no common number are read one by one.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any

import polars as pl

from tierkit.backends.frame.joining import FAILED
from tierkit.backends.text.cells import COMMON_INTEGER, COMMON_NUMBER, INSTANT, Reader
from tierkit.backends.text.read_csv import columns_of, faults_of
from tierkit.program.types import NUMERIC

_FRACTION = r"^\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(?:\.\d{6})?(?:Z|[+-]\d\d:\d\d)$"


def is_plain(block: bytes) -> bool:
    """True for whole lines that need no reader of CSV."""
    return (
        b'"' not in block
        and block.count(b"\r") == block.count(b"\r\n")
        and b"\n\n" not in block
        and b"\n\r\n" not in block
        and not block.startswith((b"\n", b"\r\n"))
        and b"\0" not in block
    )


def plain_piece(
    block: bytes, names: list[str], reading: Any, schema: Mapping[str, pl.DataType], line: int
) -> pl.DataFrame | None:
    """The rows of a plain block that begins at a line; None when some line is not as wide as the header."""
    pa, csv = import_module("pyarrow"), import_module("pyarrow.csv")
    columns = columns_of(names, reading.plan)
    every = [str(at) for at in range(len(names))]
    ragged: list[object] = []

    def odd(row: object) -> str:
        ragged.append(row)
        return "skip"

    found = csv.read_csv(
        pa.BufferReader(block),
        read_options=csv.ReadOptions(column_names=every, block_size=4 << 20),
        parse_options=csv.ParseOptions(quote_char=False, ignore_empty_lines=False, invalid_row_handler=odd),
        convert_options=csv.ConvertOptions(
            column_types=dict.fromkeys(every, pa.string()),
            strings_can_be_null=False,
            include_columns=[str(position) for position, _, _ in columns],
        ),
    )
    if ragged:
        return None
    cells = pl.from_arrow(found)
    assert isinstance(cells, pl.DataFrame)  # noqa: S101  a table is no series
    if not cells.width or cells.select(pl.all_horizontal(pl.all() == "").any()).item():
        return None  # perhaps a line of nothing but commas, which is no row
    made, wrong = dict[str, pl.Series](), None
    for position, name, read in columns:
        series, bad = _read(cells[str(position)], name, read, reading, schema[name])
        made[name] = series
        if bad is not None:
            wrong = bad if wrong is None else wrong | bad
    failed = pl.repeat(None, cells.height, dtype=pl.String, eager=True)
    if wrong is not None:
        typed = [(position, name, read) for position, name, read in columns if read is not None]
        texts = [(position, name) for position, name, read in columns if read is None]
        rows = wrong.arg_true()
        told = []
        for at, row in zip(rows, cells[rows].iter_rows(named=True), strict=True):
            own = {int(position): cell for position, cell in row.items()}
            record = {name: own[position] for position, name in texts if own[position]}
            bad_row = faults_of(own, typed, record, reading.plan, reading.say, line=line + at)
            told.append(bad_row.message(reading.say.locale))
        failed = failed.scatter(rows, told)
        fine = ~wrong
        made = {
            name: series if name == reading.plan.key else series.to_frame().select(
                pl.when(pl.lit(fine)).then(pl.col(name))
            ).to_series()
            for name, series in made.items()
        }  # fmt: skip
    made[FAILED] = failed.alias(FAILED)
    return pl.DataFrame([made[name] for name in schema])


def _read(
    cells: pl.Series, name: str, read: Reader | None, reading: Any, dtype: pl.DataType
) -> tuple[pl.Series, pl.Series | None]:
    """A column of cells as values, and which of them cannot be read."""
    empty = cells == ""
    cells = cells.alias(name)
    if read is None:
        return cells.to_frame().select(pl.when(~pl.lit(empty)).then(pl.col(name))).to_series(), None
    type_ = reading.plan.wanted[name].type
    if type_ in NUMERIC:
        common = cells.str.contains(COMMON_INTEGER if type_ == "integer" else COMMON_NUMBER)
        quick = cells.cast(pl.Float64, strict=False)
    elif type_ == INSTANT:
        common = cells.str.contains(_FRACTION)
        quick = cells.to_frame().select(
            pl.when(pl.lit(common)).then(pl.col(name)).str.to_datetime(
                "%+", time_unit="us", time_zone="UTC", strict=False
            )
        ).to_series()  # fmt: skip
        common &= quick.is_not_null()
    else:
        return _one_by_one(cells, ~empty, read, reading, dtype)
    rest = ~(common | empty)
    values = quick.to_frame().select(pl.when(pl.lit(common)).then(pl.col(name))).to_series()
    if not rest.any():
        return values, None
    others, bad = _one_by_one(cells, rest, read, reading, dtype)
    both = pl.DataFrame([values, others.alias("others")])
    return both.select(pl.coalesce(name, "others")).to_series(), bad


def _one_by_one(
    cells: pl.Series, wanted: pl.Series, read: Reader, reading: Any, dtype: pl.DataType
) -> tuple[pl.Series, pl.Series | None]:
    """Some cells read by the reader of single ones, each text once."""
    name = cells.name
    type_ = reading.plan.wanted[name].type
    texts = cells.filter(wanted).unique()
    values, bad = list[Any](), list[str]()
    for text in texts.to_list():
        try:
            value = read(text)
        except ValueError:
            bad.append(text)
            value = None
        if type_ == INSTANT and value is not None:
            value = reading.place(value)
        values.append(sorted(value) if isinstance(value, frozenset) else value)
    if type_ in NUMERIC:
        values = [None if value is None else float(value) for value in values]
    known = pl.DataFrame([texts.alias("text"), pl.Series(name, values, dtype=dtype)])
    asked = cells.alias("text").to_frame().select(pl.when(pl.lit(wanted)).then(pl.col("text")))
    found = asked.join(known, on="text", how="left", maintain_order="left")[name]
    return found, cells.is_in(bad) & wanted if bad else None
