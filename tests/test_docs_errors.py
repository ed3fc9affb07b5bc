"""docs/errors.md is what the code says."""

from __future__ import annotations

from docs import problems
from tierkit.errors import CODES


def test_the_page_is_generated() -> None:
    """The committed page is the one that `python -m docs.problems` writes."""
    assert problems.PAGE.read_text(encoding="utf-8") == problems.page()


def test_every_code_has_its_entry() -> None:
    """No code is left out of the page."""
    text = problems.page()
    assert [name for name in CODES if f"### `{name}`" not in text] == []
