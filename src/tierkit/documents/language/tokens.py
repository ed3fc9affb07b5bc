"""Text of a condition to tokens: one expression, and a table of what people write instead."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from tierkit.documents.language.complaints import ConditionError, Hint

KEYWORDS = frozenset(
    "and or not between in is missing case when then else end true false as_of distinct".split()  # noqa: SIM905  a list of words
)
MULTIPLES = {
    "": Decimal(1),
    "k": Decimal(1000),
    "K": Decimal(1000),
    "M": Decimal(1_000_000),
    "%": Decimal("0.01"),
    "万": Decimal(10_000),
    "亿": Decimal(100_000_000),
}
_LONGEST_NUMBER = 60

_TOKEN = re.compile(
    r"""
    (?P<space>\s+)
  | (?P<number>(?:\d|\.\d)(?:[eE][+-]\d|[\w.])*%*)
  | (?P<name>[^\W\d](?:\w|[\u0300-\u036f\u3099\u309a])*)
  | (?P<text>'(?:[^']|'')*')
  | (?P<foreign>--|/\*|\*\*|//|::|<>|={2,3}|=>|=<|&&|\|\|)
  | (?P<operator><=|>=|!=|[-+*/=<>(),])
  | (?P<wrong>.)
    """,
    re.VERBOSE | re.DOTALL,
)
_NUMBER = re.compile(r"(\d+(?:_\d+)*(?:\.\d+(?:_\d+)*)?)((?:[eE][+-]?\d+)?)([kKM%万亿]?)")
_COMMAS = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?(?![\w.])|\d+,\d+(?![\w.,])")
_GLUED_WORD = re.compile(r"[\d._]+[kKM%万亿]?(并且|而且|以及|或者|且|或)")
_DAY = re.compile(r"(?:19|20)[0-9]{2}-[01][0-9]-[0-3][0-9](?![\w.])")
_NOTHING_FOLLOWS = re.compile(r"\s*(?:$|[)=<>!,]|(?:and|or|then|else|end|between|when)\b)", re.IGNORECASE)

FULL_WIDTH = {
    **{chr(0xFF01 + i): chr(0x21 + i) for i in range(94)},
    "\u3000": " ",
    "。": ".",
    "、": ",",
    "≥": ">=",
    "≤": "<=",
    "≠": "!=",
    "×": "*",
    "÷": "/",
    "−": "-",
    "–": "-",
    "—": "-",
    "“": "'",
    "”": "'",
    "‘": "'",
    "’": "'",
}
_QUOTES = {'"': '"', "“": "”", "‘": "’", "”": "”", "’": "’"}
_SYMBOLS = {
    "==": "=",
    "===": "=",
    "<>": "!=",
    "=>": ">=",
    "=<": "<=",
    "&&": "and",
    "&": "and",
    "||": "or",
    "|": "or",
    "!": "not",
}
NO_REMAINDER = "there is no remainder (modulo), for engines disagree about its sign"
_ON_PURPOSE = {
    "%": NO_REMAINDER,
    "::": "types are declared on the dimension, never changed in a condition",
    "**": "multiply, or let a plugin compute it",
    "^": "multiply, or let a plugin compute it",
    "//": "write `floor(a / b)`",
    "~": "regular expressions can hang and differ between engines; use `starts_with`, `ends_with` or `contains`",  # noqa: E501
    "?": "write `case when … then … else … end`",
}


@dataclass(frozen=True, slots=True)
class Token:
    """One token: its kind (`number name keyword text operator end`), its text and where it stands."""

    kind: str
    text: str
    start: int
    end: int


def tokens(text: str) -> list[Token]:
    """The tokens of `text`, closed by an `end` token; raises `ConditionError` at the first that is none.

    >>> [token.text for token in tokens("amount >= 10k")]
    ['amount', '>=', '10k', '']
    """
    found: list[Token] = []
    lists: list[bool] = []  # per open parenthesis: whether a comma in it separates items
    for match in _TOKEN.finditer(text):
        kind, word, (start, end) = match.lastgroup or "", match[0], match.span()
        match kind:
            case "space":
                continue
            case "foreign":
                raise _foreign(text, word, start)
            case "wrong":
                raise _refused(text, word, start, found)
            case "name":
                if any(c in FULL_WIDTH for c in word):
                    raise full_width(word, start, end)
                if word.lower() in KEYWORDS:
                    kind, word = "keyword", word.lower()
            case "number":
                if day := _DAY.match(text, start):
                    raise ConditionError("wrong-spelling", day.span(), _write(f"'{day[0]}'"), found=day[0])
                _check_commas(text, start, end, separates=bool(lists) and lists[-1])
                if glued := _GLUED_WORD.match(word):
                    at = start + glued.start(1)
                    raise ConditionError(
                        "wrong-spelling", (at, start + glued.end()), *joined(glued[1]), found=glued[1]
                    )
            case "operator" if word == "(":
                lists.append(bool(found) and (found[-1].kind == "name" or found[-1].text in ("in", ",")))
            case "operator" if word == ")" and lists:
                lists.pop()
        found.append(Token(kind, word, start, end))
    found.append(Token("end", "", len(text), len(text)))
    return found


def number(token: Token) -> tuple[Decimal, bool]:
    """The exact value of a number token, and whether it was written with `%`.

    >>> number(Token("number", "1.5万", 0, 4))
    (Decimal('15000.0'), False)
    """
    return read_number(token.text, (token.start, token.end))


def read_number(text: str, span: tuple[int, int] = (0, 0)) -> tuple[Decimal, bool]:
    """Reads `digits[_digits][.digits][e±n]` and at most one of `k K M % 万 亿`, exactly."""
    match = _NUMBER.fullmatch(text) if len(text) <= _LONGEST_NUMBER else None
    if match is None or (not text.isascii() and any(c.isdigit() and not c.isascii() for c in text)):
        if any(c in FULL_WIDTH for c in text):
            raise full_width(text, *span)
        raise ConditionError("bad-literal", span, found=text)
    digits, exponent, suffix = match.groups()
    if len(exponent) > 5:  # noqa: PLR2004  e, a sign and three digits reach every number there is
        raise ConditionError("number-range", span, found=text)
    value = Decimal(digits.replace("_", "") + exponent) * MULTIPLES[suffix]
    if value and not Decimal("1e-18") <= value <= Decimal("1e18"):
        raise ConditionError("number-range", span, found=text)
    return value, suffix == "%"


def full_width(word: str, start: int, end: int) -> ConditionError:
    """The refusal of `word`, which holds characters as wide as a Chinese one, and how to write it."""
    plain = "".join(FULL_WIDTH.get(c, c) for c in word)
    hints = () if set(plain) & set(';"#$&?@[\\]^`{|}~') else (_write(plain),)
    return ConditionError("full-width", (start, end), *hints, found=word)


def joined(word: str) -> tuple[Hint, ...]:
    """The hint for a Chinese word that joins conditions."""
    return (_write("or" if "或" in word else "and"),)


def without_commas(text: str, start: int = 0) -> tuple[str, str] | None:
    """A number at `start` that is written with commas, and how to write it.

    >>> without_commas("50,000"), without_commas("0,5"), without_commas("5")
    (('50,000', '50000'), ('0,5', '0.5'), None)
    """
    commas = _COMMAS.match(text, start)
    if commas is None:
        return None
    thousands = len(commas[0].split(",")[-1].split(".")[0]) == 3  # noqa: PLR2004  digits of a thousand
    return commas[0], commas[0].replace(",", "" if thousands else ".")


def _check_commas(text: str, start: int, end: int, *, separates: bool) -> None:
    """Refuses `50,000` and `0,5`; where a comma separates items, only what cannot be two numbers."""
    commas = without_commas(text, start) if text[end : end + 1] == "," else None
    if commas is None or (
        separates and (",0" not in commas[0] or "." in commas[1].removesuffix(commas[0][-3:]))
    ):
        return
    raise ConditionError(
        "wrong-spelling", (start, start + len(commas[0])), _write(commas[1]), found=commas[0]
    )


def _foreign(text: str, word: str, start: int) -> ConditionError:
    """Why a sign of other languages cannot stand in a condition."""
    if word in ("--", "/*"):
        return ConditionError("comment", (start, len(text)), found=word)
    return _sign(word, start)


def _refused(text: str, word: str, start: int, before: list[Token]) -> ConditionError:
    """Why `word` cannot stand in a condition, with the right spelling where there is one."""
    if word == "'":
        return ConditionError("unclosed-text", (start, len(text)))
    if word in _QUOTES:
        end = text.find(_QUOTES[word], start + 1) + 1
        code = "wrong-spelling" if word == '"' else "full-width"
        if not end:
            return ConditionError(code, (start, start + 1), _write("'"), found=word)
        inner = text[start + 1 : end - 1].replace("'", "''")
        return ConditionError(code, (start, end), _write(f"'{inner}'"), found=text[start:end])
    if word in ";；":
        return ConditionError("second-statement", (start, len(text)))
    if word == "#":
        return ConditionError("comment", (start, len(text)), found="#")
    if word in FULL_WIDTH:
        longer = text[start : start + 2]
        word = longer if longer in ("＞=", "＜=", "！=", "＞＝", "＜＝", "！＝") else word
        return full_width(word, start, start + len(word))
    if word == "%" and before and before[-1].kind == "number" and _NOTHING_FOLLOWS.match(text, start + 1):
        at = before[-1].start
        return ConditionError(
            "wrong-spelling", (at, start + 1), _write(f"{before[-1].text}%"), found=text[at : start + 1]
        )
    return _sign(word, start)


def _sign(word: str, start: int) -> ConditionError:
    span = (start, start + len(word))
    if word in _SYMBOLS:
        return ConditionError("wrong-spelling", span, _write(_SYMBOLS[word]), found=word)
    if word in _ON_PURPOSE:
        return ConditionError("not-in-language", span, found=word, why=_ON_PURPOSE[word])
    return ConditionError("unexpected", span, found=word)


def _write(text: str) -> Hint:
    return "write", {"text": text}
