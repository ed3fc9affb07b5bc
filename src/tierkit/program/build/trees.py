"""Condition trees in the vocabulary of the business-rules package, as syntax: both spellings mean the same.

    {all: [{name: amount, operator: greater_than, value: 10000}, …]}   ->   amount > 10000 and …

`all`, `any` and (our addition) `not` join; a leaf names a dimension, an operator of its type and a value that
is read by that type. Operators are looked up in the table of the type, never on an object.
"""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Mapping as Map
from typing import Any

from tierkit.documents.fields import kind, read_date
from tierkit.documents.language import ConditionError, read_number
from tierkit.documents.language import syntax as s
from tierkit.documents.language.refusals import NO_REGEX
from tierkit.documents.nodes import Broken, Mapping, Scalar, Sequence, span
from tierkit.errors import Problems, did_you_mean
from tierkit.program.types import BROKEN, NUMERIC
from tierkit.program.typing import Scope

DEEPEST = 32

Build = Callable[[s.Name, Any, s.Span], s.Syntax]


def _compare(operator: str) -> Build:
    return lambda name, value, at: s.Binary(operator, name, value, at)


def _call(function: str) -> Build:
    return lambda name, value, at: s.Call(function, (name, value), at, at)


def _call_not(function: str) -> Build:
    return lambda name, value, at: s.Not(s.Call(function, (name, value), at, at), at)


def _truth(*, value: bool) -> Build:
    return lambda name, _, at: s.Binary("=", name, s.Boolean(value, at), at)


def _one_of(values: tuple[str, ...]) -> Build:
    return lambda name, _, at: s.In(name, s.Items(tuple(s.Text(v, at) for v in values), at), False, at)  # noqa: FBT003


_ORDERED: Map[str, tuple[Build, str]] = {
    "equal_to": (_compare("="), "one"),
    "greater_than": (_compare(">"), "one"),
    "less_than": (_compare("<"), "one"),
    "greater_than_or_equal_to": (_compare(">="), "one"),
    "less_than_or_equal_to": (_compare("<="), "one"),
}
_TEXT: Map[str, tuple[Build, str]] = {
    "equal_to": (_compare("="), "one"),
    "equal_to_case_insensitive": (_call("equals_ignoring_case"), "one"),
    "starts_with": (_call("starts_with"), "one"),
    "ends_with": (_call("ends_with"), "one"),
    "contains": (_call("contains"), "one"),
    "non_empty": (lambda name, _, at: s.Binary("!=", name, s.Text("", at), at), "none"),
}
_SET: Map[str, tuple[Build, str]] = {
    "contains": (_call("has"), "one"),
    "does_not_contain": (_call_not("has"), "one"),
    "contains_all": (_call("has_all"), "many"),
    "is_contained_by": (_call("subset_of"), "many"),
    "shares_at_least_one_element_with": (_call("has_any"), "many"),
    "shares_exactly_one_element_with": (_call("has_one"), "many"),
    "shares_no_elements_with": (_call_not("has_any"), "many"),
}
OPERATORS: Map[str, Map[str, tuple[Build, str]]] = {
    **dict.fromkeys(NUMERIC, _ORDERED),
    "date": _ORDERED,
    "text": _TEXT,
    "category": _TEXT,
    "boolean": {"is_true": (_truth(value=True), "none"), "is_false": (_truth(value=False), "none")},
    "set": _SET,
}
"""Per type of dimension: operator -> how it is built, and whether it takes one value, many or none."""


def tree_syntax(node: Mapping, scope: Scope, problems: Problems) -> s.Syntax | None:
    """The syntax of a condition tree, with spans of the file; None when something was refused."""
    return _Reader(scope, problems).node(node, 0)


