"""Says which class a customer is in, and why: versioned rule sets, decisions with reasons.

Nothing is loaded until it is used: `import tierkit` brings in no other package.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tierkit.decisions import Decision as Decision
    from tierkit.decisions import Finding as Finding
    from tierkit.decisions import Reason as Reason
    from tierkit.engine import Engine as Engine
    from tierkit.engine import RuleSet as RuleSet
    from tierkit.engine import load as load
    from tierkit.engine import loads as loads
    from tierkit.engine.dump import dumps as dumps
    from tierkit.errors import MissingExtraError as MissingExtraError
    from tierkit.errors import PluginError as PluginError
    from tierkit.errors import Problem as Problem
    from tierkit.errors import ReadError as ReadError
    from tierkit.errors import RecordError as RecordError
    from tierkit.errors import RefusedError as RefusedError
    from tierkit.errors import RuleSetError as RuleSetError
    from tierkit.errors import StoreError as StoreError
    from tierkit.errors import TierkitError as TierkitError
    from tierkit.errors import UnsupportedError as UnsupportedError
    from tierkit.errors import UsageError as UsageError
    from tierkit.plugins import hookimpl as hookimpl
    from tierkit.versions.copying import copy_store as copy_store

_HOMES = {
    "Decision": "tierkit.decisions",
    "Finding": "tierkit.decisions",
    "Reason": "tierkit.decisions",
    "Engine": "tierkit.engine",
    "RuleSet": "tierkit.engine",
    "load": "tierkit.engine",
    "loads": "tierkit.engine",
    "dumps": "tierkit.engine.dump",
    "MissingExtraError": "tierkit.errors",
    "Problem": "tierkit.errors",
    "PluginError": "tierkit.errors",
    "ReadError": "tierkit.errors",
    "RecordError": "tierkit.errors",
    "RefusedError": "tierkit.errors",
    "RuleSetError": "tierkit.errors",
    "StoreError": "tierkit.errors",
    "TierkitError": "tierkit.errors",
    "UnsupportedError": "tierkit.errors",
    "UsageError": "tierkit.errors",
    "hookimpl": "tierkit.plugins",
    "copy_store": "tierkit.versions.copying",
}

__all__ = sorted(_HOMES)  # noqa: PLE0605  the one list of public names is the table above


def __getattr__(name: str) -> Any:
    if name == "__version__":
        from importlib.metadata import version  # only when somebody asks

        return version("tierkit")
    if name not in _HOMES:
        message = f"module `tierkit` has no attribute `{name}`"
        raise AttributeError(message)
    value = getattr(import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
