"""Texts and sets worth trying: made of the texts that the conditions themselves mention."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, combinations, islice

from tierkit.decisions.paths.axes import Axis
from tierkit.program.terms import Compare, Const, Leaf, Member, Ref, SetTest, TextTest, Value

Asked = tuple[Leaf, bool]
"""A leaf on the text or set, and whether it is itself what must be true."""

_MOST = 5000
_OTHER = "other"


def texts(leaves: Sequence[Asked], values: Mapping[str, Value | None]) -> Iterator[str]:
    """The texts that are mentioned, then parts put together, then some that differ from all of them."""
    found = list(dict.fromkeys(text for leaf, _ in leaves for text in _mentioned(leaf, values) if text))
    yield from found
    parts = {"starts_with": "", "contains": "", "ends_with": ""}
    for leaf, asked in leaves:
        if asked and isinstance(leaf, TextTest) and not leaf.negated and leaf.function in parts:
            text, before = str(leaf.text.value), parts[leaf.function]
            longer = before + text if leaf.function == "contains" else max(before, text, key=len)
            parts[leaf.function] = longer
    start, middle, end = parts.values()
    yield from filter(None, (start + middle + end, start + end))
    for text in found:
        inner = text[len(start) : max(len(text) - len(end), len(start))]
        yield from (start + text + end, start + inner + end, start + text[len(start) :])
        yield from (start + text, text + end)
    yield from (_OTHER, start + middle + _OTHER + end)
    yield from (text + _OTHER for text in found)
    yield ""


def _mentioned(leaf: Leaf, values: Mapping[str, Value | None]) -> Iterator[str]:
    match leaf:
        case Member():
            yield from (str(value.value) for value in leaf.values)
        case TextTest():
            yield str(leaf.text.value)
        case Compare():
            for side in (leaf.left, leaf.right):
                value = side.value if isinstance(side, Const) else None
                value = values[side.name] if isinstance(side, Ref) else value
                if isinstance(value, str):
                    yield value
        case _:
            pass


def sets(axis: Axis, leaves: Sequence[Asked]) -> Iterator[frozenset[str]]:
    """Sets in order of how many texts come and go; what every answer needs comes and goes first."""
    before = axis.before if isinstance(axis.before, frozenset) else frozenset[str]()
    mentioned: dict[str, None] = {}
    start = set(before)
    rivals = False
    for leaf, asked in leaves:
        if not isinstance(leaf, SetTest):
            continue
        wanted = [str(const.value) for const in leaf.values]
        mentioned.update(dict.fromkeys(wanted))
        if leaf.function == "subset_of":
            rivals = True
        if not asked:
            continue
        if leaf.function == "subset_of":
            start = start if leaf.negated else start & set(wanted)
        elif len(wanted) == 1 or leaf.function == ("has_any" if leaf.negated else "has_all"):
            start = start - set(wanted) if leaf.negated else start | set(wanted)
    if axis.dimension.values is not None:
        order = [value for value in axis.dimension.values if value in mentioned or rivals]
    else:
        order = [*mentioned, *sorted(before - mentioned.keys()), *([_OTHER] if rivals else [])]
    flips = chain.from_iterable(combinations(order, count) for count in range(len(order) + 1))
    yield from (frozenset(start.symmetric_difference(flipped)) for flipped in islice(flips, _MOST))
