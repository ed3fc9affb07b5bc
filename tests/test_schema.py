"""The JSON Schema of rule files: what loads is valid, what editors should flag is not."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

import tierkit
from tierkit.documents.json_schema import schema, schema_text

ROOT = Path(__file__).parent.parent
FILES = sorted([*ROOT.glob("rulesets/*.yaml"), *ROOT.glob("examples/*/*.yaml")])

VALIDATOR = jsonschema.Draft202012Validator(schema())

GOOD: dict[str, Any] = {
    "ruleset": "a",
    "version": "1.0",
    "parameters": {
        "limit": {"value": "10k"},
        "best": {
            "value": 85,
            "fit": {
                "dimension": "amount",
                "top": "5%",
                "ties": "exclude",
                "where": "amount > 0",
                "step": 100,
            },
            "fitted": {"on": "2025-11-20", "records": 440, "digest": "5a2a2ec24b2b0806"},
        },
    },
    "tables": {"orders": {"key": "id", "columns": {"amount": {"type": "money"}}}},
    "tags": {"VIP": {"label": "Vip"}, "战略客户": None},
    "dimensions": {
        "amount": {"type": "money", "min": 0, "max": "1M", "on_missing": "unknown"},
        "月": {"type": "category", "values": {"1": {"en": "x"}}},
    },
    "rules": [{"id": "r", "tag": "VIP", "when": "amount > limit", "valid_from": "2025-01-01"}],
    "ladders": {"value": {"tiers": [{"id": "gold", "enter": "amount > 1"}, {"id": "rest"}]}},
    "benefits": [{"for": ["VIP", "value.gold"], "grant": {"discount": {"percent": 5}}}],
    "examples": [{"name": "x", "given": {"amount": 5}, "expect": {"tags": [], "tiers": {"value": None}}}],
}


def as_editors_read(path: Path) -> Any:
    """The file as plain YAML, dates as the texts they are in JSON."""
    return json.loads(json.dumps(yaml.safe_load(path.read_text(encoding="utf-8")), default=dt.date.isoformat))


def test_the_schema_is_itself_valid() -> None:
    """It is a JSON Schema of draft 2020-12, and says so."""
    jsonschema.Draft202012Validator.check_schema(schema())
    assert schema()["$schema"] == "https://json-schema.org/draft/2020-12/schema"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_rule_set_of_the_repository_is_valid(path: Path) -> None:
    """As YAML and as the JSON of `dumps`."""
    VALIDATOR.validate(as_editors_read(path))
    VALIDATOR.validate(json.loads(tierkit.dumps(tierkit.load(path))))


def test_a_complete_file_is_valid() -> None:
    """The file that the cases below break is whole itself."""
    VALIDATOR.validate(GOOD)


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (("rulset",), "a"),
        (("ruleset",), "Has Capitals"),
        (("version",), ["1"]),
        (("dimensions", "amount", "typ"), "money"),
        (("dimensions", "amount", "type"), "mony"),
        (("dimensions", "amount", "min"), "a lot"),
        (("dimensions", "amount", "on_missing"), {"default": 0, "policy": "error"}),
        (("dimensions", "amount", "on_missing"), {"policy": "erro"}),
        (("dimensions", "2nd"), {"type": "money"}),
        (("dimensions", "a b"), {"type": "money"}),
        (("dimensions", "月，日"), {"type": "money"}),
        (("tags", "a.b"), None),
        (("tags", " a"), None),
        (("rules", 0, "whn"), "amount > 1"),
        (("rules", 0, "id"), "not a name"),
        (("rules",), {"r": {"tag": "VIP"}}),
        (("rules", 0, "when"), 5),
        (("ladders", "value", "tiers"), {"gold": "amount > 1"}),
        (("ladders", "value", "when_unknown"), "skip"),
        (("benefits", 0, "grant"), "discount"),
        (("benefits", 0, "grants"), {}),
        (("examples", 0, "expects"), {}),
        (("examples", 0, "expect", "tag"), []),
        (("examples", 0, "expect", "tags"), "VIP"),
        (("examples", 0, "expect", "tags"), {"includes": ["VIP"]}),
        (("examples", 0, "expect", "benefits"), [{"values": {}}]),
        (("tables", "orders", "columns", "amount", "scale"), "two"),
        (("parameters", "best", "fit", "tops"), "5%"),
        (("parameters", "best", "fit", "ties"), "in"),
        (("parameters", "best", "fit"), "5%"),
        (("parameters", "best", "fitted", "records"), "many"),
    ],
)
def test_typos_are_flagged(place: tuple[Any, ...], value: Any) -> None:
    """A misspelt key, an unknown type, a name that is none, a wrong shape: each is invalid."""
    broken = json.loads(json.dumps(GOOD))
    where = broken
    for step in place[:-1]:
        where = where[step]
    where[place[-1]] = value
    assert not VALIDATOR.is_valid(broken)


@pytest.mark.parametrize("key", ["ruleset", "version"])
def test_name_and_version_are_required(key: str) -> None:
    """A file without its name or version is invalid."""
    assert not VALIDATOR.is_valid({name: value for name, value in GOOD.items() if name != key})


def test_every_key_is_described() -> None:
    """An author reads what a key means while typing it."""
    definitions = [schema(), *schema()["$defs"].values()]
    for definition in definitions:
        assert definition["description"]
        for name, field in definition["properties"].items():
            assert field.get("description"), name


def test_the_file_beside_the_rule_sets_is_current() -> None:
    """If it is not: `tierkit schema --output rulesets/ruleset.schema.json`."""
    committed = (ROOT / "rulesets" / "ruleset.schema.json").read_text(encoding="utf-8")
    assert json.loads(committed) == schema()
    assert json.loads(schema_text()) == schema()
