"""`fit`: cut-offs computed from a population and put into the author's file, with what they do to it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tierkit.cli.evaluating import instant
from tierkit.cli.files import file_bytes, rule_file, write_back
from tierkit.cli.grid import grid
from tierkit.cli.inputs import BadRow, format_of, open_input, plan_of
from tierkit.cli.messages import Words
from tierkit.cli.tables import Tables
from tierkit.cli.terminal import Terminal
from tierkit.decisions import Decision
from tierkit.decisions.outcome import Outcomes
from tierkit.engine import RuleSet, loads
from tierkit.engine.fitting import Fitted, Population
from tierkit.engine.written import number_text, written
from tierkit.errors import RecordError, UsageError
from tierkit.versions.directory import HISTORY

FINE, WRONG, USAGE = 0, 1, 2
_SHOWN = 5
_FORMS = {"top": "fit-top", "quantile": "fit-quantile", "mean": "fit-mean", "median": "fit-median"}


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked for on the command line."""

    file: str
    input: str
    tables: tuple[str, ...] = ()
    input_format: str = ""
    as_of: str = ""
    given: tuple[str, ...] = ()
    check: bool = False
    encoding: str = "utf-8"
    store: str = "rulesets"


@dataclass(frozen=True, slots=True)
class Place:
    """A tier of a ladder, None for none, and how many customers are there by the old and the new values."""

    ladder: str
    tier: str | None
    before: int
    after: int


class Customers:
    """The population, decided as often as it is asked for; `failed` rows could not be decided."""

    def __init__(self, request: Request, ruleset: RuleSet, terminal: Terminal) -> None:
        self.request, self.terminal = request, terminal
        self.moment: Any
        self.moment, self.as_of = instant(request.as_of, ruleset, terminal.words)
        self.failed = self.rows = 0
        self._told = False
        self._kept: list[Any] | None = None  # what standard input held: it is read only once
        self._plan = plan_of(ruleset, request.given, terminal.words)
        self._format = format_of(request.input, request.input_format, terminal.words) if request.input else ""
        self._tables: Tables | None = None
        if request.tables:
            self._tables = Tables(request.tables, ruleset, request.encoding, terminal)

    def decided(self, ruleset: RuleSet) -> Iterator[Decision]:
        """Every decision; the first time, what cannot be decided is told."""
        self.failed = self.rows = 0
        for record in self._records():
            self.rows += 1
            if isinstance(record, BadRow):
                self._fail(record.key, record.message(self.terminal.words.locale))
                continue
            own = None if self._tables is None else self._tables.of(record)
            try:
                yield ruleset.evaluate(record, tables=own, as_of=self.moment, given=self.request.given)
            except RecordError as error:
                locale = self.terminal.words.locale
                self._fail(error.key, "; ".join(fault.message(locale) for fault in error.errors))
        if self.failed > _SHOWN and not self._told:
            self.terminal.note(self.terminal.words("more-failed", count=f"{self.failed - _SHOWN:,}"))
        self._told = True

    def _records(self) -> Iterator[Any]:
        request = self.request
        if not request.input:
            if self._tables is not None:
                yield from self._tables.customers()
        elif self._kept is not None:
            yield from self._kept
        else:
            with open_input(
                request.input, self._format, request.encoding, self._plan, self.terminal
            ) as source:
                if request.input == "-":
                    self._kept = list(source.rows)
                yield from source.rows if self._kept is None else self._kept

    def _fail(self, key: object, text: str) -> None:
        self.failed += 1
        if self.failed <= _SHOWN and not self._told:
            words, shown = self.terminal.words, "" if key is None else f" (`{key}`)"
            self.terminal.note(words("row-failed", row=f"{self.rows:,}", key=shown, text=text))


