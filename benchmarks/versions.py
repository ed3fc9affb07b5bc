"""What changing a version costs, and asking for the active one: `python -m benchmarks.versions`.

The store is a directory with 1,000 versions and 10,000 lines of history.
"""

from __future__ import annotations

import argparse
import datetime as dt
import statistics
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from benchmarks.report import Table, Target, number
from tierkit import Engine
from tierkit.versions.events import Event, digest

if TYPE_CHECKING:
    from collections.abc import Callable

NAME = "graded"
VERSIONS, LINES = 1_000, 10_000
RULES = (
    "ruleset: graded\nversion: {version}\ndimensions: {{x: {{type: number}}}}\n"
    "rules: [{{id: r, tag: T, when: x > {version}}}]\n"
)


def store(folder: Path) -> None:
    """A directory with its versions and its history, written at once."""
    home = folder / NAME
    home.mkdir()
    at = dt.datetime(2025, 1, 1, tzinfo=dt.UTC)
    lines: list[str] = []
    previous = None
    digests: dict[str, tuple[str, str]] = {}
    engine = Engine(folder, entry_points=False)
    for number_ in range(VERSIONS):
        version = str(number_)
        source = RULES.format(version=version).encode()
        (home / f"{version}.yaml").write_bytes(source)
        digests[version] = engine.loads(source).digest, digest(source)
    for number_ in range(LINES):
        version = str(number_ % VERSIONS)
        kind = "published" if number_ < VERSIONS else "activated"
        event = Event(kind, version, *digests[version], at, None, "bench", None, previous)  # type: ignore[arg-type]
        lines.append(event.line())
        previous = digest(lines[-1])
    (home / "history.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")


def table(rounds: int) -> Table:
    """Measures a running process."""
    result = Table("Versions", ("what", "median", "slowest", "target", "", "detail"))
    with TemporaryDirectory() as name:
        folder = Path(name)
        store(folder)
        engine = Engine(folder, entry_points=False)
        engine.ruleset(NAME)
        other = Engine(folder, entry_points=False, interval=0)
        other.ruleset(NAME)
        result.add(*_changing(rounds, "activate", lambda i: engine.activate(NAME, str(i), by="bench")))
        result.add(
            *_changing(rounds, "roll back", lambda _: engine.rollback(NAME, by="bench", reason="measured"))
        )
        result.add(*_taking_over(rounds, engine, other))
        result.add(*_asking(engine, other))
    return result


def _changing(rounds: int, what: str, change: Callable[[int], Any]) -> tuple[str, ...]:
    spent = []
    for round_ in range(rounds):
        start = time.perf_counter()
        change(round_)
        spent.append((time.perf_counter() - start) * 1000)
    found, target = statistics.median(spent), Target(50)
    slowest = f"{number(max(spent))} ms"
    return what, f"{number(found)} ms", slowest, f"{target} ms", target.verdict(found), "flushed to the disk"


def _taking_over(rounds: int, engine: Engine, other: Engine) -> tuple[str, ...]:
    """From an activation in one engine to a decision with it in another that looks every time."""
    spent = []
    for round_ in range(rounds):
        engine.activate(NAME, str(500 + round_), by="bench")
        start = time.perf_counter()
        version = other.ruleset(NAME).version
        spent.append((time.perf_counter() - start) * 1000)
        if version != str(500 + round_):
            message = "another version than the active one was served"
            raise RuntimeError(message)
    found, target = statistics.median(spent), Target(1000)
    slowest = f"{number(max(spent))} ms"
    return (
        "take over what another activated",
        f"{number(found)} ms",
        slowest,
        f"{target} ms",
        target.verdict(found),
        "",
    )


def _asking(engine: Engine, other: Engine) -> tuple[str, ...]:
    """A decision through an engine that looks every time, above one through the rule set itself."""
    record = {"x": 1.0}
    rules = engine.ruleset(NAME)

    def spent(decide: Callable[[], Any]) -> float:
        start = time.perf_counter()
        for _ in range(2_000):
            decide()
        return (time.perf_counter() - start) / 2_000 * 1e6

    every, usual, bare = [], [], []
    for _ in range(9):
        every.append(spent(lambda: other.evaluate(NAME, record)))
        usual.append(spent(lambda: engine.evaluate(NAME, record)))
        bare.append(spent(lambda: rules.evaluate(record)))
    extra = statistics.median(a - b for a, b in zip(every, bare, strict=True))
    default = statistics.median(a - b for a, b in zip(usual, bare, strict=True))
    target = Target(20)
    detail = f"{number(default)} µs with the default interval"
    return (
        "look for news with every decision",
        f"{number(extra)} µs",
        "",
        f"{target} µs",
        target.verdict(extra),
        detail,
    )


def main(arguments: list[str] | None = None) -> int:
    """Prints the table."""
    parser = argparse.ArgumentParser(
        "python -m benchmarks.versions", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument("--quick", action="store_true", help="few repeats: does it run, not how fast")
    parser.add_argument("--markdown", action="store_true", help="print the table as the documentation has it")
    asked = parser.parse_args(arguments)
    found = table(5 if asked.quick else 50)
    sys.stdout.write((found.markdown() if asked.markdown else found.text()) + "\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
