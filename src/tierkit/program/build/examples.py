"""Examples: their records and expectations name only what exists."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Mapping as Map
from typing import Any

from tierkit.documents.fields import kind as kind_of
from tierkit.documents.models import ExampleEntry
from tierkit.documents.nodes import Broken, Mapping, Scalar, Sequence, span
from tierkit.errors import did_you_mean
from tierkit.program.build.context import Context, day
from tierkit.program.build.declared import Declared
from tierkit.program.build.dimensions import native, nearly, shown
from tierkit.program.build.parameters import literal, plain
from tierkit.program.build.sample_rows import sample_rows
from tierkit.program.model import Dimension, Example, Table
from tierkit.program.typing import type_words

_EXPECTATIONS = ("tags", "tiers", "scores", "benefits", "undetermined")
_GRANT = ("target", "provider", "values")


def build_example(
    context: Context,
    entry: ExampleEntry,
    dimensions: Map[str, Dimension],
    tables: Map[str, Table],
    declared: Declared,
) -> Example | None:
    """The example of an entry, or None with problems."""
    given = _given(context, entry.given, dimensions)
    rows = sample_rows(context, entry.tables, tables)
    if not isinstance(entry.expect, Mapping):
        if not isinstance(entry.expect, Broken):
            context.add("wrong-shape", entry.expect, expected="a mapping", found=kind_of(entry.expect))
        return None
    check = _Expectations(context, declared)
    for key, node in entry.expect.items():
        if key not in _EXPECTATIONS:
            known = ", ".join(_EXPECTATIONS)
            context.add(
                "unknown-key",
                key,
                *did_you_mean(key, _EXPECTATIONS),
                key=key,
                place="an expectation",
                known=known,
            )
        else:
            check.check(key, node)
    line = context.problems.source.location(entry.name.start).line
    return Example(str(entry.name), given, plain(_texts(entry.expect)), day(entry.as_of), line, rows)


def _given(context: Context, node: Any, dimensions: Map[str, Dimension]) -> dict[str, Any]:
    if not isinstance(node, Mapping):
        if not (isinstance(node, Broken) or (isinstance(node, Scalar) and node.null)):
            context.add("wrong-shape", node, expected="a mapping", found=kind_of(node))
        return {}
    found: dict[str, Any] = {}
    for name, value in node.items():
        dimension = dimensions.get(str(name))
        if dimension is None:
            known = name == context.document.tree.get(Scalar("key")) or context.scope.open
            if known or name in context.scope.broken or name in context.document.dimensions:
                found[str(name)] = plain(value)
            else:
                context.add("unknown-example-name", name, *did_you_mean(name, dimensions), name=name)
            continue
        found[str(name)] = _value(context, dimension, value)
    return found


def _value(context: Context, dimension: Dimension, node: Any) -> Any:
    if isinstance(node, Scalar) and node.null:
        return None
    if (
        dimension.type == "set"
        and isinstance(node, Sequence)
        and all(isinstance(item, Scalar) for item in node)
    ):
        return [str(item) for item in node]
    value = native(node, dimension.type) if isinstance(node, Scalar) else None
    if value is None:
        context.add(
            "bad-example-value", node, *nearly(node, dimension.type), name=dimension.name,
            value=shown(node), expected=type_words(dimension.type),
        )  # fmt: skip
    return value


def _texts(node: Mapping) -> Mapping:
    """Tags and tiers are text as written, whatever they look like."""
    found = Mapping(node.start)
    for key, value in node.items():
        found[key] = value if key == "scores" else _grants(value) if key == "benefits" else _quoted(value)
    return found


def _grants(node: Any) -> Any:
    """Parameters stay what they look like; who grants and for what is text."""
    if not isinstance(node, Sequence):
        return node
    found = []
    for item in node:
        grant = Mapping(span(item)[0])
        if isinstance(item, Mapping):
            grant.update((k, _quoted(v) if k in ("target", "provider") else v) for k, v in item.items())
        found.append(grant)
    return found


def _quoted(node: Any) -> Any:
    if isinstance(node, Scalar):
        return node if node.null else Scalar(node.composed, node.start, node.end, '"')
    if isinstance(node, Mapping):
        found = Mapping(node.start)
        found.update((key, _quoted(value)) for key, value in node.items())
        return found
    return [_quoted(item) for item in node] if isinstance(node, Sequence) else node


class _Expectations:
    """Checks the names that an expectation uses."""

    def __init__(self, context: Context, declared: Declared) -> None:
        self.context, self.declared = context, declared

    def check(self, key: str, node: Any) -> None:
        checks: dict[str, Callable[[Any], None]] = {
            "tags": self.tag_list,
            "tiers": self.tiers,
            "scores": self.score_values,
            "undetermined": lambda found: self.each(found, "rule"),
            "benefits": self.benefits,
        }
        checks[key](node)

    def tag_list(self, node: Any) -> None:
        if isinstance(node, Mapping):
            for key, value in node.items():
                if key not in ("include", "exclude"):
                    hint = did_you_mean(key, ("include", "exclude"))
                    self.context.add(
                        "unknown-key", key, *hint, key=key, place="an expectation", known="include, exclude"
                    )
                else:
                    self.each(value, "tag")
        else:
            self.each(node, "tag")

    def tiers(self, node: Any) -> None:
        self.each_key(node, "ladder")
        for name, value in node.items() if isinstance(node, Mapping) else ():
            if name in self.declared.known("ladder") and not (isinstance(value, Scalar) and value.null):
                self.one(value, "tier", f"tier {name}")

    def score_values(self, node: Any) -> None:
        """Numbers, or nothing for a score that is missing."""
        self.each_key(node, "score")
        for value in node.values() if isinstance(node, Mapping) else ():
            if not isinstance(value, Scalar):
                self.context.add("wrong-shape", value, expected="a number", found=kind_of(value))
            elif not value.null and not isinstance(literal(value).value, float):
                self.context.add("bad-number" if value.plain else "quoted-number", value, text=value)

    def benefits(self, node: Any) -> None:
        """A mapping of parameters by provider, or a list of grants."""
        if isinstance(node, Mapping):
            return
        if not isinstance(node, Sequence):
            self.context.add("wrong-shape", node, expected="a list or a mapping", found=kind_of(node))
            return
        for item in node:
            if not isinstance(item, Mapping):
                self.context.add("wrong-shape", item, expected="a mapping", found=kind_of(item))
                continue
            for key in item:
                if key not in _GRANT:
                    known = ", ".join(_GRANT)
                    self.context.add(
                        "unknown-key",
                        key,
                        *did_you_mean(key, _GRANT),
                        key=key,
                        place="an expectation",
                        known=known,
                    )
            if "provider" not in item:
                self.context.add("missing-key", item, place="an expectation", key="provider")
            if "target" in item:
                self.one(item[Scalar("target")], "target")

    def each(self, node: Any, kind: str) -> None:
        if not isinstance(node, Sequence):
            self.context.add("wrong-shape", node, expected="a list", found=kind_of(node))
            return
        for item in node:
            self.one(item, kind)

    def each_key(self, node: Any, kind: str) -> None:
        if not isinstance(node, Mapping):
            self.context.add("wrong-shape", node, expected="a mapping", found=kind_of(node))
            return
        for key in node:
            self.one(key, kind)

    def one(self, node: Any, kind: str, among: str = "") -> None:
        if not isinstance(node, Scalar):
            if not isinstance(node, Broken):
                self.context.add("wrong-shape", node, expected="a text", found=kind_of(node))
        elif self.declared.lacks(among or kind, node.composed):
            hint = did_you_mean(node, self.declared.known(among or kind))
            self.context.add("unknown-expectation", node, *hint, kind=kind, name=node)
