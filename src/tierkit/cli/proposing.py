"""`new-examples`: boundary cases of a rule file proposed as examples, to paste or to be written into it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tierkit.analysis.examples.proposals import Proposal, Proposals
from tierkit.analysis.examples.text import ExampleText, example_texts
from tierkit.cli.evaluating import instant
from tierkit.cli.files import file_bytes, rule_file, write_back
from tierkit.cli.terminal import Terminal
from tierkit.engine import RuleSet, loads
from tierkit.engine.appended import INDENT, appended, indent_of
from tierkit.engine.examples import run
from tierkit.errors import RefusedError, RuleSetError, UsageError
from tierkit.versions.directory import HISTORY

FINE = 0
_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked for on the command line; a `limit` of 0 is none."""

    file: str
    limit: int = 20
    as_of: str = ""
    write: bool = False
    store: str = "rulesets"


def new_examples(request: Request, terminal: Terminal) -> int:
    """Proposes examples for a file; `write` puts them behind those that it has."""
    words = terminal.words
    if request.limit < 0:
        raise UsageError(words("bad-limit", text=request.limit))
    path = rule_file(request.file, request.store, words)
    if request.write and path.with_name(HISTORY).is_file():
        raise UsageError(words("examples-published", path=path))
    data = file_bytes(path, words)
    ruleset = loads(data, path=str(path))
    moment, _ = instant(request.as_of, ruleset, words)
    proposals = ruleset.propose_examples(as_of=moment, limit=request.limit or None)
    taken = [example.name for example in ruleset.examples]
    texts = example_texts(ruleset.program, proposals.found, taken, words.locale)
    wrote = request.write and bool(texts)
    if wrote:
        _write(path, data, ruleset, texts, terminal)
    if terminal.json:
        terminal.data(_data(path, proposals, texts, wrote=wrote))
        return FINE
    if not request.write:
        _show(ruleset, texts, terminal)
    _tell(path, proposals, terminal, wrote=wrote)
    return FINE


def _write(path: Path, data: bytes, ruleset: RuleSet, texts: list[ExampleText], terminal: Terminal) -> None:
    """Writes the file with the examples in it, after they have been run from its text."""
    text = appended(data.decode(), texts)
    try:
        results = run(loads(text, path=str(path)))
    except RuleSetError:
        results = ()
    before = len(ruleset.examples)
    fresh = results[before:]
    if len(fresh) != len(texts) or not all(result.passed for result in fresh):
        raise RefusedError([terminal.words("cannot-append", path=path)])
    write_back(path, data, text.encode(), terminal.words)


def _show(ruleset: RuleSet, texts: list[ExampleText], terminal: Terminal) -> None:
    """The examples as they would stand in the file."""
    indent = indent_of(ruleset.text)
    if texts and not ruleset.examples:
        terminal.out("examples:")
    for text in texts:
        terminal.out(text.block(INDENT if indent is None else indent))


def _tell(path: Path, proposals: Proposals, terminal: Terminal, *, wrote: bool) -> None:
    """How many there are, how many more, and leaves that no record lets decide."""
    words = terminal.words
    count = words.count("examples", len(proposals.found))
    if not proposals.found:
        terminal.note(words("nothing-to-propose", path=path))
    else:
        terminal.note(words("examples-written" if wrote else "proposed", path=path, count=count))
    if proposals.more:
        terminal.note(words("more-proposals", count=words.count("examples", proposals.more)))
    for owner, expression in proposals.silent[:_SHOWN]:
        text = words("never-decides", owner=owner, name=expression)
        terminal.note(words("note", text=text))
    if len(proposals.silent) > _SHOWN:
        terminal.note(words("more-silent", count=f"{len(proposals.silent) - _SHOWN:,}"))


def _data(path: Path, proposals: Proposals, texts: list[ExampleText], *, wrote: bool) -> dict[str, Any]:
    pairs = zip(proposals.found, texts, strict=True)
    return {
        "path": str(path),
        "written": wrote,
        "examples": [{"as_of": None, **text.data, "about": _about(item)} for item, text in pairs],
        "more": proposals.more,
        "silent": [{"owner": owner, "expression": text} for owner, text in proposals.silent],
    }


def _about(item: Proposal) -> dict[str, Any]:
    spot = item.spot
    threshold = sorted(spot.threshold) if isinstance(spot.threshold, frozenset) else spot.threshold
    return {
        "owner": item.owner, "expression": item.expression, "dimension": spot.dimension,
        "where": spot.where, "threshold": threshold,
    }  # fmt: skip
