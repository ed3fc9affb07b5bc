"""`check`: every problem of rule files, with its place. Nothing is decided."""

from __future__ import annotations

from tierkit.cli.files import rule_files
from tierkit.cli.terminal import Terminal, problems_data
from tierkit.engine import check as check_file
from tierkit.errors import Problem, ReadError, StoreError

FINE, WRONG, UNREADABLE = 0, 1, 2


def check(paths: list[str], store: str, terminal: Terminal, *, proofs: bool = True) -> int:
    """Prints the problems of the files; 1 when one of them is an error, 2 when a file cannot be read."""
    files = rule_files(paths, store, terminal.words)
    found: list[Problem] = []
    status, read = FINE, 0
    for path in files:
        try:
            _, problems = check_file(path, proofs=proofs)
        except (ReadError, StoreError) as error:
            terminal.error(str(error))
            status = UNREADABLE
            continue
        read += 1
        found += problems
        for problem in () if terminal.json else problems:
            terminal.out(problem.render(terminal.words.locale) + "\n")
    errors = sum(problem.severity == "error" for problem in found)
    if terminal.json:
        terminal.data(problems_data(found, terminal.words.locale))
    else:
        count = terminal.words.count
        slots = {"files": count("files", read), "errors": count("errors", errors)}
        slots["warnings"] = count("warnings", sum(problem.severity == "warning" for problem in found))
        notes = sum(problem.severity == "info" for problem in found)
        told = "checked-notes" if notes else "checked"
        terminal.out(terminal.words(told, **slots, notes=count("notes", notes)))
    return status or (WRONG if errors else FINE)
