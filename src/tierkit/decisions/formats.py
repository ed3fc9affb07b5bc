"""Values as people read them: numbers, money, percents, units and dates of a locale; the only user of Babel.

Numbers of one sentence are formatted together, with as many digits as it takes: two that differ never look
alike, none but zero looks like zero, and thresholds are shown as they were written.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import Context, Decimal, localcontext
from functools import lru_cache
from typing import TYPE_CHECKING

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, get_day_names, get_month_names
from babel.numbers import (
    format_currency,
    format_decimal,
    format_percent,
    get_currency_precision,
    get_currency_symbol,
    is_currency,
)
from babel.units import format_unit

from tierkit.program import types

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

Digits = tuple[int, int]
"""Digits behind the point: those that are always shown, and the most."""

LONGEST = 80
_JOINERS = "\u200c\u200d"
_MOST_DIGITS = 18
_LARGEST = Decimal(10) ** 19
_EXACT = Context(prec=60)
"""Formatting never depends on the caller's decimal context."""

_DIGITS = {"integer": (0, 2), "number": (0, 2), "ratio": (0, 2), "score": (0, 6), "money": (2, 2)}
"""The digits of each type where nothing asks for more. A score is shown whole."""

_SPANS = ("hour", "day", "week", "month", "year")
_UNITS = {
    **{f"{name}{s}": f"duration-{name}" for name in _SPANS for s in ("", "s")},
    "km": "length-kilometer",
    "kg": "mass-kilogram",
}


@dataclass(frozen=True, slots=True)
class Style:
    """What decides how a value looks. `name` is the dimension or ladder whose labels its values have."""

    type: str
    unit: str | None = None
    scale: int | None = None
    name: str | None = None

    @property
    def family(self) -> str:
        """`number`, `date`, `boolean`, `set` or `text`: what its operators are called by."""
        if self.type in types.NUMERIC:
            return "number"
        if self.type in ("month", "weekday"):
            return "date"
        return "text" if self.type == "category" else self.type


def clean(text: str, longest: int = LONGEST) -> str:
    r"""Text that cannot break a layout: control and direction characters escaped, the end of long text cut.

    >>> print(clean("a\nb\u202ec"), len(clean("x" * 10_000)))
    a\nb\u202ec 80
    """
    return shortened("".join(_escaped(character) for character in text[: longest + 1]), longest)


def shortened(text: str, longest: int) -> str:
    """Text without its end, where it is too long."""
    return text if len(text) <= longest else text[: longest - 1] + "…"


def _escaped(character: str) -> str:
    if character.isprintable() or character in _JOINERS or unicodedata.category(character) == "Zs":
        return character
    return character.encode("unicode_escape").decode("ascii")


