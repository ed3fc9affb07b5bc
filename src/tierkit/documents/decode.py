"""The value tree to entries: every part is read on its own, so one mistake hides no other.

An entry that cannot be read becomes `Broken`: it keeps its name, and nothing more is said about it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from tierkit.documents import fields, models
from tierkit.documents.cuts import is_bare
from tierkit.documents.nodes import Broken, Mapping, Scalar, Sequence, span
from tierkit.errors import Enough, Problems, did_you_mean

Entry = TypeVar("Entry", bound=BaseModel)

_PLACES = {
    models.RuleSetEntry: "a rule set",
    models.HeaderEntry: "a rule set",
    models.ParameterEntry: "a parameter",
    models.FitEntry: "a fit",
    models.FittedEntry: "`fitted`",
    models.TableEntry: "a table",
    models.ColumnEntry: "a column",
    models.TagEntry: "a tag",
    models.DimensionEntry: "a dimension",
    models.CharacteristicEntry: "a characteristic",
    models.RuleEntry: "a rule",
    models.LadderEntry: "a ladder",
    models.TierEntry: "a tier",
    models.BenefitEntry: "a benefit",
    models.ExampleEntry: "an example",
}
# The entries inside entries, by their key.
_INNER: dict[str, type[BaseModel]] = {
    "scorecard": models.CharacteristicEntry,
    "columns": models.ColumnEntry,
    "fit": models.FitEntry,
    "fitted": models.FittedEntry,
}
_SECTIONS = frozenset(models.RuleSetEntry.model_fields) - frozenset(models.HeaderEntry.model_fields)

# Keys without which the rest of an entry would be misjudged: when one cannot be read, nothing more is said.
_NEEDED = frozenset(["type", "from", "window", "provider", "values", "by", "else", "enter"])

# What other tools call a key.
_MEANT = {
    "if": "when", "where": "when", "condition": "when", "when": "enter", "then": "tag", "tags": "tag",
    "levels": "tiers", "name": "id", "target": "for", "targets": "for", "grants": "grant",
    "benefits": "grant",
    "default": "on_missing", "minimum": "min", "maximum": "max", "formula": "value", "expression": "value",
    "table": "from", "function": "aggregate", "filter": "where", "reason": "because", "record": "given",
    "input": "given", "output": "expect", "expected": "expect", "title": "label", "unit": "type",
}  # fmt: skip


@dataclass(frozen=True)
class Document:
    """A rule file with every entry read; `tree` is the value tree it came from.

    `refused` holds the sections that could not be read in full: what they might declare is not known.
    """

    tree: Mapping
    header: Any
    refused: frozenset[str] = frozenset()
    parameters: dict[Scalar, Any] = field(default_factory=dict)
    tables: dict[Scalar, Any] = field(default_factory=dict)
    tags: dict[Scalar, Any] | None = None
    dimensions: dict[Scalar, Any] = field(default_factory=dict)
    rules: list[Any] = field(default_factory=list)
    ladders: dict[Scalar, Any] = field(default_factory=dict)
    tiers: dict[str, list[Any]] = field(default_factory=dict)
    benefits: list[Any] = field(default_factory=list)
    examples: list[Any] = field(default_factory=list)


def decode(tree: Any, problems: Problems) -> Document | None:
    """Reads the tree of a rule file; None when there is nothing to go on with."""
    if (isinstance(tree, Scalar) and tree.null) or tree is None:
        if not problems.errors:
            problems.add("empty-file", (0, 1))
        return None
    if not isinstance(tree, Mapping):
        if not isinstance(tree, Broken):
            problems.add("wrong-shape", span(tree), expected="a mapping", found=fields.kind(tree))
        return None
    header = Mapping(tree.start, flow=tree.flow)
    header.refused = tree.refused
    for key, node in tree.items():
        if key not in _SECTIONS:
            header[key] = node
    with suppress(Enough):
        return _document(tree, header, _Reader(problems))
    return None


def _document(tree: Mapping, header: Mapping, reader: _Reader) -> Document:
    reader.refused.update(_SECTIONS if "" in tree.refused else _SECTIONS.intersection(tree.refused))
    ladders = reader.mapping(tree, "ladders", None, fields.Name)
    reader.problems.levels = reader.levels(tree)
    document = Document(
        tree,
        reader.entry(models.HeaderEntry, header, models.RuleSetEntry),
        frozenset(),
        reader.mapping(tree, "parameters", models.ParameterEntry, fields.Name),
        reader.mapping(tree, "tables", models.TableEntry, fields.Name),
        reader.mapping(tree, "tags", models.TagEntry, fields.Tag) if "tags" in tree else None,
        reader.mapping(tree, "dimensions", models.DimensionEntry, fields.Name),
        [reader.entry(models.RuleEntry, node) for node in reader.items(tree, "rules")],
        {name: reader.ladder(node) for name, node in ladders.items()},
        {name: list(reader.tiers(node)) for name, node in ladders.items()},
        [reader.entry(models.BenefitEntry, node) for node in reader.items(tree, "benefits")],
        [reader.entry(models.ExampleEntry, node) for node in reader.items(tree, "examples")],
    )
    return replace(document, refused=frozenset(reader.refused))


class _Reader:
    """Reads entries and turns what pydantic found into problems."""

    def __init__(self, problems: Problems) -> None:
        self.problems = problems
        self.refused: set[str] = set()

    def mapping(self, tree: Mapping, key: str, model: type[Entry] | None, names: Any) -> dict[Scalar, Any]:
        node = tree.get(Scalar(key))
        if node is None or (isinstance(node, Scalar) and node.null):
            return {}
        if not isinstance(node, Mapping):
            self.refused.add(key)
            if not isinstance(node, Broken):
                self.problems.add("wrong-shape", span(node), expected="a mapping", found=fields.kind(node))
            return {}
        found: dict[Scalar, Any] = {}
        if "" in node.refused:
            self.refused.add(key)
        for name, child in node.items():
            read = self.name(name, names)
            found[read] = child if model is None else self.entry(model, self.shorthand(model, child))
        return found

    def levels(self, tree: Mapping) -> dict[str, str]:
        """The severity of each check that the file has its own for."""
        found = {}
        for name, node in self.mapping(tree, "checks", None, fields.Check).items():
            try:
                found[str(name)] = str(fields.Level.__metadata__[0].func(node))
            except ValueError as error:
                self.custom(error)
        return found

    def shorthand(self, model: type[Entry], node: Any) -> Any:
        """`tags: {VIP: }` declares a tag with nothing to say about it."""
        empty = isinstance(node, Scalar) and node.null
        return Mapping(node.start) if empty and model is models.TagEntry else node

    def name(self, name: Scalar, names: Any) -> Scalar:
        reader = names.__metadata__[0].func
        try:  # a name is text whatever it looks like: `null` too
            return reader(Scalar(name, name.start, name.end, name.style or '"'))  # type: ignore[no-any-return]
        except ValueError as error:
            self.custom(error)
            return name

    def items(self, tree: Mapping, key: str) -> Iterator[Any]:
        node = tree.get(Scalar(key))
        if isinstance(node, Sequence):
            yield from node
        elif node is not None and not (isinstance(node, Scalar) and node.null):
            self.refused.add(key)
            if not isinstance(node, Broken):
                self.problems.add("wrong-shape", span(node), expected="a list", found=fields.kind(node))

    def tiers(self, ladder: Any) -> Iterator[Any]:
        node = ladder.get(Scalar("tiers")) if isinstance(ladder, Mapping) else None
        for tier in node if isinstance(node, Sequence) else ():
            yield self.entry(models.TierEntry, tier)

    def ladder(self, node: Any) -> Any:
        if isinstance(node, Mapping) and isinstance(node.get(Scalar("tiers")), Sequence):
            shell = Mapping(node.start, flow=node.flow)
            shell.update(node)
            shell[node.key("tiers")] = []
            node = shell
        return self.entry(models.LadderEntry, node)

    def entry(self, model: type[Entry], node: Any, shown: type[BaseModel] | None = None) -> Any:
        """The entry, or `Broken`; an optional key that is wrong is reported and left out."""
        if isinstance(node, Broken):
            return node
        if not isinstance(node, Mapping):
            self.problems.add("wrong-shape", span(node), expected="a mapping", found=fields.kind(node))
            return Broken(*span(node))
        try:
            return self.columns(model.model_validate(node), node)
        except ValidationError as error:
            wrong = self.report(error, node, shown or model)
        rest = Mapping(node.start, flow=node.flow)
        rest.update((key, value) for key, value in node.items() if key not in wrong)
        if not wrong.isdisjoint(_NEEDED) or (model is models.TierEntry and "enter" not in rest):
            return Broken(*span(node))
        try:
            return self.columns(model.model_validate(rest), rest)
        except ValidationError:
            return Broken(*span(node))

    def columns(self, entry: Any, node: Mapping) -> Any:
        """The entry; columns of a table are used by their names, so these must be names."""
        for name in node[Scalar("columns")] if isinstance(entry, models.TableEntry) else ():
            self.name(name, fields.Name)
        return entry

    def report(self, error: ValidationError, node: Mapping, model: type[BaseModel]) -> set[str]:
        """Adds a problem per finding of pydantic; returns the keys of `node` that were wrong."""
        wrong: set[str] = set()
        meant: set[tuple[Any, ...]] = set()  # keys that an unknown one was meant to be: these are not missing
        for found in sorted(error.errors(include_url=False), key=lambda e: e["type"] == "missing"):
            where: Any = node
            path: list[Any] = list(found["loc"])
            place = model
            wrong.add(str(path[0]))
            for step in path[:-1]:
                where = where[step if isinstance(step, int) else Scalar(step)]
                place = _INNER[path[0]]
            if found["type"] == "extra_forbidden":
                meant.update((*path[:-1], word) for word in self.unknown(where, path[-1], place))
            elif found["type"] != "missing" or (tuple(path) not in meant and "" not in where.refused):
                self.one(found, where, path[-1], place)
        return wrong

    def unknown(self, where: Mapping, last: str, model: type[BaseModel]) -> Iterable[str]:
        """Reports an unknown key; returns the known one that it was meant to be, if one is near."""
        names = [field_.alias or name for name, field_ in model.model_fields.items()]
        key = where.key(last)
        synonym = _MEANT.get(key.lower(), "")
        hint = did_you_mean(synonym, [synonym]) if synonym in names and synonym not in where else ()
        hint = hint or did_you_mean(key, [name for name in names if name not in where] or names)
        meant = [arguments["word"] for _, arguments in hint]
        if where.flow and is_bare(key, where[key], self.problems.source.text):
            hint = (("comma-in-value", {}),)
        self.problems.add(
            "unknown-key", span(key), *hint, key=key, place=_PLACES[model], known=", ".join(names)
        )
        self.refused.update(_SECTIONS.intersection(meant))
        return meant

    def one(self, found: Any, where: Any, last: Any, model: type[BaseModel]) -> None:
        kind, place = found["type"], _PLACES[model]
        if kind == "missing":
            self.problems.add("missing-key", span(where), place=place, key=last)
        elif kind in ("list_type", "dict_type", "model_type", "model_attributes_type"):
            node = where[last if isinstance(last, int) else Scalar(last)]
            if not isinstance(node, Broken):
                expected = "a list" if kind == "list_type" else "a mapping"
                self.problems.add("wrong-shape", span(node), expected=expected, found=fields.kind(node))
        else:
            self.context(kind, found["ctx"])

    def custom(self, error: Any) -> None:
        self.context(error.type, error.context)

    def context(self, code: str, context: Any) -> None:
        if code != "broken":
            self.problems.add(code, context["span"], *context["hints"], **context["arguments"])
