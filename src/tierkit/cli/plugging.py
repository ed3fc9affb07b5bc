"""`plugins`: what is installed, what each plugin offers, and what could not be loaded."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tierkit.cli.grid import grid
from tierkit.cli.terminal import Terminal
from tierkit.plugins.manager import Plugins
from tierkit.plugins.survey import Plugin
from tierkit.program.providers import Offered

FINE, WRONG = 0, 1
_ORIGINS = {"built in": "plugin.built-in", "installed": "plugin.installed"}
_KINDS = {
    "dimensions": "plugin.dimensions",
    "benefits": "plugin.benefits",
    "functions": "plugin.functions",
}


def plugins(terminal: Terminal) -> int:
    """Lists the plugins; 1 when one of them failed or is not what it must be."""
    found = Plugins()
    if terminal.json:
        terminal.data({"plugins": [_data(found, item) for item in found.list], "mistakes": found.mistakes})
    else:
        _show(found, terminal)
    failed = any(item.failure is not None for item in found.list)
    return WRONG if failed or found.mistakes else FINE


def _data(found: Plugins, item: Plugin) -> dict[str, Any]:
    return {
        "name": item.name,
        "version": item.version,
        "origin": item.origin,
        "hooks": list(item.hooks),
        **_offers(found, item),
        "failure": item.failure,
    }


def _offers(found: Plugins, item: Plugin) -> dict[str, list[str]]:
    """What a plugin offers, by kind."""
    offers = found.offers
    kinds: dict[str, Mapping[str, Offered[Any]]] = {
        "dimensions": offers.dimensions,
        "benefits": offers.benefits,
        "functions": offers.functions,
    }
    return {
        kind: [name for name, offered in those.items() if offered.plugin == item.name]
        for kind, those in kinds.items()
    }


def _show(found: Plugins, terminal: Terminal) -> None:
    words = terminal.words
    rows = []
    for item in found.list:
        lines = [
            words("pair", name=words(_KINDS[kind]), value=words.join(names))
            for kind, names in _offers(found, item).items()
            if names
        ]
        if item.hooks:
            lines.append(words("pair", name=words("plugin.hooks"), value=words.join(list(item.hooks))))
        if item.failure is not None:
            lines.append(words("plugin.failed", text=item.failure))
        rows.append((item.name, item.version, words(_ORIGINS[item.origin]), "\n".join(lines)))
    columns = ("plugin", "plugin.version", "plugin.origin", "plugin.offers")
    terminal.out(grid([words(column) for column in columns], rows))
    for mistake in found.mistakes:
        terminal.note(words("error", text=mistake))
