"""`impact`: two versions on the same customers, counted and shown, on the terminal and as a page."""

from __future__ import annotations

import contextlib
import importlib.util
import io
import shutil
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from tierkit.analysis.impact.figures import Impact
from tierkit.analysis.impact.movers import Answer, Refused
from tierkit.analysis.impact.places import Scheme
from tierkit.cli.choosing import chosen
from tierkit.cli.evaluating import TICK, instant, progress
from tierkit.cli.files import near, replacing
from tierkit.cli.impact_text import lines
from tierkit.cli.impact_words import Wording
from tierkit.cli.inputs import BadRow, Plan, format_of, open_input, plan_of
from tierkit.cli.messages import Words
from tierkit.cli.movers import FORMATS, MoverList
from tierkit.cli.tables import Tables
from tierkit.cli.terminal import Terminal
from tierkit.documents.language import ConditionError, read_number
from tierkit.engine.impact import Comparison, impact, impact_of_answers
from tierkit.errors import UsageError

FINE, USAGE = 0, 2


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked for on the command line."""

    before: str
    after: str
    input: str = ""
    tables: tuple[str, ...] = ()
    input_format: str = ""
    html: str = ""
    output: str = ""
    movers: int = 20
    quotas: tuple[str, ...] = ()
    as_of: str = ""
    given: tuple[str, ...] = ()
    encoding: str = "utf-8"
    store: str = "rulesets"


@dataclass(frozen=True, slots=True)
class Once(Terminal):
    """A terminal that says everything once, although two versions ask for it."""

    said: set[str] = field(default_factory=set)

    def note(self, text: str) -> None:
        """Prints a line that was not printed before."""
        if text not in self.said:
            self.said.add(text)
            Terminal.note(self, text)


def impact_of(request: Request, terminal: Terminal) -> tuple[Comparison, Impact]:
    """Both versions on the customers of a request; who moves is written on the way."""
    words = terminal.words
    sides = [chosen(name, request.store, terminal, request.as_of) for name in (request.before, request.after)]
    for name in request.given:
        if not any(name in side.dimensions for side in sides):
            known = list(dict.fromkeys(n for side in sides for n in side.dimensions))
            raise UsageError(words("unknown-given", name=name, hint=near(name, known, words)))
    as_of, _ = instant(request.as_of, sides[1], words)
    about = Comparison(
        sides[0], sides[1], request.as_of or as_of, request.given, movers=request.movers,
        reasons=Path(request.output).suffix.lower() != ".csv",
    )  # fmt: skip
    about = replace(about, quotas=_quotas(request.quotas, about.scheme, words))
    with _movers(request, about, terminal) as each:
        about = replace(about, each=each)
        return about, _counted(request, about, terminal)


def _quotas(texts: tuple[str, ...], scheme: Scheme, words: Words) -> dict[str, float]:
    known = [*scheme.tags, *(f"{rungs.ladder}.{tier}" for rungs in scheme.ladders for tier in rungs.tiers)]
    found = {}
    for text in texts:
        target, _, number = text.rpartition("=")
        try:
            share = float(read_number(number)[0])
        except ConditionError:
            share = -1.0
        if not target or not 0 <= share <= 1:
            raise UsageError(words("bad-quota", text=text))
        if target not in known:
            raise UsageError(words("unknown-quota", name=target, hint=near(target, known, words)))
        found[target] = share
    return found


@contextlib.contextmanager
def _movers(request: Request, about: Comparison, terminal: Terminal) -> Iterator[Any]:
    """What everybody who moves is handed to; None where nobody asked for the list."""
    if not request.output:
        yield None
        return
    with replacing(Path(request.output), terminal.words) as binary:
        stream = io.TextIOWrapper(binary, "utf-8", errors="backslashreplace", newline="")
        movers = MoverList(stream, FORMATS[Path(request.output).suffix.lower()], about, terminal.words.locale)
        yield movers
        stream.flush()
        stream.detach()
    count = terminal.words.count("customers", movers.count)
    terminal.note(
        terminal.words("note", text=terminal.words("impact-movers", count=count, path=request.output))
    )


def _counted(request: Request, about: Comparison, terminal: Terminal) -> Impact:
    """The impact: of a whole table where that is quicker, else record by record."""
    words = terminal.words
    format_ = format_of(request.input, request.input_format, words) if request.input else ""
    if format_ == "parquet" and not request.tables and _has_polars():
        for plan in _plans(about, words):
            with open_input(request.input, format_, request.encoding, plan, terminal):
                pass  # what is odd about the columns is said when the file is opened
        return impact(
            about.before, about.after, Path(request.input), as_of=about.as_of, given=about.given,
            movers=about.movers, quotas=about.quotas, each=about.each, reasons=about.reasons,
        )  # fmt: skip
    return impact_of_answers(about, _answers(request, format_, about, terminal))


def _has_polars() -> bool:
    return importlib.util.find_spec("polars") is not None


def _readings(plans: list[Plan]) -> list[Plan]:
    """How often the input must be read: once, where both versions read it alike."""
    first, second = plans
    alike = (first.key, first.wanted, first.computed) == (second.key, second.wanted, second.computed)
    return plans[:1] if alike else plans


def _plans(about: Comparison, words: Words) -> list[Plan]:
    return [plan_of(side, about.givens[at], words) for at, side in enumerate(about.sides)]


def _answers(
    request: Request, format_: str, about: Comparison, terminal: Terminal
) -> Iterator[tuple[Answer, Answer]]:
    """Both answers to every customer: of the input, or everybody who has a row in a table."""
    words, locale = terminal.words, terminal.words.locale
    tables = _tables(request, about, terminal)

    def answer(at: int, record: Any) -> Answer:
        if isinstance(record, BadRow):
            return Refused(record.key, record.faults, record.text and record.message(locale))
        own = tables[at]
        return about.answer(at, record, None if own is None else own.of(record))

    if not request.input:
        keys = [side.program.key or "" for side in about.sides]
        everybody = dict.fromkeys(
            record[keys[at]]
            for at, own in enumerate(tables)
            for record in (() if own is None else own.customers())
        )
        for key in everybody:
            yield answer(0, {keys[0]: key}), answer(1, {keys[1]: key})
        return
    with contextlib.ExitStack() as stack:
        path = request.input if request.input != "-" else stack.enter_context(_kept(format_))
        sources = [
            stack.enter_context(open_input(path, format_, request.encoding, plan, terminal))
            for plan in _readings(_plans(about, words))
        ]
        tick = stack.enter_context(progress(sources[-1], terminal))
        pairs: Iterator[tuple[Any, Any]]
        if len(sources) == 1:
            pairs = ((row, row) for row in sources[0].rows)
        else:
            pairs = zip(sources[0].rows, sources[1].rows, strict=True)
        for number, (first, second) in enumerate(pairs, 1):
            if not number % TICK:
                tick()
            yield answer(0, first), answer(1, second)


def _tables(request: Request, about: Comparison, terminal: Terminal) -> list[Tables | None]:
    """The tables of each version, as far as it knows them."""
    names = [set(side.program.tables) for side in about.sides]
    found: list[Tables | None] = []
    for at, side in enumerate(about.sides):
        own = [
            spec
            for spec in request.tables
            if (name := spec.partition("=")[0]) in names[at] or name not in names[1 - at]
        ]
        found.append(Tables(own, side, request.encoding, terminal) if own else None)
    return found


@contextlib.contextmanager
def _kept(format_: str) -> Iterator[str]:
    """Standard input as a file: both versions read it, each by its own types."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, f"input.{format_}")
        with path.open("wb") as file:
            shutil.copyfileobj(sys.stdin.buffer, file)
        yield str(path)


