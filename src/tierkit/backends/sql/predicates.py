"""For engines without a type of truth values: conditions where conditions stand, 0 and 1 where values stand.

    SELECT a > 1 AS x                  ->  CASE WHEN a > 1 THEN 1 WHEN NOT (a > 1) THEN 0 END AS x
    CASE WHEN x THEN …                 ->  CASE WHEN x = 1 THEN …
    (a > 1) IS NULL                    ->  CASE WHEN a > 1 THEN 1 WHEN NOT (a > 1) THEN 0 END IS NULL

An unknown condition is NULL in both places, so nothing is decided that was not.
"""

from __future__ import annotations

from typing import Any

from sqlglot import exp

from tierkit.backends.sql.dialects import Dialect
from tierkit.backends.sql.nodes import Node, among, balanced, binary, case, either, integer, opposite, wrapped

_COMPARED = (exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE)
_CONDITIONS = (*_COMPARED, exp.And, exp.Or, exp.Not, exp.In, exp.Is)
_WHERE = {"where", "on"}
_END = "."
"""What is put behind both texts where an engine compares `a` and `a ` as equal."""


def separated(dialect: Dialect, tree: Node) -> Node:
    """A whole statement, its conditions and its values told apart."""
    return _Separator(dialect).value(tree)


class _Separator:
    def __init__(self, dialect: Dialect) -> None:
        self.dialect = dialect

    def value(self, node: Node) -> Node:
        """A node where a value stands."""
        inner = node.unnest()
        if isinstance(inner, _CONDITIONS):
            holds = self.condition(inner)
            if isinstance(inner, exp.Is):
                return case([(holds, integer(1))], integer(0))
            return case([(holds, integer(1)), (opposite(holds.copy()), integer(0))])
        if isinstance(node, exp.Boolean):
            return integer(int(bool(node.this)))
        if isinstance(node, exp.If):
            node.set("this", self.condition(node.this))
            node.set("true", self.value(node.args["true"]))
            return node
        for key, child in list(node.args.items()):
            node.set(key, self._child(key, child))
        return node

    def _child(self, key: str, child: Any) -> Any:
        if isinstance(child, list):
            return [self._child(key, item) for item in child]
        if isinstance(child, exp.Where):
            child.set("this", self.condition(child.this))
            return child
        if not isinstance(child, exp.Expression):
            return child
        return self.condition(child) if key in _WHERE else self.value(child)

    def condition(self, node: Node) -> Node:
        """A node where a condition stands."""
        if isinstance(node, exp.Paren):
            node.set("this", self.condition(node.this))
            return node
        if isinstance(node, exp.Boolean):
            return binary("=", integer(1), integer(int(bool(node.this))))
        if isinstance(node, exp.And | exp.Or):
            node.set("this", self.condition(node.this))
            node.set("expression", self.condition(node.expression))
            return node
        if isinstance(node, exp.Not):
            node.set("this", self.condition(node.this))
            return node
        if isinstance(node, exp.In):
            return self._among(node)
        if isinstance(node, exp.Is):
            node.set("this", wrapped(self.value(node.this)))
            return node
        if isinstance(node, _COMPARED):
            for key in ("this", "expression"):
                node.set(key, wrapped(self.value(node.args[key])))
            return self._unpadded(node)
        return binary("=", self.value(node), integer(1))

    def _among(self, node: exp.In) -> Node:
        """`IN`, in parts where the engine limits how long a list may be."""
        side, values = self.value(node.this), [self.value(item) for item in node.expressions]
        if self.dialect.padded and isinstance(side.unnest(), exp.Collate):
            side, values = _ended(side), [_ended(item) for item in values]
        most = self.dialect.most_listed or len(values)
        parts = [among(side.copy(), values[at : at + most]) for at in range(0, len(values), most)]
        return balanced(either, parts) if len(parts) == 1 else exp.Paren(this=balanced(either, parts))

    def _unpadded(self, node: Node) -> Node:
        """A comparison of texts in which spaces at the end count."""
        sides = node.this, node.expression
        if self.dialect.padded and any(isinstance(side.unnest(), exp.Collate) for side in sides):
            node.set("this", _ended(node.this))
            node.set("expression", _ended(node.expression))
        return node


def _ended(text: Node) -> Node:
    if isinstance(text, exp.National) or (isinstance(text, exp.Literal) and text.is_string):
        return type(text)(**{**text.args, "this": f"{text.this}{_END}"})
    return exp.Paren(this=binary("+", text, exp.National(this=_END)))
