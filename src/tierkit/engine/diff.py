"""What differs between two rule files, part by part: by rule, dimension, parameter, tier and the rest."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from tierkit.documents.events import parse
from tierkit.documents.nodes import Mapping as Node
from tierkit.documents.reader import decode
from tierkit.program.build.tree import json_text, meant, value_tree

_LISTS = {"rules": ("rule", "id"), "examples": ("example", "name")}
_ONE = {
    "parameters": "parameter",
    "dimensions": "dimension",
    "tables": "table",
    "tags": "tag",
    "ladders": "ladder",
}
_LEFT_OUT = ("version", "ruleset")
_WIDTH = 400


@dataclass(frozen=True, slots=True)
class Change:
    """One part that differs; `before` and `after` are JSON texts, None where it is not there."""

    part: str
    name: str
    kind: Literal["added", "removed", "changed"]
    before: str | None
    after: str | None

    def to_dict(self) -> dict[str, Any]:
        """As JSON-ready data."""
        return {
            "part": self.part, "name": self.name, "change": self.kind,
            "before": self.before, "after": self.after,
        }  # fmt: skip

    def __str__(self) -> str:
        name = f" `{self.name}`" if self.name else ""
        if self.kind == "changed":
            return f"{self.part}{name} changed: {_cut(self.before)} → {_cut(self.after)}"
        return f"{self.part}{name} {self.kind}: {_cut(self.after or self.before)}"


def diff_sources(before: bytes, after: bytes) -> tuple[Change, ...]:
    """What differs in meaning between two rule files, in the order of the newer one.

    Layout, comments, the version and the order of keys are not part of the meaning; the order of rules and
    tiers is. A file that cannot be read differs as a whole, and so does a part that is no such part.

    >>> old = b"{ruleset: a, version: 1, parameters: {p: {value: 10k}}}"
    >>> new = b"{ruleset: a, version: 2, parameters: {p: {value: 12k}}}"
    >>> print(*diff_sources(old, new))
    parameter `p` changed: value 10000 → value 12000
    """
    return tuple(_changes(_tree(before), _tree(after)))


def _tree(source: bytes) -> Mapping[str, Any]:
    found, problems = decode(source, "<text>")
    tree = parse(found, problems)
    return meant(value_tree(tree)) if isinstance(tree, Node) and not problems.errors else {}


def _changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Change]:
    for key in dict.fromkeys([*after, *before]):
        old, new = before.get(key), after.get(key)
        if key in _LEFT_OUT or old == new:
            continue
        if key in _LISTS and isinstance(old or [], list) and isinstance(new or [], list):
            part, name = _LISTS[key]
            yield from _named(part, _by(old, name), _by(new, name))
        elif key in _ONE and isinstance(old or {}, dict) and isinstance(new or {}, dict):
            sides = old or {}, new or {}
            yield from _ladders(*sides) if key == "ladders" else _named(_ONE[key], *sides)
        elif key == "benefits" and isinstance(old or [], list) and isinstance(new or [], list):
            yield from _benefits(old or [], new or [])
        else:
            yield from _whole(key, "", old, new)


def _named(part: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Change]:
    """Parts that have names; those that only moved are told as moved."""
    for name in dict.fromkeys([*after, *before]):
        yield from _whole(part, name, before.get(name), after.get(name))
    kept = [name for name in before if name in after]
    if part in ("rule", "tier") and kept != [name for name in after if name in before]:
        order = ", ".join(after)
        yield Change(f"{part}s", "", "changed", ", ".join(before), order)


def _ladders(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Change]:
    for name in dict.fromkeys([*after, *before]):
        old, new = before.get(name), after.get(name)
        if not (isinstance(old, dict) and isinstance(new, dict)):
            yield from _whole("ladder", name, old, new)
            continue
        rest = [{key: value for key, value in side.items() if key != "tiers"} for side in (old, new)]
        yield from _whole("ladder", name, *rest)
        tiers = [
            {f"{name}.{tier}": value for tier, value in _by(side.get("tiers"), "id").items()}
            for side in (old, new)
        ]
        yield from _named("tier", *tiers)


def _benefits(before: list[Any], after: list[Any]) -> Iterator[Change]:
    """Benefits have no names: one that is not found again was removed."""
    for item in before:
        if item not in after:
            yield Change("benefit", _for(item), "removed", json_text(item), None)
    for item in after:
        if item not in before:
            yield Change("benefit", _for(item), "added", None, json_text(item))


def _for(item: Any) -> str:
    found = item.get("for") if isinstance(item, dict) else None
    return ", ".join(found) if isinstance(found, list) else str(found)


def _by(items: Any, key: str) -> dict[str, Any]:
    return {str(item.get(key)): item for item in items or () if isinstance(item, dict)}


def _whole(part: str, name: str, before: Any, after: Any) -> Iterator[Change]:
    if before == after:
        return
    if before is None or after is None:
        kind: Literal["added", "removed"] = "added" if before is None else "removed"
        texts = [None if side is None else json_text(side) for side in (before, after)]
        yield Change(part, name, kind, *texts)
        return
    if isinstance(before, dict) and isinstance(after, dict):
        keys = [key for key in dict.fromkeys([*after, *before]) if before.get(key) != after.get(key)]
        sides = [
            ", ".join(f"{key} {json_text(side[key])}" for key in keys if key in side) or "nothing"
            for side in (before, after)
        ]
    else:
        sides = [json_text(before), json_text(after)]
    yield Change(part, name, "changed", *sides)


def _cut(text: str | None) -> str:
    text = text or ""
    return text if len(text) <= _WIDTH else text[: _WIDTH - 1] + "…"
