"""Frames of Spark: columns checked, statements run over them, plugins asked; the only module with pyspark.

Statements read views whose columns have names of our own: a frame's column is found by its place, so it may
be called anything. What a plugin computes is computed in the cluster, before the statement that asks for it.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import uuid4

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as sf
from pyspark.sql import types as st

from tierkit.backends.sql import canary
from tierkit.backends.sql.dialects import DIALECTS
from tierkit.backends.sql.rows import KEY, SEEN, TIME, Moment
from tierkit.backends.sql.statement import INPUT, Request, needed, reached, read_inputs, statement
from tierkit.errors import UsageError
from tierkit.errors.messages import TYPE_NAMES
from tierkit.program import types
from tierkit.program.domain import Missing
from tierkit.program.model import Dimension, OnMissing, Program, Table
from tierkit.program.rows import needed as columns_needed
from tierkit.program.terms import references

_TEXT = (st.StringType, st.CharType, st.VarcharType)
_INSTANT = (st.TimestampType, st.TimestampNTZType)

_ASKED = "tierkit.canary"

Compute = Callable[[str, list[dict[str, Any]]], list[Any]]
"""What a plugin says of a dimension for records of its inputs; it is pickled and runs in the cluster."""


@dataclass(frozen=True, slots=True)
class _Views:
    """The frames that statements read, by the names they have there."""

    customers: DataFrame
    tables: Mapping[str, DataFrame]


def outcomes(
    program: Program,
    frame: DataFrame,
    tables: Mapping[str, DataFrame],
    moment: Moment,
    *,
    columns: Mapping[str, str],
    compute: Compute,
) -> DataFrame:
    """An outcome row for every row of a frame; no order is kept, for Spark has none.

    Raises:
        UsageError: a column is of a type that its dimension cannot have, or a table lacks one.
        UnsupportedError: the dialect cannot express something of the rule set.
    """
    _ask(frame.sparkSession)
    customers, program = _customers(program, frame, frozenset(tables), columns)
    rows = {name: _rows(program, program.tables[name], found) for name, found in tables.items()}
    shorter = {name: _with_own_names(program.tables[name]) for name in tables}
    views, program = _Views(customers, rows), replace(program, key=KEY, tables={**program.tables, **shorter})
    while names := _to_compute(program):
        views = _Views(_computed(program, views, moment, names, compute), rows)
        program = held(program, names)
    return _run(views, lambda request: statement(request, "rows"), program, moment)


def _ask(session: SparkSession) -> None:
    """Asks a session once whether statements mean there what they must."""
    if session.conf.get(_ASKED, "") != "yes":
        canary.check("spark", [tuple(row) for row in session.sql(canary.statement("spark")).collect()])
        session.conf.set(_ASKED, "yes")


def held(program: Program, names: Iterable[str]) -> Program:
    """The program for frames that hold computed dimensions: they are read like any other."""
    given = frozenset(names)
    dimensions = {
        name: replace(
            dimension, kind="given", term=None, condition=None, scorecard=(), supply=None, aggregate=None
        )
        if name in given
        else dimension
        for name, dimension in program.dimensions.items()
    }
    order = tuple(name for name in program.order if name not in given)
    return replace(program, dimensions=dimensions, order=order)


# -- columns of frames


def _customers(
    program: Program, frame: DataFrame, tables: frozenset[str], columns: Mapping[str, str]
) -> tuple[DataFrame, Program]:
    """The view of the records: the key, and each dimension that is read; the program that reads it."""
    found = _Columns(frame)
    picked = [_key(found, program, columns, tables).alias(KEY)]
    dimensions = dict(program.dimensions)
    for name, dimension in program.dimensions.items():
        aggregate = dimension.aggregate
        if dimension.computed or (aggregate is not None and aggregate.table in tables):
            continue
        column = columns.get(name, name)
        if column in found:
            _check(column, found.type_of(column), dimension)
            void = isinstance(found.type_of(column), st.NullType)
            own = found[column].cast(_SQL[_kind(dimension.type)]) if void else found[column]
            picked.append(own.alias(name))
            continue
        picked.append(sf.lit(None).cast(_SQL[_kind(dimension.type)]).alias(name))
        if aggregate is not None and dimension.on_missing.policy == "default":
            # no table was handed over: no default applies to that
            dimensions[name] = replace(dimension, on_missing=OnMissing())
    return found.frame.select(*picked), replace(program, dimensions=dimensions)


def _key(found: _Columns, program: Program, columns: Mapping[str, str], tables: frozenset[str]) -> Any:
    column = columns.get(program.key, program.key) if program.key is not None else None
    if column is None or column not in found:
        if tables:
            what = "the rule set needs `key:`" if column is None else f"no column is called `{column}`"
            message = f"rows find their record by its key: {what}"
            raise UsageError(message)
        return sf.lit(None).cast("string")
    return _plain(found, column)


def _plain(found: _Columns, column: str) -> Any:
    """A key: texts are told apart by every character, whatever the column's collation says."""
    key = found[column]
    return key.cast("string") if isinstance(found.type_of(column), _TEXT) else key


