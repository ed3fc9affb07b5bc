"""The plugins of one engine: found, checked, and asked.

Nothing here is global but the list of what is installed.
"""

from __future__ import annotations

import logging
import types
from collections.abc import Iterable
from functools import lru_cache
from importlib import import_module, metadata
from inspect import signature
from typing import Any

from pluggy import PluginManager

from tierkit.errors import PluginError
from tierkit.plugins import benefits, calendar, hooks
from tierkit.plugins.advice import Advice, advice_mistake
from tierkit.plugins.survey import SPECS, Plugin, hooks_of, mistakes_in, offered_by
from tierkit.program.calls import described
from tierkit.program.providers import Offered, Offers

OWN = "tierkit"
"""The name of the plugin that tierkit itself is: the built-in dimensions and benefits."""

_OFFERING = ("tierkit_dimensions", "tierkit_benefit_providers", "tierkit_functions")
_log = logging.getLogger("tierkit.plugins")


class Plugins:
    """The plugins of one engine and what they offer. Immutable once made; shared by its rule sets.

    Args:
        passed: modules or objects with hooks.
        installed: True to take part what is installed under the entry point group `tierkit`.

    Raises:
        PluginError: a hook or a provider is not what it must be, or two have one name; all mistakes at once.
            An installed plugin that cannot be loaded is no mistake of the engine: it is listed with its
            failure, and logged.
    """

    def __init__(self, passed: Iterable[Any] = (), *, installed: bool = True) -> None:
        self.passed, self.installed = tuple(passed), installed
        self.mistakes: list[str] = []
        self._manager = PluginManager(hooks.GROUP)
        self._manager.add_hookspecs(hooks)
        found = [*_built_in(), *(_installed() if installed else ()), *map(_passed, self.passed)]
        self._offered: dict[str, dict[str, Offered[Any]]] = {hook: {} for hook in _OFFERING}
        self.list = tuple(self._registered(plugin) for plugin in _once(found))
        self.list = tuple(self._asked(plugin) for plugin in self.list)
        self.offers = Offers(*self._offered.values())
        self.checks, self.renders, self.listeners = (
            self._functions(hook) for hook in ("tierkit_check", "tierkit_render_reason", "tierkit_decided")
        )

    def _registered(self, plugin: Plugin) -> Plugin:
        if plugin.failure is not None:
            return plugin
        try:
            mistakes, own = list(mistakes_in(plugin.module)), hooks_of(plugin.module)
        except Exception as error:  # noqa: BLE001  an object may raise when it is looked at
            return self._failed(plugin, f"it cannot be examined: {described(error)}")
        if plugin.origin == "passed" and not own and not mistakes:
            mistakes = [f"it has none of the hooks {', '.join(f'`{name}`' for name in SPECS)}"]
        if other := self._manager.get_plugin(plugin.name):
            mistakes = [f"there are two plugins of this name: {other!r} and {plugin.module!r}"]
        if mistakes:
            self.mistakes += [f"plugin `{plugin.title}`: {text}" for text in mistakes]
            return plugin
        self._manager.register(plugin.module, plugin.name)
        return Plugin(plugin.name, plugin.version, plugin.origin, plugin.module, own)

    def _asked(self, plugin: Plugin) -> Plugin:
        """Takes what a plugin offers; two providers of one name are a mistake."""
        for hook in _OFFERING:
            if hook not in plugin.hooks:
                continue
            try:
                providers, wrong = offered_by(plugin, hook)
            except Exception as error:  # noqa: BLE001  a plugin may raise anything
                return self._failed(plugin, f"`{hook}` failed: {described(error)}")
            self.mistakes += [f"plugin `{plugin.title}`: {text}" for text in wrong]
            for provider in providers:
                other = self._offered[hook].get(provider.name)
                if other is None:
                    self._offered[hook][provider.name] = Offered(plugin.name, plugin.version, provider)
                else:
                    self.mistakes.append(
                        f"plugin `{plugin.title}`: `{hook}`: `{provider.name}` is offered by the plugin "
                        f"`{other.plugin} {other.version}` already"
                    )
        return plugin

    def _failed(self, plugin: Plugin, failure: str) -> Plugin:
        """A passed plugin that fails is the caller's mistake; an installed one is left out."""
        if plugin.origin == "passed":
            self.mistakes.append(f"plugin `{plugin.title}`: {failure}")
        if self._manager.is_registered(plugin.module):
            self._manager.unregister(plugin.module)
        for offered in self._offered.values():
            for name in [name for name, item in offered.items() if item.plugin == plugin.name]:
                del offered[name]
        return _without(plugin, failure)

    def _functions(self, hook: str) -> tuple[tuple[str, Any], ...]:
        """Who implements a hook, the last that joined first, as functions that take all arguments."""
        found = reversed(getattr(self._manager.hook, hook).get_hookimpls())
        return tuple((one.plugin_name, _narrowed(one, hook)) for one in found)

    def check(self, ruleset: Any) -> Iterable[tuple[str, Advice | str]]:
        """The advice of every house rule, with the plugin's name; a text where the plugin failed."""
        for name, function in self.checks:
            try:
                found = list(function(ruleset) or ())
            except Exception as error:  # noqa: BLE001  a plugin may raise anything
                yield name, described(error)
                continue
            for advice in found:
                wrong = advice_mistake(advice)
                yield name, advice if wrong is None else wrong

    def render(self, reason: Any, locale: str) -> str | None:
        """The words of the first plugin that has any for a reason."""
        for name, function in self.renders:
            try:
                text = function(reason, locale)
            except Exception as error:  # noqa: BLE001  a plugin may raise anything
                _log.warning("plugin `%s`: `tierkit_render_reason` failed: %s", name, described(error))
                continue
            if isinstance(text, str):
                return text
            if text is not None:
                kind = type(text).__name__
                _log.warning("plugin `%s`: `tierkit_render_reason` gave %s, not a text", name, kind)
        return None

    def tell(self, decision: Any, record: Any) -> None:
        """Tells every listener of a decision."""
        for name, function in self.listeners:
            try:
                function(decision, record)
            except Exception as error:  # noqa: BLE001  a plugin may raise anything
                _log.warning("plugin `%s`: `tierkit_decided` failed: %s", name, described(error))

    def switched(self, name: str, version: str, error: str | None) -> None:
        """Tells of a version that an engine took into service or refused."""
        for plugin, function in self._functions("tierkit_switched"):
            try:
                function(name, version, error)
            except Exception as failure:  # noqa: BLE001  a plugin may raise anything
                _log.warning("plugin `%s`: `tierkit_switched` failed: %s", plugin, described(failure))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Plugins) and self._identity == other._identity

    def __hash__(self) -> int:
        return hash(self._identity)

    @property
    def _identity(self) -> tuple[Any, ...]:
        return (*map(id, self.passed), self.installed)

    def __reduce__(self) -> tuple[Any, ...]:
        recipe = tuple(_Module(p.__name__) if isinstance(p, types.ModuleType) else p for p in self.passed)
        return _remade, (recipe, self.installed)

    def __repr__(self) -> str:
        return f"<Plugins {', '.join(plugin.title for plugin in self.list)}>"


