"""Examples put at the end of those of a rule file: every other character stays as it is."""

from __future__ import annotations

from collections.abc import Sequence as List
from typing import Any

from tierkit.analysis.examples.text import ExampleText
from tierkit.documents.events import parse
from tierkit.documents.nodes import Mapping, Scalar, Sequence
from tierkit.documents.reader import decode
from tierkit.engine.written import Edit, end_of, replaced
from tierkit.errors import Problems

INDENT = 2


def appended(text: str, examples: List[ExampleText]) -> str:
    r"""The text of a rule file with more examples, in the layout of those that it has.

    >>> example = ExampleText({}, (("name", "b"), ("given", "{}"), ("expect", "{}")))
    >>> print(appended("ruleset: a\nexamples:\n- {name: a, given: {}, expect: {}}  # first\n", [example]))
    ruleset: a
    examples:
    - {name: a, given: {}, expect: {}}  # first
    - name: b
      given: {}
      expect: {}
    <BLANKLINE>
    """
    if not examples:
        return text
    source, _ = decode(text, "<text>")
    tree: Any = parse(source, Problems(source))
    return replaced(text, [_edit(source.text, tree, examples)])


def indent_of(text: str) -> int | None:
    """How far the examples of a rule file are indented; None where it has no list of them."""
    source, _ = decode(text, "<text>")
    tree: Any = parse(source, Problems(source))
    node = tree.get(Scalar("examples")) if isinstance(tree, Mapping) else None
    if not isinstance(node, Sequence) or node.flow or not node:
        return None
    return _column(source.text, node.start)


def _edit(text: str, tree: Mapping, examples: List[ExampleText]) -> Edit:
    node = tree.get(Scalar("examples"))
    if isinstance(node, Sequence) and node.flow:
        inner = ", ".join(example.flow() for example in examples)
        return _inside(text, node, inner)
    if tree.flow:
        inner = ", ".join(example.flow() for example in examples)
        return _inside(text, tree, f'"examples": [{inner}]')
    if isinstance(node, Sequence) and node:
        column = _column(text, node.start)
        at = _line_end(text, end_of(node))
        return at, at, "".join("\n" + example.block(column) for example in examples)
    blocks = "".join("\n" + example.block(INDENT) for example in examples)
    if node is not None:  # `examples:` with nothing behind it
        at = _line_end(text, tree.key("examples").end)
        return at, at, blocks
    at = len(text.rstrip())
    return at, len(text), f"{text[at:].rstrip(' ') or chr(10)}\nexamples:{blocks}\n"


def _inside(text: str, node: Any, inner: str) -> Edit:
    """Before the bracket that closes a list or a mapping, behind its last part."""
    if not node:
        return node.start + 1, node.start + 1, inner
    at = end_of((node if isinstance(node, Sequence) else list(node.values()))[-1])
    comma = text[at : node.end].lstrip().startswith(",")
    at += text[at : node.end].index(",") + 1 if comma else 0
    return at, at, (" " if comma else ", ") + inner


def _line_end(text: str, at: int) -> int:
    """The end of the line on which a value ends, behind its comment."""
    while at and text[at - 1].isspace():
        at -= 1
    return text.find("\n", at) % (len(text) + 1)


def _column(text: str, at: int) -> int:
    return at - (text.rfind("\n", 0, at) + 1)
