"""`test`: the examples of rule files, run. A failure shows what was expected, what came out, and why."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tierkit.cli.covering import Measured, Wanted, too_little
from tierkit.cli.covering import data as coverage_data
from tierkit.cli.covering import shown as show_coverage
from tierkit.cli.files import rule_files
from tierkit.cli.terminal import Terminal, problems_data
from tierkit.decisions import Decision, Undetermined
from tierkit.engine import check
from tierkit.engine.examples import Difference, ExampleResult, coverage, run
from tierkit.errors import Problem, ReadError, StoreError

if TYPE_CHECKING:
    from tierkit.analysis.examples.coverage import Coverage

FINE, WRONG, UNREADABLE = 0, 1, 2


@dataclass(slots=True)
class _Tested:
    """What came of every file."""

    files: list[Path]
    results: list[tuple[Path, ExampleResult]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    covered: list[tuple[Path, Coverage]] = field(default_factory=list)


def test(paths: list[str], store: str, terminal: Terminal, wanted: Wanted | None) -> int:
    """Runs the examples of the files; 1 when one fails or a file has an error, 2 when one cannot be read.

    What is `wanted` of their coverage is measured and shown; 1 when they show too little.
    """
    tested = _Tested(rule_files(paths, store, terminal.words))
    status = FINE
    for path in tested.files:
        try:
            ruleset, found = check(path, proofs=False)
        except (ReadError, StoreError) as error:
            terminal.error(str(error))
            status = UNREADABLE
            continue
        if ruleset is None:
            tested.problems += [problem for problem in found if problem.severity == "error"]
            continue
        results = run(ruleset)
        tested.results += [(path, result) for result in results]
        if wanted is not None:
            tested.covered.append((path, coverage(ruleset, results)))
    failed = any(not result.passed for _, result in tested.results)
    measured = None if wanted is None else Measured(wanted, tuple(tested.covered))
    if terminal.json:
        terminal.data(_data(tested, measured, terminal.words.locale))
    else:
        _show(tested.files, tested.results, tested.problems, terminal)
        if measured is not None:
            show_coverage(measured, terminal)
    short = measured is not None and not measured.enough
    if measured is not None and short:
        terminal.note(too_little(measured, terminal.words))
    return status or (WRONG if failed or tested.problems or short else FINE)


def _data(tested: _Tested, measured: Measured | None, locale: str) -> dict[str, Any]:
    examples = [{"path": str(path), **result.to_dict(locale)} for path, result in tested.results]
    covered = None if measured is None else coverage_data(measured)
    return {"examples": examples, "coverage": covered, **problems_data(tested.problems, locale)}


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
