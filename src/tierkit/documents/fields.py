"""The field types of a rule file: each reads a node by what its place expects and keeps its span.

Every reader returns the node itself, so that later passes know where it stands. What is refused is raised as
a pydantic error whose type is a problem code of tierkit; `decode` turns it into a problem.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import PlainValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from tierkit.documents.language import FULL_WIDTH, ConditionError, full_width, read_number, without_commas
from tierkit.documents.names import is_name, is_reserved, is_ruleset_name, is_tag, is_version
from tierkit.documents.nodes import Broken, Mapping, Scalar, Sequence, span

LONGEST_TEXT = 10_000
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_DATE_LIKE = re.compile(
    r"([0-9]{4})(?:[-/.年]|(?=[0-9]{4}$))([0-9]{1,2})(?:[-/.月]|(?<=^[0-9]{6}))([0-9]{1,2})日?"
)
BOOLEANS = {
    **dict.fromkeys(("true", "yes", "y", "on", "1", "1.0", "是", "真"), "true"),
    **dict.fromkeys(("false", "no", "n", "off", "0", "0.0", "否", "假"), "false"),
}
"""What other languages call true and false."""
TYPES = ("boolean", "integer", "number", "ratio", "score", "money", "category", "text", "set", "date")


def refuse(code: str, at: object, *hints: Any, **arguments: object) -> PydanticCustomError:
    """The pydantic error that becomes the problem `code` at node (or span) `at`."""
    place = at if isinstance(at, tuple) else span(at)
    return PydanticCustomError(code, "refused", {"span": place, "hints": hints, "arguments": arguments})


def kind(node: object) -> str:
    """The words for what a node is."""
    if isinstance(node, Mapping):
        return "a mapping"
    if isinstance(node, Sequence):
        return "a list"
    return "nothing" if isinstance(node, Scalar) and node.null else "a text"


def scalar(node: Any, expected: str = "a text") -> Scalar:
    """The node as one text; refuses lists, mappings and nothing."""
    if isinstance(node, Broken):
        raise refuse("broken", node)
    if not isinstance(node, Scalar) or node.null:
        raise refuse("wrong-shape", node, expected=expected, found=kind(node))
    return node


def _text(node: Any) -> Scalar:
    text = scalar(node)
    if len(text) > LONGEST_TEXT:
        raise refuse("text-too-long", text, limit=LONGEST_TEXT)
    return text


def _name(node: Any) -> Scalar:
    text = scalar(node)
    name = text.composed
    if any(c in FULL_WIDTH for c in name):
        error = full_width(name, *span(text))
        raise refuse(error.code, text, *error.hints, **error.arguments)
    if not is_name(name):
        raise refuse("bad-name", text, name=text)
    if is_reserved(name):
        raise refuse("reserved-name", text, name=text)
    return name


def _identifier(kind_: str, rule: str, test: Callable[[str], bool]) -> Callable[[Any], Scalar]:
    def read(node: Any) -> Scalar:
        text = scalar(node)
        if not test(text):
            raise refuse("bad-id", text, text=text, kind=kind_, rule=rule)
        return text

    return read


def _tag(node: Any) -> Scalar:
    text = scalar(node)
    if not is_tag(text):
        raise refuse("bad-tag", text, text=text)
    return text.composed


def _number(node: Any) -> Scalar:
    text = scalar(node, "a number")
    if not text.plain:
        raise refuse("quoted-number", text, text=text)
    try:
        read_number(text.removeprefix("-"), span(text))
    except ConditionError as error:
        code = "bad-number" if error.code == "bad-literal" else error.code
        commas = without_commas(text)
        hints = error.hints if commas is None else (("write", {"text": commas[1]}),)
        raise refuse(code, text, *hints, **{"text": text, **error.arguments}) from None
    return text


def _date(node: Any) -> Scalar:
    text = scalar(node, "a date")
    if read_date(text) is None:
        raise refuse("bad-date", text, *date_hints(text), text=text)
    return text


def read_date(text: str) -> dt.date | None:
    """An ISO date `YYYY-MM-DD`, or None.

    >>> read_date("2024-02-30") is None
    True
    """
    if not _DATE.fullmatch(text):
        return None
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None


def _boolean(node: Any) -> Scalar:
    text = scalar(node)
    if text not in ("true", "false") or not text.plain:
        raise refuse("bad-boolean", text, *boolean_hints(text), text=text)
    return text


def boolean_hints(text: Scalar) -> tuple[Any, ...]:
    """What to write for a word that means yes or no."""
    if text in ("true", "false"):
        return (("unquote", {}),)
    word = BOOLEANS.get(text.casefold())
    return () if word is None else (("write", {"text": word}),)


def date_hints(text: str) -> tuple[Any, ...]:
    """What to write for a date in another form: `2025-2-3`, `2025/02/03`, `20250203`.

    >>> date_hints("2025/2/3")
    (('write', {'text': '2025-02-03'}),)
    """
    parts = _DATE_LIKE.fullmatch(text)
    written = "" if parts is None else f"{parts[1]}-{int(parts[2]):02}-{int(parts[3]):02}"
    return (("write", {"text": written}),) if read_date(written) is not None else ()


def _zone(node: Any) -> Scalar:
    text = scalar(node)
    try:
        ZoneInfo(text)
    except (ValueError, OSError):  # ZoneInfoNotFoundError is a KeyError
        raise refuse("bad-zone", text, text=text) from None
    except KeyError:
        raise refuse("bad-zone", text, text=text) from None
    return text


def choice(*words: str) -> Callable[[Any], Scalar]:
    """A reader of one of `words`."""

    def read(node: Any) -> Scalar:
        text = scalar(node)
        if text not in words:
            from tierkit.errors import did_you_mean

            hint = () if words[0].isdigit() else did_you_mean(text, words)
            raise refuse("bad-choice", text, *hint, text=text, known=", ".join(words))
        return text

    return read


def _check(node: Any) -> Scalar:
    from tierkit.errors import TUNABLE, did_you_mean

    name = scalar(node)
    if name not in TUNABLE:
        hints = did_you_mean(name, TUNABLE)
        raise refuse("unknown-check", name, *hints, name=name, known=", ".join(TUNABLE))
    return name


def _texts(node: Any) -> Scalar | Mapping:
    if not isinstance(node, Mapping):
        return _text(node)
    if not node:
        raise refuse("wrong-shape", node, expected="a text or one text per language", found="a mapping")
    for locale, value in node.items():
        if not (locale.replace("-", "").replace("_", "").isalnum() and locale[:1].isalpha()):
            raise refuse("bad-id", locale, text=locale, kind="language", rule="such as `en`, `zh`, `zh-TW`")
        if node.flow and isinstance(value, Scalar) and not value and value.start == locale.end:
            shape = {"expected": "a text or one text per language", "found": "nothing"}
            raise refuse("wrong-shape", locale, ("comma-in-value", {}), **shape)
        _text(value)
    return node


def _condition(node: Any) -> Any:
    if isinstance(node, Mapping):
        return node  # a condition tree of the business-rules vocabulary
    return scalar(node, "a condition")


def _values(node: Any) -> Mapping | Sequence:
    if isinstance(node, Broken):
        raise refuse("broken", node)
    if not isinstance(node, Mapping | Sequence):
        raise refuse("wrong-shape", node, expected="a list or a mapping", found=kind(node))
    if not node:
        raise refuse("empty-list", node, what="`values`")
    seen: set[str] = set()
    for value in node:
        text = _text(value)
        if text in seen:
            raise refuse("duplicate-value", text, value=text)
        seen.add(text)
        if isinstance(node, Mapping):
            _texts(node[text])
    return node


def _on_missing(node: Any) -> Any:
    """A bare word or a value; `{policy: error}` and `{default: error}` are for JSON: nothing is bare."""
    if not isinstance(node, Mapping):
        return scalar(node)
    if list(node) == ["policy"]:
        return Scalar(*_respan(choice("unknown", "error")(node[Scalar("policy")])))
    if list(node) != ["default"]:
        key, known = next(iter(node), ""), "default, policy"
        raise refuse("unknown-key", key or node, key=key, place="`on_missing`", known=known)
    return Scalar(*_respan(_text(node[Scalar("default")])), '"')


def _respan(text: Scalar) -> tuple[str, int, int]:
    return str(text), text.start, text.end


def _parameter_value(node: Any) -> Any:
    if isinstance(node, Sequence):
        if not node:
            raise refuse("empty-list", node, what="`value`")
        for item in node:
            _text(item)
        return node
    if isinstance(node, Mapping):
        if not node:
            raise refuse("empty-list", node, what="`value`")
        for value in node.values():
            _text(value)
        return node
    return _text(node)


def _points(node: Any) -> Mapping | Sequence:
    if isinstance(node, Broken):
        raise refuse("broken", node)
    if isinstance(node, Mapping):
        for value in node.values():
            _number(value)
        return node
    if not isinstance(node, Sequence):
        raise refuse("wrong-shape", node, expected="a list of [x, y] pairs or a mapping", found=kind(node))
    if not node:
        raise refuse("empty-list", node, what="`points`")
    for pair in node:
        if not isinstance(pair, Sequence) or len(pair) != 2:  # noqa: PLR2004  x and y
            raise refuse("wrong-shape", pair, expected="a pair `[x, y]`", found=kind(pair))
        for value in pair:
            _number(value)
    return node


def _tags_or_targets(node: Any) -> Scalar | Sequence:
    if isinstance(node, Sequence):
        if not node:
            raise refuse("empty-list", node, what="a list")
        found = Sequence(node.start, flow=node.flow)
        found.extend(scalar(item).composed for item in node)
        return found
    return scalar(node).composed


def _any(node: Any) -> Any:
    if isinstance(node, Broken):
        raise refuse("broken", node)
    return node


_SCALAR = {"type": ["string", "number", "boolean"]}
_NUMERIC = {
    "anyOf": [
        {"type": "number"},
        {"type": "string", "pattern": r"^-?[0-9][0-9_]*(\.[0-9_]+)?([eE][+-]?[0-9]+)?[kKM%万亿]?$"},
    ]
}
_LABELS = {"type": "object", "additionalProperties": _SCALAR, "minProperties": 1}
_LIST = {"type": "array", "items": _SCALAR, "minItems": 1}
_PAIRS = {
    "type": "array",
    "items": {"type": "array", "items": _NUMERIC, "minItems": 2, "maxItems": 2},
    "minItems": 1,
}
_DEFAULT = {
    "type": "object",
    "properties": {"default": _SCALAR, "policy": {"enum": ["unknown", "error"]}},
    "minProperties": 1,
    "maxProperties": 1,
    "additionalProperties": False,
}
_NAME_RULE = "lower-case letters, digits, `_` and `-`; no device such as `con`"
_VERSION_RULE = "letters, digits and `. _ + -`; no `..`, no device such as `nul`"
_IDENTIFIER = _identifier("rule set name", _NAME_RULE, is_ruleset_name)
_VERSION = _identifier("version", _VERSION_RULE, is_version)
_TYPE = choice(*TYPES)

Text = Annotated[Any, PlainValidator(_text), WithJsonSchema(_SCALAR)]
Name = Annotated[Any, PlainValidator(_name), WithJsonSchema({"type": "string"})]
RuleSetName = Annotated[
    Any, PlainValidator(_IDENTIFIER), WithJsonSchema({"type": "string", "pattern": "^[a-z0-9][a-z0-9_-]*$"})
]
Version = Annotated[Any, PlainValidator(_VERSION), WithJsonSchema({"type": ["string", "number"]})]
Tag = Annotated[Any, PlainValidator(_tag), WithJsonSchema(_SCALAR)]
Type = Annotated[Any, PlainValidator(_TYPE), WithJsonSchema({"enum": list(TYPES)})]
Check = Annotated[Any, PlainValidator(_check), WithJsonSchema({"type": "string"})]
_LEVELS = ("error", "warning", "info", "off")
Level = Annotated[Any, PlainValidator(choice(*_LEVELS)), WithJsonSchema({"enum": list(_LEVELS)})]
StopOrNext = Annotated[
    Any, PlainValidator(choice("stop", "next")), WithJsonSchema({"enum": ["stop", "next"]})
]
Ties = Annotated[
    Any, PlainValidator(choice("include", "exclude")), WithJsonSchema({"enum": ["include", "exclude"]})
]
Number = Annotated[Any, PlainValidator(_number), WithJsonSchema(_NUMERIC)]
Scale = Annotated[
    Any,
    PlainValidator(choice(*"0123456789")),
    WithJsonSchema({"type": "integer", "minimum": 0, "maximum": 9}),
]
Date = Annotated[Any, PlainValidator(_date), WithJsonSchema({"type": "string", "format": "date"})]
Boolean = Annotated[Any, PlainValidator(_boolean), WithJsonSchema({"type": "boolean"})]
Zone = Annotated[Any, PlainValidator(_zone), WithJsonSchema({"type": "string"})]
Texts = Annotated[Any, PlainValidator(_texts), WithJsonSchema({"anyOf": [_SCALAR, _LABELS]})]
Condition = Annotated[
    Any, PlainValidator(_condition), WithJsonSchema({"type": ["string", "object", "boolean"]})
]
Expression = Annotated[Any, PlainValidator(scalar), WithJsonSchema({"type": ["string", "number"]})]
Values = Annotated[
    Any,
    PlainValidator(_values),
    WithJsonSchema(
        {
            "anyOf": [
                _LIST,
                {"type": "object", "additionalProperties": {"anyOf": [_SCALAR, _LABELS]}, "minProperties": 1},
            ]
        }
    ),
]
OnMissing = Annotated[Any, PlainValidator(_on_missing), WithJsonSchema({"anyOf": [_SCALAR, _DEFAULT]})]
ParameterValue = Annotated[
    Any, PlainValidator(_parameter_value), WithJsonSchema({"anyOf": [_SCALAR, _LIST, _LABELS]})
]
Points = Annotated[
    Any,
    PlainValidator(_points),
    WithJsonSchema({"anyOf": [_PAIRS, {"type": "object", "additionalProperties": _NUMERIC}]}),
]
Targets = Annotated[Any, PlainValidator(_tags_or_targets), WithJsonSchema({"anyOf": [_SCALAR, _LIST]})]
Anything = Annotated[Any, PlainValidator(_any), WithJsonSchema({})]
"""Any value: checked later by whoever knows its shape."""
