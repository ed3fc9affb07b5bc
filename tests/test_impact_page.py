"""The page of an impact says what its JSON says, escapes whatever it is given, and loads nothing."""

from __future__ import annotations

import base64
import hashlib
import os
import re
import shutil
import subprocess
import sys
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest

from tests.impact_pages import DAY, HOSTILE, versions, whole
from tierkit.analysis.impact.places import Direction, State
from tierkit.cli.impact_words import TEXTS, Wording
from tierkit.cli.pages import rendering
from tierkit.cli.pages.impact import page
from tierkit.cli.pages.sankey import diagram
from tierkit.engine import loads
from tierkit.engine.impact import impact
from tierkit.errors import MissingExtraError

VOID = {"meta", "input", "br", "img", "link"}


class Element:
    """An element of a page: its name, attributes, children and text."""

    def __init__(self, name: str, attributes: dict[str, str | None]) -> None:
        self.name, self.attributes = name, attributes
        self.children: list[Element | str] = []

    def find(self, name: str = "", **attributes: str | None) -> list[Element]:
        """The elements below with a name and attributes; None stands for any value."""
        found = []
        for child in self.children:
            if isinstance(child, Element):
                wanted = {key.rstrip("_").replace("_", "-"): value for key, value in attributes.items()}
                if (not name or child.name == name) and all(
                    key in child.attributes and value in (None, child.attributes[key])
                    for key, value in wanted.items()
                ):
                    found.append(child)
                found += child.find(name, **attributes)
        return found

    @property
    def text(self) -> str:
        """All text below."""
        return "".join(child if isinstance(child, str) else child.text for child in self.children)

    def cells(self) -> list[str]:
        """The texts of a row, after its heading; small print left out."""
        cells = [child for child in self.children if isinstance(child, Element) and child.name == "td"]
        return ["".join(part for part in cell.children if isinstance(part, str)).strip() for cell in cells]


