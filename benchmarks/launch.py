"""Run a command on a few processors and print what it cost, as one line of JSON.

    python -S benchmarks/launch.py PROCESSORS TIMEOUT COMMAND…

A small process of its own starts the command: a process inherits the peak memory of the one that forks it.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import time


def main(processors: int, timeout: float, command: list[str]) -> dict[str, object]:
    """Run *command* and return seconds, peak memory in MB, exit status and the texts it wrote."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:processors])
    start = time.perf_counter()
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=timeout, check=False)  # noqa: S603
    except subprocess.TimeoutExpired:
        return {"seconds": timeout, "megabytes": 0.0, "status": None, "output": "", "errors": "timed out"}
    seconds = time.perf_counter() - start
    unit = 1e6 if sys.platform == "darwin" else 1e3
    return {
        "seconds": seconds,
        "megabytes": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / unit,
        "status": done.returncode,
        "output": done.stdout[-2000:],
        "errors": done.stderr[-2000:],
    }


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(int(sys.argv[1]), float(sys.argv[2]), sys.argv[3:])) + "\n")
