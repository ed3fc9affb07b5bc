"""What plugins are called with is the same whichever way a record takes."""

from __future__ import annotations

import datetime as dt
import types

import pytest

import tierkit
from tierkit.plugins import DimensionProvider, FunctionProvider
from tierkit.program.reference import Answer, decide


@tierkit.hookimpl
def tierkit_functions() -> list[FunctionProvider]:
    """A function that would tell -0.0 from 0.0."""
    return [FunctionProvider(name="shown", arguments=("number",), type="text", compute=repr)]


@tierkit.hookimpl
def tierkit_dimensions() -> list[DimensionProvider]:
    """A dimension that would do so too."""
    compute = lambda record, _: repr(record["x"])  # noqa: E731
    return [DimensionProvider(name="repr", type="text", inputs={"x": "number"}, compute=compute)]


PLUGIN = types.SimpleNamespace(
    name="zeros", tierkit_functions=tierkit_functions, tierkit_dimensions=tierkit_dimensions
)


@pytest.mark.parametrize("zero", [0, 0.0, -0.0, -1e-19])
def test_plugins_see_one_zero(zero: float) -> None:
    """-0.0 is no value of its own: a plugin gets 0.0, in the index as in the interpreter."""
    rules = tierkit.loads(
        "ruleset: zeros\nversion: 1\ndimensions: {x: {type: number}, d: {type: text, provider: repr}}\nrules:\n"
        "  - {id: function, tag: f, when: \"shown(x) = '0.0' and shown(-x) = '0.0'\"}\n"
        "  - {id: provider, tag: p, when: \"d = '0.0'\"}\n",
        plugins=[PLUGIN],
    )
    answer = decide(rules.program, {"x": zero}, dt.date(2025, 1, 1))
    assert isinstance(answer, Answer)
    assert answer.fired == (0, 1)
    assert rules.evaluate({"x": zero}).tags == ("f", "p")
    assert rules.evaluate({"x": zero}, as_of="2025-01-01").tags == ("f", "p")
