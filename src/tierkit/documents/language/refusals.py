"""Words of other languages, and what to write instead: every refusal names a way out where there is one."""

from __future__ import annotations

from typing import NoReturn

from tierkit.documents.language.complaints import ConditionError
from tierkit.documents.language.tokens import NO_REMAINDER, Token

_SPELLINGS = {
    "且": "and", "并且": "and", "而且": "and", "以及": "and", "或": "or", "或者": "or", "非": "not",
    "大于": ">", "小于": "<", "等于": "=", "不等于": "!=", "大于等于": ">=", "小于等于": "<=", "不大于": "<=",
    "不小于": ">=", "是": "=", "不是": "!=", "属于": "in", "不属于": "not in", "为空": "is missing",
    "now": "as_of", "today": "as_of", "current_date": "as_of", "current_timestamp": "as_of",
    "getdate": "as_of",
    "startswith": "starts_with", "endswith": "ends_with", "ceiling": "ceil", "ifnull": "coalesce",
    "nvl": "coalesce",
    "isnull": "… is missing", "datediff": "days_between", "dayofweek": "weekday",
}  # fmt: skip
NO_REGEX = (
    "regular expressions can hang and differ between engines; use `starts_with`, `ends_with` or `contains`"
)
_CASE = "letters change differently in every engine; use `equals_ignoring_case`"
_PARTS = "texts are compared whole; use `starts_with`, `ends_with` or `contains`"
_POWERS = "multiply, or let a plugin compute it"
_CASTS = "types are declared on the dimension, never changed in a condition"
_BRANCHES = "write `case when … then … else … end`"
_ON_PURPOSE = {
    "like": "use `starts_with`, `ends_with` or `contains`",
    "ilike": "use `equals_ignoring_case`, `starts_with`, `ends_with` or `contains`",
    **dict.fromkeys(("matches", "regex", "regexp", "rlike", "similar"), NO_REGEX),
    "round": "engines round differently; use `floor`, or compare with the exact bound",
    **dict.fromkeys(("lower", "upper"), _CASE),
    "trim": "engines trim different characters; clean the data before",
    "mod": NO_REMAINDER,
    **dict.fromkeys(("cast", "convert"), _CASTS),
    "exists": "declare an aggregated dimension and compare that",
    **dict.fromkeys(("if", "iif"), _BRANCHES),
    "xor": "write it with `and`, `or` and `not`",
    "any": "write `at_least(1, …)` or `has_any(…)`",
    "all": "join with `and`, or write `has_all(…)`",
    **dict.fromkeys(("power", "pow", "sqrt", "exp", "log", "ln"), _POWERS),
    **dict.fromkeys(("substring", "substr", "left", "right", "concat", "replace", "length", "len"), _PARTS),
}
_QUERIES = frozenset(["select", "from", "where", "having"])
NOTHING = frozenset(["null", "none", "nil"])
_BARE = frozenset(["current_date", "current_timestamp"])  # functions without parentheses
_JOINERS = frozenset(["like", "ilike", "matches", "regexp", "rlike", "similar", "xor", "mod"])
AGGREGATES = frozenset(["sum", "avg", "min", "max", "count", "first", "last", "mode", "stddev"])
TESTS = frozenset(
    "starts_with ends_with contains equals_ignoring_case has has_any has_all has_one subset_of".split()  # noqa: SIM905  a list of words
)
"""Functions that other languages write between what is tested and what is looked for."""

RESERVED = _QUERIES | NOTHING | _BARE | frozenset(word for word in _SPELLINGS if not word.isascii())
"""Words that are refused wherever they stand, so nothing can be called so."""


def refuse_name(text: str, name: Token, following: Token) -> None:
    """Refuses a name that belongs to another language; what is only a function needs a `(` after it."""
    word, span = name.text.lower(), (name.start, name.end)
    called = following.text == "(" and following.kind == "operator"
    if called and word in AGGREGATES:
        return  # the typing of `aggregate:` and of conditions says where aggregates may stand
    if word in _QUERIES:
        raise ConditionError("sub-query", span)
    if word in NOTHING:
        raise ConditionError("wrong-spelling", span, _write("is missing"), found=name.text)
    if word in _SPELLINGS and (called or word in RESERVED):
        end = name.end
        if called and _SPELLINGS[word] == "as_of" and text[following.end : following.end + 1] == ")":
            end = following.end + 1
        raise ConditionError(
            "wrong-spelling", (name.start, end), _write(_SPELLINGS[word]), found=text[name.start : end]
        )
    if called and (word in _ON_PURPOSE or word.startswith("regexp_")):
        raise ConditionError("not-in-language", span, found=name.text, why=_ON_PURPOSE.get(word, NO_REGEX))


def refuse_rest(text: str, token: Token, following: Token | None = None) -> NoReturn:
    """Refuses a token that cannot follow what was read so far."""
    if token.text == "not" and following is not None and following.text.lower() in _JOINERS:
        token = following
    span, word = (token.start, token.end), token.text
    if text[: token.start].endswith("%") and (token.kind in ("number", "name") or word == "("):
        raise ConditionError("not-in-language", (token.start - 1, token.start), found="%", why=NO_REMAINDER)
    if token.kind == "name":
        lower = word.lower()
        if lower == "as":
            raise ConditionError("alias", span)
        if lower in _JOINERS:
            raise ConditionError("not-in-language", span, found=word, why=_ON_PURPOSE[lower])
        if lower in _SPELLINGS:
            raise ConditionError("wrong-spelling", span, _write(_SPELLINGS[lower]), found=word)
        if lower in _QUERIES or lower in ("union", "order", "group", "limit"):
            raise ConditionError("sub-query", span)
    raise ConditionError("unexpected", span, found=word or text[-1:])


def _write(text: str) -> tuple[str, dict[str, str]]:
    return "write", {"text": text}
