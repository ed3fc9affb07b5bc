"""One small statement whose answer is known: what a connection makes of it shows what its settings changed.

Servers can be set to read literals otherwise, to take an empty text for NULL, or to cut results short, and
drivers can round what they hand over. Each probe is a condition over the values below, written by the code
that writes those of rule sets. The answers are stored; tests compare them with the reference interpreter.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from sqlglot import exp

from tierkit.backends.sql import domains
from tierkit.backends.sql.dialects import DIALECTS, Dialect
from tierkit.backends.sql.domains import Domain
from tierkit.backends.sql.expressions import Writer
from tierkit.backends.sql.nodes import Node, binary, case, cast, column, integer, is_null, named
from tierkit.backends.sql.stages import Stages, printed, raw_name, selecting, together
from tierkit.documents.language import parse
from tierkit.errors import UnsupportedError
from tierkit.program.terms import Formula, references
from tierkit.program.typing import Known, Scope, Typer

DAY = dt.date(2025, 11, 20)

VALUES: Mapping[str, tuple[str, Any]] = MappingProxyType({
    "one": ("number", 1.0), "zero": ("number", 0.0), "tenth": ("number", 0.1), "fifth": ("number", 0.2),
    "large": ("number", 9007199254740992.0), "nothing": ("number", None),
    "not_a_number": ("number", "NaN"), "infinite": ("number", "Infinity"),
    "upper": ("text", "ABC É"), "padded": ("text", "a "), "composed": ("text", "é"),
    "slash": ("text", "a\\nb"), "quote": ("text", "it's"), "wide": ("text", "北京\U0001f600"),
    "empty": ("text", ""), "kind": ("category", "a"), "yes": ("boolean", True), "day": ("date", DAY),
    "words": ("set", frozenset({"é", "b"})),
})  # fmt: skip
"""What the probes read: a type and a value by name; the numbers that are none are there as texts."""


@dataclass(frozen=True, slots=True)
class Probe:
    """A condition, what it must come to, and what is wrong when it does not."""

    condition: str
    expected: bool | None
    about: str


_TABLE = (
    ("tenth + fifth = 0.30000000000000004", True, "numbers are not binary64"),
    ("large + one = large", True, "numbers are not binary64"),
    ("one / 4 = 0.25", True, "division is of whole numbers"),
    ("one / zero is missing", True, "a division by zero is not NULL"),
    ("floor(-fifth) = -1 and ceil(fifth) = 1 and abs(-fifth) = 0.2", True, "numbers are rounded otherwise"),
    ("not_a_number is missing", True, "NaN is taken for a number"),
    ("infinite is missing", True, "infinity is taken for a number"),
    ("nothing is missing", True, "NULL is not NULL"),
    ("nothing > 1", None, "a comparison with NULL is decided"),
    ("not (nothing > 1)", None, "a comparison with NULL is decided"),
    ("nothing > 1 or one > 0", True, "logic has not three values"),
    ("nothing > 1 and one < 0", False, "logic has not three values"),
    ("at_least(2, nothing > 1, one > 0, zero = 0)", True, "logic has not three values"),
    ("least(one, nothing) is missing", True, "`least` leaves out NULL"),
    ("upper = 'ABC É'", True, "texts are in another encoding"),
    ("upper = 'abc É'", False, "case is ignored"),
    ("upper in ('abc é', 'Abc É')", False, "case is ignored"),
    ("equals_ignoring_case(upper, 'abc É')", True, "ASCII letters are not folded"),
    ("equals_ignoring_case(upper, 'abc é')", False, "letters beyond ASCII are folded"),
    ("padded = 'a'", False, "spaces at the end are ignored"),
    ("composed = 'e'", False, "accents are ignored"),
    ("composed = 'e\u0301'", False, "texts are normalised"),
    ("slash = 'a\\nb' and contains(slash, '\\')", True, "`\\` escapes in literals"),
    ("quote = 'it''s'", True, "quotes in literals are read otherwise"),
    ("starts_with(wide, '北') and ends_with(wide, '\U0001f600')", True, "texts are in another encoding"),
    ("contains(wide, '上')", False, "texts are in another encoding"),
    ("empty = ''", True, "an empty text is NULL"),
    ("kind in ('a', 'b')", True, "texts are compared otherwise"),
    ("yes", True, "truth values are others"),
    ("not yes", False, "truth values are others"),
    ("days_between('2025-11-10', day) = 10", True, "days are counted otherwise"),
    ("weekday(day) = 4 and month(day) = 11", True, "calendars differ"),
    ("day > '2025-11-19'", True, "days are compared otherwise"),
    ("has(words, 'é') and not has(words, 'É')", True, "sets are searched otherwise"),
    ("subset_of(words, ('b', 'é', 'x'))", True, "sets are searched otherwise"),
)  # fmt: skip

PROBES = tuple(Probe(*row) for row in _TABLE)

HANDED = ("tenth + fifth", "slash", "quote", "wide", "empty")
"""Expressions whose values are handed out as they are: the driver must not change them either."""
VALUE_OF = (0.1 + 0.2, "a\\nb", "it's", "北京\U0001f600", "")

_SPELT: Mapping[str, Mapping[str, str]] = MappingProxyType({
    "sqlite": {"Infinity": "9e999"},
    "mariadb": {},
})  # fmt: skip
"""The numbers that are none, as `CAST` reads them, where that is not all of them by their names."""


def _variable(text: str, expected: int) -> tuple[Node, int]:
    return exp.SessionParameter(this=exp.Var(this=text)), expected


_SETTINGS: Mapping[str, Mapping[str, Callable[[], tuple[Node, int]]]] = MappingProxyType({
    "mariadb": {
        "`sql_select_limit` cuts results short": lambda: _variable("sql_select_limit", 18446744073709551615),
        "`sql_auto_is_null` makes a key NULL": lambda: _variable("sql_auto_is_null", 0),
    }
})  # fmt: skip
"""What no probe can notice is asked for: by dialect, what is wrong and the variable with its value."""


def statement(dialect_name: str) -> str:
    """The statement for a dialect: it reads no table and has one row.

    >>> statement("sqlite").startswith('WITH "canary 0"')
    True
    """
    dialect = DIALECTS[dialect_name]
    columns = _columns(dialect)
    stages = Stages(dialect, "canary", [raw_name(text) for text in columns])
    writer = Writer(dialect, stages, DAY)
    first = [named(node, raw_name(text)) for text, node in _literals(writer, columns)]
    for text in columns:
        made = domains.within(writer, stages.ref(raw_name(text)), Domain(VALUES[text][0]))
        stages.add(text, made)
    cells = [_answer(writer, probe, at) for at, probe in enumerate(_probes(dialect))]
    for at, (text, _) in enumerate(zip(HANDED, VALUE_OF, strict=True)):
        stages.add(f"value {at}", writer.term(_term(text)))
        cells.append(column(f"value {at}"))
    cells += [
        case([(binary("=", *_compared(make)), integer(1))], integer(0))
        for make in _SETTINGS.get(dialect_name, {}).values()
    ]
    queries = stages.queries(exp.Select(expressions=first))
    last = selecting([named(node, f"cell {at}") for at, node in enumerate(cells)], queries[-1].name)
    return printed(dialect, together(dialect, queries, last))


def check(dialect_name: str, rows: Sequence[Sequence[Any]]) -> None:
    """Compares what a connection answered with what it must answer.

    Raises:
        UnsupportedError: the settings of the server or of its driver change what statements mean; the text
            names everything that differs.
    """
    dialect = DIALECTS[dialect_name]
    wanted = list(_expected(dialect))
    if len(rows) != 1 or len(rows[0]) != len(wanted):
        message = (
            f"the canary statement of `{dialect_name}` came back with {len(rows)} rows instead of its one"
        )
        raise UnsupportedError(message)
    wrong = [
        text for cell, (expected, text) in zip(rows[0], wanted, strict=True) if not _same(cell, expected)
    ]
    if wrong:
        listed = "; ".join(dict.fromkeys(wrong))
        message = (
            f"the settings of this connection change what statements of `{dialect_name}` mean: {listed}: "
            "set the server and its driver to their defaults for this session"
        )
        raise UnsupportedError(message)


def expected(dialect_name: str) -> tuple[Any, ...]:
    """The one row that a connection must answer with: 1 for true, 0 for false, 2 for NULL, then values."""
    return tuple(value for value, _ in _expected(DIALECTS[dialect_name]))


def formula(condition: str) -> Formula:
    """A probe's condition, typed."""
    found = Typer(_scope(), _report).condition(parse(condition))
    assert found is not None  # noqa: S101  the probes above are well-typed
    return found


