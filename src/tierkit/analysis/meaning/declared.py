"""What two versions say of one dimension: where they mean the same value, and where it is another one.

Bounds and defaults are read off the record, so regions know them. A dimension that is computed otherwise
outside the rules (another window, another provider, another unit) is another value under the same name: of
what depends on it nothing is proved.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tierkit.program.build.order import inputs
from tierkit.program.canonical import formula_text, term_text, value_text
from tierkit.program.model import Aggregate, Dimension, Ladder, Program
from tierkit.program.terms import mentions_as_of, references

AS_OF = "as_of"
"""The name of the day among what is read."""


@dataclass(frozen=True, slots=True)
class Redeclared:
    """One thing that two versions say differently of a dimension; `exact` when regions know about it."""

    name: str
    what: str
    before: str | None
    after: str | None
    exact: bool

    def to_dict(self) -> dict[str, Any]:
        """As JSON-ready data."""
        return {
            "dimension": self.name, "what": self.what, "before": self.before, "after": self.after,
            "exact": self.exact,
        }  # fmt: skip


def redeclared(before: Program, after: Program) -> tuple[Redeclared, ...]:
    """What differs in the declarations of dimensions that the record or a table holds, in file order."""
    found: list[Redeclared] = []
    if before.timezone != after.timezone:
        found.append(Redeclared(AS_OF, "timezone", before.timezone, after.timezone, exact=False))
    for name, new in after.dimensions.items():
        old = before.dimensions.get(name)
        if old is None or not (_outer(old) and _outer(new)):
            continue
        was, is_ = _said(before, old), _said(after, new)
        for what in dict.fromkeys([*was, *is_]):
            if was.get(what) != is_.get(what):
                texts = was.get(what), is_.get(what)
                found.append(Redeclared(name, what, *texts, exact=_exact(what, old, new)))
    return tuple(found)


def _outer(dimension: Dimension) -> bool:
    return not dimension.computed or dimension.provider is not None


def _exact(what: str, old: Dimension, new: Dimension) -> bool:
    """Whether regions tell the two apart: not the elements that a set has where it is missing."""
    if "set" in (old.type, new.type):
        return False
    return what in ("min", "max", "values", "on_missing", "scale")


def _said(program: Program, dimension: Dimension) -> dict[str, str]:
    """What a declaration says, each thing as a text."""
    missing = dimension.on_missing
    policy = missing.policy if missing.value is None else value_text(missing.value)
    found: dict[str, Any] = {
        "type": dimension.type,
        "unit": dimension.unit,
        "scale": dimension.scale,
        "min": dimension.minimum,
        "max": dimension.maximum,
        "values": None if dimension.values is None else ", ".join(dimension.values),
        "on_missing": None if missing.policy == "unknown" else policy,
        "provider": dimension.provider,
        "params": None if not dimension.params else str(dimension.params),
    }
    if dimension.aggregate is not None:
        found |= _aggregated(program, dimension.aggregate)
    return {
        what: value_text(said) if isinstance(said, float) else str(said)
        for what, said in found.items()
        if said is not None
    }


def _aggregated(program: Program, aggregate: Aggregate) -> dict[str, Any]:
    term = "" if aggregate.term is None else term_text(aggregate.term)
    found = {
        "from": aggregate.table,
        "aggregate": f"{aggregate.function}({'distinct ' * aggregate.distinct}{term})",
        "where": None if aggregate.where is None else formula_text(aggregate.where),
        "window": _window(aggregate.window),
        "before": _window(aggregate.before),
    }
    table = program.tables.get(aggregate.table)
    if table is not None:
        columns = ", ".join(
            f"{column.name} {column.type} {column.scale} {column.values} "
            f"{None if column.term is None else term_text(column.term)}"
            for column in table.columns.values()
        )
        found["table"] = f"{table.time}, {table.recorded_at}: {columns}"
    if aggregate.window is not None or aggregate.before is not None:
        found["timezone"] = program.timezone
    return found


def _window(window: tuple[str, int, str] | None) -> str | None:
    if window is None:
        return None
    form, count, unit = window
    return f"{count} {unit}{'s' * (count != 1)}" if form == "trailing" else f"{form} {unit}"


class Reading:
    """What each name of two versions reads, and whether both compute it alike."""

    def __init__(self, before: Program, after: Program) -> None:
        self.programs = before, after
        self._alike: dict[str, bool] = {AS_OF: True}

    def alike(self, name: str) -> bool:
        """True when both versions make the same of the same record; labels do not count."""
        if name not in self._alike:
            old, new = (_node(program, name) for program in self.programs)
            self._alike[name] = (
                old is not None
                and new is not None
                and _content(self.programs[0], old) == _content(self.programs[1], new)
                and all(self.alike(other) for other in sorted(_reads(self.programs[0], old)))
            )
        return self._alike[name]

    def reached(self, at: int, names: frozenset[str]) -> frozenset[str]:
        """All names that some names depend on in one version, and those themselves."""
        found: set[str] = set()
        stack = list(names)
        while stack:
            name = stack.pop()
            if name not in found:
                found.add(name)
                node = _node(self.programs[at], name)
                if node is not None:
                    stack += _reads(self.programs[at], node)
        return frozenset(found)


def _node(program: Program, name: str) -> Dimension | Ladder | None:
    return program.ladders.get(name) or program.dimensions.get(name)


def _reads(program: Program, node: Dimension | Ladder) -> frozenset[str]:
    if isinstance(node, Dimension) and _outer(node):
        return frozenset()
    parts = inputs(node, program.eligible)
    if isinstance(node, Ladder):
        asked = [tier.enter for tier in node.tiers] + [node.eligible, program.eligible]
    else:
        asked = [node.condition]
    day = any(part is not None and mentions_as_of(part) for part in asked)
    if isinstance(node, Dimension) and node.term is not None:
        day = day or mentions_as_of(node.term)
    return parts | {AS_OF} if day else parts


def _content(program: Program, node: Dimension | Ladder) -> Any:
    if isinstance(node, Ladder):
        tiers = tuple((tier.id, tier.enter) for tier in node.tiers)
        return tiers, node.skip_unknown, node.eligible, program.eligible
    own = node.type, node.minimum, node.maximum, node.values, node.on_missing, node.scale
    return (*own, node.kind, node.term, node.condition, node.scorecard, node.provider)


def names_in(*formulas: Any) -> frozenset[str]:
    """The names that some conditions read, the day among them."""
    found: set[str] = set()
    for formula in formulas:
        if formula is not None:
            found |= references(formula)
            if mentions_as_of(formula):
                found.add(AS_OF)
    return frozenset(found)


def changed_inputs(found: tuple[Redeclared, ...]) -> Mapping[str, tuple[Redeclared, ...]]:
    """What is no longer the same value, by dimension."""
    by_name: dict[str, tuple[Redeclared, ...]] = {}
    for item in found:
        if not item.exact:
            by_name[item.name] = (*by_name.get(item.name, ()), item)
    return by_name
