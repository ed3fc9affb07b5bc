"""Values as people read them."""

from __future__ import annotations

import datetime as dt
import decimal
import re
import unicodedata
from decimal import Decimal

import pytest
from babel import Locale
from hypothesis import given
from hypothesis import strategies as st

from tierkit.decisions.formats import _EXACT, LONGEST, Formats, Style, _rounded, clean

EN, ZH, DE, FR = (Formats(name) for name in ("en", "zh_CN", "de", "fr_FR.UTF-8"))
CNY = Style("money", "CNY")

# type, unit, scale, value → English, Chinese, German
TABLE = [
    (CNY, 12_500.0, "12,500.00 CNY", "¥12,500.00", "12.500,00 CNY"),
    (CNY, -0.5, "-0.50 CNY", "-¥0.50", "-0,50 CNY"),
    (Style("money", "USD"), 1234.5, "$1,234.50", "1,234.50 USD", "1.234,50\xa0$"),
    (Style("money", "EUR"), 1234.5, "€1,234.50", "€1,234.50", "1.234,50\xa0€"),
    (Style("money", "JPY"), 1234.0, "¥1,234", "1,234 JPY", "1.234\xa0¥"),
    (Style("money", "m.u."), 12_669.0, "12,669.00 m.u.", "12,669.00 m.u.", "12.669,00 m.u."),
    (Style("money"), 12_669.0, "12,669.00", "12,669.00", "12.669,00"),
    (Style("ratio"), 0.03, "3%", "3%", "3\xa0%"),
    (Style("ratio"), 0.0499, "4.99%", "4.99%", "4,99\xa0%"),
    (Style("ratio"), 1 / 3, "33.33%", "33.33%", "33,33\xa0%"),
    (Style("ratio"), 25.0, "2,500%", "2,500%", "2.500\xa0%"),
    (Style("ratio", scale=3), 1 / 3, "33.3%", "33.3%", "33,3\xa0%"),
    (Style("score"), 84.999994, "84.999994", "84.999994", "84,999994"),
    (Style("score"), 85.0, "85", "85", "85"),
    (Style("number"), 8.0, "8", "8", "8"),
    (Style("number"), 8.3333333, "8.33", "8.33", "8,33"),
    (Style("number", scale=3), 8.3333333, "8.333", "8.333", "8,333"),
    (Style("number", "km"), 12.5, "12.5 km", "12.5公里", "12,5 km"),
    (Style("number", "pallets"), 12.5, "12.5 pallets", "12.5 pallets", "12,5 pallets"),
    (Style("integer", "days"), 1, "1 day", "1天", "1 Tag"),
    (Style("integer", "day"), 730, "730 days", "730天", "730 Tage"),
    (Style("integer"), 1_095, "1,095", "1,095", "1.095"),
    (Style("integer", "a\nb"), 1, "1 a\\nb", "1 a\\nb", "1 a\\nb"),
]


@pytest.mark.parametrize(("style", "value", "en", "zh", "de"), TABLE)
def test_each_type_and_unit(style: Style, value: float, en: str, zh: str, de: str) -> None:
    """A number looks as its type, its unit and the locale want it."""
    assert [formats.numbers(style, [value])[0] for formats in (EN, ZH, DE)] == [en, zh, de]


@pytest.mark.parametrize(
    ("style", "value", "limit", "shown"),
    [
        (CNY, 9_999.996, 10_000.0, ("9,999.996 CNY", "10,000.00 CNY")),
        (Style("ratio"), 0.0499999999, 0.05, ("4.99999999%", "5%")),
        (Style("ratio"), 0.049999999999999996, 0.05, ("4.9999999999999996%", "5%")),
        (Style("number"), 0.1 + 0.2, 0.3, ("0.30000000000000004", "0.3")),
        (Style("integer"), 3, 2.5, ("3", "2.5")),
        (Style("number"), 1.0, 0.125, ("1", "0.125")),
        (Style("number"), 1e-18, 1e18, ("0.000000000000000001", "1,000,000,000,000,000,000")),
        (Style("number"), 1e200, 1e201, ("1e+200", "1e+201")),
        (Style("number", "kg"), 1e-30, 1.0, ("1e-30 kg", "1.0 kg")),
    ],
)
def test_digits_that_tell_apart(style: Style, value: float, limit: float, shown: tuple[str, str]) -> None:
    """Digits are added until a value and its threshold look different, and the threshold is shown in full."""
    assert EN.numbers(style, [value], [limit]) == shown


STYLES = [
    CNY,
    Style("money", "m.u."),
    Style("ratio"),
    Style("score"),
    Style("number"),
    Style("integer", "days"),
]
NUMBERS = st.floats(-1e18, 1e18) | st.integers(-(10**6), 10**6).map(lambda n: n / 100) | st.floats(-1, 1)


@given(st.sampled_from(STYLES), st.lists(NUMBERS, max_size=3), st.lists(NUMBERS, max_size=3))
def test_different_numbers_look_different(style: Style, values: list[float], exact: list[float]) -> None:
    """In one sentence two numbers look alike exactly when they are equal, and only zero looks like zero."""
    for formats in (EN, ZH, DE):
        shown = formats.numbers(style, [*values, 0.0], exact)
        by_text = dict(zip(shown, [*values, 0.0, *exact], strict=True))
        assert len(by_text) == len({float(value) for value in (*values, 0.0, *exact)})


