"""What the rows of one table come to, as a statement: a row for each key that has rows in a window.

Columns have names of our own, by position, so that a dimension may be called anything.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp

from tierkit.backends.sql.dialects import Dialect
from tierkit.backends.sql.nodes import binary, column, named
from tierkit.backends.sql.rows import FAULT, KEY, Moment, joined
from tierkit.backends.sql.stages import printed, reading, together
from tierkit.program.model import Dimension, Table


def value_name(at: int) -> str:
    """The column of the dimension at a position."""
    return f"value {at}"


def aggregates(
    dialect: Dialect, table: Table, dimensions: Sequence[Dimension], source: Sequence[str], moment: Moment
) -> str:
    """The statement: the key, the value of each dimension, and the name of a column with a wrong type.

    Values are as they come out: confining them to the domains of their dimensions is left to the reader.
    A key that is not there has no rows, so its sums and counts are 0.

    Raises:
        UnsupportedError: the dialect cannot express an aggregate.
    """
    made = joined(dialect, table, dimensions, source, moment)
    found = [named(column(KEY, "s0"), KEY)]
    for at, dimension in enumerate(dimensions):
        place, text = made.values[dimension.name]
        found.append(named(column(text, f"s{place}"), value_name(at)))
    first = next(query.select for query in made.queries if query.name == made.sources[0])
    if any(node.alias_or_name == FAULT for node in first.expressions):
        found.append(named(column(FAULT, "s0"), FAULT))
    last = exp.Select(expressions=found, from_=exp.From(this=reading(made.sources[0], "s0")))
    for place, text in enumerate(made.sources[1:], 1):
        on = binary("=", column(KEY, f"s{place}"), column(KEY, "s0"))
        last.append("joins", exp.Join(this=reading(text, f"s{place}"), side="LEFT", on=on))
    return printed(dialect, together(dialect, made.queries, last))
