"""Proposed examples in words and as text of a rule file: whatever they hold, they are read again as it."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from tierkit.analysis.examples.proposals import Proposal
from tierkit.program.model import Dimension, Program, text
from tierkit.program.terms import Value

_NAMES = {
    "at": ("{owner}: {label} exactly {threshold}", "{owner}：{label}恰为 {threshold}"),
    "below": ("{owner}: {label} just below {threshold}", "{owner}：{label}略低于 {threshold}"),
    "above": ("{owner}: {label} just above {threshold}", "{owner}：{label}略高于 {threshold}"),
    "is": ("{owner}: {label} is {value}", "{owner}：{label}为 {value}"),
    "missing": ("{owner}: {label} is missing", "{owner}：缺少{label}"),
}
_DAYS = {
    "at": ("{owner}: {label} on {threshold}", "{owner}：{label}恰为 {threshold}"),
    "below": ("{owner}: {label} the day before {threshold}", "{owner}：{label}为 {threshold} 前一天"),
    "above": ("{owner}: {label} the day after {threshold}", "{owner}：{label}为 {threshold} 后一天"),
}
_EVALUATED = Dimension("as_of", "date", label={"en": "evaluated", "zh": "评估日"})
_EMPTY = ("empty", "空")
_TRUTH = {True: ("yes", "是"), False: ("no", "否")}
_BARE = re.compile(r"[^\W\d_]\w*")
_WORDS = frozenset(["null", "true", "false", "yes", "no", "on", "off", "y", "n"])
_QUOTED = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t"}


@dataclass(frozen=True, slots=True)
class ExampleText:
    """An example as a rule file holds it; `data` is the same for programs."""

    data: Mapping[str, Any]
    parts: tuple[tuple[str, str], ...]

    def block(self, indent: int) -> str:
        """The example as an item of a list, a line for each key."""
        first, *rest = (f"{key}: {value}" for key, value in self.parts)
        margin = " " * indent
        return "\n".join([f"{margin}- {first}", *(f"{margin}  {line}" for line in rest)])

    def flow(self) -> str:
        """The example on one line, as JSON, which fits between any brackets."""
        return json.dumps(self.data, ensure_ascii=not all(map(str.isprintable, _texts(self.data))))


def example_texts(
    program: Program, found: Iterable[Proposal], taken: Iterable[str] = (), locale: str = "en"
) -> list[ExampleText]:
    """The texts of proposals, each with a name of its own that is not among the names `taken`."""
    names = set(taken)
    made = []
    for proposal in found:
        wanted = name = _name(program, proposal, locale)
        number = 2
        while name in names:
            name, number = f"{wanted} ({number})", number + 1
        names.add(name)
        made.append(_made(program, proposal, name))
    return made


def _made(program: Program, proposal: Proposal, name: str) -> ExampleText:
    given, expect = proposal.given, proposal.expect
    held = ", ".join(f"{key}: {_value(program.dimensions[key], value)}" for key, value in given.items())
    as_of = [] if proposal.as_of is None else [("as_of", proposal.as_of.isoformat())]
    parts = [("name", quoted(name)), *as_of, ("given", f"{{{held}}}"), ("expect", f"{{{_expected(expect)}}}")]
    data = {
        "name": name,
        **dict(as_of),
        "given": {key: _plain(value) for key, value in given.items()},
        "expect": dict(expect),
    }
    return ExampleText(data, tuple(parts))


def _expected(expect: Mapping[str, Any]) -> str:
    parts = []
    for key, value in expect.items():
        if isinstance(value, Mapping):
            inner = ", ".join(f"{k}: {'null' if v is None else scalar(v)}" for k, v in value.items())
            parts.append(f"{key}: {{{inner}}}")
        else:
            parts.append(f"{key}: [{', '.join(map(scalar, value))}]")
    return ", ".join(parts)


def _value(dimension: Dimension, value: Value | None) -> str:
    """A value as `given` holds it."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return number_text(value, percent=dimension.type == "ratio")
    if isinstance(value, frozenset):
        return f"[{', '.join(map(scalar, sorted(value)))}]"
    return value.isoformat() if isinstance(value, dt.date) else scalar(value)


def number_text(value: float, *, percent: bool = False) -> str:
    """A number with all its digits, read again as the same binary64.

    >>> number_text(1e-7), number_text(9999.99), number_text(0.0499, percent=True)
    ('0.0000001', '9999.99', '4.99%')
    """
    exact = Decimal(repr(value))
    shown = format(exact.scaleb(2) if percent else exact, "f")
    shown = shown.rstrip("0").rstrip(".") if "." in shown else shown
    return shown + "%" * percent


def scalar(value: str) -> str:
    """A text as a scalar inside brackets: bare where nothing could take it for something else.

    >>> scalar("restaurant"), scalar("上海"), scalar("no"), scalar("a, b")
    ('restaurant', '上海', '"no"', '"a, b"')
    """
    bare = _BARE.fullmatch(value) and value.isprintable() and value.lower() not in _WORDS
    return value if bare else quoted(value)


def quoted(value: str) -> str:
    r"""A text in double quotes.

    >>> print(quoted('say "no"\u2028'))
    "say \"no\"\u2028"
    """
    return '"' + "".join(_QUOTED.get(c) or (c if c.isprintable() else _escaped(c)) for c in value) + '"'


def _escaped(character: str) -> str:
    code = ord(character)
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"  # noqa: PLR2004  four digits reach that far


def _name(program: Program, proposal: Proposal, locale: str) -> str:
    """What an example is about, in the author's words."""
    chinese = locale.lower().startswith("zh")
    spot = proposal.spot
    dimension = program.dimensions.get(spot.dimension) or _EVALUATED
    table = _DAYS if dimension.type == "date" and spot.where in _DAYS else _NAMES
    return table[spot.where][chinese].format(
        owner=proposal.owner,
        label=text(dimension.label, locale, dimension.name),
        threshold=_said(dimension, spot.threshold, locale),
        value=_said(dimension, spot.value, locale),
    )


def _said(dimension: Dimension, value: Value | None, locale: str) -> str:
    """A value as people say it."""
    chinese = locale.lower().startswith("zh")
    if isinstance(value, bool):
        return _TRUTH[value][chinese]
    if isinstance(value, frozenset):
        return ("、" if chinese else ", ").join(sorted(value)) or _EMPTY[chinese]
    if isinstance(value, str):
        return text(dimension.value_labels.get(value, {}), locale, value) or _EMPTY[chinese]
    return "" if value is None else _value(dimension, value)


def _plain(value: Value | None) -> Any:
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value.isoformat() if isinstance(value, dt.date) else value


def _texts(data: Any) -> Iterable[str]:
    if isinstance(data, str):
        yield data
    elif isinstance(data, Mapping):
        for key, value in data.items():
            yield from (key, *_texts(value))
    elif isinstance(data, list):
        for item in data:
            yield from _texts(item)
