"""The end of a statement: outcomes packed into words, and the rows that are handed out."""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp

from tierkit.backends.sql.expressions import Writer
from tierkit.backends.sql.nodes import (
    Node,
    binary,
    call,
    case,
    column,
    integer,
    is_null,
    named,
)
from tierkit.backends.sql.rows import KEY
from tierkit.backends.sql.stages import Query, constants, reading, selecting
from tierkit.backends.sql.words import BITS, count
from tierkit.program.model import Program

ERROR = "row error"
HEAD = ("ruleset", "version", "as_of")


def true_word(at: int) -> str:
    """The column of a true word."""
    return f"true_{at}"


def unknown_word(at: int) -> str:
    """The column of an unknown word."""
    return f"unknown_{at}"


def raw_word(at: int) -> str:
    """The column of a value as it was found."""
    return f"raw_{at}"


def outcomes(
    program: Program, writer: Writer, bits: int, carried: Sequence[str], source: str
) -> tuple[list[Query], Node]:
    """One row for each customer."""
    day = writer.date(writer.day)
    found: list[Node] = [
        named(column(KEY), str(program.key)),
        named(writer.text(program.name), HEAD[0]),
        named(writer.text(program.version), HEAD[1]),
        named(day, HEAD[2]),
    ]
    fine = is_null(column(ERROR))
    for text in program.ladders:
        tier = call("NULLIF", writer.collated(column(text)), exp.Literal.string(writer.dialect.none))
        found.append(named(case([(fine.copy(), tier)]), f"tier_{text}"))
    scores = [d.name for d in program.dimensions.values() if d.type == "score"]
    found += [named(case([(fine.copy(), column(text))]), text) for text in scores]
    for word in (true_word, unknown_word):
        found += [column(word(at)) for at in range(count(bits))]
    found.append(named(column(ERROR), "error"))
    found += [named(column(text), raw_word(at)) for at, text in enumerate(carried)]
    writer.place = "the outcomes"
    distinct(writer, [node.alias_or_name for node in found])
    return [], selecting(found, source)


def distinct(writer: Writer, names: Sequence[str]) -> None:
    """Refuses names that the result could not tell apart, or that the engine would cut."""
    seen: set[str] = set()
    most = writer.dialect.most_bytes
    for text in names:
        if text.casefold() in seen:
            writer.refuse(f"two columns `{text}`")
        if most is not None and len(text.encode()) > most:
            writer.refuse(f"the column `{text}`, whose name is longer than {most} bytes")
        seen.add(text.casefold())


def tags(program: Program, writer: Writer, bits: Sequence[str], source: str) -> tuple[list[Query], Node]:
    """One row for each tag of each customer; `bits` are the tags that the bits of the words give."""
    given: dict[tuple[str, int], int] = {}
    for at, tag in enumerate(bits):
        key = tag, at // BITS
        given[key] = given.get(key, 0) | 1 << (at % BITS)
    rows = [[writer.text(tag), integer(word), writer.mask(mask)] for (tag, word), mask in given.items()]
    rows = rows or [[exp.Literal.string("-"), integer(0), writer.mask(0)]]
    listed = constants(writer.dialect, "tags", ("tag", "word", "mask"), rows)
    words = [
        (binary("=", column("word", "t"), integer(at)), column(true_word(at)))
        for at in range(count(len(bits)))
    ]
    found = words[0][1] if len(words) == 1 else case(words)
    holds = binary("!=", writer.bit_and(found, column("mask", "t")), integer(0))
    last = selecting([named(column(KEY), str(program.key)), named(column("tag", "t"), "tag")], source)
    last.append("joins", exp.Join(this=reading("tags", "t"), on=holds))
    if len(given) > len(set(bits)):  # a tag in two words
        last.set("distinct", exp.Distinct())
    if str(program.key).casefold() == "tag":
        writer.refuse("two columns `tag`")
    return [listed], last