class Reader(HTMLParser):
    """Reads a page into elements; refuses one that is not well formed."""

    def __init__(self) -> None:
        super().__init__()
        self.root = Element("", {})
        self._open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Opens an element."""
        element = Element(tag, dict(attrs))
        self._open[-1].children.append(element)
        if tag not in VOID:
            self._open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An element without content."""
        self._open[-1].children.append(Element(tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        """Closes an element, which must be the last that was opened."""
        assert self._open.pop().name == tag

    def handle_data(self, data: str) -> None:
        """Text."""
        self._open[-1].children.append(data)


def read(text: str) -> Element:
    """A page as elements."""
    reader = Reader()
    reader.feed(text)
    reader.close()
    assert reader._open == [reader.root]
    return reader.root


def count(text: str) -> int:
    """A number as the page writes it."""
    return int(text.replace(",", "").replace("−", "-") or 0)


# -- what it says


@pytest.mark.parametrize("locale", ["en", "zh"])
def test_the_numbers_are_those_of_the_json(locale: str) -> None:
    """Matrix, margins, heads, tags, scores, costs, quotas, roots and movers: each figure stands on the page."""
    found, text = whole(locale)
    data, root = found.to_dict(locale), read(text)
    for ladder in data["ladders"]:
        (section,) = root.find("section", data_ladder=ladder["ladder"])
        shown = [
            i
            for i, place in enumerate(ladder["places"])
            if place["before"] or place["after"] or place["tier"]
        ]
        cells = {
            (c.attributes["data-from"], c.attributes["data-to"]): c
            for c in section.find("td", data_count=None)
        }
        assert len(cells) == len(shown) ** 2
        for a, before in enumerate(shown):
            for b, after in enumerate(shown):
                cell = cells[str(a), str(b)]
                assert (
                    int(cell.attributes["data-count"] or "")
                    == count(cell.text)
                    == ladder["matrix"][before][after]
                )
        heads = section.find("tr", data_head=None)
        for at, row in zip(shown, heads, strict=True):
            place = ladder["places"][at]
            assert [count(cell) for cell in row.cells()[:2]] == [place["before"], place["after"]]
        assert (f"PSI {ladder['psi']:.3f}" in section.text) is True
    for row, tag in zip(root.find("tr", data_tag=None), data["tags"], strict=True):
        assert [count(cell) for cell in row.cells()] == [
            tag[k] for k in ("before", "after", "gained", "lost")
        ]
    bands = [band for score in data["scores"] for band in [*score["bands"], score["missing"]]]
    for row, band in zip(root.find("tr", data_band=None), bands, strict=True):
        assert [count(cell) for cell in row.cells()[1:]] == [band["before"], band["after"]]
    (total,) = root.find("tr", data_cost="total")
    assert [count(cell) for cell in total.cells()] == [
        data["costs"]["total"]["before"], data["costs"]["total"]["after"], data["costs"]["total"]["after"] - data["costs"]["total"]["before"],
    ]  # fmt: skip
    (quota,) = root.find("tr", data_quota=None)
    assert quota.cells()[:2] == ["20%", f"{data['quotas'][0]['before']:.1%}"]
    for row, target in zip(root.find("tr", data_open=None), data["undetermined"]["targets"], strict=True):
        assert [count(cell) for cell in row.cells()] == [target["before"], target["after"]]
    for row, cause in zip(root.find("tr", data_root=None), data["undetermined"]["roots"], strict=True):
        assert [count(cell) for cell in row.cells()] == [cause["before"], cause["after"]]
    assert len(root.find("tr", data_failed=None)) == data["failed"]["either"]
    rows = root.find("tr", data_row=None)
    assert [int(row.attributes["data-row"] or "") for row in rows] == [
        m["row"] for m in data["movers"]["first"]
    ]
    tiles = {
        tile.attributes["data-tile"]: count(tile.find("strong")[0].text)
        for tile in root.find("li", data_tile=None)
    }
    assert sum(number for kind, number in tiles.items() if kind != "cost") == data["customers"]
    assert tiles["down"] == data["moved"]["down"]


def test_the_headline() -> None:
    """One sentence says it, in both languages, and for nobody, one and many."""
    for locale, wanted in (
        ("en", "32 of 400 customers change tier: 32 down"),
        ("zh", "400 个客户中有 32 个等级变动：32 个下降"),
    ):
        root = read(whole(locale, hostile=False)[1])
        assert [h.text for h in root.find("h1", id="headline")] == [wanted]
    old, new = versions(hostile=False)
    words = Wording("en", old, new)
    record = {"id": "a", "amount": 750, "orders": 1}
    assert words.headline(impact(old, new, [record], as_of=DAY)) == "1 of 1 customers changes tier: 1 down"
    assert words.headline(impact(old, old, [record], as_of=DAY)) == "None of 1 customers changes tier"
    bare = loads("{ruleset: a, version: 1, dimensions: {x: {type: number}}}")
    assert words.headline(impact(bare, bare, [record], as_of=DAY)) == "0 of 1 customers gain or lose a tag"


def test_reasons_stand_under_both_versions() -> None:
    """The first mover's row says what held before, what holds now and what is lacking for the old tier."""
    first = read(whole(hostile=False)[1]).find("tr", data_row=None)[0]
    before, after = (cell.text for cell in first.find("td", class_="why"))
    assert "Mark 70.35 is at least 70 (by 0.35 points)" in before
    assert "Mark 70.35 must be at least 80 (9.65 points below)" in after
    assert "not Gold" in after


def test_nobody_moves() -> None:
    """A page without movers and without flows says so."""
    old, _ = versions(hostile=False)
    found = impact(old, old, [{"id": "a", "amount": 1, "orders": 1}], as_of=DAY)
    root = read(page(found, Wording("en", old, old)))
    assert "Nobody moves." in root.text
    assert "Nobody moves on this ladder." in root.text
    assert root.find("svg", class_="flow wide") == []


def test_a_ladder_of_one_version() -> None:
    """It is shown with its heads, and that only one version has it."""
    old, new = versions(hostile=False)
    bare = loads(
        old.text.replace(
            "  size:\n    tiers:\n      - {id: large, enter: orders >= 10}\n      - {id: small}\n", ""
        )
    )
    assert "size" not in bare.ladders
    records = [{"id": "a", "amount": 1, "orders": 1}]
    for pair, wanted in (((bare, new), "Only the new version"), ((old, bare), "Only the old version")):
        text = page(impact(*pair, records, as_of=DAY), Wording("en", *pair))
        assert wanted in read(text).text


# -- what it never does


@pytest.mark.parametrize("locale", ["en", "zh"])
def test_hostile_names_stay_text(locale: str) -> None:
    """No name becomes an element, an attribute or a script; what moves other characters is shown as its code."""
    found, text = whole(locale, count=800)
    root = read(text)
    assert len(root.find("script")) == len(root.find("style")) == 1
    assert root.find("img") == root.find("b") == []
    assert not [
        e for e in root.find() for name in e.attributes if name.startswith("on") or name in ("style", "src")
    ]
    assert "\u202e" not in text
    keys = {mover.key for mover in found.movers} | {item.key for item in found.failed.first}
    assert set(HOSTILE[:3]) <= keys
    shown = root.text
    for name in (
        "<script>alert(1)</script>",
        "\"'><img src=x onerror=alert(1)>",
        "\\u202egnp.exe",
        "{{ 7 * 7 }}",
    ):
        assert name in shown


def test_the_policy_allows_what_is_there_and_nothing_else() -> None:
    """The style and the script are known by their digests; nothing is loaded from anywhere."""
    text = whole()[1]
    root = read(text)
    (policy,) = (
        m.attributes["content"] or "" for m in root.find("meta", http_equiv="Content-Security-Policy")
    )
    for name in ("style", "script"):
        (element,) = root.find(name)
        digest = base64.b64encode(hashlib.sha256(element.text.encode()).digest()).decode()
        assert f"{name}-src 'sha256-{digest}'" in policy
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy
    assert not re.search(r"https?:|//|@import|url\(", re.sub(r"\s// .*", "", text.replace("</", "")))
    assert root.find("link") == root.find("a") == []


def test_the_files_of_a_page_are_packaged() -> None:
    """Template, style and script are found as the installed package has them."""
    for ending in ("html", "css", "js"):
        assert rendering._text(f"impact.{ending}")


def test_without_the_extra_it_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who has no Jinja2 is told what to install."""
    monkeypatch.setitem(sys.modules, "jinja2", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'tierkit\[html\]'"):
        rendering.rendered("impact", {})


def test_every_text_is_said_in_both_languages() -> None:
    """Each text has the same slots in English and Chinese, and somebody says it."""
    said = "\n".join(
        path.read_text(encoding="utf-8")
        for path in Path(rendering.__file__).parent.parent.rglob("*.*")
        if path.suffix in (".py", ".html")
    )
    made = {
        *map(str, Direction),
        *map(str, State),
        *(f"n-{way}" for way in Direction),
        "stable",
        "moderate",
        "large",
    }
    for key, (english, chinese) in TEXTS.items():
        assert sorted(re.findall(r"\{(\w+)\}", english)) == sorted(re.findall(r"\{(\w+)\}", chinese)), key
        assert chinese
        used = len(re.findall(f"[\"']{key}[\"']", said))
        assert used > 1 or key in made, key


def test_bands_fill_their_bars() -> None:
    """The bands that leave a bar are as thick together as the bar is high, and every label has room."""
    counts = [[50, 3, 0], [1, 0, 2], [0, 0, 44]]
    found = diagram(counts, width=500, tall=200, margin=80, label=30)
    for node in found.nodes:
        heads = sum(counts[node.at]) if node.side == "before" else sum(row[node.at] for row in counts)
        assert node.height == pytest.approx(2 * heads)
    for side in ("before", "after"):
        middles = [node.middle for node in found.nodes if node.side == side]
        assert all(b - a >= 30 for a, b in pairwise(middles))
    assert diagram([], width=1, tall=1, margin=0, label=1).nodes == ()


# -- in a browser

CHROMIUM = (
    os.environ.get("TIERKIT_TEST_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
)
_FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--enable-logging=stderr",
)  # fmt: skip


def browse(profile: Path, *flags: str) -> tuple[Element, str]:
    """The page after its script has run, and what the browser complained about."""
    done = subprocess.run(
        [CHROMIUM or "", *_FLAGS, f"--user-data-dir={profile}", *flags], capture_output=True, check=True, timeout=120, text=True, encoding="utf-8",
    )  # fmt: skip
    console = "\n".join(line for line in done.stderr.splitlines() if "CONSOLE" in line)
    return read(
        done.stdout.split("\n", 1)[1] if done.stdout.startswith("<!DOCTYPE") else done.stdout
    ), console


@pytest.mark.skipif(
    CHROMIUM is None, reason="there is no Chromium: install it, or name one in TIERKIT_TEST_CHROMIUM"
)
@pytest.mark.parametrize(
    ("sort", "key", "descending"),
    [
        ("", "", False),
        ("key-ascending", "key", False),
        ("key-descending", "key", True),
        ("move-ascending", "move", False),
    ],
)
def test_the_table_sorts_in_a_browser(sort: str, key: str, descending: bool, tmp_path: Path) -> None:
    """The script runs under the policy without a complaint, and sorts as the link says."""
    found, text = whole(hostile=False)
    file = tmp_path / "impact.html"
    file.write_text(text, encoding="utf-8")
    url = file.as_uri() + (f"#sort={sort}" if sort else "")
    root, console = browse(tmp_path / "profile", "--dump-dom", url)
    assert console == ""
    (table,) = root.find("table", id="movers")
    rows = table.find("tr", data_row=None)
    assert table.attributes["data-ready"] == str(len(rows)) == str(len(found.movers))
    names = [row.find("th")[0].text for row in rows]
    if not sort:
        assert names == [mover.key for mover in found.movers]
    elif key == "key":
        assert names == sorted(names, reverse=descending)
    else:
        assert [row.attributes["class"] for row in rows] == sorted(
            row.attributes["class"] or "" for row in rows
        )
    if sort:
        ways = [head.attributes["aria-sort"] for head in table.find("th", aria_sort=None)]
        assert ways.count("descending" if descending else "ascending") == 1


@pytest.mark.skipif(
    CHROMIUM is None, reason="there is no Chromium: install it, or name one in TIERKIT_TEST_CHROMIUM"
)
def test_the_page_fits_a_phone(tmp_path: Path) -> None:
    """In a window of 390 pixels nothing makes the page itself scroll sideways, whatever the names are."""
    for hostile in (False, True):
        file, frame = tmp_path / "impact.html", tmp_path / "frame.html"
        text = whole(hostile=hostile)[1]
        probe = "document.documentElement.dataset.over=document.documentElement.scrollWidth-innerWidth;"
        text = re.sub(r"<meta http-equiv[^>]*>", "", text).replace(
            "</body>",
            f"<script>{probe}parent.postMessage(document.documentElement.dataset.over,'*')</script></body>",
        )
        file.write_text(text, encoding="utf-8")
        frame.write_text(
            f"<!DOCTYPE html><html><body><iframe src='{file.as_uri()}' width='390' height='800'></iframe>"
            "<script>addEventListener('message', e => document.body.dataset.over = e.data)</script></body></html>",
            encoding="utf-8",
        )
        root, _ = browse(tmp_path / "profile", "--dump-dom", frame.as_uri())
        (body,) = root.find("body")
        assert int(body.attributes["data-over"] or "1") <= 0
