"""House rules of plugins, as problems of the file that they speak of."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from tierkit.documents.events import parse
from tierkit.documents.nodes import Mapping, Scalar, Sequence, span
from tierkit.errors import Enough, Problems
from tierkit.plugins import Advice

if TYPE_CHECKING:
    from tierkit.engine.ruleset import RuleSet

_CODES = {"error": "house-rule", "warning": "house-advice"}
_NAMES = ("id", "name")


def advise(ruleset: RuleSet, problems: Problems) -> None:
    """Adds what the plugins say of a rule set; a house rule that fails is a problem too."""
    found = list(ruleset.plugins.check(ruleset))
    tree = parse(problems.source, Problems(problems.source)) if found else None
    with suppress(Enough):
        for plugin, advice in found:
            if isinstance(advice, Advice):
                where = _span(tree, advice.at)
                problems.add(_CODES[advice.severity], where, plugin=plugin, detail=advice.text)
            else:
                problems.add("plugin-failed", (0, 0), plugin=plugin, detail=advice)


def _span(tree: Any, at: str) -> tuple[int, int]:
    """The place of a path such as `rules.vip`: a key by its name, an item by its `id` or `name`."""
    where, node = (0, 0), tree
    for step in filter(None, at.split(".")):
        if isinstance(node, Mapping):
            if isinstance(tiers := node.get(Scalar("tiers")), Sequence) and Scalar(step) not in node:
                node = tiers
            elif Scalar(step) in node:
                where, node = span(node.key(step)), node[Scalar(step)]
                continue
        if not isinstance(node, Sequence):
            break
        named = (
            (item[Scalar(key)], item)
            for item in node
            if isinstance(item, Mapping)
            for key in _NAMES
            if item.get(Scalar(key)) == step
        )
        found = next(named, None)
        if found is None:
            break
        where, node = span(found[0]), found[1]
    return where
