"""Processes that change one rule set of a store at once: `python -m tests.contenders ADDRESS FOLDER KILLED`.

One engine is opened and used, then there are eight processes of it by `fork`. Each writes the line of a change to
`FOLDER/NUMBER` once it was acknowledged. The first KILLED of them are killed while they are at it. At last the
process that made them makes a change of its own.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path

import tierkit

PROCESSES = 8
LONGEST = 100  # seconds after which a process ends itself, so that none is left behind
EACH = 6
VERSIONS = ("1", "2", "3")
RULES = """
ruleset: contended
version: {version}
dimensions:
  amount: {{type: money}}
rules:
  - {{id: large, tag: Large, when: amount > {version}00}}
"""


def main(address: str, folder: str, killed: int) -> None:
    """Prepares the store, lets the processes loose, and waits for all of them."""
    signal.alarm(LONGEST)
    engine = tierkit.Engine(address, interval=0, entry_points=False)
    for version in VERSIONS:
        path = Path(folder, f"{version}.yaml")
        path.write_text(RULES.format(version=version), encoding="utf-8")
        engine.publish(path, by="setup")
    engine.activate("contended", "1", by="setup")
    engine.evaluate("contended", {"amount": 150})
    children = []
    for number in range(PROCESSES):
        child = os.fork()
        if child == 0:
            _contend(engine, Path(folder, str(number)), number)
        children.append(child)
    for child in children[:killed]:
        time.sleep(0.03)
        os.kill(child, signal.SIGKILL)
    statuses = [os.waitpid(child, 0)[1] for child in children]
    if any(statuses[killed:]):
        sys.exit(f"processes failed: {statuses}")
    active = engine.status("contended").active
    to = "2" if active is None or active.version != "2" else "3"
    event = engine.rollback("contended", to, by="parent", reason="the last word")
    Path(folder, "parent").write_text(f"{event.line()}\n", encoding="utf-8")
    if engine.ruleset("contended").version != to:
        sys.exit("the first process does not see its own change")


def _contend(engine: tierkit.Engine, path: Path, number: int) -> None:
    """Activations and rollbacks by turns, until enough were acknowledged; others make some of them needless."""
    signal.alarm(LONGEST)  # a child does not inherit it
    status, done, turn = 1, 0, 0
    try:
        with path.open("a", encoding="utf-8", buffering=1) as acknowledged:
            while done < EACH:
                turn += 1
                version = VERSIONS[(number + turn) % 3]
                try:
                    if turn % 3 == 2:
                        event = engine.rollback("contended", by=f"p{number}", reason=f"turn {turn}")
                    else:
                        found = engine.activate("contended", version, by=f"p{number}", reason=f"turn {turn}")
                        if found is None:
                            continue
                        event = found
                except tierkit.RefusedError:
                    continue
                acknowledged.write(f"{event.line()}\n")
                done += 1
                engine.evaluate("contended", {"amount": 150})
        status = 0
    finally:
        os._exit(status)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
