"""The tables of the pages whose source is the code, so that the pages cannot say anything else.

    python -m docs.tables            writes them into the pages
    python -m docs.tables --check    says whether a page differs, and writes nothing

A table stands between `<!-- table: NAME -->` and `<!-- end -->`; `TABLES` says how each is made.
"""

from __future__ import annotations

import ast
import dataclasses
import datetime as dt
import inspect
import itertools
import json
import re
import sys
import textwrap
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, get_type_hints

import tierkit
from docs import samples
from tierkit.business_rules import from_business_rules
from tierkit.business_rules.left_out import REASONS
from tierkit.business_rules.vocabulary import operators
from tierkit.decisions.words import CAUSES as CAUSE_WORDS
from tierkit.documents import events, fields, models, names, reader
from tierkit.documents.json_schema import schema
from tierkit.documents.language import KEYWORDS, RESERVED, ConditionError, parse, parser, syntax
from tierkit.documents.language.refusals import _ON_PURPOSE, _SPELLINGS, AGGREGATES
from tierkit.documents.language.tokens import _SYMBOLS, FULL_WIDTH, MULTIPLES
from tierkit.engine import RuleSet, loads
from tierkit.errors import RuleSetError
from tierkit.plugins import BenefitProvider, DimensionProvider, FunctionProvider, benefits, calendar
from tierkit.plugins.hooks import HOOKS
from tierkit.program.build.trees import OPERATORS
from tierkit.program.domain import CAUSES
from tierkit.program.interpreter import all_of, any_of, at_least
from tierkit.program.typing import FUNCTIONS, SET_TESTS, TEXT_TESTS

DOCS = Path(__file__).parent
PAGES = ("language", "rule-files", "decisions", "plugins", "business-rules", "architecture")

_PLACE = re.compile(r"(<!-- table: ([a-z-]+) -->\n).*?(<!-- end -->)", re.DOTALL)
_WRAP: Any = {"break_long_words": False, "break_on_hyphens": False}
_TRUTHS = (True, None, False)
_NAMES = {True: "true", False: "false", None: "unknown"}
_DAY = dt.date(2025, 11, 20)

Rows = Iterable[tuple[str, ...]]


def filled(text: str) -> str:
    """The page with its tables made anew."""
    return _PLACE.sub(lambda place: f"{place[1]}{TABLES[place[2]]()}{place[3]}", text)


def table(header: tuple[str, ...], rows: Rows) -> str:
    r"""Rows as a Markdown table.

    >>> print(table(("a", "b"), [("1", "x | y")]), end="")
    | a | b |
    |---|---|
    | 1 | x \| y |
    """
    lines = [header, tuple("---" for _ in header), *rows]
    text = "".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |\n" for row in lines)
    return text.replace("| --- ", "|---").replace("|--- |", "|---|")


def code(text: str) -> str:
    """Text set as code, whatever it holds."""
    return f"`` {text} ``" if "`" in text else f"`{text}`"


# -- the condition language


_GIVES = {"": "the type of the arguments"}
_TAKES = {"number": "numbers", "date": "dates", "": "values of one kind"}


def _world(when: str) -> RuleSet:
    return loads(
        f"{samples.WORLD}rules:\n  - {{id: r, tag: T, when: {json.dumps(when, ensure_ascii=False)}}}\n"
    )


def _answer(when: str, record: Mapping[str, Any]) -> str:
    ruleset = _world(when)
    decision = ruleset.evaluate(record, as_of=_DAY)
    return "true" if decision.tags else "unknown" if decision.undetermined else "false"


def _listed(words: Iterable[str]) -> str:
    """Words in a sentence of their own, on lines that are not too long."""
    text = ", ".join(code(word) for word in sorted(words))
    return "".join(f"{line}\n" for line in textwrap.wrap(f"{text}.", 116, **_WRAP))


