"""The JSON Schema of rule files, for editors: made from the models, so it cannot say anything else.

It describes the file as YAML reads it: a condition is a text, `10k` a text, a date a text. What a schema
cannot say (names that exist, types that fit) `tierkit check` says.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from tierkit.documents.models import RuleSetEntry
from tierkit.errors import TUNABLE

DIALECT = "https://json-schema.org/draft/2020-12/schema"
FILE_NAME = "ruleset.schema.json"

# A letter or `_`, then letters, digits and `_`, in any alphabet: neither `\p{L}` nor a Unicode `\w` means the
# same to every editor, so the pattern lists what is left out.
_NOT_IN_NAMES = r"\s!-/:-@\[-\^`{-~、。！（），：；？“”《》"
NAME = f"^[^0-9{_NOT_IN_NAMES}][^{_NOT_IN_NAMES}]*$"
_TAG = r"^[^\s.]([^.]*[^\s.])?$"
_VERSION = "^[0-9A-Za-z][0-9A-Za-z._+-]*$"
_NAMED = {
    "parameters": NAME,
    "tables": NAME,
    "dimensions": NAME,
    "ladders": NAME,
    "columns": NAME,
    "tags": _TAG,
}

_TEXT = {"type": ["string", "number", "boolean"]}
_TEXT_LIST = {"type": "array", "items": _TEXT}
_GRANTS = {
    "type": "array",
    "items": {
        "type": "object",
        "properties": {"target": _TEXT, "provider": _TEXT, "values": {}},
        "required": ["provider"],
        "additionalProperties": False,
    },
}
_EXPECT = {
    "tags": {
        "description": "all tags; or {include: […], exclude: […]}",
        "anyOf": [
            _TEXT_LIST,
            {
                "type": "object",
                "properties": {"include": _TEXT_LIST, "exclude": _TEXT_LIST},
                "additionalProperties": False,
            },
        ],
    },
    "tiers": {
        "description": "{ladder: tier}; null is no tier",
        "type": "object",
        "additionalProperties": {"type": ["string", "number", "boolean", "null"]},
    },
    "scores": {
        "description": "{score: value}",
        "type": "object",
        "additionalProperties": {"type": ["number", "string", "null"]},
    },
    "benefits": {
        "description": "{provider: what it grants}, or [{target, provider, values}]",
        "anyOf": [{"type": "object"}, _GRANTS],
    },
    "undetermined": {"description": "all rules and ladders that cannot be decided", **_TEXT_LIST},
}
# What the models leave to later passes, as far as a schema can say it.
_MORE: dict[tuple[str, str], dict[str, Any]] = {
    ("RuleEntry", "id"): {"pattern": NAME},
    ("TierEntry", "id"): {"pattern": NAME},
    ("BenefitEntry", "grant"): {"type": "object", "minProperties": 1},
    ("ExampleEntry", "given"): {"type": ["object", "null"]},
    ("ExampleEntry", "expect"): {"type": "object", "properties": _EXPECT, "additionalProperties": False},
}


def schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of a rule file.

    >>> schema()["required"]
    ['ruleset', 'version']
    """
    found: dict[str, Any] = _cleaned(RuleSetEntry.model_json_schema(by_alias=True))
    for (entry, key), more in _MORE.items():
        found["$defs"][entry]["properties"][key] |= more
    found["properties"]["version"]["pattern"] = _VERSION
    tags = found["properties"]["tags"]
    tags["additionalProperties"] = {"anyOf": [tags["additionalProperties"], {"type": "null"}]}
    found["properties"]["checks"]["propertyNames"] = {"enum": list(TUNABLE)}
    return {"$schema": DIALECT, "title": "tierkit rule set", **found}


def schema_text() -> str:
    """The schema as the text of the file that stands beside rule files."""
    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"


def _cleaned(node: Any) -> Any:
    """Without the titles that repeat the key and the nulls that mean "left out"; names get their pattern."""
    if isinstance(node, list):
        return [_cleaned(item) for item in node]
    if not isinstance(node, Mapping):
        return node
    found = {key: _cleaned(value) for key, value in node.items() if key not in ("title", "default")}
    if isinstance(properties := node.get("properties"), Mapping):
        found["properties"] = {key: _cleaned(value) for key, value in properties.items()}
        for key in _NAMED.keys() & properties.keys():
            if "additionalProperties" in found["properties"][key]:
                found["properties"][key]["propertyNames"] = {"pattern": _NAMED[key]}
    return found
