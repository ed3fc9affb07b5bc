"""`evaluate`: every record of a file decided, written row by row, and summed up."""

from __future__ import annotations

import contextlib
import logging
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tierkit.cli.choosing import chosen
from tierkit.cli.flat import Flat
from tierkit.cli.inputs import BadRow, Input, Plan, format_of, open_input, plan_of
from tierkit.cli.messages import Words
from tierkit.cli.outputs import Writer, open_output, output_format
from tierkit.cli.tables import Tables
from tierkit.cli.terminal import Terminal
from tierkit.decisions.outcome import Outcomes
from tierkit.documents.language import ConditionError, read_number
from tierkit.engine import RuleSet
from tierkit.engine.clock import Clock
from tierkit.errors import MissingExtraError, RecordError, UsageError
from tierkit.program.calls import SLOW

if TYPE_CHECKING:
    from tierkit.cli.quickly import Quick

FINE, WRONG, USAGE = 0, 1, 2
_SHOWN_FAILURES = 5
TICK = 2_000
_SLOW = 5.0  # seconds that a provider takes in all


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked for on the command line."""

    ruleset: str
    input: str
    tables: tuple[str, ...] = ()
    input_format: str = ""
    output: str = ""
    reasons: bool = False
    values: bool = False
    as_of: str = ""
    given: tuple[str, ...] = ()
    fail_on_error: bool = False
    max_undetermined: str = ""
    encoding: str = "utf-8"
    store: str = "rulesets"
    engine: str = ""
    memory_limit: str = ""


class Run:
    """One run: what decides, at which moment, and what has been counted."""

    def __init__(self, request: Request, terminal: Terminal) -> None:
        self.terminal, self.request = terminal, request
        self.ruleset = chosen(request.ruleset, request.store, terminal, request.as_of)
        self.moment, self.as_of = instant(request.as_of, self.ruleset, terminal.words)
        self.instant = Clock(self.ruleset.program.timezone).instant(self.moment)
        self.outcomes = Outcomes(self.ruleset.program)
        self.rows = self.failed = self.undetermined = 0
        self.left_out = 0
        self.tables: Tables | None = None

    def read_tables(self) -> None:
        """Reads the rows of all tables."""
        request = self.request
        if request.tables:
            self.tables = Tables(request.tables, self.ruleset, request.encoding, self.terminal)
            self.left_out = self.tables.failed

    def decide(self, source: Input, writer: Writer) -> Iterator[None]:
        """Decides and writes every row; yields now and then, so that progress can be shown."""
        evaluate, common, decided = self.ruleset.evaluate, self.outcomes.common, writer.decided
        moment, given, locale = self.moment, self.request.given, self.terminal.words.locale
        tables = self.tables
        for record in source.rows:
            self.rows += 1
            if record.__class__ is BadRow:
                self.fail(record.key, record.message(locale), writer)
                continue
            try:
                own = None if tables is None else tables.of(record)
                decision = evaluate(record, tables=own, as_of=moment, given=given)
            except RecordError as error:
                text = "; ".join(fault.message(locale) for fault in error.errors)
                self.fail(error.key, text, writer)
                continue
            shared = common(decision)
            self.undetermined += shared.undetermined
            decided(decision, shared)
            if not self.rows % TICK:
                yield

    def fail(self, key: object, text: str, writer: Writer) -> None:
        """Writes a row that cannot be decided; the first ones are told at once."""
        writer.failed(key, text)
        self.failed += 1
        if self.failed <= _SHOWN_FAILURES:
            self.told(self.rows, key, text)

    def told(self, row: int, key: object, text: str) -> None:
        """Tells of a row that cannot be decided."""
        shown = "" if key is None else f" (`{key}`)"
        self.terminal.note(self.terminal.words("row-failed", row=f"{row:,}", key=shown, text=text))


def evaluate(request: Request, terminal: Terminal) -> int:
    """Decides every record of the input; 1 when a limit that was asked for is passed."""
    words = terminal.words
    limit = _share(request.max_undetermined, words)
    if not request.input and not request.tables:
        terminal.note(words("error", text=words("no-input")))
        terminal.note(words("hint", text=words("see-help", command="tierkit evaluate")))
        return USAGE
    format_ = format_of(request.input, request.input_format, words) if request.input else ""
    read = (request.input, *(spec.partition("=")[2] for spec in request.tables))
    written = next(iter({output_format(request.output, path, words) for path in read}))
    run = Run(request, terminal)
    plan = plan_of(run.ruleset, request.given, words)
    flat = Flat(run.outcomes, run.as_of, words.locale, reasons=request.reasons, values=request.values)
    quick = _quick(run, format_, written, plan)
    if quick is not None:
        with progress(quick.source(), terminal) as tick:
            for _ in quick.write(flat):
                tick()
        run.left_out = quick.left_out
    else:
        run.read_tables()
        with (
            _source(run, format_, plan) as source,
            open_output(request.output, written, flat, terminal) as writer,
            progress(source, terminal) as tick,
        ):
            for _ in run.decide(source, writer):
                tick()
    _summary(run)
    if request.engine:
        engine = "python" if quick is None else quick.engine
        terminal.note(words("decided-by", engine=engine))
    _providers(run)
    return _status(run, limit)


def _quick(run: Run, format_: str, written: str, plan: Plan) -> Quick | None:
    """Many rows at a time, where that was asked for; or where it pays and can be done."""
    from tierkit.cli.quickly import QUICK, Quick, wanted

    request = run.request
    screen = not request.output and not run.terminal.json and sys.stdout.isatty()
    if not wanted(request, screen=screen):
        return None
    try:
        return Quick(run, format_, written, plan)
    except (UsageError, MissingExtraError) as refused:
        if request.engine in QUICK:
            raise
        logging.getLogger("tierkit.tables").info("decided record by record: %s", refused)
        return None


@contextlib.contextmanager
def _source(run: Run, format_: str, plan: Plan) -> Iterator[Input]:
    """The records: of a file, or everybody who has a row in a table."""
    if run.request.input:
        with open_input(run.request.input, format_, run.request.encoding, plan, run.terminal) as source:
            yield source
    elif run.tables is not None:
        yield Input(run.tables.customers(), 0, lambda: 0)


def instant(as_of: str, ruleset: RuleSet, words: Words) -> tuple[object, str]:
    """The one moment of a run, and how it is written down."""
    clock = Clock(ruleset.program.timezone)
    try:
        moment = clock.moment(as_of) if as_of else clock.instant(time.time())
    except UsageError:
        raise UsageError(words("bad-as-of", text=as_of)) from None
    return moment, clock.instant(moment).isoformat()


def _share(text: str, words: Words) -> float | None:
    if not text:
        return None
    try:
        share = float(read_number(text)[0])
    except ConditionError:
        share = -1.0
    if not 0 <= share <= 1:
        raise UsageError(words("bad-share", text=text))
    return share


@contextlib.contextmanager
def progress(source: Input, terminal: Terminal) -> Iterator[Callable[[], None]]:
    """A bar on a terminal, nothing in a pipe."""
    if not source.size or sys.stderr is None or not sys.stderr.isatty():
        yield lambda: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(terminal.words("progress"), total=source.size)
        yield lambda: bar.update(task, completed=source.position())


def _summary(run: Run) -> None:
    """How many rows, failures and heads, on standard error."""
    words, note = run.terminal.words, run.terminal.note
    if run.failed > _SHOWN_FAILURES:
        note(words("more-failed", count=f"{run.failed - _SHOWN_FAILURES:,}"))
    counts = {"failed": f"{run.failed:,}", "undetermined": f"{run.undetermined:,}"}
    note(words("evaluated", rows=words.count("rows", run.rows), **counts))
    decided = run.rows - run.failed
    if not decided:
        return
    outcomes = run.outcomes
    for ladder in outcomes.program.ladders:
        heads = [
            (words("none") if tier is None else tier, count)
            for tier, count in outcomes.tier_counts(ladder).items()
            if tier is not None or count
        ]
        if unsure := outcomes.undecided_count(ladder):
            heads.append((words("undetermined"), unsure))
        note(words("headcount", name=ladder, counts=_heads(heads, decided, words)))
    tags = outcomes.tag_counts()
    heads = [(tag, tags[tag]) for tag in outcomes.program.tags if tags[tag]]
    note(words("headcount", name=words("tags"), counts=_heads(heads, decided, words) or words("none")))


def _providers(run: Run) -> None:
    """The plugins' providers that failed, and those that took a while."""
    for name, calls in run.ruleset.calls().items():
        count, failed = f"{calls.calls:,}", f"{calls.failed:,}"
        slots = {"dimension": name, "provider": calls.provider, "plugin": calls.plugin, "calls": count}
        if calls.failed:
            run.terminal.warn("provider-failed", **slots, failed=failed, text=calls.first_failure)
        if calls.seconds >= _SLOW or calls.slowest >= SLOW:
            seconds, slowest = f"{calls.seconds:.2f}", f"{calls.slowest:.2f}"
            run.terminal.warn("provider-slow", **slots, seconds=seconds, slowest=slowest)


def _heads(heads: list[tuple[str, int]], decided: int, words: Words) -> str:
    return words.join([f"{name} {count:,} ({count / decided:.1%})" for name, count in heads])


def _status(run: Run, limit: float | None) -> int:
    """1 when a limit is passed; a row that failed counts as undetermined, for a feed can die either way."""
    words = run.terminal.words
    lost = run.undetermined + run.failed
    if limit is not None and lost > limit * run.rows:
        slots = {"share": f"{lost / run.rows:.1%}", "limit": run.request.max_undetermined}
        run.terminal.note(words("error", text=words("too-undetermined", **slots)))
        return WRONG
    return WRONG if run.request.fail_on_error and (run.failed or run.left_out) else FINE