def plugins(passed: Iterable[Any] = (), *, installed: bool = True) -> Plugins:
    """The plugins for an engine; those without passed ones are made once.

    Raises:
        PluginError: see `Plugins`.
    """
    found = Plugins(passed, installed=installed) if (passed := tuple(passed)) else _plain(installed)
    if found.mistakes:
        raise PluginError(found.mistakes)
    return found


@lru_cache(maxsize=2)
def _plain(installed: bool) -> Plugins:  # noqa: FBT001  the key of the cache
    return Plugins(installed=installed)


class _Module:
    """A module in a pickle: found again by its name."""

    def __init__(self, name: str) -> None:
        self.name = name


def _remade(recipe: tuple[Any, ...], installed: bool) -> Plugins:  # noqa: FBT001  as pickle passes it
    passed = [import_module(item.name) if isinstance(item, _Module) else item for item in recipe]
    return plugins(passed, installed=installed)


def _built_in() -> list[Plugin]:
    own = types.SimpleNamespace(
        tierkit_dimensions=calendar.tierkit_dimensions,
        tierkit_benefit_providers=benefits.tierkit_benefit_providers,
    )
    return [Plugin(OWN, _version(OWN), "built in", own)]


def _installed() -> list[Plugin]:
    found = []
    for entry in metadata.entry_points(group=hooks.GROUP):
        version = entry.dist.version if entry.dist is not None else ""
        try:
            found.append(Plugin(entry.name, version, "installed", entry.load()))
        except Exception as error:  # noqa: BLE001  a plugin may raise anything when it is imported
            failure = f"it cannot be imported: {described(error)}"
            _log.warning("plugin `%s %s`: %s", entry.name, version, failure)
            found.append(Plugin(entry.name, version, "installed", None, (), failure))
    return found


def _passed(module: Any) -> Plugin:
    """A passed plugin goes by its name: of a module its own, of an object `name`, else that of its class."""
    name = getattr(module, "__name__", None) or getattr(module, "name", None) or type(module).__qualname__
    version = getattr(module, "__version__", None) or getattr(module, "version", None) or ""
    return Plugin(str(name), str(version), "passed", module)


def _once(found: Iterable[Plugin]) -> list[Plugin]:
    """A module that is installed and passed as well takes part once."""
    seen: dict[int, Plugin] = {}
    for plugin in found:
        seen.setdefault(id(plugin.module) if plugin.module is not None else id(plugin), plugin)
    return list(seen.values())


def _without(plugin: Plugin, failure: str) -> Plugin:
    _log.warning("plugin `%s`: %s", plugin.title, failure)
    return Plugin(plugin.name, plugin.version, plugin.origin, plugin.module, (), failure)


def _narrowed(implementation: Any, hook: str) -> Any:
    """The hook of a plugin called with every argument, of which it gets those that it names."""
    function, wanted = implementation.function, implementation.argnames
    names = list(signature(SPECS[hook]).parameters)
    if list(wanted) == names:
        return function
    places = [names.index(name) for name in wanted]
    return lambda *arguments: function(*(arguments[place] for place in places))


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:  # run from a checkout
        return ""