def fit(request: Request, terminal: Terminal) -> int:
    """Fits the parameters of a file; with `check` it writes nothing, and 1 says that a value would change."""
    words = terminal.words
    if not request.input and not request.tables:
        terminal.note(words("error", text=words("no-input")))
        terminal.note(words("hint", text=words("see-help", command="tierkit fit")))
        return USAGE
    path = rule_file(request.file, request.store, words)
    data = file_bytes(path, words)
    ruleset = loads(data, path=str(path))
    if not ruleset.program.fits:
        raise UsageError(words("nothing-to-fit", path=path))
    if path.with_name(HISTORY).is_file() and not request.check:
        raise UsageError(words("fit-published", path=path))
    customers = Customers(request, ruleset, terminal)
    population, before = Population(ruleset, customers.moment), Outcomes(ruleset.program)
    for decision in customers.decided(ruleset):
        population.add(decision)
        before.common(decision)
    fitted = population.fitted()
    text = written(data.decode(), fitted)
    fresh = loads(text, path=str(path))
    after = Outcomes(fresh.program)
    for decision in customers.decided(fresh):
        after.common(decision)
    changed = any(item.new != item.old for item in fitted)
    wrote = not request.check and text.encode() != data
    if wrote:
        write_back(path, data, text.encode(), words)
    places = list(_places(before, after))
    if terminal.json:
        terminal.data(_data(path, fitted, places, customers, changed=changed, wrote=wrote))
    else:
        _show(ruleset, fitted, places, words, terminal)
        count = sum(item.new != item.old for item in fitted)
        terminal.out("")
        terminal.out(_end(path, words.count("values", count), words, changed=changed, wrote=wrote))
    return WRONG if request.check and changed else FINE


def _places(before: Outcomes, after: Outcomes) -> Iterator[Place]:
    """The heads on each ladder, best tier first; those whose tier is not decided are in none."""
    for ladder in before.program.ladders:
        old, new = before.tier_counts(ladder), after.tier_counts(ladder)
        old[None] += before.undecided_count(ladder)
        new[None] += after.undecided_count(ladder)
        for tier, count in old.items():
            yield Place(ladder, tier, count, new[tier])


def _data(
    path: Path, fitted: list[Fitted], places: list[Place], customers: Customers, *, changed: bool, wrote: bool
) -> dict[str, Any]:
    parameters = [
        {
            "parameter": item.parameter, "old": item.old, "new": item.new,
            "records": item.size, "missing": item.missing, "digest": item.digest,
        }
        for item in fitted
    ]  # fmt: skip
    ladders: dict[str, list[Any]] = {place.ladder: [] for place in places}
    for place in places:
        ladders[place.ladder].append({"tier": place.tier, "before": place.before, "after": place.after})
    return {
        "path": str(path), "as_of": customers.as_of, "changed": changed, "written": wrote,
        "rows": customers.rows, "failed": customers.failed, "parameters": parameters, "ladders": ladders,
    }  # fmt: skip


def _show(
    ruleset: RuleSet, fitted: list[Fitted], places: list[Place], words: Words, terminal: Terminal
) -> None:
    """Each parameter with its old and its new value, then the shares on each ladder."""
    for item in fitted:
        fit, value = ruleset.program.fits[item.parameter], ruleset.parameters[item.parameter].value
        percent = getattr(value, "type", "") == "ratio"
        amount = number_text(float(fit.amount), percent=fit.form in ("top", "quantile"))
        terminal.out(
            words(
                "fit-line",
                name=item.parameter,
                old=number_text(item.old, percent=percent),
                new=number_text(item.new, percent=percent),
                how=words(_FORMS[fit.form], amount=amount, dimension=fit.dimension),
                count=words.count("customers", item.size),
                missing=f"{item.missing:,}",
            )
        )
    if not places:
        return
    totals = {place.ladder: 0 for place in places}
    for place in places:
        totals[place.ladder] += place.after
    terminal.out("")
    rows = [
        [
            place.ladder,
            words("none") if place.tier is None else place.tier,
            *(
                f"{count:,} ({count / max(totals[place.ladder], 1):.1%})"
                for count in (place.before, place.after)
            ),
        ]
        for place in places
        if place.tier is not None or place.before or place.after
    ]
    headings = [words(key) for key in ("a-ladder", "a-tier", "fit-before", "fit-after")]
    terminal.out(grid(headings, rows, whole=(0, 1, 2, 3)))


def _end(path: Path, count: str, words: Words, *, changed: bool, wrote: bool) -> str:
    """What became of the file."""
    if wrote:
        return words("fit-written" if changed else "fit-noted", path=path, count=count)
    return words("fit-would" if changed else "fit-same", path=path, count=count)