def _multiples() -> str:
    rows = [(code(f"5{suffix}"), f"{value * 5:f}") for suffix, value in MULTIPLES.items() if suffix]
    return table(("written", "is"), rows)


def _readings() -> str:
    rows = ((code(when), code(_grouped(when, parse(when))[1:-1])) for when in samples.READINGS)
    return table(("written", "read as"), rows)


def _grouped(text: str, node: syntax.Syntax) -> str:
    """A condition with every parenthesis that it could have."""
    match node:
        case syntax.Logic():
            return f"({f' {node.operator} '.join(_grouped(text, item) for item in node.operands)})"
        case syntax.Not():
            return f"(not {_grouped(text, node.operand)})"
        case syntax.Negative():
            return f"(-{_grouped(text, node.operand)})"
        case syntax.Binary():
            return f"({_grouped(text, node.left)} {node.operator} {_grouped(text, node.right)})"
        case syntax.Between():
            low, high = _grouped(text, node.low), _grouped(text, node.high)
            return f"({_grouped(text, node.operand)} between {low} and {high})"
        case _:
            return text[slice(*node.span)]


def _functions() -> str:
    rows = []
    for name, (_, _, takes, gives) in FUNCTIONS.items():
        shown, meaning = samples.FUNCTIONS[name]
        rows.append((code(shown), _TAKES[takes], _GIVES.get(gives, gives), meaning))
    return table(("function", "of", "gives", "meaning"), rows)


def _text_tests() -> str:
    return table(
        ("test", "true when"), ((code(f"{name}(t, 'x')"), samples.TEXT_TESTS[name]) for name in TEXT_TESTS)
    )


def _set_tests() -> str:
    return table(
        ("test", "true when"),
        ((code(samples.SET_TESTS[name][0]), samples.SET_TESTS[name][1]) for name in SET_TESTS),
    )


def _aggregates() -> str:
    ordered = sorted(AGGREGATES, key=list(samples.AGGREGATES).index)
    return table(
        ("aggregate", "gives"),
        ((code(samples.AGGREGATES[name][0]), samples.AGGREGATES[name][1]) for name in ordered),
    )


def _pairs(word: str, joined: Callable[[list[bool | None]], bool | None]) -> str:
    header = (f"`a {word} b`", *(f"b {_NAMES[b]}" for b in _TRUTHS))
    return table(header, ((f"a {_NAMES[a]}", *(_NAMES[joined([a, b])] for b in _TRUTHS)) for a in _TRUTHS))


def _negation() -> str:
    rows = ((_NAMES[a], _NAMES[None if a is None else not a]) for a in _TRUTHS)
    return table(("a", "`not a`"), rows)


def _counted() -> str:
    rows = (
        (", ".join(_NAMES[item] for item in items), _NAMES[at_least(2, list(items))])
        for items in itertools.combinations_with_replacement(_TRUTHS, 3)
    )
    return table(("a, b, c", "`at_least(2, a, b, c)`"), rows)


def _asked() -> str:
    rows = []
    for when, record in samples.ASKED:
        known = ", ".join(f"{name} {_shown(value)}" for name, value in record.items())
        rows.append((code(when), known or "nothing", _answer(when, record)))
    return table(("condition", "known", "answer"), rows)


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "an empty set" if value == [] else f"{value}"


def _refusal(text: str) -> tuple[str, str] | None:
    """What the parser refuses in `text`, and what it says to write instead."""
    try:
        parse(text)
    except ConditionError as error:
        for name, arguments in error.hints:
            if name == "write":
                return str(error.arguments["found"]), arguments["text"]
    return None


