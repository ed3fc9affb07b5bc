"""Outcome rows as frames have them, decoded by the engine itself: tags and names as arrays of texts.

A row that is refused has its error, and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sqlglot import exp

from tierkit.backends.outcomes import HEAD, outcome_names
from tierkit.backends.sql.expressions import Writer
from tierkit.backends.sql.nodes import (
    Node,
    binary,
    call,
    case,
    cast,
    column,
    integer,
    is_null,
    name,
    named,
)
from tierkit.backends.sql.rows import KEY
from tierkit.backends.sql.shapes import ERROR, true_word, unknown_word
from tierkit.backends.sql.stages import Query, selecting
from tierkit.backends.sql.words import BITS
from tierkit.program.model import Dimension, Program

_TEXT, _PLACE = "said text", "said bit"


def decoded(
    program: Program, writer: Writer, as_of: str, source: str, *, sound: bool
) -> tuple[list[Query], Node]:
    """One row for each customer; the bits of its words are the rules and the ladders, as in `outcomes`.

    Where the rows are `sound` none is refused.
    """
    ladders, scores = outcome_names(program)

    def fine(made: Node, otherwise: Node | None = None) -> Node:
        return made if sound else case([(is_null(column(ERROR)), made)], otherwise)

    constants = [_constant(writer, text) for text in (program.name, program.version, as_of)]
    found = [named(node, text) for node, text in zip((column(KEY), *constants), HEAD, strict=True)]
    found.append(named(fine(_tags(program, writer), _nothing(writer)), "tags"))
    for text, own in ladders.items():
        tier = call("NULLIF", writer.collated(column(text)), writer.text(""))
        found.append(named(fine(cast(tier, writer.dialect.words)), own))
    for text, own in scores.items():
        found.append(named(fine(column(text)), own))
    ids = [rule.id for rule in program.rules]
    open_ = _joined(writer, _said(writer, [*ids, *ladders], unknown_word))
    found.append(named(fine(open_, _nothing(writer)), "undetermined"))
    error = cast(exp.Null(), writer.dialect.words) if sound else _error(program, writer)
    found.append(named(error, "error"))
    return [], selecting(found, source)


def _constant(writer: Writer, text: str) -> Node:
    found = writer.text(text)
    return writer.emit("constant", found) if "constant" in writer.dialect.emit else found


def _tags(program: Program, writer: Writer) -> Node:
    """The tags of the rules that hold, in their order, and those of tiers; each once."""
    tags = [rule.tag for rule in program.rules]
    found = _said(writer, tags, true_word)
    tiers = []
    for text, ladder in program.ladders.items():
        for tier in ladder.tiers:
            if tier.tag is not None:
                held = binary("=", writer.collated(column(text)), writer.text(tier.id))
                tiers.append(case([(held, writer.text(tier.tag))]))
                tags.append(tier.tag)
    if tiers:
        found.append(writer.emit("compact", writer.emit("array", tiers)))
    made = _joined(writer, found)
    return made if len(tags) == len(set(tags)) else writer.emit("unique", made)


def _said(writer: Writer, texts: Sequence[str], word: Callable[[int], str]) -> list[Node]:
    """For each word of bits the texts whose bits are set: the code is short, however many there are.

    A word is asked for twice, and most are 0. Were it asked for once, Spark would put what it is made of into
    the test, and compute that for every bit.
    """
    found: list[Node] = []
    for at, start in enumerate(range(0, len(texts), BITS)):
        own = writer.emit("array", [writer.text(text) for text in texts[start : start + BITS]])
        place: Node = exp.Column(this=name(_PLACE))
        if writer.dialect.first:
            place = binary("-", place, integer(writer.dialect.first))
        shifted = binary(">>", column(word(at)), place)
        holds = binary("=", binary("&", shifted, integer(1)), integer(1))
        kept = writer.emit("kept", own, exp.Lambda(this=holds, expressions=[name(_TEXT), name(_PLACE)]))
        found.append(case([(binary("=", column(word(at)), integer(0)), _nothing(writer))], kept))
    return found


def _nothing(writer: Writer) -> Node:
    return cast(writer.emit("array", []), str(writer.dialect.sets))


def _joined(writer: Writer, lists: Sequence[Node]) -> Node:
    """The lists as one."""
    if not lists:
        return _nothing(writer)
    return lists[0] if len(lists) == 1 else writer.emit("concat", *lists)


def _error(program: Program, writer: Writer) -> Node:
    """What is wrong, in words, for the name that the statement gives."""
    told = {text: _told(dimension) for text, dimension in program.dimensions.items()}
    for table in program.tables.values():
        for item in table.columns.values():
            place = f"{table.name}.{item.name}"
            told[place] = f"`{place}` of a row is of a wrong type"
    error = column(ERROR)
    branches = [
        (binary("=", error.copy(), writer.text(place)), writer.text(text)) for place, text in told.items()
    ]
    return case(branches, error) if branches else error


def _told(dimension: Dimension) -> str:
    mixed = dimension.type == "integer" and not dimension.computed
    if dimension.on_missing.policy != "error":
        return f"`{dimension.name}` is of a wrong type"
    return f"`{dimension.name}` is missing{' or of a wrong type' if mixed else ''} and must not be"
