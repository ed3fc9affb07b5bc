"""What is measured in processes of its own: importing, loading, and the command line on a file."""

from __future__ import annotations

import csv
import functools
import json
import os
import statistics
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from benchmarks import workload

ROOT = Path(__file__).resolve().parent.parent
TIMEOUT = 120.0


class MeasurementError(Exception):
    """A measured command failed; the message holds the end of what it wrote."""


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds, peak resident memory in MB, and the standard output of a command."""

    seconds: float
    megabytes: float
    output: str


def cost(command: list[str], *, processors: int = 2) -> Cost:
    """Run a Python command line, `sys.executable` in front, and return its cost."""
    launcher = [sys.executable, "-S", str(ROOT / "benchmarks" / "launch.py"), str(processors), str(TIMEOUT)]
    full = [*launcher, sys.executable, *command]
    done = subprocess.run(full, capture_output=True, text=True, check=True, cwd=ROOT, env=_environment())  # noqa: S603
    result = json.loads(done.stdout)
    if result["status"] != 0:
        reason = (result["errors"].strip() or "no message").splitlines()[-1]
        message = f"{' '.join(command[:4])}: {reason}"
        raise MeasurementError(message)
    return Cost(result["seconds"], result["megabytes"], result["output"])


@functools.cache
def _bytecode() -> tempfile.TemporaryDirectory[str]:
    """Return a directory for compiled modules, kept until the process ends."""
    return tempfile.TemporaryDirectory(prefix="bytecode-")


def _environment() -> dict[str, str]:
    """Return an environment where compiled modules are kept, as for a user, but not in the checkout."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return kept | {"PYTHONPYCACHEPREFIX": _bytecode().name}


def loading(rule_file: Path) -> Cost:
    """Return the cost of `tierkit.loads` of a file; the seconds are those of the call alone."""
    result = cost(["-m", "benchmarks.loading", str(rule_file)])
    return Cost(float(result.output), result.megabytes, "")


@dataclass(frozen=True, slots=True)
class StartUp:
    """Milliseconds of a process that imports tierkit, and of one that imports nothing."""

    imports: tuple[float, ...]
    bare: tuple[float, ...]

    @property
    def median(self) -> float:
        """The whole process, interpreter included."""
        return statistics.median(self.imports)

    @property
    def fastest(self) -> float:
        """The fastest whole process."""
        return min(self.imports)

    @property
    def net(self) -> float:
        """The median without the start of a bare interpreter."""
        return self.median - statistics.median(self.bare)


def start_up(repeats: int) -> StartUp:
    """Start processes in turn, with and without the import; the first pair only fills the caches."""
    imports, bare = [], []
    for _ in range(repeats + 1):
        bare.append(cost(["-c", "pass"]).seconds * 1000)
        imports.append(cost(["-c", "import tierkit"]).seconds * 1000)
    return StartUp(tuple(imports[1:]), tuple(bare[1:]))


def write_csv(path: Path, records: list[workload.Record]) -> None:
    """Write records as CSV, with every digit of every number."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(records[0]))
        writer.writeheader()
        writer.writerows(records)


def evaluate_file(rule_file: Path, source: Path, output: Path) -> Cost:
    """Return the cost of `tierkit evaluate` from CSV to JSON lines on two processors."""
    files = ["--input", str(source), "--output", str(output)]
    return cost(["-m", "tierkit", "evaluate", str(rule_file), *files])


def tags_in(output: Path) -> dict[str, list[str]]:
    """Return key to tags from a file of outcome rows."""
    with output.open(encoding="utf-8") as file:
        rows = [json.loads(line) for line in file]
    return {row["key"]: row["tags"] for row in rows}
