"""The pages of the documentation say what is so: they are run, and their tables are the code's."""

from __future__ import annotations

import doctest
import inspect
import json
import re
from pathlib import Path
from types import ModuleType

import pytest

from docs import pages, samples, tables
from tierkit.backends.text.cells import cell_reader, text_reader
from tierkit.documents import fields, models
from tierkit.documents.language.refusals import AGGREGATES
from tierkit.errors import Fault
from tierkit.plugins.hooks import HOOKS
from tierkit.program.domain import CAUSES, Missing, read
from tierkit.program.model import Dimension
from tierkit.program.typing import FUNCTIONS, SET_TESTS, TEXT_TESTS

DOCS = Path(pages.__file__).parent
OWN = [DOCS / f"{name}.md" for name in pages.PAGES]

_LINK = re.compile(r"\]\(([^)#\s]*)(?:#([^)\s]+))?\)")
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
_CODE = re.compile(r"^ *```.*?^ *```$", re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("name", pages.PAGES)
def test_a_page_shows_what_comes_out(name: str) -> None:
    """Every command, rule file and piece of code on the page runs, and prints what the page says."""
    text = (DOCS / f"{name}.md").read_text(encoding="utf-8")
    assert pages.rewritten(name, text) == text, "run `python -m docs.pages` and read the difference"


@pytest.mark.parametrize("name", tables.PAGES)
def test_tables_are_made_from_the_code(name: str) -> None:
    """A table of the page equals the one that the code gives now."""
    text = (DOCS / f"{name}.md").read_text(encoding="utf-8")
    assert tables.filled(text) == text, "run `python -m docs.tables` and read the difference"


@pytest.mark.parametrize("module", [pages, tables], ids=["pages", "tables"])
def test_examples_of_the_scripts(module: ModuleType) -> None:
    """The examples in the docstrings of the scripts hold."""
    assert doctest.testmod(module).failed == 0


def test_every_table_has_a_place() -> None:
    """No table is made for nobody, and none is on a page that is not filled."""
    used = {name: set(re.findall(r"<!-- table: ([a-z-]+) -->", _text(name))) for name in pages.PAGES}
    assert set().union(*used.values()) == set(tables.TABLES)
    assert {name for name, found in used.items() if found} == set(tables.PAGES)


def test_everything_in_the_code_is_described() -> None:
    """What the code knows has a line in the tables, and nothing else has one."""
    assert set(samples.FUNCTIONS) == set(FUNCTIONS)
    assert set(samples.TEXT_TESTS) == set(TEXT_TESTS)
    assert set(samples.SET_TESTS) == set(SET_TESTS)
    assert set(samples.AGGREGATES) == AGGREGATES
    assert set(samples.TYPES) == set(samples.CELLS) == set(fields.TYPES)
    assert set(samples.CAUSES) == set(CAUSES)
    entries = {found for name, found in vars(models).items() if name.endswith("Entry") and name[0] != "_"}
    assert set(tables._ENTRIES.values()) == entries - {models.HeaderEntry}


@pytest.mark.parametrize("type_", fields.TYPES)
def test_values_are_written_as_the_page_says(type_: str) -> None:
    """Each way of writing a value that the table of types shows is read as a value of the type."""
    dimension = Dimension("x", type_, values=("restaurant",) if type_ == "category" else None)
    in_json, in_csv = (re.findall("`(.*?)`", cell) for cell in samples.CELLS[type_])
    found = []
    for text in in_json:
        if text != "datetime.date":
            value = json.loads(text)
            reader = text_reader(dimension) if isinstance(value, str) else None
            found.append(read(dimension, value if reader is None else reader(value)))
    for cell in in_csv:
        reader = cell_reader(dimension)
        found.append(read(dimension, cell if reader is None else reader(cell)))
    assert len(found) > 1
    assert not [value for value in found if isinstance(value, Fault | Missing)]


@pytest.mark.parametrize("path", OWN, ids=lambda path: path.stem)
def test_links_lead_somewhere(path: Path) -> None:
    """Every link to a file or a heading of the project has a target."""
    text = _CODE.sub("", path.read_text(encoding="utf-8"))
    for file, heading in _LINK.findall(text):
        if "://" in file:
            continue
        target = (path.parent / file).resolve() if file else path
        assert target.is_file(), file
        if heading:
            titles = _HEADING.findall(target.read_text(encoding="utf-8"))
            assert heading in [_anchor(title) for title in titles]


@pytest.mark.parametrize("path", OWN, ids=lambda path: path.stem)
def test_lines_are_short(path: Path) -> None:
    """Prose keeps to 120 characters; tables, code and outputs are as wide as they are."""
    prose = tables._PLACE.sub("", _CODE.sub("", path.read_text(encoding="utf-8"))).splitlines()
    assert [line for line in prose if len(line) > 120 and not line.startswith("|")] == []


def test_only_the_installation_is_not_run() -> None:
    """Whatever can be run is run."""
    found = [(name, block) for name in pages.PAGES for block in pages.blocks(_text(name).splitlines())]
    skipped = [(name, block.lines) for name, block in found if block.verb == "not run"]
    with_git = [lines for name, lines in skipped if name == "versions"]  # tests/test_versions_git.py does it
    assert all(line.startswith(("git ", "rm ", "repos:", "  ")) for lines in with_git for line in lines)
    elsewhere = ("versions", "sql")  # tests/test_spark.py runs the example of Spark
    assert [item for item in skipped if item[0] not in elsewhere] == [
        ("tutorial", ["python -m pip install ."]),
        ("plugins", ["python -m pip install ./tierkit-basket"]),
    ]


def test_every_hook_has_an_example_that_runs() -> None:
    """For each hook the page on plugins has an implementation, with no argument that the hook lacks."""
    code = "\n".join(
        "\n".join(b.lines) for b in pages.blocks(_text("plugins").splitlines()) if b.language == "python"
    )
    found = dict(re.findall(r"^@tierkit\.hookimpl\ndef (\w+)\((.*)\):$", code, re.MULTILINE))
    assert set(found) == {hook.__name__ for hook in HOOKS}
    for hook in HOOKS:
        named = [name for name in found[hook.__name__].split(", ") if name]
        assert named == list(inspect.signature(hook).parameters)


def test_a_wrong_output_is_found() -> None:
    """A page that shows what does not come out differs from what is written down."""
    command = "```console\n$ tierkit check nothing.yaml\n1 file, 0 errors, 0 warnings\n```\n"
    new = pages.rewritten("page", f"{command}```python\n>>> 1 + 1\n3\n```\n")
    assert "cannot read `nothing.yaml`" in new
    assert ">>> 1 + 1\n2\n" in new


@pytest.mark.parametrize(
    "block",
    [
        "```yaml\na: 1\n```",
        "```console\n$ rm -r everything\n```",
        "<!-- file: a.yaml -->\n```yaml\nruleset: a\n```",
        "```python\nraise ValueError\n```",
        "```python\n>>> [][0]\n```",
        "<!-- conditions: a.yaml -->\n```yaml\nwhen: x > 1\n```",
    ],
)
def test_a_block_that_cannot_be_run_is_refused(block: str) -> None:
    """A block without a purpose, an unknown command and a wrong rule file stop the page."""
    with pytest.raises(pages.PageError, match="page, line"):
        pages.rewritten("page", block + "\n")


def _text(name: str) -> str:
    return (DOCS / f"{name}.md").read_text(encoding="utf-8")


def _anchor(title: str) -> str:
    """The anchor that is made for a heading: lower case, no punctuation, `-` for spaces."""
    return re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")