def _expected(dialect: Dialect) -> Iterator[tuple[Any, str]]:
    for probe in _probes(dialect):
        yield _CODES[probe.expected], f"{probe.about} (`{probe.condition}`)"
    for text, value in zip(HANDED, VALUE_OF, strict=True):
        yield value, f"`{text}` comes back as another value"
    for text in _SETTINGS.get(dialect.name, {}):
        yield 1, text


_CODES = {True: 1, False: 0, None: 2}


def _same(cell: Any, expected: Any) -> bool:
    """Equal, and a text only to a text; whole numbers may come as any type of numbers."""
    return isinstance(cell, str) == isinstance(expected, str) and bool(cell == expected)


def _columns(dialect: Dialect) -> list[str]:
    """The values that the dialect can hold."""
    spelt = _SPELT.get(dialect.name)
    found = []
    for text, (type_, value) in VALUES.items():
        odd = type_ == "number" and isinstance(value, str)
        if (type_ == "set" and dialect.sets is None) or (odd and spelt is not None and value not in spelt):
            continue
        found.append(text)
    return found


def _probes(dialect: Dialect) -> list[Probe]:
    """The probes whose values the dialect can hold."""
    columns = set(_columns(dialect))
    return [probe for probe in PROBES if references(formula(probe.condition)) <= columns]


def _literals(writer: Writer, columns: Sequence[str]) -> Iterator[tuple[str, Node]]:
    for text in columns:
        type_, value = VALUES[text]
        if value is None:
            node = domains.nothing(writer, type_)
        elif type_ == "number" and isinstance(value, str):
            spelt = _SPELT.get(writer.dialect.name, {}).get(value, value)
            node = cast(exp.Literal.string(spelt), writer.dialect.double)
        else:
            node = writer.value(value)
            node = node if type_ in ("set", "date", "boolean") else domains.stored(writer, type_, node)
        yield text, node


def _answer(writer: Writer, probe: Probe, at: int) -> Node:
    found = writer.stages.add(f"probe {at}", writer.formula(formula(probe.condition)))
    return case([(found.node, integer(1)), (is_null(found.node.copy()), integer(2))], integer(0))


def _compared(make: Callable[[], tuple[Node, int]]) -> tuple[Node, Node]:
    node, value = make()
    return node, integer(value)


def _term(text: str) -> Any:
    return Typer(_scope(), _report).term(parse(text))


def _scope() -> Scope:
    return Scope({text: Known(type_) for text, (type_, _) in VALUES.items()})


def _report(code: str, *_: object, **__: object) -> None:
    raise AssertionError(code)
