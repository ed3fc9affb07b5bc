"""`test`: the examples of rule files, run. A failure shows what was expected, what came out, and why."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tierkit.cli.files import rule_files
from tierkit.cli.terminal import Terminal, problems_data
from tierkit.decisions import Decision, Undetermined
from tierkit.engine import check
from tierkit.engine.examples import Difference, ExampleResult, run
from tierkit.errors import Problem, ReadError, StoreError

FINE, WRONG, UNREADABLE = 0, 1, 2


def test(paths: list[str], store: str, terminal: Terminal) -> int:
    """Runs the examples of the files; 1 when one fails or a file has an error, 2 when one cannot be read."""
    files = rule_files(paths, store, terminal.words)
    results: list[tuple[Path, ExampleResult]] = []
    problems: list[Problem] = []
    status = FINE
    for path in files:
        try:
            ruleset, found = check(path)
        except (ReadError, StoreError) as error:
            terminal.error(str(error))
            status = UNREADABLE
            continue
        problems += [problem for problem in found if ruleset is None and problem.severity == "error"]
        results += [(path, result) for result in (() if ruleset is None else run(ruleset))]
    failed = sum(not result.passed for _, result in results)
    if terminal.json:
        terminal.data(_data(results, problems, terminal.words.locale))
    else:
        _show(files, results, problems, terminal)
    return status or (WRONG if failed or problems else FINE)


def _data(results: list[tuple[Path, ExampleResult]], problems: list[Problem], locale: str) -> dict[str, Any]:
    examples = [{"path": str(path), **result.to_dict(locale)} for path, result in results]
    return {"examples": examples, **problems_data(problems, locale)}


def _show(
    files: list[Path], results: list[tuple[Path, ExampleResult]], problems: list[Problem], terminal: Terminal
) -> None:
    words = terminal.words
    for problem in problems:
        terminal.out(problem.render(words.locale) + "\n")
    failed = [(path, result) for path, result in results if not result.passed]
    for path, result in failed:
        terminal.out("\n".join(told(path, result, terminal)) + "\n")
    slots = {"files": words.count("files", len(files)), "examples": words.count("examples", len(results))}
    errors = [words.count("errors", len(problems))] if problems else []
    summary = words("tested", **slots, failed=words.count("failed", len(failed)))
    terminal.out(words.join([summary, *errors]))


def told(path: Path | str, result: ExampleResult, terminal: Terminal) -> Iterator[str]:
    """An example that failed: what was expected, what came out, and why."""
    words = terminal.words
    yield words("failed-example", path=path, line=result.line, name=result.name)
    for difference in result.differences:
        yield f"  {difference.message(words.locale)}"
        yield from () if result.decision is None else _why(difference, result.decision, terminal)


def _why(difference: Difference, decision: Decision, terminal: Terminal) -> Iterator[str]:
    """The reasons behind what came out, as far as they belong to a difference."""
    locale = terminal.words.locale
    wanted = _targets(difference, decision)
    for reason in decision.reasons:
        if reason.target in wanted or reason.target is None:
            findings = terminal.words.join([finding.expression for finding in reason.findings])
            text = " – ".join(part for part in (reason.because_in(locale), findings) if part)
            target = terminal.words("not-eligible") if reason.target is None else reason.target
            yield terminal.words("because", target=target, text=text or reason.rule)
    for item in decision.undetermined:
        if difference.part == "undetermined" or item.ladder == difference.name or item.ladder is None:
            yield _unsure(item, terminal)


def _targets(difference: Difference, decision: Decision) -> set[str | None]:
    if difference.part == "tiers":
        return {f"{difference.name}.{difference.actual}"}
    if difference.part in ("include", "exclude"):
        return {difference.name}
    if difference.part == "tags" and isinstance(difference.expected, list):
        return {tag for tag in decision.tags if tag not in difference.expected}
    return set()


def _unsure(item: Undetermined, terminal: Terminal) -> str:
    words = terminal.words
    missing = [words("missing", name=value.dimension, cause=value.cause) for value in item.missing]
    return words("unsure", name=item.rule or item.ladder, missing=words.join(missing))
