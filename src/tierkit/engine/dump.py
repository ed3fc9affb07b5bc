"""A rule set back to text: JSON that the loader reads and that loads to an equal rule set."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tierkit.documents.events import parse
from tierkit.errors import Problems, Source
from tierkit.program.build.tree import json_text, quoted, value_tree

if TYPE_CHECKING:
    from tierkit.engine.ruleset import RuleSet

_WIDTH = 110
_INDENT = "  "


def dumps(ruleset: RuleSet) -> str:
    """The rule set as JSON, in the order of its file.

    Numbers are written out (`10k` is 10000, `5%` is 0.05), conditions stay in words, comments are left out.
    `tierkit.loads` reads it, and what it reads equals `ruleset`.

    >>> import tierkit
    >>> rules = tierkit.loads("{ruleset: a, version: 1.10, dimensions: {x: {type: number, max: 10k}}}")
    >>> print(tierkit.dumps(rules), end="")
    {
      "ruleset": "a",
      "version": "1.10",
      "dimensions": {"x": {"type": "number", "max": 10000}}
    }
    >>> tierkit.loads(tierkit.dumps(rules)) == rules
    True
    """
    source = Source(ruleset.text, ruleset.path)
    tree = parse(source, Problems(source))
    return _lines(value_tree(tree), "", top=True) + "\n"


def _lines(data: Any, indent: str, lead: int = 0, *, top: bool = False) -> str:
    """JSON on one line where it fits after `lead` characters, else with every part on its own."""
    text = json_text(data)
    if not isinstance(data, dict | list) or not data or (not top and len(indent) + lead + len(text) < _WIDTH):
        return text
    inner = indent + _INDENT
    if isinstance(data, list):
        parts = [_lines(item, inner) for item in data]
    else:
        keys = {quoted(key): value for key, value in data.items()}
        parts = [f"{key}: {_lines(value, inner, len(key) + 2)}" for key, value in keys.items()]
    opening, closing = "[]" if isinstance(data, list) else "{}"
    return f"{opening}\n{inner}" + f",\n{inner}".join(parts) + f"\n{indent}{closing}"