def _rows(program: Program, table: Table, frame: DataFrame) -> DataFrame:
    """The view of a table: what its aggregates read."""
    found = _Columns(frame)
    if frame.isStreaming:
        message = f"`{table.name}` is a stream: rows are summed up, so a table must have an end"
        raise UsageError(message)
    aggregates = [d.aggregate for d in program.dimensions.values() if d.aggregate is not None]
    parts = [
        part for a in aggregates if a.table == table.name for part in (a.term, a.where) if part is not None
    ]
    asked = columns_needed(table, {text for part in parts for text in references(part)})
    plain = {item.name: item for item in asked if item.term is None}
    for text in (table.key, table.time, table.recorded_at, *plain):
        if text is not None and text not in found:
            message = f"`{table.name}` has no column `{text}`"
            raise UsageError(message)
    picked = [_plain(found, table.key).alias(KEY)]
    for text, name in ((table.time, TIME), (table.recorded_at, SEEN)):
        if text is not None:
            _check_time(table, text, found.type_of(text))
            picked.append(found[text].alias(_time_name(table, text, name)))
    taken = {table.time, table.recorded_at} & table.columns.keys()
    for name, item in plain.items():
        _check(name, found.type_of(name), Dimension(f"{table.name}.{name}", item.type))
        if name not in taken:
            picked.append(found[name].alias(name))
    return found.frame.select(*picked)


def _with_own_names(table: Table) -> Table:
    """The table as its view has it."""
    time = None if table.time is None else _time_name(table, table.time, TIME)
    seen = None if table.recorded_at is None else _time_name(table, table.recorded_at, SEEN)
    return replace(table, key=KEY, time=time, recorded_at=seen)


def _time_name(table: Table, text: str, name: str) -> str:
    """A declared column keeps its name, by which its type is found."""
    return text if text in table.columns else name


class _Columns:
    """The columns of a frame by name, found by their places: no character of a name means anything."""

    def __init__(self, frame: DataFrame) -> None:
        self._places = {name: at for at, name in enumerate(frame.columns)}
        self._types = [field.dataType for field in frame.schema.fields]
        self.frame = frame.toDF(*(f"c{at}" for at in range(len(self._types))))

    def __contains__(self, name: str) -> bool:
        return name in self._places

    def __getitem__(self, name: str) -> Any:
        return sf.col(f"c{self._places[name]}")

    def type_of(self, name: str) -> st.DataType:
        """The type of a column."""
        return self._types[self._places[name]]


_SQL = {"number": "double", "boolean": "boolean", "text": "string", "date": "date", "set": "array<string>"}


def _kind(type_: str) -> str:
    if type_ in types.NUMERIC:
        return "number"
    return "text" if type_ in types.TEXTUAL else type_


def _check(column: str, found: st.DataType, dimension: Dimension) -> None:
    """Refuses a column whose type no value of the dimension can have."""
    kind = _kind(dimension.type)
    fits = {
        "number": isinstance(found, st.NumericType),
        "boolean": isinstance(found, st.BooleanType),
        "text": isinstance(found, _TEXT),
        "date": isinstance(found, st.DateType),
        "set": isinstance(found, st.ArrayType) and isinstance(found.elementType, (*_TEXT, st.NullType)),
    }
    if fits[kind] or isinstance(found, st.NullType):
        return
    expected = TYPE_NAMES.get(dimension.type, (dimension.type, ""))[0]
    own = "" if column == dimension.name else f" (for `{dimension.name}`)"
    message = f"the column `{column}`{own} is of type {found.simpleString()}, but {expected} is expected"
    raise UsageError(message)


def _check_time(table: Table, column: str, found: st.DataType) -> None:
    declared = table.columns.get(column)
    wanted: Any = st.DateType if declared is not None and declared.type == "date" else _INSTANT
    if not isinstance(found, wanted):
        what = "a date" if wanted is st.DateType else "a timestamp"
        place, own = f"the column `{column}` of `{table.name}`", found.simpleString()
        message = f"{place} is of type {own}, but {what} is expected"
        raise UsageError(message)


# -- statements