class Formats:
    """The formats of one locale; a locale that nobody knows gets those of its language, else English ones.

    >>> formats = Formats("en")
    >>> formats.numbers(Style("money", "CNY"), [12500, 10000])
    ('12,500.00 CNY', '10,000.00 CNY')
    >>> formats.numbers(Style("ratio"), [0.03, 0.030001]), formats.distance(Style("ratio"), 0.07, 0.05)
    (('3%', '3.0001%'), '2')
    """

    __slots__ = ("locale",)

    def __init__(self, locale: str) -> None:
        self.locale = _locale(locale)

    def numbers(self, style: Style, values: Sequence[float], exact: Sequence[float] = ()) -> tuple[str, ...]:
        """Numbers of one sentence: `values` with the digits that tell them apart, `exact` ones in full."""
        with localcontext(_EXACT):
            found = _rounded(style, [*values, *exact], len(values))
            if found is None:
                return tuple(
                    self._with_unit(style, repr(value + 0)) for value in (*values, *exact)
                )  # + 0: no -0.0
            numbers, digits = found
            return tuple(self._number(style, number, digits) for number in numbers)

    def distance(self, style: Style, a: float, b: float, *, exact: bool = True) -> str | None:
        """How far apart two numbers are as `numbers` shows them, in the unit of money and measures.

        Shares are apart by points, which come without a word. None when they are equal. `exact` tells whether
        `b` is shown in full.
        """
        with localcontext(_EXACT):
            if a == b:
                return None
            found = _rounded(style, [a, b], 1 if exact else 2)
            if found is None:
                return self._with_unit(style, repr(abs(float(a) - float(b))))
            (shown_a, shown_b), digits = found
            plain = Style("number") if style.type in ("ratio", "score") else style
            return self._number(plain, abs(shown_a - shown_b), digits)

    @staticmethod
    def nearby(value: float) -> tuple[float, int]:
        """The round number next to one such as 0.049999999999999996, and the side the value is on.

        >>> Formats.nearby(0.049999999999999996), Formats.nearby(0.0499)
        ((0.05, -1), (0.0499, 0))
        """
        round_ = float(f"{value:.12g}")
        return round_, (value > round_) - (value < round_)

    def plain(self, value: float) -> str:
        """A number in full, without a unit."""
        return self.numbers(Style("number"), (), [value])[0]

    def days(self, count: int) -> str:
        """A number of days."""
        return self.numbers(Style("integer", "days"), (), [count])[0]

    def day(self, day: dt.date) -> str:
        """A date."""
        return format_date(day, "medium", locale=self.locale)

    def named(self, kind: str, number: float) -> str | None:
        """The name of a `month` or a `weekday` (1 is January, and Monday), where the number is one."""
        names = get_month_names if kind == "month" else get_day_names
        known = names("wide", "format", self.locale)  # Babel mixes up locales in the names that stand alone
        at = number if kind == "month" else number - 1
        return str(known[int(at)]) if at in known else None

    def _number(self, style: Style, number: Decimal, digits: Digits) -> str:
        locale = self.locale
        if style.type == "ratio":
            pattern = _pattern(locale.percent_formats[None].pattern, digits)
            return format_percent(number.scaleb(-2), pattern, locale)
        pattern = _pattern(locale.decimal_formats[None].pattern, digits)
        if (currency := _currency(style)) is not None:
            if get_currency_symbol(currency, locale)[:2] == currency[:2]:
                pattern += " ¤¤"  # a symbol such as CN¥ reads worse than its code
            else:
                pattern = _pattern(locale.currency_formats["standard"].pattern, digits)
            return format_currency(number, currency, pattern, locale, currency_digits=False)
        if style.unit in _UNITS:
            code = _UNITS[style.unit]
            whole = number.to_integral_value()
            number = whole if number == whole else number.normalize()  # 1.00 day would be a plural
            for length in ("long", "short") if code.startswith("duration") else ("short",):
                text = format_unit(number, code, length, pattern, locale)
                if code not in text:  # Babel names the unit so where the locale has no word for it
                    return text
        return self._with_unit(style, format_decimal(number, pattern, locale))

    def _with_unit(self, style: Style, number: str) -> str:
        return number if style.unit is None else f"{number} {clean(style.unit)}"


def _rounded(style: Style, values: Sequence[float], free: int) -> tuple[list[Decimal], Digits] | None:
    """The values as shown, only the first `free` rounded, and the digits; None when those are too many."""
    shift = 2 if style.type == "ratio" else 0
    exact = [Decimal(repr(value)).scaleb(shift) + 0 for value in values]  # + 0: there is no -0
    least, most = _digits(style)
    most = max([most, *(_decimals(value) for value in exact[free:])])
    if any(abs(value) >= _LARGEST for value in exact):
        return None
    different = len({*exact, Decimal(0)})
    for digits in range(most, _MOST_DIGITS + 1):
        shown = [round(value, digits) for value in exact]
        if len({*shown, Decimal(0)}) == different:
            return shown, (least, digits)
    return None


def _digits(style: Style) -> Digits:
    least, most = _DIGITS.get(style.type, (0, 2))
    if style.type == "money":
        currency = _currency(style)
        least = most = 2 if currency is None else get_currency_precision(currency)
    elif style.scale is not None and style.type != "integer":
        most = max(0, style.scale - (2 if style.type == "ratio" else 0))
    return least, most


def _decimals(value: Decimal) -> int:
    exponent = value.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def _currency(style: Style) -> str | None:
    known = style.type == "money" and style.unit is not None and is_currency(style.unit)
    return style.unit if known else None


def _pattern(base: str, digits: Digits) -> str:
    """A number pattern of a locale with digits of our own behind the point."""
    least, most = digits
    places = "." + "0" * least + "#" * (most - least) if most else ""
    return re.sub(r"0(\.[0#]+)?(?![0#,.])", "0" + places, base)


@lru_cache(maxsize=64)
def _locale(name: str) -> Locale:
    wanted = re.split(r"[.@]", name)[0].replace("-", "_")
    for candidate in (wanted, wanted.split("_")[0]):
        try:
            return Locale.parse(candidate)
        except (ValueError, UnknownLocaleError):
            continue
    return Locale("en")
