"""Names and values of a rule set in the words of its author: labels, and how each value looks."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from tierkit.decisions.formats import Formats, Style, clean
from tierkit.decisions.words import Words
from tierkit.program.canonical import term_text
from tierkit.program.model import Program, Texts, text
from tierkit.program.terms import Arithmetic, AsOf, Choose, Const, Function, Lookup, Negative, Ref, Term
from tierkit.program.types import NUMERIC

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

LONGEST_TEXT = 400
LISTED = 8
_SIGNS = {"+": "+", "-": "−", "*": "×", "/": "÷"}
_STRENGTH = {"+": 1, "-": 1, "*": 2, "/": 2}
_STRONGEST = 3
_PLAIN = Style("number")
_COUNTED = {"days_between": Style("integer", "days"), "weekday": Style("weekday"), "month": Style("month")}


class Labels:
    """What the parts of one rule set are called in one locale."""

    def __init__(self, program: Program, locale: str) -> None:
        self.program, self.locale = program, locale
        self.words, self.formats = Words(locale), Formats(locale)

    # -- names

    def name(self, name: str) -> str:
        """A dimension or a ladder."""
        owner = self.program.dimensions.get(name) or self.program.ladders.get(name)
        return self._label(owner.label if owner is not None else {}, name)

    def parameter(self, name: str) -> str:
        """A parameter, and that it is one."""
        label = self._label(self.program.parameters[name].label, name)
        return self.words.say("parameter", name=label)

    def tag(self, tag: str) -> str:
        """A tag."""
        return self._label(self.program.tags[tag].label if tag in self.program.tags else {}, tag)

    def tier(self, ladder: str, tier: str) -> str:
        """A tier, or that there is none."""
        found = next((t for t in self.program.ladders[ladder].tiers if t.id == tier), None)
        return self.words.say("no tier") if found is None else self._label(found.label, tier)

    def target(self, target: str, template: str = "tier target") -> str:
        """A tag, or a tier and its ladder."""
        ladder, dot, tier = target.partition(".")
        if not dot:
            return self.tag(target)
        return self.words.say(template, ladder=self.name(ladder), tier=self.tier(ladder, tier))

    def longer(self, texts: Texts) -> str:
        """A text such as `because`, on one line; empty when there is none."""
        return clean(" ".join(text(texts, self.locale, "").split()), LONGEST_TEXT)

    def _label(self, texts: Texts, name: str) -> str:
        return clean(text(texts, self.locale, name) or name)

    # -- values

    def style(self, term: Term) -> Style:
        """How the value of a term looks: like the dimension it is made of, as far as that makes sense."""
        match term:
            case Ref():
                return self._style_of(term.name)
            case Negative():
                return self.style(term.operand)
            case Arithmetic():
                return _combined(term.operator, self.style(term.left), self.style(term.right))
            case Function() if term.provider is not None:
                return Style(term.type)
            case Function():
                measured = [
                    self.style(argument) for argument in term.arguments if not isinstance(argument, Const)
                ]
                return _COUNTED.get(term.name) or (measured[0] if len(set(measured)) == 1 else _PLAIN)
            case Const() | Lookup() | Choose() | AsOf():
                return Style(term.type)

    def _style_of(self, name: str) -> Style:
        dimension = self.program.dimensions.get(name)
        if dimension is None:
            return Style("category", name=name)
        if dimension.type in NUMERIC:
            return Style(dimension.type, dimension.unit, dimension.scale)
        return Style(dimension.type, name=name)

    def value(self, style: Style, value: Any) -> str:
        """One value, not to be told apart from others."""
        if style.type in _COUNTED:
            return self.formats.named(style.type, value) or self.formats.plain(value)
        return self.formats.numbers(style, [value])[0] if style.type in NUMERIC else self._other(style, value)

    def values(self, style: Style, values: Sequence[Any], exact: Sequence[Any] = ()) -> tuple[str, ...]:
        """Values of one sentence; numbers that differ look different, `exact` ones are shown in full."""
        if style.type in NUMERIC:
            return self.formats.numbers(style, values, exact)
        return tuple(self.value(style, value) for value in (*values, *exact))

    def listed(self, items: Sequence[str], count: int | None = None) -> str:
        """A list, cut when it is long; `count` is its length when the items are already cut."""
        if not items:
            return self.words.say("nothing")
        shown, rest = self.words.commas(items[:LISTED]), (len(items) if count is None else count) - LISTED
        return self.words.say("more", items=shown, count=self.formats.plain(rest)) if rest > 0 else shown

    def _other(self, style: Style, value: Any) -> str:
        if isinstance(value, bool):
            return self.words.say("true" if value else "false")
        if isinstance(value, dt.date):
            return self.formats.day(value)
        if isinstance(value, frozenset):
            return self.listed([self._other(style, item) for item in self._ordered(style, value)])
        if style.name in self.program.ladders:
            return self.tier(str(style.name), str(value))
        dimension = self.program.dimensions.get(style.name or "")
        if dimension is not None and dimension.values is not None:
            return self._label(dimension.value_labels.get(str(value), {}), str(value))
        return self.words.say("quoted", text=clean(str(value)))

    def _ordered(self, style: Style, values: Iterable[str]) -> list[str]:
        """Texts in the order of the file, then by code point."""
        dimension = self.program.dimensions.get(style.name or "")
        places = (
            {value: at for at, value in enumerate(dimension.values or ())} if dimension is not None else {}
        )
        return sorted(values, key=lambda value: (places.get(value, len(places)), value))

    # -- expressions

    def term(self, term: Term, strength: int = 0) -> str:
        """A term with labels for names, as it is read aloud."""
        say = self.words.say
        match term:
            case Ref():
                return self.name(term.name)
            case Const():
                if term.parameter is not None:
                    return self.parameter(term.parameter)
                return self.values(Style(term.type), (), [term.value])[0]
            case Lookup():
                return self.parameter(term.parameter)
            case AsOf():
                return say("as of")
            case Arithmetic():
                own = _STRENGTH[term.operator]
                parts = self.term(term.left, own), _SIGNS[term.operator], self.term(term.right, own + 1)
                return f"({' '.join(parts)})" if own < strength else " ".join(parts)
            case Negative():
                return f"−{self.term(term.operand, _STRONGEST)}"
            case Function() if term.provider is not None:
                return clean(term_text(term))
            case Function():
                if term.name in ("least", "greatest", "coalesce"):
                    return say(term.name, all=self.words.commas(self.term(item) for item in term.arguments))
                arguments = [self.term(item, _STRONGEST) for item in term.arguments]
                return say(term.name, **dict(zip("ab", arguments, strict=False)))
            case Choose():
                return clean(term_text(term))


def _combined(operator: str, left: Style, right: Style) -> Style:
    """The style of a sum, difference, product or quotient: 3 × an amount is an amount."""
    left, right = replace(left, scale=None), replace(right, scale=None)
    if operator in ("+", "-"):
        return left if _bare(right) or left == right else right if _bare(left) else _PLAIN
    if _bare(right) or right.type == "ratio":
        return left
    return right if operator == "*" and (_bare(left) or left.type == "ratio") else _PLAIN


def _bare(style: Style) -> bool:
    """True for plain numbers, which have the measure of what they are combined with."""
    return style.type in ("integer", "number") and style.unit is None