def _spellings() -> str:
    samples = [f"a {symbol} 1" for symbol in _SYMBOLS]
    samples += [f"a {c} 1" for c in "＞＜＝≥≤≠×÷" if c in FULL_WIDTH]
    samples += [f"{word}(a)" if word.isascii() else f"a {word} b" for word in _SPELLINGS]
    samples += ["a is null", "a is not null", 'a = "b"', "a > 50,000", "a = null", "now() > a"]
    found: dict[str, dict[str, None]] = {}
    for sample in samples:
        if (refusal := _refusal(sample)) is not None:
            found.setdefault(refusal[1], {})[refusal[0]] = None
    rows = ((", ".join(code(word) for word in words), code(text)) for text, words in found.items())
    return table(("not in the language", "write"), rows)


def _on_purpose() -> str:
    found: dict[str, list[str]] = {}
    for word, why in _ON_PURPOSE.items():
        found.setdefault(why, []).append(word)
    return table(
        ("not in the language", "why, or what to write"),
        ((", ".join(map(code, words)), why) for why, words in found.items()),
    )


def _mistakes() -> str:
    rows = []
    for when in samples.MISTAKES:
        try:
            _world(when)
        except RuleSetError as error:
            problem = error.problems[0]
            rows.append((code(when), problem.message(), problem.hint() or ""))
    return table(("condition", "message", "hint"), rows)


# -- rule files

_KINDS = {
    "Text": "text",
    "Name": "name",
    "RuleSetName": "name",
    "Version": "text",
    "Tag": "text",
    "Type": "type",
    "StopOrNext": "`stop` or `next`",
    "Ties": "`include` or `exclude`",
    "Number": "number",
    "Scale": "a digit",
    "Date": "date",
    "Boolean": "`true` or `false`",
    "Zone": "time zone",
    "Texts": "text or texts",
    "Condition": "condition",
    "Expression": "expression",
    "Values": "list or `{value: label}`",
    "OnMissing": "value or word",
    "ParameterValue": "value, list or mapping",
    "Points": "pairs or mapping",
    "Targets": "target or list",
    "Anything": "anything",
}
_ENTRIES: Mapping[str, Any] = {
    "rule-set": models.RuleSetEntry,
    "parameter": models.ParameterEntry,
    "fit": models.FitEntry,
    "fitted": models.FittedEntry,
    "table": models.TableEntry,
    "column": models.ColumnEntry,
    "tag": models.TagEntry,
    "dimension": models.DimensionEntry,
    "characteristic": models.CharacteristicEntry,
    "rule": models.RuleEntry,
    "ladder": models.LadderEntry,
    "tier": models.TierEntry,
    "benefit": models.BenefitEntry,
    "example": models.ExampleEntry,
}


def _keys(entry: Any) -> Callable[[], str]:
    def made() -> str:
        kinds = {id(getattr(fields, name)): kind for name, kind in _KINDS.items()}
        hints = get_type_hints(entry, include_extras=True)
        rows = []
        for name, field in entry.model_fields.items():
            key = code(field.alias or name)
            parts = str(hints[name]) if id(hints[name]) not in kinds else ""
            nested = "dict[" in parts or "FitEntry" in parts or "FittedEntry" in parts
            kind = "list" if "list[" in parts else "mapping" if nested else kinds[id(hints[name])]
            rows.append((f"**{key}**" if field.is_required() else key, kind, field.description))
        return table(("key", "holds", "meaning"), rows)

    return made


def _types() -> str:
    return table(
        ("type", "values", "in conditions"), ((code(name), *samples.TYPES[name]) for name in fields.TYPES)
    )


def _cells() -> str:
    rows = ((code(name), samples.CELLS[name][0], samples.CELLS[name][1]) for name in fields.TYPES)
    return table(("type", "JSON", "a cell of a CSV file"), rows)


def _expect() -> str:
    keys: Any = schema()["$defs"]["ExampleEntry"]["properties"]["expect"]["properties"]
    return table(("key", "expects"), ((code(name), entry["description"]) for name, entry in keys.items()))