def _run(views: _Views, make: Callable[[Request], str], program: Program, moment: Moment) -> DataFrame:
    """A statement over the views; each is handed to Spark with the text, under a name of this call."""
    names = {name: f"v{uuid4().hex}" for name in ("", *views.tables)}
    tables = {name: (names[name],) for name in views.tables}
    request = Request(program, DIALECTS["spark"], (names[""],), tables, moment)
    text = make(request).replace("{", "{{").replace("}", "}}")
    for name in names.values():
        text = text.replace(f"`{name}`", f"{{{name}}}")
    frames: dict[str, Any] = {
        names[""]: views.customers,
        **{names[name]: frame for name, frame in views.tables.items()},
    }
    return views.customers.sparkSession.sql(text, None, **frames)


# -- plugins


def _to_compute(program: Program) -> list[str]:
    """The dimensions that are asked for, that only a plugin's Python knows, and whose inputs are there."""
    asked = needed(program)
    found = [name for name in program.order if name in asked and _by_python(program.dimensions.get(name))]
    return [name for name in found if reached(program, [name]).isdisjoint({*found} - {name})]


def _by_python(dimension: Dimension | None) -> bool:
    supply = None if dimension is None else dimension.supply
    return supply is not None and supply.call is not None and supply.call.provider.sql is None


def _computed(
    program: Program, views: _Views, moment: Moment, names: Sequence[str], compute: Compute
) -> DataFrame:
    """The view of the records with more columns: what plugins compute from the values of their inputs."""
    frame = _run(views, lambda request: read_inputs(request, names), program, moment)
    kept = [field for field in frame.schema.fields if not field.name.startswith(INPUT)]
    asked, made = [], []
    for at, name in enumerate(names):
        dimension = program.dimensions[name]
        inputs = () if dimension.supply is None else dimension.supply.inputs
        kinds = {
            text: program.dimensions[source].type for text, source in inputs if source in program.dimensions
        }
        asked.append(_Asked(name, dimension.type, f"{INPUT}{at} ", kinds))
        type_ = st.LongType() if dimension.type == "integer" else _TYPES[_kind(dimension.type)]
        made.append(st.StructField(name, type_))
    asking = _Asking(tuple(field.name for field in kept), tuple(asked), compute)
    with warnings.catch_warnings():
        # pyspark looks at the version of pandas, which nothing here goes through
        warnings.filterwarnings("ignore", category=FutureWarning, message=".*pandas")
        return frame.mapInArrow(asking, st.StructType([*kept, *made]))


_TYPES: Mapping[str, st.DataType] = {
    "number": st.DoubleType(), "boolean": st.BooleanType(), "text": st.StringType(), "date": st.DateType(),
    "set": st.ArrayType(st.StringType()),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Asked:
    """A dimension that a plugin is asked for: its inputs are the columns that begin with `prefix`."""

    name: str
    type: str
    prefix: str
    kinds: Mapping[str, str]

    def records(self, batch: Any) -> list[dict[str, Any]]:
        """The inputs of each row."""
        read = {text: batch.column(f"{self.prefix}{text}").to_pylist() for text in self.kinds}
        return [
            {text: _value(self.kinds[text], values[at]) for text, values in read.items()}
            for at in range(batch.num_rows)
        ]


@dataclass(frozen=True, slots=True)
class _Asking:
    """Asks plugins about batches of records, in the cluster."""

    kept: Sequence[str]
    asked: Sequence[_Asked]
    compute: Compute

    def __call__(self, batches: Iterable[Any]) -> Iterator[Any]:
        """Each batch without the inputs, and with the answers."""
        import pyarrow as pa  # type: ignore[import-untyped]

        plain = {
            "integer": pa.int64(),
            "boolean": pa.bool_(),
            "date": pa.date32(),
            "set": pa.list_(pa.string()),
        }
        names = [*self.kept, *(item.name for item in self.asked)]
        for batch in batches:
            arrays = [batch.column(name) for name in self.kept]
            for item in self.asked:
                type_ = plain.get(item.type, pa.float64() if item.type in types.NUMERIC else pa.string())
                found = self.compute(item.name, item.records(batch))
                arrays.append(pa.array([_cell(value) for value in found], type=type_))
            yield pa.RecordBatch.from_arrays(arrays, names=names)


def _value(type_: str, cell: Any) -> Any:
    """A cell as conditions see it."""
    if cell is None:
        return None
    if type_ == "set":
        return frozenset(cell)
    return int(cell) if type_ == "integer" else cell


def _cell(value: Any) -> Any:
    """An answer as a cell."""
    if isinstance(value, Missing):
        return None
    return sorted(value) if isinstance(value, frozenset) else value
