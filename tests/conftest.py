"""Settings for every test: hypothesis profiles.

`default` tries the same examples on every run, so that a change is judged by what it does; `random` tries others
each time, and `long` many others.
"""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

settings.register_profile("random", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("default", settings.get_profile("random"), derandomize=True)
settings.register_profile("long", settings.get_profile("random"), max_examples=2000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))
