"""What plugins cost: an engine that nobody listens to, five provider dimensions, fifty plugins."""

from __future__ import annotations

import statistics
import time
import types
from importlib import import_module
from typing import TYPE_CHECKING, Any

from benchmarks import workload
from benchmarks.measure import Contender, Options, interleaved
from benchmarks.report import Table, Target, number

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmarks.workload import Record

PROVIDERS = 5
PLUGINS = 50


def table(options: Options, tierkit: Any) -> Table:
    """Measure the three; without tierkit there is nothing to measure."""
    result = Table("Plugins", ("what", "measured", "target", "", "detail"))
    if tierkit is not None:
        for measure in (_unheard, _five, _fifty):
            result.add(*measure(options, tierkit))
    return result


def _unheard(options: Options, tierkit: Any) -> tuple[str, ...]:
    """An engine with a plugin that is not told of decisions against one without plugins."""
    text = workload.rule_file(workload.rules(30))
    bare = tierkit.loads(text, entry_points=False).evaluate
    quiet = tierkit.loads(text, plugins=[_plugin(tierkit, 0)]).evaluate
    times = interleaved([Contender("bare", _tags(bare)), Contender("quiet", _tags(quiet))], options, _records)
    ratio = times["quiet"].ratio(times["bare"])
    target = Target(1.03)
    detail = f"30 rules, {number(times['bare'].median)} µs without any plugin"
    return (
        "a plugin that does not listen, against none",
        f"{ratio:.3f}x",
        f"{target}x",
        target.verdict(ratio),
        detail,
    )


def _five(options: Options, tierkit: Any) -> tuple[str, ...]:
    """Five provider dimensions against the same values in the record, and the functions on their own."""
    names = [f"p{i}" for i in range(PROVIDERS)]
    rules = "\n".join(f"  - {{id: r{i}, tag: T{i}, when: p{i} > 0.9}}" for i in range(PROVIDERS))
    head = "ruleset: five\nversion: 1\ndimensions:\n  amount: {type: money}\n"
    given = head + "\n".join(f"  {name}: {{type: number}}" for name in names) + f"\nrules:\n{rules}\n"
    asked = (
        head
        + "\n".join(f"  {name}: {{type: number, provider: {name}}}" for name in names)
        + f"\nrules:\n{rules}\n"
    )
    functions = [_share(i) for i in range(PROVIDERS)]
    plugin = types.ModuleType("five")
    providers = [
        _provider(name=name, type="number", inputs={"amount": "money"}, compute=function)
        for name, function in zip(names, functions, strict=True)
    ]
    plugin.tierkit_dimensions = tierkit.hookimpl(_named("tierkit_dimensions", lambda: providers))  # type: ignore[attr-defined]
    with_plugins = tierkit.loads(asked, plugins=[plugin]).evaluate
    without = tierkit.loads(given).evaluate

    def only_functions(chunk: list[Record]) -> None:
        for record in chunk:
            amount = record["amount"]
            for function in functions:
                function({"amount": amount}, None)

    def full(chunk: list[Record]) -> None:
        for record in chunk:
            without(record).tags  # noqa: B018 - reading decides

    def asking(chunk: list[Record]) -> None:
        for record in chunk:
            with_plugins({"amount": record["amount"]}).tags  # noqa: B018 - reading decides

    def make(size: int, seed: int) -> list[Record]:
        return [
            {
                "amount": float(i % 977),
                **{
                    name: f({"amount": float(i % 977)}, None)
                    for name, f in zip(names, functions, strict=True)
                },
            }
            for i in range(seed * size, (seed + 1) * size)
        ]

    times = interleaved(
        [Contender("asked", asking), Contender("given", full), Contender("functions", only_functions)],
        options,
        make,
    )
    extra = statistics.median(
        a - g - f
        for a, g, f in zip(
            times["asked"].rounds, times["given"].rounds, times["functions"].rounds, strict=True
        )
    )
    target = Target(2)
    detail = (
        f"{number(times['asked'].median)} µs asked, {number(times['given'].median)} µs given, "
        f"{number(times['functions'].median)} µs the functions alone"
    )
    return (
        "five provider dimensions, above their own time",
        f"{number(extra)} µs",
        f"{target} µs",
        target.verdict(extra),
        detail,
    )


def _fifty(options: Options, tierkit: Any) -> tuple[str, ...]:
    """An engine with fifty plugins."""
    spent = []
    for _ in range(3 if options.quick else 15):
        plugins = [_plugin(tierkit, i) for i in range(PLUGINS)]
        start = time.perf_counter()
        tierkit.Engine(plugins=plugins)
        spent.append((time.perf_counter() - start) * 1000)
    found = statistics.median(spent)
    target = Target(200)
    return (
        f"an engine with {PLUGINS} plugins",
        f"{number(found)} ms",
        f"{target} ms",
        target.verdict(found),
        "five providers each",
    )


def _plugin(tierkit: Any, number_: int) -> types.ModuleType:
    plugin = types.ModuleType(f"plugin_{number_}")
    providers = [
        _provider(name=f"d{number_}_{i}", type="number", inputs={"amount": "money"}, compute=_share(i))
        for i in range(PROVIDERS)
    ]
    plugin.tierkit_dimensions = tierkit.hookimpl(_named("tierkit_dimensions", lambda: providers))  # type: ignore[attr-defined]
    return plugin


def _provider(**parts: Any) -> Any:
    return import_module("tierkit.plugins").DimensionProvider(**parts)


def _share(number_: int) -> Callable[[Any, Any], float]:
    """A provider's function that costs next to nothing."""
    step = number_ + 1

    def compute(record: Any, _params: Any) -> float:
        return float(record["amount"] * step % 1000 / 1000)

    return compute


def _named(name: str, function: Callable[[], Any]) -> Callable[[], Any]:
    function.__name__ = name
    return function


def _records(size: int, seed: int) -> list[Record]:
    return workload.records(size, seed)


def _tags(evaluate: Callable[[Record], Any]) -> Callable[[list[Record]], None]:
    def run(chunk: list[Record]) -> None:
        for record in chunk:
            evaluate(record).tags  # noqa: B018 - reading decides

    return run