def _limits() -> str:
    return table(
        ("what", "at most"),
        (
            ("a file", f"{reader.LARGEST // 2**20} MB, {events.MOST_VALUES:,} values"),
            ("lists and mappings inside one another", f"{events.DEEPEST}"),
            ("a text", f"{fields.LONGEST_TEXT:,} characters"),
            ("a condition", f"{events.LONGEST:,} characters"),
            ("parentheses, `not`, signs and `case` inside one another", f"{parser.DEEPEST}"),
            ("`+ - * /` in one expression", f"{parser.MOST_OPERATORS}"),
            ("a name", f"{names.LONGEST_NAME} bytes in UTF-8"),
        ),
    )


def _trees() -> str:
    found: dict[tuple[str, ...], list[str]] = {}
    for type_ in fields.TYPES:
        found.setdefault(tuple(OPERATORS[type_]), []).append(type_)
    rows = ((", ".join(map(code, names)), ", ".join(map(code, words))) for words, names in found.items())
    return table(("types", "operators"), rows)


def _bridge() -> str:
    rows = []
    for type_, found in operators().items():
        for name, takes in found.items():
            value = {"numeric": 5, "select_multiple": ["a", "b"]}.get(takes, "a")
            leaf = {"name": "x", "operator": name, "value": value}
            variables = [{"name": "x", "field_type": type_}]
            rules = [{"conditions": leaf, "actions": [{"name": "t"}]}]
            made = from_business_rules({"rules": rules, "variables": variables})
            written = re.findall(r"    when: (.*)", made.text)
            words = (
                code(json.loads(written[0]) if written[0][0] == '"' else written[0])
                if written
                else "left out"
            )
            rows.append((code(type_), code(name), words))
    return table(("type", "operator", "here"), rows)


def _left_out() -> str:
    words = {name: texts[0] for name, texts in REASONS.items()} | {
        "refused": "what `tierkit check` says of it"
    }
    return table(("code", "because"), ((code(name), text) for name, text in words.items()))


# -- decisions


def _causes() -> str:
    return table(
        ("cause", "means", "in words"),
        ((code(name), samples.CAUSES[name], CAUSE_WORDS[name][0]) for name in CAUSES),
    )


def _decision_keys() -> str:
    data = json.loads((DOCS / "schema/decision-1.json").read_text(encoding="utf-8"))
    return table(
        ("key", "holds"), ((code(key), part["description"]) for key, part in data["properties"].items())
    )


# -- plugins


def _hooks() -> str:
    rows = []
    for hook in HOOKS:
        signature = inspect.signature(hook)
        names = ", ".join(f"{p.name}: {_named(p.annotation)}" for p in signature.parameters.values())
        gives = _named(signature.return_annotation)
        about, *rest = (inspect.getdoc(hook) or "").split("\n\n")
        called = " ".join(" ".join(rest).split())
        rows.append((code(f"{hook.__name__}({names}) -> {gives}"), " ".join(about.split()), called))
    return table(("hook", "what it does", "when it is called"), rows)


def _named(annotation: Any) -> str:
    return annotation if isinstance(annotation, str) else str(getattr(annotation, "__name__", annotation))


def _arguments(provider: type[Any]) -> Callable[[], str]:
    """The arguments of a provider, as its docstring describes them."""

    def made() -> str:
        text = inspect.getdoc(provider) or ""
        part = text[text.index("Args:\n") + 6 :].split("\n\n")[0]
        told = {
            name: " ".join(words.split())
            for name, words in _ARGUMENT.findall(textwrap.dedent(part.strip("\n")))
        }
        rows = []
        for field in dataclasses.fields(provider):
            needed = field.default is field.default_factory is dataclasses.MISSING
            rows.append((f"**{code(field.name)}**" if needed else code(field.name), told[field.name]))
        return table(("argument", "is"), rows)

    return made


def _built_in_dimensions() -> str:
    rows = []
    for provider in calendar.tierkit_dimensions():
        about = inspect.getdoc(getattr(calendar, provider.name)) or ""
        rows.append((code(provider.name), code(provider.type), " ".join(about.split("\n\n")[0].split())))
    return table(("provider", "type", "is"), rows)


