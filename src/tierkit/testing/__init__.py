"""What the author of a plugin or a store tests it with; nothing of tierkit imports it.

`records` and `rulesets` need hypothesis, which `tierkit[testing]` installs; the rest needs what a plugin has.
"""

from tierkit.testing.agreement import assert_function_agrees, assert_provider_agrees
from tierkit.testing.cases import Case, CaseFile, read_cases
from tierkit.testing.checks import check_plugin
from tierkit.testing.drawn_records import records
from tierkit.testing.drawn_rulesets import rulesets
from tierkit.testing.runs import Result, assert_cases, run_cases

__all__ = [
    "Case",
    "CaseFile",
    "Result",
    "assert_cases",
    "assert_function_agrees",
    "assert_provider_agrees",
    "check_plugin",
    "read_cases",
    "records",
    "rulesets",
    "run_cases",
]
