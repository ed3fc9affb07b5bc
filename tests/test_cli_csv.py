"""CSV in: every cell is a literal of its dimension's type, and no row stops the others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.command import Result, run
from tierkit.backends.text.cells import cell_reader
from tierkit.documents.language import ConditionError, read_number
from tierkit.program.model import Dimension

if TYPE_CHECKING:
    from pathlib import Path

RULES = """\
ruleset: odd
version: 1
key: id
dimensions:
  amount: {type: money, label: {zh: 月金额}}
  n: {type: integer}
  rate: {type: ratio, max: 1}
  day: {type: date}
  flag: {type: boolean}
  kind: {type: category, values: [餐饮, x]}
  wants: {type: set}
  note: {type: text}
rules: [{id: r, tag: T, when: amount > 10}]
"""


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    """The rule file."""
    path = tmp_path / "odd.yaml"
    path.write_text(RULES, encoding="utf-8")
    return path


def evaluate(rules: Path, csv: str | bytes, *options: str) -> Result:
    """Evaluates a CSV file."""
    path = rules.parent / "input.csv"
    path.write_bytes(csv if isinstance(csv, bytes) else csv.encode())
    return run("evaluate", rules, "--input", path, "--values", *options)


def value(rules: Path, name: str, cell: str) -> Any:
    """What one cell is read as: a value, the cause it is missing, or the error of its row."""
    row = evaluate(rules, f"id,{name}\n1,{cell}\n").rows[0]
    if row["error"]:
        return row["error"]
    known = row["values"][name]
    return known["cause"] or known["value"]


@pytest.mark.parametrize(
    ("name", "cell", "expected"),
    [
        ("amount", "12500", 12500.0),
        ("amount", "-1.50", -1.5),
        ("amount", "10k", 10_000.0),
        ("amount", "1.5万", 15_000.0),
        ("amount", "3%", 0.03),
        ("amount", "1_000", 1000.0),
        ("amount", "1e3", 1000.0),
        ("amount", " 7 ", 7.0),
        ("amount", "", "absent"),
        ("amount", "  ", "null"),
        ("amount", "1e30", "out_of_domain"),
        ("amount", "-1e999", "out_of_domain"),
        ("amount", "99999999999999", "out_of_domain"),
        ("amount", "1e-30", 0.0),
        ("amount", "2e10亿", "out_of_domain"),
        ("rate", "150%", "out_of_domain"),
        ("n", "5", 5),
        ("n", "5.0", 5),
        ("n", "-2k", -2000),
        ("n", "9007199254740993", "out_of_domain"),
        ("flag", "TRUE", True),
        ("flag", "false", False),
        ("flag", " ", "null"),
        ("day", "2025-01-31", "2025-01-31"),
        ("day", " 2025-01-31 ", "2025-01-31"),
        ("day", " ", "null"),
        ("kind", "餐饮", "餐饮"),
        ("kind", " x", "not_in_values"),
        ("kind", "zz", "not_in_values"),
        ("wants", "b|a| a ", ["a", "b"]),
        ("wants", "|", []),
        ("note", '"say ""hi"", 你好"', 'say "hi", 你好'),
        ("note", '"two\nlines"', "two\nlines"),
        ("note", " spaces ", " spaces "),
        ("note", "10k", "10k"),
    ],
)
def test_a_cell_is_a_literal_of_its_type(rules: Path, name: str, cell: str, expected: Any) -> None:
    """Numbers as the language writes them, true and false, ISO days, sets with bars, text as it is."""
    assert value(rules, name, cell) == expected


@pytest.mark.parametrize(
    ("name", "cell", "words"),
    [
        ("amount", '"1,234"', "cannot be read as a money amount (a number)"),
        ("amount", "12 000", "cannot be read as a money amount (a number)"),
        ("amount", "nan", "cannot be read"),
        ("amount", "+5", "cannot be read"),
        ("amount", ".5", "cannot be read"),
        ("amount", "１２", "cannot be read"),
        ("amount", "--5", "cannot be read"),
        ("amount", "true", "cannot be read"),
        ("n", "5.5", "is 5.5, but a whole number is expected"),
        ("n", "x", "cannot be read as a whole number"),
        ("flag", "1", "cannot be read as true or false"),
        ("flag", "yes", "cannot be read as true or false"),
        ("day", "2025/1/31", "cannot be read as a date"),
        ("day", "2025-02-30", "cannot be read as a date"),
        ("day", "2025-01-31T00:00:00", "cannot be read as a date"),
    ],
)
def test_a_cell_that_is_no_literal_is_its_rows_error(rules: Path, name: str, cell: str, words: str) -> None:
    """The error names the dimension, the cell and what was expected."""
    error = value(rules, name, cell)
    assert error.startswith(f"`{name}` is ")
    assert words in error
    assert cell.strip('"') in error


numbers = st.from_regex(r"-?[0-9]{1,18}(\.[0-9]{1,14})?([eE][+-]?[0-9]{1,2})?[kKM%万亿]?", fullmatch=True)


@given(
    st.one_of(numbers, st.text(alphabet="0123456789.-+_eEkKM%万亿 x", max_size=8)),
    st.sampled_from(["number", "integer"]),
)
def test_numbers_are_those_of_the_language(cell: str, type_: str) -> None:
    """The fast way through a cell reads exactly what the language reads, and refuses the same."""
    read = cell_reader(Dimension("x", type_))
    assert read is not None
    text = cell.strip()
    try:
        expected = float(read_number(text.removeprefix("-"))[0])
    except ConditionError as error:
        if error.code == "number-range":
            return
        expected = None
    try:
        found = read(cell)
    except ValueError:
        assert expected is None
        assert text
    else:
        assert found == (None if not text else -expected if text.startswith("-") else expected)  # type: ignore[operator]


def test_every_fault_of_a_row_is_told(rules: Path) -> None:
    """Cells that cannot be read and values of a wrong kind together, with the key of the row."""
    result = evaluate(rules, "id,amount,n,day,flag\nc1,x,5.5,never,maybe\n")
    assert result.rows[0]["key"] == "c1"
    assert [part.split("`")[1] for part in result.rows[0]["error"].split("; ")] == [
        "amount",
        "n",
        "day",
        "flag",
    ]
    assert (
        "`amount` 的值是 'x'，无法读作金额（数字）"
        in evaluate(rules, "id,amount\nc1,x\n", "--locale", "zh").rows[0]["error"]
    )


def test_a_row_without_key_is_told_by_its_line(rules: Path) -> None:
    """Lines are counted as editors count them, line breaks in quotes included."""
    result = evaluate(rules, 'id,note,amount\n1,"a\nb",1\n,,x\n')
    assert [row["key"] for row in result.rows] == ["1", None]
    assert result.rows[1]["error"].startswith("line 4: `amount` is 'x'")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16", "utf-16-le"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_encodings_marks_and_line_ends(rules: Path, encoding: str, end: str) -> None:
    """Old Excel files, byte order marks, all three line ends."""
    csv = f'"id",kind,note{end}"甲",餐饮,"a{end}b"{end}'.encode(encoding)
    result = evaluate(rules, csv, "--encoding", encoding)
    row = result.rows[0]
    assert (row["key"], row["values"]["kind"]["value"], row["values"]["note"]["value"]) == (
        "甲",
        "餐饮",
        f"a{end}b",
    )


def test_a_mark_is_skipped_in_any_encoding(rules: Path) -> None:
    """Also where the encoding is named without it."""
    for encoding in ("utf-8", "gb18030"):
        result = evaluate(rules, '\ufeff"id",amount\nc1,1\n'.encode(encoding), "--encoding", encoding)
        assert result.rows[0]["key"] == "c1"


def test_bytes_that_are_no_text_are_refused_with_the_way_out(rules: Path) -> None:
    """Status 2; the usual reason is an old Excel file."""
    result = evaluate(rules, "id,kind\nc1,餐饮\n".encode("gb18030"))
    assert result.status == 2
    assert result.err.endswith("is not utf-8 text; old Excel files need `--encoding gb18030`\n")
    late = evaluate(rules, b"id,note\n" + b"c1,fine\n" * 3000 + b"c2,\xff\n")
    assert late.status == 2


@pytest.mark.parametrize("encoding", ["klingon", "hex", "", "rot13"])
def test_an_encoding_that_is_none_is_refused(rules: Path, encoding: str) -> None:
    """Status 2."""
    result = evaluate(rules, "id\n", f"--encoding={encoding}")
    assert result.status == 2
    assert result.err == f"error: `{encoding}` is no text encoding\n"


def test_an_empty_file_has_no_header(rules: Path) -> None:
    """Status 2; a file of empty lines is as empty."""
    for csv in ("", "\n\n", "\ufeff"):
        result = evaluate(rules, csv)
        assert result.status == 2
        assert "a first line with column names is expected" in result.err


def test_a_torn_header_is_unreadable(rules: Path) -> None:
    """Without names no row means anything: status 2."""
    result = evaluate(rules, '"id,amount\n1,2\n')
    assert result.status == 2
    assert result.err.endswith("input.csv`: unexpected end of data\n")


def test_torn_rows_are_errors_of_their_own(rules: Path) -> None:
    """Too few cells, too many, a quote that never ends, text after a quote: the other rows are decided."""
    csv = 'id,amount,note\na,11,x\nb,11\nc,11,x,y\nd,11,x,,\n\n,,\n"e"x,1,2\nf,11,x\ng,11,"open\nh,11,x\n'
    result = evaluate(rules, csv)
    assert result.status == 0
    assert [(row["key"], bool(row["tags"])) for row in result.rows if not row["error"]] == [
        ("a", True), ("d", True), ("f", True),
    ]  # fmt: skip
    assert [row["error"] for row in result.rows if row["error"]] == [
        "line 3: 2 cells under 3 columns",
        "line 4: 4 cells under 3 columns",
        "line 8: not valid CSV: ',' expected after '\"'",
        "line 10: not valid CSV: unexpected end of data",
    ]


def test_a_huge_cell_is_its_rows_error(rules: Path) -> None:
    """What follows is read on."""
    result = evaluate(rules, f"id,note\na,{'x' * 200_000}\nb,fine\n")
    assert [row["key"] for row in result.rows] == [None, "b"]
    assert "line 2: not valid CSV: field larger than field limit" in result.rows[0]["error"]


def test_texts_of_any_length_that_fit_are_read(rules: Path) -> None:
    """Longer than the domain allows is missing, not an error."""
    result = evaluate(rules, f"id,note\na,{'x' * 100_000}\n")
    assert result.rows[0]["values"]["note"]["cause"] == "out_of_domain"


def test_columns_that_are_no_dimension_are_ignored(rules: Path) -> None:
    """Also when they stand twice or have no name."""
    result = evaluate(rules, "id,phone,phone,,,amount\n1,2,3,4,5,11\n")
    assert result.rows[0]["tags"] == ["T"]
    assert "warning" not in result.err


def test_a_column_that_stands_twice_is_refused(rules: Path) -> None:
    """Which one is meant nobody knows: status 2."""
    for header in ("id,amount,amount", "id,id,amount", "id,amount, amount"):
        result = evaluate(rules, f"{header}\n1,2,3\n")
        assert result.status == 2
        assert "has two columns `" in result.err


def test_a_column_that_nearly_matches_is_pointed_out(rules: Path) -> None:
    """By spelling, by case and by label, in one warning; a dimension that is there is never suggested."""
    result = evaluate(rules, "id,Amount,notes,whatever\n1,2,3,4\n")
    found = "`Amount` (did you mean `amount`?), `notes` (did you mean `note`?)"
    assert result.err.startswith(f"warning: columns that nobody asked for: {found}\n")
    assert "`月金额` (did you mean `amount`?)" in evaluate(rules, "id,月金额\n1,2\n").err
    assert "warning" not in evaluate(rules, "id,amount,Amount,月金额\n1,2,3,4\n").err


def test_a_missing_key_column_is_pointed_out(rules: Path) -> None:
    """The rows cannot be told apart; the column that seems to be meant is named."""
    result = evaluate(rules, "Id,amount\n1,2\n")
    assert "`Id` (did you mean `id`?)" in result.err
    assert "input.csv` has no column `id`: its rows have no key\n" in result.err
    assert result.rows[0]["key"] is None


def test_a_file_without_any_dimension_is_pointed_out(rules: Path) -> None:
    """Semicolons for commas, say: nothing could be decided."""
    result = evaluate(rules, "id;amount\n1;2\n")
    assert "no column of `" in result.err
    assert "is a dimension of `odd`: `id;amount`" in result.err


def test_headers_are_names_however_they_are_written(rules: Path) -> None:
    """Outer spaces do not count, and composed letters are those of the rule file."""
    text = RULES.replace("note:", "café:")
    rules.write_text(text, encoding="utf-8")
    result = evaluate(rules, " id , cafe\u0301\nk,v\n")
    assert result.rows[0]["key"] == "k"
    assert result.rows[0]["values"]["café"]["value"] == "v"


def test_a_key_that_is_a_dimension_is_read_by_its_type(tmp_path: Path) -> None:
    """A number as a number; one that cannot be read leaves the key null."""
    path = tmp_path / "odd.yaml"
    path.write_text("ruleset: a\nversion: 1\nkey: n\ndimensions: {n: {type: integer}}\n", encoding="utf-8")
    result = evaluate(path, "n\n5\nx\n")
    assert [row["key"] for row in result.rows] == [5, None]


def test_a_rule_set_without_key_has_null_keys(tmp_path: Path) -> None:
    """The rows are told apart by their order."""
    path = tmp_path / "odd.yaml"
    path.write_text("ruleset: a\nversion: 1\ndimensions: {n: {type: integer}}\n", encoding="utf-8")
    assert [row["key"] for row in evaluate(path, "n\n5\n6\n").rows] == [None, None]