def impact_verb(request: Request, terminal: Terminal) -> int:
    """Says what changes; fine whether or not somebody does."""
    words, once = terminal.words, Once(terminal.words, terminal.json)
    if not request.input and not request.tables:
        terminal.note(words("error", text=words("no-input")))
        terminal.note(words("hint", text=words("see-help", command="tierkit impact")))
        return USAGE
    _check_outputs(request, words)
    about, found = impact_of(request, once)
    if request.html:
        from tierkit.cli.pages.impact import page  # templates are loaded when a page is wanted

        text = page(found, Wording(words.locale, about.before, about.after))
        with replacing(Path(request.html), words) as file:
            file.write(text.encode("utf-8", "xmlcharrefreplace"))
        once.note(words("note", text=words("impact-page", path=request.html)))
    if terminal.json:
        terminal.data(found.to_dict(words.locale))
    else:
        for line in lines(found, Wording(words.locale, about.before, about.after)):
            terminal.out(line)
    return FINE


def _check_outputs(request: Request, words: Words) -> None:
    """Refuses an ending that is none, and a file that would be written over."""
    if request.output and Path(request.output).suffix.lower() not in FORMATS:
        raise UsageError(words("unknown-movers", path=request.output))
    read = [
        request.input,
        *(spec.partition("=")[2] for spec in request.tables),
        request.before,
        request.after,
    ]
    for path in filter(None, (request.output, request.html)):
        with contextlib.suppress(OSError):
            if any(one not in ("", "-") and Path(path).samefile(one) for one in read):
                raise UsageError(words("same-file", path=path))
    if request.html and request.output and Path(request.html).resolve() == Path(request.output).resolve():
        raise UsageError(words("same-output", path=request.html))
