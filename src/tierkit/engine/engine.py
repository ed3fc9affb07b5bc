"""The engine: a folder of rule sets and the plugins that take part in all of them."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from tierkit.decisions import Decision
from tierkit.documents.names import is_ruleset_name
from tierkit.documents.reader import decode, read
from tierkit.engine.load import finish
from tierkit.engine.ruleset import RuleSet
from tierkit.errors import UsageError, did_you_mean
from tierkit.plugins.manager import plugins as together

_ENDINGS = (".yaml", ".yml")


class Engine:
    """Rule sets by name, all with the same plugins. Two engines share nothing.

    Args:
        store: the directory of the rule files.
        plugins: modules or objects with hooks that take part.
        entry_points: False to leave out the plugins that are installed.

    Raises:
        PluginError: a plugin is not what it must be; every mistake of every plugin at once.

    >>> engine = Engine("rulesets")
    >>> engine.ruleset("rfm")
    <RuleSet rfm@2025.11.0>
    """

    def __init__(
        self,
        store: str | os.PathLike[str] = "rulesets",
        *,
        plugins: Iterable[Any] = (),
        entry_points: bool = True,
    ) -> None:
        self.store = Path(store)
        self.plugins = together(plugins, installed=entry_points)
        """The plugins that take part; `plugins.list` tells their names, versions and hooks."""

    def load(self, path: str | os.PathLike[str]) -> RuleSet:
        """Loads a rule file; raises as `tierkit.load` does."""
        return finish(*read(Path(path)), self.plugins)

    def loads(self, text: str | bytes, *, path: str = "<text>") -> RuleSet:
        """Loads a rule set from text; raises as `tierkit.loads` does."""
        return finish(*decode(text, path), self.plugins)

    def ruleset(self, name: str) -> RuleSet:
        """The rule set of a name: the file `NAME.yaml` of the store.

        Raises:
            UsageError: there is none.
            RuleSetError: the file has problems.
        """
        if is_ruleset_name(name):
            for ending in _ENDINGS:
                if (path := self.store / f"{name}{ending}").is_file():
                    return self.load(path)
        known = [path.stem for ending in _ENDINGS for path in self.store.glob(f"*{ending}")]
        hint = "".join(f"; did you mean `{near['word']}`?" for _, near in did_you_mean(name, known))
        message = f"there is no rule set `{name}` in `{self.store}`{hint}"
        raise UsageError(message)

    def evaluate(self, name: str, record: Any, **options: Any) -> Decision:
        """`engine.ruleset(name).evaluate(record, …)` in one call; reads the file each time."""
        return self.ruleset(name).evaluate(record, **options)

    def __repr__(self) -> str:
        return f"<Engine {str(self.store)!r}>"
