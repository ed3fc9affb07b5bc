"""Load one rule file in a fresh process and print the seconds: `python -m benchmarks.loading FILE`."""

from __future__ import annotations

import importlib
import sys
import time
from pathlib import Path


def main(path: str) -> float:
    """Return the seconds that the first `tierkit.loads` of the process takes, lazy imports included."""
    loads = importlib.import_module("tierkit").loads  # the import is measured elsewhere
    text = Path(path).read_text(encoding="utf-8")
    start = time.perf_counter()
    loads(text)
    return time.perf_counter() - start


if __name__ == "__main__":
    sys.stdout.write(f"{main(sys.argv[1])}\n")
