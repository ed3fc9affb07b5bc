"""Locations, problems and exceptions: the vocabulary in which everything else complains.

This layer imports nothing of tierkit. A *problem* is a finding about a rule file; a *fault* is what is
wrong with one value of one record; an *error* is an exception that carries either.
"""

from tierkit.errors.customers import Customer
from tierkit.errors.exceptions import (
    MissingExtraError,
    PluginError,
    ReadError,
    RecordError,
    RefusedError,
    RuleSetError,
    StoreError,
    TierkitError,
    UnsupportedError,
    UsageError,
)
from tierkit.errors.faults import Fault
from tierkit.errors.location import Location, Source
from tierkit.errors.messages import CODES, HINTS, TUNABLE, Code
from tierkit.errors.problems import Enough, Problem, Problems, did_you_mean, suggestion

__all__ = [
    "CODES",
    "HINTS",
    "TUNABLE",
    "Code",
    "Customer",
    "Enough",
    "Fault",
    "Location",
    "MissingExtraError",
    "PluginError",
    "Problem",
    "Problems",
    "ReadError",
    "RecordError",
    "RefusedError",
    "RuleSetError",
    "Source",
    "StoreError",
    "TierkitError",
    "UnsupportedError",
    "UsageError",
    "did_you_mean",
    "suggestion",
]