def _built_in_benefits() -> str:
    rows = []
    for provider in benefits.tierkit_benefit_providers():
        model: Any = provider.params
        names = ", ".join(map(code, model.model_fields)) or "any"
        by = f" {code(provider.by)}" if provider.by is not None else ""
        about = " ".join((inspect.getdoc(model) or "").split())
        rows.append((code(provider.name), names, about, f"{_COMBINED[provider.combine]}{by}"))
    return table(("benefit", "parameters", "is", "of several"), rows)


_ARGUMENT = re.compile(r"^(\w+): (.*(?:\n +.*)*)", re.MULTILINE)
_COMBINED = {
    "first": "the first",
    "highest": "the highest",
    "lowest": "the lowest",
    "sum": "the sum of",
    "all": "all",
}

# -- architecture


def _modules(package: str) -> Callable[[], str]:
    """What the docstring of each module says, but for its examples."""

    def made() -> str:
        root = Path(str(tierkit.__file__)).parent / package
        lines = []
        for path in sorted(root.rglob("*.py")):
            name = path.relative_to(root).with_suffix("").as_posix().removesuffix("/__init__")
            text = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")), clean=False) or ""
            parts = [part for part in text.strip().split("\n\n") if part[0] not in " *" and part[-1] == "."]
            if name != "__init__" and parts:
                item = f"**{name}**: {' '.join(' '.join(parts).split())}"
                lines += textwrap.wrap(item, 116, initial_indent="* ", subsequent_indent="  ", **_WRAP)
        return "".join(f"{line}\n" for line in lines)

    return made


TABLES: Mapping[str, Callable[[], str]] = {
    "words": lambda: _listed(KEYWORDS),
    "reserved": lambda: _listed(RESERVED),
    "multiples": _multiples,
    "readings": _readings,
    "functions": _functions,
    "text-tests": _text_tests,
    "set-tests": _set_tests,
    "aggregates": _aggregates,
    "and": lambda: _pairs("and", all_of),
    "or": lambda: _pairs("or", any_of),
    "not": _negation,
    "at-least": _counted,
    "asked": _asked,
    "spellings": _spellings,
    "on-purpose": _on_purpose,
    "mistakes": _mistakes,
    "types": _types,
    "cells": _cells,
    "expect": _expect,
    "limits": _limits,
    "trees": _trees,
    "bridge": _bridge,
    "left-out": _left_out,
    "causes": _causes,
    "decision-keys": _decision_keys,
    "hooks": _hooks,
    "provider-dimension": _arguments(DimensionProvider),
    "provider-benefit": _arguments(BenefitProvider),
    "provider-function": _arguments(FunctionProvider),
    "built-in-dimensions": _built_in_dimensions,
    "built-in-benefits": _built_in_benefits,
    **{f"keys-{name}": _keys(entry) for name, entry in _ENTRIES.items()},
    **{
        f"modules-{name.replace('_', '-')}": _modules(name)
        for name in (
            "errors",
            "documents",
            "program",
            "plugins",
            "decisions",
            "backends",
            "analysis",
            "versions",
            "engine",
            "business_rules",
            "cli",
            "testing",
        )
    },
}


def main() -> int:
    """Writes the tables; 1 when one of them differed."""
    differ = []
    for name in PAGES:
        path = DOCS / f"{name}.md"
        if not path.exists():
            continue
        old = path.read_text(encoding="utf-8")
        if (new := filled(old)) != old:
            differ.append(name)
            if "--check" not in sys.argv:
                path.write_text(new, encoding="utf-8", newline="\n")
    print(f"differ: {', '.join(differ)}" if differ else "every table is the code's")
    return bool(differ)


if __name__ == "__main__":
    sys.exit(main())
