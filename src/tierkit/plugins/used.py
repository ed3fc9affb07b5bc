"""The plugins that one rule set uses: what its decisions name, and who has words for them."""

from __future__ import annotations

from collections.abc import Iterator

from tierkit.plugins.manager import Plugins
from tierkit.program.forms import Forms
from tierkit.program.providers import Offered


class Used:
    """The plugins of a rule set, as its decisions know them."""

    def __init__(self, plugins: Plugins, forms: Forms) -> None:
        self.render = plugins.render
        functions = plugins.offers.functions
        self.functions = {name: (found.plugin, found.version) for name, found in functions.items()}
        """The plugin of each function, and its version."""
        self.versions = dict(sorted((found.plugin, found.version) for found in _offered(plugins, forms)))
        """The version of each plugin that has a part in the decisions, by name."""


def _offered(plugins: Plugins, forms: Forms) -> Iterator[Offered]:  # type: ignore[type-arg]  # of any kind
    for dimension in forms.program.dimensions.values():
        if dimension.supply is not None and dimension.supply.call is not None:
            yield dimension.supply.call.offered
    for benefit in forms.program.benefits:
        for award in benefit.awards:
            if award.offered is not None:
                yield award.offered
    for term in forms.functions:
        yield plugins.offers.functions[term.name]
