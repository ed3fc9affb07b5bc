"""Composition: rule sets loaded, compiled and ready to decide."""

from tierkit.engine.load import check, load, loads
from tierkit.engine.ruleset import RuleSet

__all__ = ["RuleSet", "check", "load", "loads"]
