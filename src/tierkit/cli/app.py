"""The verbs and their options. Each verb reads its options here and does its work in a module of its own.

Help texts are keys of `messages`, filled in for the locale when the command is made.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any

import typer

from tierkit.cli.messages import Words, default_locale
from tierkit.cli.terminal import Terminal


class Format(StrEnum):
    """Answers for people or for programs."""

    text = "text"
    json = "json"


class DiffFormat(StrEnum):
    """Differences also for a pull request."""

    text = "text"
    json = "json"
    markdown = "markdown"


class TableEngine(StrEnum):
    """What `--engine` takes."""

    auto = "auto"
    python = "python"
    polars = "polars"
    duckdb = "duckdb"


class InputFormat(StrEnum):
    """What `--input-format` takes."""

    csv = "csv"
    jsonl = "jsonl"
    parquet = "parquet"


def _show_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import PackageNotFoundError, version

        try:
            print(f"tierkit {version('tierkit')}")
        except PackageNotFoundError:  # run from a checkout
            print("tierkit")
        raise typer.Exit


RuleSetName = Annotated[
    str, typer.Argument(metavar="NAME[@VERSION]|FILE", help="ruleset", show_default=False)
]
Paths = Annotated[list[str], typer.Argument(metavar="PATH", help="paths", show_default=False)]
AsOf = Annotated[str, typer.Option("--as-of", metavar="DAY", help="as-of", show_default=False)]
Given = Annotated[
    list[str] | None, typer.Option("--given", metavar="DIMENSION", help="given", show_default=False)
]
Store = Annotated[str, typer.Option("--store", metavar="STORE", envvar="TIERKIT_STORE", help="store")]
Side = typer.Argument(metavar="NAME[@VERSION]|FILE", help="side", show_default=False)
Name = Annotated[str, typer.Argument(metavar="NAME", help="name", show_default=False)]
By = Annotated[str, typer.Option("--by", metavar="NAME", help="by-whom", show_default=False)]
Because = Annotated[str, typer.Option("--reason", metavar="TEXT", help="because-of", show_default=False)]
OutputFormat = Annotated[Format, typer.Option("--format", help="format")]
Locale = Annotated[str, typer.Option("--locale", metavar="LOCALE", help="locale", show_default=False)]
Version = Annotated[
    bool,
    typer.Option("--version", help="app.version", is_eager=True, callback=_show_version, show_default=False),
]

app = typer.Typer(
    name="tierkit",
    help="app",
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


_import = typer.Typer(name="import", help="import")
_export = typer.Typer(name="export", help="export")
app.add_typer(_import)
app.add_typer(_export)


def command(words: Words) -> Any:
    """The command with its help in the language of `words`."""
    root: Any = typer.main.get_command(app)
    verbs = [root, *root.commands.values()]
    for group in root.commands.values():
        verbs += getattr(group, "commands", {}).values()
    for verb in verbs:
        verb.help = words(verb.help)
        for parameter in verb.params:
            parameter.help = words(parameter.help) if parameter.help else None
        _translate_help(verb, words)
    return root


def _translate_help(verb: Any, words: Words) -> None:
    """Gives the option `--help`, which the parser makes itself, its text in our languages."""
    made = verb.get_help_option

    def get_help_option(context: Any) -> Any:
        option = made(context)
        option.help = words("app.help")
        return option

    verb.get_help_option = get_help_option


def _terminal(format_: Format, locale: str) -> Terminal:
    return Terminal(Words(locale or default_locale()), format_ is Format.json)


@app.callback()
def _root(version: Version = False) -> None:
    """Everything is in the verbs."""


@app.command(help="new")
def new(
    name: Annotated[str, typer.Argument(metavar="NAME", help="new.name", show_default=False)],
    store: Store = "rulesets",
    format_: OutputFormat = Format.text,
    locale: Locale = "",
) -> int:
    """Writes a first rule file."""
    from tierkit.cli.starting import new as run

    return run(name, store, _terminal(format_, locale))


@app.command("check", help="check")
def check(
    paths: Paths,
    proofs: Annotated[bool, typer.Option("--proofs/--no-proofs", help="check.proofs")] = True,
    store: Store = "rulesets",
    format_: OutputFormat = Format.text,
    locale: Locale = "",
) -> int:
    """Reports the problems of rule files."""
    from tierkit.cli.checking import check as run

    return run(paths, store, _terminal(format_, locale), proofs=proofs)


@app.command("test", help="test")
def run_examples(
    paths: Paths,
    *,
    coverage: Annotated[bool, typer.Option("--coverage", help="test.coverage", show_default=False)] = False,
    unknown: Annotated[bool, typer.Option("--unknown", help="test.unknown", show_default=False)] = False,
    fail_under: Annotated[
        str, typer.Option("--fail-under", metavar="PERCENT", help="test.fail-under", show_default=False)
    ] = "",
    store: Store = "rulesets",
    format_: OutputFormat = Format.text,
    locale: Locale = "",
) -> int:
    """Runs the examples of rule files."""
    from tierkit.cli.covering import wanted
    from tierkit.cli.testing import test as run

    terminal = _terminal(format_, locale)
    asked = coverage or unknown or fail_under
    return run(paths, store, terminal, wanted(fail_under, terminal.words, unknown=unknown) if asked else None)


@app.command("new-examples", help="new-examples")
def new_examples(
    file: Annotated[str, typer.Argument(metavar="NAME|FILE", help="publish.file", show_default=False)],
    *,
    limit: Annotated[int, typer.Option("--limit", metavar="COUNT", help="new-examples.limit")] = 20,
    as_of: AsOf = "",
    write: Annotated[bool, typer.Option("--write", help="new-examples.write", show_default=False)] = False,
    store: Store = "rulesets",
    format_: OutputFormat = Format.text,
    locale: Locale = "",
) -> int:
    """Proposes examples."""
    from tierkit.cli.proposing import Request
    from tierkit.cli.proposing import new_examples as run

    request = Request(file, limit, as_of, write, store)
    return run(request, _terminal(format_, locale))


@app.command(help="evaluate")
def evaluate(
    ruleset: RuleSetName,
    *,
    input_: Annotated[str, typer.Option("--input", metavar="FILE", help="input", show_default=False)] = "",
    table: Annotated[
        list[str] | None, typer.Option("--table", metavar="NAME=FILE", help="table", show_default=False)
    ] = None,
    input_format: Annotated[InputFormat | None, typer.Option("--input-format", help="input-format")] = None,
    output: Annotated[str, typer.Option("--output", metavar="FILE", help="output", show_default=False)] = "",
    reasons: Annotated[bool, typer.Option("--reasons", help="with-reasons", show_default=False)] = False,
    values: Annotated[bool, typer.Option("--values", help="with-values", show_default=False)] = False,
    as_of: AsOf = "",
    given: Given = None,
    fail_on_error: Annotated[
        bool, typer.Option("--fail-on-error", help="fail-on-error", show_default=False)
    ] = False,
    max_undetermined: Annotated[
        str, typer.Option("--max-undetermined", metavar="SHARE", help="max-undetermined", show_default=False)
    ] = "",
    encoding: Annotated[str, typer.Option("--encoding", metavar="NAME", help="encoding")] = "utf-8",
    engine: Annotated[TableEngine | None, typer.Option("--engine", help="engine")] = None,
    memory_limit: Annotated[
        str, typer.Option("--memory-limit", metavar="SIZE", help="memory-limit", show_default=False)
    ] = "",
    store: Store = "rulesets",
    format_: OutputFormat = Format.text,
    locale: Locale = "",
) -> int:
    """Decides every record of a file."""
    from tierkit.cli.evaluating import Request
    from tierkit.cli.evaluating import evaluate as run

    request = Request(
        ruleset=ruleset,
        input=input_,
        tables=tuple(table or ()),
        input_format="" if input_format is None else str(input_format),
        output=output,
        reasons=reasons,
        values=values,
        as_of=as_of,
        given=tuple(given or ()),
        fail_on_error=fail_on_error,
        max_undetermined=max_undetermined,
        encoding=encoding,
        store=store,
        engine="" if engine is None else str(engine),
        memory_limit=memory_limit,
    )
    return run(request, _terminal(format_, locale))


@app.command(help="explain")
def explain(
    ruleset: RuleSetName,
    *,
    record: Annotated[str, typer.Option("--record", metavar="JSON|@FILE", help="record", show_default=False)],
    target: Annotated[str, typer.Option("--for", metavar="TARGET", help="for", show_default=False)] = "",
    as_of: AsOf = "",
    given: Given = None,
    store: Store = "rulesets",
    format_: OutputFormat = Format.text,
    locale: Locale = "",
) -> int:
    """Decides one record and says why."""
    from tierkit.cli.explaining import explain as run

    terminal = _terminal(format_, locale)
    return run(
        ruleset,
        record=record,
        target=target,
        as_of=as_of,
        given=tuple(given or ()),
        store=store,
        terminal=terminal,
    )


@app.command(help="fit")
def fit(
    file: Annotated[str, typer.Argument(metavar="NAME|FILE", help="publish.file", show_default=False)],
    *,
    input_: Annotated[str, typer.Option("--input", metavar="FILE", help="input", show_default=False)] = "",
    table: Annotated[
        list[str] | None, typer.Option("--table", metavar="NAME=FILE", help="table", show_default=False)
    ] = None,
    input_format: Annotated[InputFormat | None, typer.Option("--input-format", help="input-format")] = None,
    as_of: AsOf = "",
    given: Given = None,
    check: Annotated[bool, typer.Option("--check", help="fit.check", show_default=False)] = False,
    encoding: Annotated[str, typer.Option("--encoding", metavar="NAME", help="encoding")] = "utf-8",
    store: Store = "rulesets",
    format_: OutputFormat = Format.text,
    locale: Locale = "",
) -> int:
    """Computes parameters from a population."""
    from tierkit.cli.fitting import Request
    from tierkit.cli.fitting import fit as run

    request = Request(
        file=file,
        input=input_,
        tables=tuple(table or ()),
        input_format="" if input_format is None else str(input_format),
        as_of=as_of,
        given=tuple(given or ()),
        check=check,
        encoding=encoding,
        store=store,
    )
    return run(request, _terminal(format_, locale))


@app.command(help="publish")
def publish(
    file: Annotated[str, typer.Argument(metavar="NAME|FILE", help="publish.file", show_default=False)],
    *,
    by: By = "",
    reason: Because = "",
    store: Store = "rulesets",
    format_: OutputFormat = Format.text,
    locale: Locale = "",
) -> int:
    """Makes a rule file a version."""
    from tierkit.cli.publishing import publish as run

    return run(file, by=by, reason=reason, store=store, terminal=_terminal(format_, locale))


@app.command(help="activate")
def activate(
    name: Name,
    version: Annotated[str, typer.Argument(metavar="VERSION", help="activate.version", show_default=False)],
    *,
    effective: Annotated[
        str, typer.Option("--effective", metavar="DAY", help="effective-day", show_default=False)
    ] = "",
    by: By = "",
    reason: Because = "",
    store: Store = "rulesets",
    format_: OutputFormat = Format.text,
    locale: Locale = "",
) -> int:
    """Makes a version the active one."""
    from tierkit.cli.activating import activate as run

    terminal = _terminal(format_, locale)
    return run(name, version, effective=effective, by=by, reason=reason, store=store, terminal=terminal)


@app.command(help="rollback")
def rollback(
    name: Name,
    *,
    reason: Because,
    to: Annotated[str, typer.Option("--to", metavar="VERSION", help="to", show_default=False)] = "",
    by: By = "",
    store: Store = "rulesets",
    format_: OutputFormat = Format.text,
    locale: Locale = "",
) -> int:
    """Goes back to an earlier version."""
    from tierkit.cli.rolling_back import rollback as run

    return run(name, to=to, by=by, reason=reason, store=store, terminal=_terminal(format_, locale))


@app.command(help="history")
def history(
    name: Name,
    *,
    repair: Annotated[bool, typer.Option("--repair", help="repair", show_default=False)] = False,
    store: Store = "rulesets",
    format_: OutputFormat = Format.text,
    locale: Locale = "",
) -> int:
    """Lists every change, or explains what is wrong with the list."""
    terminal = _terminal(format_, locale)
    if repair:
        from tierkit.cli.repairing import repair as explained

        return explained(name, store=store, terminal=terminal)
    from tierkit.cli.recounting import history as run

    return run(name, store=store, terminal=terminal)


@app.command(help="status")
def status(
    name: Annotated[str, typer.Argument(metavar="NAME", help="status.name", show_default=False)] = "",
    *,
    store: Store = "rulesets",
    format_: OutputFormat = Format.text,
    locale: Locale = "",
) -> int:
    """Says how rule sets stand."""
    from tierkit.cli.standing import status as run

    return run(name, store=store, terminal=_terminal(format_, locale))


@app.command(help="diff")
def diff(
    before: Annotated[str, Side],
    after: Annotated[str, Side],
    *,
    store: Store = "rulesets",
    format_: Annotated[DiffFormat, typer.Option("--format", help="diff-format")] = DiffFormat.text,
    locale: Locale = "",
) -> int:
    """Says what changes between two rule sets."""
    from tierkit.cli.comparing import diff as run

    plain = Format.json if format_ is DiffFormat.json else Format.text
    terminal, markdown = _terminal(plain, locale), format_ is DiffFormat.markdown
    return run(before, after, store=store, terminal=terminal, markdown=markdown)


@app.command(help="impact")
def impact(
    before: Annotated[str, Side],
    after: Annotated[str, Side],
    *,
    input_: Annotated[str, typer.Option("--input", metavar="FILE", help="input", show_default=False)] = "",
    table: Annotated[
        list[str] | None, typer.Option("--table", metavar="NAME=FILE", help="table", show_default=False)
    ] = None,
    input_format: Annotated[InputFormat | None, typer.Option("--input-format", help="input-format")] = None,
    html: Annotated[str, typer.Option("--html", metavar="FILE", help="impact.html", show_default=False)] = "",
    output: Annotated[
        str, typer.Option("--output", metavar="FILE", help="impact.output", show_default=False)
    ] = "",
    movers: Annotated[int, typer.Option("--movers", metavar="N", help="impact.movers", min=0)] = 20,
    quota: Annotated[
        list[str] | None,
        typer.Option("--quota", metavar="TARGET=SHARE", help="impact.quota", show_default=False),
    ] = None,
    as_of: AsOf = "",
    given: Given = None,
    encoding: Annotated[str, typer.Option("--encoding", metavar="NAME", help="encoding")] = "utf-8",
    store: Store = "rulesets",
    format_: OutputFormat = Format.text,
    locale: Locale = "",
) -> int:
    """Says who changes on real records."""
    from tierkit.cli.impacting import Request
    from tierkit.cli.impacting import impact_verb as run

    request = Request(
        before=before,
        after=after,
        input=input_,
        tables=tuple(table or ()),
        input_format="" if input_format is None else str(input_format),
        html=html,
        output=output,
        movers=movers,
        quotas=tuple(quota or ()),
        as_of=as_of,
        given=tuple(given or ()),
        encoding=encoding,
        store=store,
    )
    return run(request, _terminal(format_, locale))


@app.command(help="schema")
def schema(
    output: Annotated[
        str, typer.Option("--output", metavar="FILE", help="schema-output", show_default=False)
    ] = "",
    format_: OutputFormat = Format.text,
    locale: Locale = "",
) -> int:
    """Writes the JSON Schema of rule files."""
    from tierkit.cli.starting import schema as run

    return run(output, _terminal(format_, locale))


@app.command(help="plugins")
def plugins(format_: OutputFormat = Format.text, locale: Locale = "") -> int:
    """Lists the plugins."""
    from tierkit.cli.plugging import plugins as run

    return run(_terminal(format_, locale))


@app.command(help="sql")
def sql(
    ruleset: RuleSetName,
    *,
    dialect: Annotated[str, typer.Option("--dialect", metavar="NAME", help="dialect", show_default=False)],
    table: Annotated[
        list[str] | None, typer.Option("--table", metavar="NAME=TABLE", help="sql.table", show_default=False)
    ] = None,
    as_of: AsOf = "",
    known_at: Annotated[
        str, typer.Option("--known-at", metavar="DAY", help="known-at", show_default=False)
    ] = "",
    shape: Annotated[str, typer.Option("--shape", metavar="SHAPE", help="shape")] = "outcomes",
    store: Store = "rulesets",
    format_: OutputFormat = Format.text,
    locale: Locale = "",
) -> int:
    """Writes the SQL that decides every customer of a database."""
    from tierkit.cli.printing_sql import sql as run

    return run(
        ruleset,
        dialect=dialect,
        tables=tuple(table or ()),
        as_of=as_of,
        known_at=known_at,
        shape=shape,
        store=store,
        terminal=_terminal(format_, locale),
    )


@_import.callback()
def _import_from() -> None:
    """A group, although it has one command so far."""


@_import.command("business-rules", help="import.business-rules")
def import_business_rules(
    file: Annotated[str, typer.Argument(metavar="FILE", help="import.file", show_default=False)],
    output: Annotated[
        str, typer.Option("--output", metavar="FILE", help="import.output", show_default=False)
    ] = "",
    format_: OutputFormat = Format.text,
    locale: Locale = "",
) -> int:
    """Makes a rule file of rules of business-rules."""
    from tierkit.cli.carrying import import_business_rules as run

    return run(file, output, _terminal(format_, locale))


@_export.callback()
def _export_to() -> None:
    """A group, although it has one command so far."""


@_export.command("business-rules", help="export.business-rules")
def export_business_rules(
    ruleset: RuleSetName,
    output: Annotated[
        str, typer.Option("--output", metavar="FILE", help="export.output", show_default=False)
    ] = "",
    store: Store = "rulesets",
    format_: OutputFormat = Format.text,
    locale: Locale = "",
) -> int:
    """Makes rules of business-rules of a rule file."""
    from tierkit.cli.carrying import export_business_rules as run

    return run(ruleset, output, store, _terminal(format_, locale))
