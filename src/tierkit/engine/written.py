"""Fitted values put into the text of a rule file: only the numbers change, every other character stays.

Positions are those of the loader, which reads all line ends as one character and takes a byte order mark
away; here they are carried back to the text as it is.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from tierkit.documents.events import parse
from tierkit.documents.nodes import Mapping, Scalar, Sequence
from tierkit.documents.reader import decode
from tierkit.errors import Problems, UsageError

if TYPE_CHECKING:
    from tierkit.engine.fitting import Fitted

_MARK = "\ufeff"
_KEYS = ("on", "records", "digest")

Edit = tuple[int, int, str]
"""What takes the place of a stretch of the text."""


def written(text: str, fitted: Iterable[Fitted]) -> str:
    r"""The text of a rule file with fitted values, and under `fitted` where they come from.

    What has the same value from the same customers is left as it is.

    >>> import tierkit
    >>> text = "ruleset: a\nversion: 1\nparameters:\n  p: {value: 5, fit: {dimension: x, top: 50%}}  # half\n"
    >>> rules = tierkit.loads(text + "dimensions: {x: {type: number}}\n")
    >>> print(written(text, rules.fit([{"x": 1}, {"x": 2}], as_of="2025-11-20")).splitlines()[3])
      p: {value: 2, fit: {dimension: x, top: 50%}, fitted: {on: 2025-11-20, records: 2, digest: ...}}  # half

    Raises:
        UsageError: the text has no such parameter with a number and a fit.
    """
    source, _ = decode(text, "<text>")
    tree: Any = parse(source, Problems(source))
    edits: list[Edit] = []
    for item in fitted:
        node = _parameter(tree, item.parameter)
        edits += _edits(source.text, node, item)
    return replaced(text, edits)


def number_text(value: float, *, percent: bool = False) -> str:
    """A number as a rule file holds it, read again as the same binary64.

    >>> number_text(1e-7), number_text(12500.0), number_text(0.07, percent=True)
    ('0.0000001', '12500', '7%')
    """
    exact = Decimal(repr(value))
    shown = format(exact.scaleb(2) if percent else exact, "f")
    shown = shown.rstrip("0").rstrip(".") if "." in shown else shown
    return shown + "%" * percent


def _parameter(tree: Any, name: str) -> Mapping:
    parameters = tree.get(Scalar("parameters")) if isinstance(tree, Mapping) else None
    node = parameters.get(Scalar(name)) if isinstance(parameters, Mapping) else None
    if (
        isinstance(node, Mapping)
        and isinstance(node.get(Scalar("value")), Scalar)
        and isinstance(node.get(Scalar("fit")), Mapping)
    ):
        return node
    message = f"the text has no parameter `{name}` with one value and a `fit`"
    raise UsageError(message)


def _edits(text: str, node: Mapping, item: Fitted) -> Iterator[Edit]:
    """The changes for one parameter: its value, and where it comes from."""
    value: Scalar = node[Scalar("value")]
    told = {"on": item.on.isoformat(), "records": str(item.size), "digest": item.digest}
    before = node.get(Scalar("fitted"))
    same = item.new == item.old
    if not same:
        yield value.start, value.end, number_text(item.new, percent=value.endswith("%"))
    if before is None:
        yield _new(text, node, told)
    elif not same or any(str(before.get(Scalar(key))) != told[key] for key in ("records", "digest")):
        for key in _KEYS:
            old: Scalar = before[Scalar(key)]
            yield old.start, old.end, f"{old.style}{told[key]}{old.style}"


def _new(text: str, node: Mapping, told: dict[str, str]) -> Edit:
    """`fitted` where there was none: behind `fit`, on a line of its own where `fit` is."""
    key, fit = node.key("fit"), node[Scalar("fit")]
    mark = '"' if key.style == '"' else ""
    inner = ", ".join(f"{mark}{name}{mark}: {_plain(name, shown, mark)}" for name, shown in told.items())
    entry = f"{mark}fitted{mark}: {{{inner}}}"
    at = end_of(fit)
    if node.flow:
        return at, at, f", {entry}"
    end = text.find("\n", at) % (len(text) + 1)
    column = node.start - (text.rfind("\n", 0, node.start) + 1)
    return end, end, "\n" + " " * column + entry


def _plain(name: str, shown: str, mark: str) -> str:
    return shown if name == "records" else f"{mark}{shown}{mark}"


def end_of(node: Any) -> int:
    """Where a value ends, without the white space and the comments behind it."""
    if isinstance(node, Mapping | Sequence) and not node.flow and node:
        return max(end_of(child) for child in (node.values() if isinstance(node, Mapping) else node))
    return int(node.end)


def replaced(text: str, edits: list[Edit]) -> str:
    """The text with its changes; new lines end as the lines around them do."""
    mark = len(_MARK) if text.startswith(_MARK) else 0
    breaks = [found.start() - mark - number for number, found in enumerate(re.finditer("\r\n", text))]
    newline = "\r\n" if breaks else "\r" if "\r" in text and "\n" not in text else "\n"
    parts: list[str] = []
    last = 0
    for start, end, new in sorted(edits):
        first, behind = (mark + at + bisect_left(breaks, at) for at in (start, end))
        parts += [text[last:first], new.replace("\n", newline)]
        last = behind
    return "".join([*parts, text[last:]])
