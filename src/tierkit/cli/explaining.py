"""`explain`: one record decided, and why; or one tag or tier, and what is missing for it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from tierkit.backends.text.read_jsonl import parse, readers_of, typed
from tierkit.cli.choosing import chosen
from tierkit.cli.evaluating import instant
from tierkit.cli.files import near, reason
from tierkit.cli.inputs import plan_of
from tierkit.cli.messages import Words
from tierkit.cli.terminal import Terminal
from tierkit.decisions import Decision
from tierkit.decisions.explain import explain_target
from tierkit.decisions.outcome import json_key
from tierkit.decisions.whys import holds, targets
from tierkit.errors import ReadError, RecordError, UsageError

FINE = 0


def explain(
    ruleset: str,
    *,
    record: str,
    target: str,
    as_of: str,
    given: tuple[str, ...],
    store: str,
    terminal: Terminal,
) -> int:
    """Decides one record and prints the decision, or what can be said about one target."""
    words = terminal.words
    rules = chosen(ruleset, store, terminal, as_of)
    plan = plan_of(rules, given, words)
    moment, _ = instant(as_of, rules, words)
    if target and target not in targets(rules.program):
        hint = near(target, list(targets(rules.program)), words)
        raise UsageError(words("unknown-target", target=target, ruleset=rules.name, hint=hint))
    values = _record(record, words)
    if faults := typed(values, readers_of(plan.wanted), plan.wanted):
        raise RecordError(faults, values.get(plan.key or ""))
    decision = rules.evaluate(values, as_of=moment, given=given)
    if terminal.json:
        terminal.data(_about(decision, target, words.locale) if target else decision.to_dict(words.locale))
    elif target:
        terminal.out(explain_target(decision, target, words.locale))
    else:
        terminal.out(decision.explain(words.locale))
    return FINE


def _record(text: str, words: Words) -> dict[str, Any]:
    """The record: JSON as it stands, `@FILE`, or `@-` for standard input."""
    if text.startswith("@"):
        path = text.removeprefix("@")
        try:
            data = sys.stdin.buffer.read() if path == "-" else Path(path).read_bytes()
            text = data.decode("utf-8-sig")
        except UnicodeError:
            raise ReadError(words("not-text", path=path, encoding="utf-8")) from None
        except OSError as error:
            raise ReadError(words("cannot-read", path=path, reason=reason(error))) from None
    try:
        record = parse(text, words)
    except ValueError as error:
        raise UsageError(words("bad-record", detail=error)) from None
    if not isinstance(record, dict):
        raise UsageError(words("bad-record", detail=words("not-a-record", found=text[:60])))
    return record


def _about(decision: Decision, target: str, locale: str) -> dict[str, Any]:
    """A target as JSON-ready data; every key is always present."""
    path, leeway = decision.path_to(target), decision.leeway(target)
    held = [reason.to_dict(locale) for reason in decision.reasons if reason.target == target]
    return {
        "key": json_key(decision.key),
        "ruleset": decision.ruleset["name"],
        "version": decision.ruleset["version"],
        "as_of": decision.as_of.isoformat(),
        "target": target,
        "held": holds(decision, target),
        "reasons": held,
        "why_not": [reason.to_dict(locale) for reason in decision.why_not(target)],
        "path": None if path is None else path.to_dict(),
        "paths": [path.to_dict() for path in decision.paths_to(target)],
        "leeway": None if leeway is None else leeway.to_dict(),
    }
