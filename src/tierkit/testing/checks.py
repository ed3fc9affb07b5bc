"""A plugin examined as an engine would, without one."""

from __future__ import annotations

from typing import Any

from tierkit.plugins.manager import Plugins


def check_plugin(module: Any) -> list[str]:
    """Everything that an engine would refuse a plugin for, a line each; empty when it is fit to be used.

    Args:
        module: the module, or the object, that has the hooks.

    >>> import types, tierkit
    >>> @tierkit.hookimpl
    ... def tierkit_dimension(): ...
    >>> check_plugin(types.SimpleNamespace(name="mine", tierkit_dimension=tierkit_dimension))
    ['plugin `mine`: there is no hook `tierkit_dimension`; did you mean `tierkit_dimensions`?']
    """
    return list(Plugins([module], installed=False).mistakes)
