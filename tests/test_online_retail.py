"""The example of raw invoice lines: graded for every month, as its page says; and by the command of the page."""

from __future__ import annotations

import csv
import datetime as dt
from collections import Counter
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import tierkit
from tests.command import run

FOLDER = Path(__file__).parents[1] / "examples" / "online-retail"
COLUMNS = ("diamond", "gold", "silver", "bronze", "growing", "fell_silent", "cancels_often")
LONDON = ZoneInfo("Europe/London")


def rows() -> list[dict[str, Any]]:
    """The lines that belong to somebody, as Python has them."""
    with (FOLDER / "lines.csv").open(encoding="utf-8", newline="") as file:
        return [
            {
                **line,
                "Quantity": int(line["Quantity"]),
                "UnitPrice": float(line["UnitPrice"]),
                "InvoiceDate": dt.datetime.fromisoformat(line["InvoiceDate"]).replace(tzinfo=LONDON),
            }
            for line in csv.DictReader(file)
            if line["CustomerID"]
        ]


def months() -> str:
    """The table of the page."""
    rules, lines = tierkit.load(FOLDER / "retail.yaml"), rows()
    customers = [{"CustomerID": key} for key in dict.fromkeys(line["CustomerID"] for line in lines)]
    text = ""
    for month in range(1, 13):
        counts: Counter[str | None] = Counter()
        day = dt.date(2011, month, 1)
        for decision in rules.evaluate_many(customers, tables={"lines": lines}, as_of=day, on_error="raise"):
            assert isinstance(decision, tierkit.Decision)
            counts.update([decision.tiers["value"], *decision.tags])
            counts["undetermined"] += bool(decision.undetermined)
        text += f"| {day} | {' | '.join(str(counts[name]) for name in (*COLUMNS, 'undetermined'))} |\n"
    return text


def filled(page: str) -> str:
    """The page with the table made anew."""
    head, rest = page.split("<!-- months -->\n")
    lines, end = rest.split("<!-- end -->")
    return f"{head}<!-- months -->\n{''.join(lines.splitlines(keepends=True)[:2])}{months()}<!-- end -->{end}"


def test_the_table_of_the_page() -> None:
    """Every month's headcount is what the rules give; `python -m tests.test_online_retail` writes it anew."""
    page = (FOLDER / "README.md").read_text(encoding="utf-8")
    assert filled(page) == page


def test_the_command_of_the_page() -> None:
    """One command reads raw lines and grades; lines of nobody are named and left out."""
    found = run(
        "evaluate",
        FOLDER / "retail.yaml",
        "--table",
        f"lines={FOLDER / 'lines.csv'}",
        "--as-of",
        "2011-12-01",
    )
    assert found.status == 0
    assert len(found.rows) == 74
    assert "and 148 more rows of `lines`" in found.err
    assert "value: diamond 2 (2.7%), gold 2 (2.7%), silver 15 (20.3%), bronze 55 (74.3%)" in found.err
    assert run("test", FOLDER).status == 0


if __name__ == "__main__":
    (FOLDER / "README.md").write_text(
        filled((FOLDER / "README.md").read_text(encoding="utf-8")), encoding="utf-8"
    )
