"""Stages: common table expressions in a row, each with the columns of the one before and some more.

A column stands in the first stage after everything that it reads. An expression that several others need, or
that lies too deep, becomes a column too, so it is written and computed once.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256

from sqlglot import ErrorLevel, exp

from tierkit.backends.sql.dialects import Dialect
from tierkit.backends.sql.nodes import ROW, Node, balanced, column, everything, integer, name, named
from tierkit.errors import UnsupportedError

_LONGEST = 40
_NO_LIMIT = 18446744073709551615


@dataclass(frozen=True, slots=True)
class Piece:
    """An expression, how deep it is, and the stage whose columns it reads."""

    node: Node
    depth: int = 0
    level: int = 0

    @property
    def simple(self) -> bool:
        """True for what may be written twice."""
        return self.depth <= 1


@dataclass(frozen=True, slots=True)
class Query:
    """A named stage and what it selects."""

    name: str
    select: Node
    columns: tuple[str, ...] = ()


def stage_name(text: str, suffix: str) -> str:
    """The name of a stage; it is cut where some engine would, but so that it stays its own."""
    kept = text if len(text.encode()) <= _LONGEST else sha256(text.encode()).hexdigest()[:16]
    return f"{kept} {suffix}"


def raw_name(text: str) -> str:
    """The name of a column as it was found; no dimension has a space in its name."""
    return stage_name(text, "raw")


class Stages:
    """Collects the columns of one chain of stages. Level 0 are the columns of `base`."""

    def __init__(self, dialect: Dialect, prefix: str, base: Iterable[str] = ()) -> None:
        self.dialect, self.prefix = dialect, prefix
        self._level: dict[str, int] = dict.fromkeys(base, 0)
        self._columns: list[list[tuple[str, Node]]] = []
        self._parts = 0

    def piece(self, node: Node, *parts: Piece) -> Piece:
        """An expression made of `parts`; one that would be too deep becomes a column."""
        depth = 1 + max((part.depth for part in parts), default=-1)
        made = Piece(node, depth, max((part.level for part in parts), default=0))
        return self.settled(made) if depth >= self.dialect.depth else made

    def ref(self, text: str) -> Piece:
        """A column by its name."""
        return Piece(column(text), 0, self._level[text])

    def __contains__(self, text: str) -> bool:
        return text in self._level

    def add(self, text: str, piece: Piece) -> Piece:
        """Gives an expression its column."""
        while len(self._columns) <= piece.level:
            self._columns.append([])
        self._columns[piece.level].append((text, piece.node))
        self._level[text] = piece.level + 1
        return self.ref(text)

    def settled(self, piece: Piece) -> Piece:
        """A column that holds an expression; names with a space are nobody's dimension."""
        if isinstance(piece.node, exp.Column):
            return piece
        self._parts += 1
        return self.add(f"part {self._parts}", piece)

    def simple(self, piece: Piece) -> Piece:
        """What may be written more than once: the piece itself, or its column."""
        return piece if piece.simple else self.settled(piece)

    def names(self) -> tuple[str, ...]:
        """Every column there is in the end."""
        return tuple(self._level)

    def queries(self, base: Node) -> list[Query]:
        """The stages, from `base`, a `SELECT` without a list or a whole one."""
        queries = [Query(f"{self.prefix} 0", base)]
        count = len([text for text, level in self._level.items() if level == 0])
        for columns in self._columns:
            count += len(columns)
            if count > self.dialect.most_columns:
                room = self.dialect.most_columns
                message = f"`{self.dialect.name}` has room for {room} columns, and this takes {count}"
                raise UnsupportedError(message)
            select = selecting(
                [everything(), *(named(node, text) for text, node in columns)], queries[-1].name
            )
            queries.append(Query(f"{self.prefix} {len(queries)}", select))
        return queries


def selecting(columns: Sequence[Node], source: str) -> exp.Select:
    """`SELECT columns FROM source`."""
    return exp.Select(expressions=list(columns), from_=exp.From(this=reading(source)))


def reading(source: str | Sequence[str], alias: str = ROW) -> exp.Table:
    """A stage, or a table of the database by the parts of its name."""
    parts = [source] if isinstance(source, str) else list(source)
    slots = dict(zip(("this", "db", "catalog"), map(name, reversed(parts)), strict=False))
    return exp.Table(**slots, alias=exp.TableAlias(this=name(alias)))


def constants(dialect: Dialect, text: str, heads: Sequence[str], rows: Sequence[Sequence[Node]]) -> Query:
    """Rows of literals as a stage; the columns are called `heads`."""
    columns = [name(head) for head in heads]
    tuples = exp.Values(expressions=[exp.Tuple(expressions=list(row)) for row in rows])
    if dialect.rows == "values":
        return Query(text, tuples, tuple(heads))
    if dialect.rows == "derived":
        tuples.set("alias", exp.TableAlias(this=name(ROW), columns=columns))
        return Query(text, exp.Select(expressions=[exp.Star()], from_=exp.From(this=tuples)))
    first = [named(*pair) for pair in zip(rows[0], heads, strict=True)]
    selects: list[Node] = [exp.Select(expressions=list(row)) for row in (first, *rows[1:])]
    for select in selects if dialect.dual is not None else ():
        dual = exp.Table(this=exp.Identifier(this=dialect.dual, quoted=False))
        select.set("from_", exp.From(this=dual))
    return Query(text, balanced(_all_of, selects))


def _all_of(left: Node, right: Node) -> Node:
    return exp.Union(this=left, expression=right, distinct=False)


def together(dialect: Dialect, queries: Sequence[Query], last: Node) -> Node:
    """One statement: the stages as common table expressions, then the last `SELECT`."""
    made = []
    for query in queries:
        if dialect.fence and isinstance(query.select, exp.Select) and not query.select.args.get("limit"):
            query.select.set("limit", exp.Limit(expression=integer(_NO_LIMIT)))
        alias = exp.TableAlias(this=name(query.name), columns=[name(text) for text in query.columns])
        made.append(exp.CTE(this=query.select, alias=alias, materialized=dialect.materialized or None))
    last.set("with_", exp.With(expressions=made))
    return last


def printed(dialect: Dialect, tree: Node) -> str:
    """The text of a statement; what sqlglot cannot spell in the dialect is an error."""
    _check_names(dialect, tree)
    if dialect.predicates:
        from tierkit.backends.sql.predicates import separated  # few dialects need it

        tree = separated(dialect, tree)
    if dialect.settings:
        settings = [
            exp.EQ(this=exp.Var(this=text), expression=integer(value)) for text, value in dialect.settings
        ]
        tree.set("settings", settings)
    if dialect.finish is not None:
        dialect.finish(tree)
    return tree.sql(
        dialect=dialect.printer, pretty=True, copy=False, comments=False, max_text_width=100,
        unsupported_level=ErrorLevel.RAISE,
    )  # fmt: skip


def _check_names(dialect: Dialect, tree: Node) -> None:
    """Refuses names that the engine would not take as they are."""
    for found in tree.find_all(exp.Identifier) if dialect.no_name else ():
        if any(part in found.name for part in dialect.no_name):
            message = f"`{dialect.name}` cannot express the name `{found.name}`"
            raise UnsupportedError(message)