class _Reader:
    def __init__(self, scope: Scope, problems: Problems) -> None:
        self.scope, self.problems = scope, problems

    def node(self, node: Any, depth: int) -> s.Syntax | None:
        if isinstance(node, Broken):
            return None
        if not isinstance(node, Mapping):
            self.problems.add("wrong-shape", span(node), expected="a mapping", found=kind(node))
            return None
        if depth > DEEPEST:
            self.problems.add("too-deep", span(node), limit=DEEPEST)
            return None
        keys = [str(key) for key in node]
        if keys in (["all"], ["any"], ["not"]):
            return self.joined(node, keys[0], depth)
        if set(keys) & {"all", "any", "not"}:
            key = next(key for key in node if key not in ("all", "any", "not") or key != keys[0])
            self.problems.add("tree-form", span(key))
            return None
        return self.leaf(node)

    def joined(self, node: Mapping, word: str, depth: int) -> s.Syntax | None:
        inner = node[Scalar(word)]
        at = span(node.key(word))
        if word == "not":
            operand = self.node(inner, depth + 1)
            return None if operand is None else s.Not(operand, at)
        if not isinstance(inner, Sequence):
            self.problems.add("wrong-shape", span(inner), expected="a list", found=kind(inner))
            return None
        if not inner:
            self.problems.add("empty-list", at, what=f"`{word}`")
            return None
        found = [self.node(item, depth + 1) for item in inner]
        items = [item for item in found if item is not None]
        if len(items) < len(found):
            return None
        if len(items) == 1:
            return items[0]
        return s.Logic("and" if word == "all" else "or", tuple(items), at)

    def leaf(self, node: Mapping) -> s.Syntax | None:
        fine, meant = True, set[str]()
        known_keys = {"name", "operator", "value"}.intersection(node) or not node
        for key in node:
            if key not in ("name", "operator", "value"):
                known = "all, any, not, name, operator, value"
                hint = did_you_mean(key, known.split(", "))
                self.problems.add("unknown-key", span(key), *hint, key=key, place="a condition", known=known)
                meant.update(arguments["word"] for _, arguments in hint)
                fine = False
        for needed in ("name", "operator"):
            found = node.get(Scalar(needed))
            if found is None and (needed in meant or not known_keys):
                continue
            if found is None:
                self.problems.add("missing-key", span(node), place="a condition", key=needed)
                fine = False
            elif not isinstance(found, Scalar):
                self.problems.add("wrong-shape", span(found), expected="a text", found=kind(found))
                fine = False
        return self.test(node) if fine else None

    def test(self, node: Mapping) -> s.Syntax | None:
        name, operator = node[Scalar("name")], node[Scalar("operator")]
        known = self.scope.names.get(str(name))
        if known is None:
            if str(name) not in self.scope.broken and not self.scope.open:
                hint = did_you_mean(name, self.scope.names)
                self.problems.add("unknown-name", span(name), *hint, name=name)
            return None
        if known.type == BROKEN:
            return None
        if operator == "matches_regex":
            self.problems.add("not-in-language", span(operator), found=operator, why=NO_REGEX)
            return None
        table = OPERATORS[known.type]
        if operator not in table:
            type_, words = f"`{known.type}`", ", ".join(table)
            hint = did_you_mean(operator, table)
            self.problems.add(
                "unknown-operator", span(operator), *hint, operator=operator, type=type_, known=words
            )
            return None
        build, takes = table[str(operator)]
        if operator == "non_empty" and known.values is not None and "" not in known.values:
            build = _one_of(known.values)  # the empty text is no value to compare with
        value = self.value(node, known.type, takes)
        return None if value is None else build(s.Name(str(name), span(name)), value, span(operator))

    def value(self, node: Mapping, type_: str, takes: str) -> Any:
        written = node.get(Scalar("value"))
        if takes == "none":
            return ()
        if written is None:
            self.problems.add("missing-key", span(node), place="a condition", key="value")
            return None
        if takes == "one":
            return self.literal(written, type_)
        if not isinstance(written, Sequence) or not written:
            self.problems.add("wrong-shape", span(written), expected="a list", found=kind(written))
            return None
        found = [self.literal(item, type_) for item in written]
        items = [item for item in found if item is not None]
        return s.Items(tuple(items), span(written)) if len(items) == len(found) else None

    def literal(self, node: Any, type_: str) -> s.Syntax | None:
        if not isinstance(node, Scalar) or node.null:
            self.problems.add("wrong-shape", span(node), expected="a value", found=kind(node))
            return None
        at = span(node)
        if type_ not in NUMERIC:
            if type_ == "date" and read_date(node) is None:
                self.problems.add("bad-date", at, text=node)
                return None
            return s.Text(str(node), at)
        if not node.plain:
            self.problems.add("quoted-number", at, text=node)
            return None
        try:
            value, percent = read_number(node.removeprefix("-"), at)
        except ConditionError as error:
            self.problems.add("bad-number", at, *error.hints, text=node)
            return None
        literal = s.Number(value, percent, at)
        return s.Negative(literal, at) if node.startswith("-") else literal
