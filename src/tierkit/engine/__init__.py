"""Composition: engines with their plugins, and rule sets loaded, compiled and ready to decide."""

from tierkit.engine.engine import Engine
from tierkit.engine.load import check, load, loads
from tierkit.engine.ruleset import RuleSet

__all__ = ["Engine", "RuleSet", "check", "load", "loads"]
