"""Settings for every test: hypothesis profiles, and which tests need an engine beside Python.

`default` tries the same examples on every run, so that a change is judged by what it does; `random` tries others
each time, `long` many others, and `quick` a few.
"""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile("random", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("default", settings.get_profile("random"), derandomize=True, max_examples=50)
settings.register_profile("long", settings.get_profile("random"), max_examples=2000)
settings.register_profile("quick", settings.get_profile("default"), max_examples=15)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))

ENGINES = ("spark", "postgres", "mariadb")


def pytest_itemcollected(item: pytest.Item) -> None:
    """Marks the tests of engines; those of Spark share one process, for each would start a Java of its own."""
    if any(name in item.nodeid for name in ENGINES):
        item.add_marker("engines")
    if "spark" in item.nodeid:
        item.add_marker(pytest.mark.xdist_group("spark"))
