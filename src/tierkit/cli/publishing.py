"""`publish`: a rule file becomes a version that never changes again, or it is said why not."""

from __future__ import annotations

from tierkit.cli.changes import SHORT, at_store
from tierkit.cli.comparing import told as told_changes
from tierkit.cli.files import rule_file
from tierkit.cli.terminal import Terminal
from tierkit.cli.testing import told as told_example
from tierkit.engine import Engine
from tierkit.engine.diff import diff_sources
from tierkit.engine.examples import run
from tierkit.engine.releases import Published
from tierkit.errors import RefusedError

FINE, WRONG = 0, 1


def publish(file: str, *, by: str, reason: str, store: str, terminal: Terminal) -> int:
    """Publishes a rule file; 1 when it has problems, an example fails, or the version is another one."""
    engine = Engine(store)
    file = str(rule_file(file, store, terminal.words))
    try:
        published = engine.publish(file, by=by or None, reason=reason or None)
    except RefusedError as error:
        _explain(engine, file, error, terminal)
        return WRONG
    warnings = [problem for problem in published.problems if problem.severity == "warning"]
    if warnings:
        terminal.problems(warnings)
    _show(published, store, terminal)
    return FINE


def _show(published: Published, store: str, terminal: Terminal) -> None:
    words, event, name = terminal.words, published.event, published.ruleset.name
    if terminal.json:
        terminal.data({"name": name, "new": published.new, "event": event.to_dict()})
        return
    slots = {"name": name, "version": event.version, "digest": event.digest[:SHORT]}
    terminal.out(words("is-published" if published.new else "nothing-new", **slots))
    if published.new:
        terminal.out(
            words("activate-next", command=f"tierkit activate {name} {event.version}{at_store(store)}")
        )


def _explain(engine: Engine, file: str, error: RefusedError, terminal: Terminal) -> None:
    """Shows examples that fail as `test` does, and another meaning as `diff` does."""
    reasons = [reason for reason in error.reasons if not reason.startswith(" ")]
    if terminal.json:
        terminal.refused(reasons)
        return
    ruleset = engine.load(file)
    failed = [result for result in run(ruleset) if not result.passed]
    for result in failed:
        terminal.note("\n".join(told_example(file, result, terminal)) + "\n")
    if failed:
        count = terminal.words.count("examples", len(failed))
        terminal.note(
            terminal.words("error", text=terminal.words("examples-fail", name=ruleset.name, count=count))
        )
        return
    terminal.refused(reasons)
    if len(reasons) == len(error.reasons):
        return
    before = engine.store.source(ruleset.name, ruleset.version)
    for change in diff_sources(before, ruleset.text.encode()):
        for line in told_changes(change, terminal.words):
            terminal.note(f"  {line}")