@given(st.sampled_from([Style("number"), Style("integer"), Style("score")]), NUMBERS)
def test_a_threshold_is_shown_in_full(style: Style, limit: float) -> None:
    """What is shown of a threshold reads back as the threshold."""
    assert float(EN.numbers(style, [], [limit])[0].replace(",", "")) == limit


@given(st.sampled_from(STYLES), NUMBERS, NUMBERS)
def test_the_distance_is_that_of_what_is_shown(style: Style, value: float, limit: float) -> None:
    """Who subtracts what is printed gets the distance that is printed."""
    shown = EN.distance(style, value, limit)
    if value == limit:
        assert shown is None
        return
    a, b, far = (_decimal(text) for text in (*EN.numbers(style, [value], [limit]), shown or ""))
    with decimal.localcontext(_EXACT):
        if _rounded(style, [value, limit], 1) is not None:
            assert abs(a - b) == far
        else:  # too many digits: numbers are shown as Python writes them
            assert float(far) == abs(value - limit)


def _decimal(text: str) -> Decimal:
    found = re.search(r"-?[\d,]+(\.\d+)?(e[+-]\d+)?", text)
    assert found is not None
    return Decimal(found[0].replace(",", ""))


def test_the_context_of_the_caller_does_not_matter() -> None:
    """A decimal context with little precision and traps changes nothing."""
    with decimal.localcontext(decimal.Context(prec=2, traps=[decimal.Inexact, decimal.Rounded])):
        assert EN.numbers(CNY, [1_234_567.891], [1_234_567.89]) == ("1,234,567.891 CNY", "1,234,567.89 CNY")


def test_dates() -> None:
    """Dates are written as the locale writes them, with four digits of the year."""
    day = dt.date(2026, 2, 3)
    assert [f.day(day) for f in (EN, ZH, DE)] == ["Feb 3, 2026", "2026年2月3日", "03.02.2026"]
    assert [f.days(n) for f in (EN, ZH, FR) for n in (1, 2)] == [
        "1 day",
        "2 days",
        "1天",
        "2天",
        "1\xa0jour",
        "2\xa0jours",
    ]


@pytest.mark.parametrize("order", [(EN, ZH, DE, FR), (ZH, FR, DE, EN)])
def test_names_of_months_and_weekdays(order: tuple[Formats, ...]) -> None:
    """Months and weekdays have names, in whatever order locales are asked for; other numbers have none."""
    for formats in order:
        months = [formats.named("month", number) for number in (1, 12.0, 0, 13, 1.5)]
        days = [formats.named("weekday", number) for number in (1, 7.0, 0, 8, 1.5)]
        names = {
            "en": ("January", "December", "Monday", "Sunday"),
            "zh": ("一月", "十二月", "星期一", "星期日"),
        }
        names |= {
            "de": ("Januar", "Dezember", "Montag", "Sonntag"),
            "fr": ("janvier", "décembre", "lundi", "dimanche"),
        }
        expected = names[formats.locale.language]
        assert (months, days) == ([*expected[:2], None, None, None], [*expected[2:], None, None, None])


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("zh-CN", "zh_Hans_CN"),
        ("zh_Hant", "zh_Hant"),
        ("de_XX", "de"),
        ("tlh", "en"),
        ("C", "en"),
        ("", "en"),
        ("a/b", "en"),
    ],
)
def test_locales_fall_back(name: str, expected: str) -> None:
    """A locale nobody knows gets the formats of its language, else English ones."""
    assert Formats(name).locale == Locale.parse(expected)


def test_a_round_number_next_to_an_awkward_one() -> None:
    """The value just below a bound is told as such, any other as it is."""
    assert Formats.nearby(0.049999999999999996) == (0.05, -1)
    assert Formats.nearby(10_000.000000000002) == (10_000.0, 1)
    assert Formats.nearby(10_000.01) == (10_000.01, 0)
    assert Formats.nearby(-7) == (-7.0, 0)


@given(st.text(max_size=300))
def test_clean_text_cannot_break_a_layout(text: str) -> None:
    """No control, direction or line character is left, and no text is long."""
    shown = clean(text)
    assert len(shown) <= LONGEST
    assert shown.splitlines() in ([shown], [])
    assert {unicodedata.category(character) for character in shown}.isdisjoint({"Cc", "Cs", "Zl", "Zp"})
    assert not {"\u202a", "\u202e", "\u2066", "\u2069", "\u200f", "\ufeff"} & set(shown)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Ab 上海 é", "Ab 上海 é"),
        ("a\nb\tc", r"a\nb\tc"),
        ("\u202eabc", r"\u202eabc"),
        ("x" * 81, "x" * 79 + "…"),
        ("x" * 80, "x" * 80),
        ("ne\u200djoined", "ne\u200djoined"),
        ("\ud800", r"\ud800"),
        ("\u3000", "\u3000"),
    ],
)
def test_clean_text(text: str, shown: str) -> None:
    """Readable text stays as it is; what cannot be seen is spelled out; long text is cut."""
    assert clean(text) == shown
