"""YAML to the located value tree, over the event stream; the only module that touches `yaml`.

Anything YAML would silently change or that two readers could take differently is refused: duplicate keys,
anchors, aliases, merge keys, tags, directives, several documents. No scalar is resolved here. The stream is
read with a stack of our own, so depth costs no recursion, and everything is bounded before it is built.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import yaml

from tierkit.documents.cuts import Cut, blanked, cut_at, cut_inside, entries
from tierkit.documents.nodes import Broken, Mapping, Scalar, Sequence
from tierkit.documents.reader import HIDDEN
from tierkit.documents.syntax_errors import Progress, complain
from tierkit.errors import Enough, Problems, Source

DEEPEST = 40
MOST_VALUES = 500_000
LONGEST = 100_000
_AS_WRITTEN = frozenset(["values", "value", "points"])  # keys below these are values, which data has too
_QUESTION = "\ue000"  # for the reader in Python, a `?` inside a word
_HOLE = "\ufffd"  # stands for a hidden character, which was refused already
_AGAIN = 8_000_000  # characters that are read again, at most, after values that were cut
_INNER_QUESTION = re.compile(r"(?<=[^\s,\[\]{}])\?")
_GLUED = re.compile(r"[ \t]+(#[^\s#!][^\n]*)")
_NO_SPACE = re.compile(r":[,?\[\]{}]")
_SURROGATE = re.compile("[\ud800-\udfff]")


class _PureLoader(yaml.SafeLoader):
    """The reader in Python. It takes a tab between words for a space, `?` for a letter, as libyaml does."""

    def __init__(self, text: str) -> None:
        super().__init__(_INNER_QUESTION.sub(_QUESTION, text))

    def scan_to_next_token(self) -> None:
        super().scan_to_next_token()
        while self.peek() == "\t" and (self.flow_level or not self.allow_simple_key):
            self.forward()
            super().scan_to_next_token()

    def scan_plain_spaces(self, indent: Any, start_mark: Any) -> Any:
        line = self.line
        chunks = super().scan_plain_spaces(indent, start_mark)
        while chunks is not None and self.peek() == "\t" and self.line == line:
            self.forward()
            more = super().scan_plain_spaces(indent, start_mark)
            chunks = more if more is None or self.line > line else [*chunks, "\t", *more]
        return chunks


_FASTEST: Any = getattr(yaml, "CSafeLoader", _PureLoader)


def parse(source: Source, problems: Problems, *, pure: bool = False) -> Any:
    """The value tree of `source`, or None; what is wrong goes to `problems`.

    A value that YAML cut off inside `{…}` is named, blanked out and left behind as `Broken`, and the rest of
    the file is read all the same. `pure` reads without libyaml, by the same rules.
    """
    text, loader, cuts = HIDDEN.sub(_HOLE, source.text), _PureLoader if pure else _FASTEST, dict[int, Cut]()
    with suppress(Enough):
        for _ in range(1 + _AGAIN // (len(text) + 1)):
            builder = _Builder(source, problems, cuts)
            found = builder.read(blanked(text, cuts), loader)
            if found is None:
                return builder.root
            new = [found] if cuts else [found, *_alike(text, found.start, loader)]
            for cut in new:
                cuts[cut.start] = cut
                cut.report(problems)
    return None


def _alike(text: str, start: int, loader: Any) -> Iterator[Cut]:
    """The cuts in entries on one line after `start`, so that the file is not read again for each."""
    for index, entry in entries(text, start + 1):
        source = Source(entry)
        cut = _Builder(source, Problems(source), {}).read(entry, loader)
        if cut is not None and cut.start == 0:
            yield cut.moved(index)


class _Stop(Exception):  # noqa: N818  not an error: reading ends here
    """The document is refused as a whole; the problem is noted already."""


class _Builder:
    """Builds the tree from events; `stack` holds the open collections."""

    def __init__(self, source: Source, problems: Problems, cuts: dict[int, Cut]) -> None:
        self.source, self.text, self.problems, self.cuts = source, source.text, problems, cuts
        self.root: Any = None
        self.stack: list[Mapping | Sequence] = []
        self.keys: list[Scalar | str | None] = []  # per open collection the key that waits; a name if refused
        self.above: list[Scalar | str | None] = []  # per open collection the key that it belongs to
        self.values = self.documents = self.at = 0
        self.quoted: tuple[int, int] | None = None  # the value read last, if it stands in quotes

    def read(self, text: str, loader: Any) -> Cut | None:
        """Reads `text`; returns the value that was cut off, if YAML could not be read for that reason."""
        try:
            for event in yaml.parse(text, Loader=loader):
                self.handle(event)
        except _Stop:
            self.root = None
        except (yaml.YAMLError, ValueError) as error:  # ValueError: `"\\U00110000"` in the reader in Python
            self.root = None
            if (cut := self.cut_off(error)) is not None:
                self.problems.forget(cut.start, self.at + 1)
                return cut
            brackets = tuple(node.start for node in self.stack if node.flow)
            complain(error, Progress(self.at, self.quoted, brackets), self.source, self.problems)
        return None

    def cut_off(self, error: Any) -> Cut | None:
        """The value that was cut off inside the innermost `{…}`, if that is why YAML cannot be read on."""
        node, mark = self.stack[-1] if self.stack else None, getattr(error, "problem_mark", None)
        if not isinstance(node, Mapping) or not node.flow or mark is None:
            return None
        self.at = mark.index
        return cut_at(node, self.text, mark.index)

    def handle(self, event: Any) -> None:
        start, end = event.start_mark.index, event.end_mark.index
        self.at = end
        self.quoted = (
            (start, end) if isinstance(event, yaml.ScalarEvent) and event.style in ("'", '"') else None
        )
        match event:
            case yaml.ScalarEvent():
                self.refuse_properties(event, start, end)
                self.scalar(event, start, end)
            case yaml.MappingStartEvent() | yaml.SequenceStartEvent():
                self.refuse_properties(event, start, end)
                self.open(event, start)
            case yaml.MappingEndEvent() | yaml.SequenceEndEvent():
                self.close(end)
            case yaml.AliasEvent():
                self.problems.add("yaml-alias", (start, end), name=event.anchor)
                self.add(Broken(start, end))
            case yaml.DocumentStartEvent():
                self.document(start)
            case _:
                pass  # the stream and the document end: nothing to build

    def document(self, start: int) -> None:
        self.documents += 1
        if self.documents > 1:
            self.problems.add("several-documents", (start, start + 3))
            raise _Stop
        if self.text.startswith("%", start):
            self.problems.add("yaml-directive", (start, start + 1))
            raise _Stop

    def refuse_properties(self, event: Any, start: int, end: int) -> None:
        if event.anchor is not None:
            at = self.text.find("&", start, end)
            self.problems.add("yaml-anchor", (at, at + 1 + len(event.anchor)), name=event.anchor)
        if event.tag is not None:
            at = self.text.find("!", start, end)
            tag = self.text[at:end].split(None, 1)[0]
            self.problems.add("yaml-tag", (at, at + len(tag)), tag=tag)

    def scalar(self, event: Any, start: int, end: int) -> None:
        style = event.style or ""
        if event.anchor is not None or event.tag is not None:
            self.add(Broken(start, end))
            return
        if not style and start == end:  # nothing at all: the readers put it here or there in the white space
            while self.text[start - 1 : start] in (" ", "\t"):
                start = end = start - 1
        if style in ("|", ">"):
            end = max(start + 1, len(self.text[start:end].rstrip()) + start)
        value: str = event.value
        if _QUESTION in value and _QUESTION not in self.text:
            value = value.replace(_QUESTION, "?")
        if not style and self.stack and self.stack[-1].flow and _NO_SPACE.match(self.text, end):
            detail = "a `:` needs a space after it"
            self.problems.add("yaml-syntax", (end, end + 1), ("colon-space", {}), detail=detail)
            raise _Stop
        if len(value) > LONGEST:
            self.problems.add("text-too-long", (start, start + 1), limit=LONGEST)
            raise _Stop
        if _SURROGATE.search(value):
            at = self.text.find("\\u", start, end)
            self.problems.add(
                "yaml-syntax", (at, at + 2), ("escape", {}), detail="this escape cannot be read"
            )
            raise _Stop
        if _HOLE in value and HIDDEN.search(self.text, start, end):
            self.add(Broken(start, end))
        elif not style and (glued := _GLUED.match(self.text, end)):
            self.problems.add("glued-comment", glued.span(1), text=glued[1])
            self.add(Broken(start, end))
        else:
            self.add(Scalar(value, start, end, style))

    def open(self, event: Any, start: int) -> None:
        if len(self.stack) >= DEEPEST:
            self.problems.add("too-deep", (start, start + 1), limit=DEEPEST)
            raise _Stop
        kind = Mapping if isinstance(event, yaml.MappingStartEvent) else Sequence
        node = kind(start, flow=bool(event.flow_style))
        self.above.append(self.keys[-1] if self.keys else None)
        self.add(node)
        self.stack.append(node)
        self.keys.append(None)

    def close(self, end: int) -> None:
        node = self.stack.pop()
        self.keys.pop()
        self.above.pop()
        node.end = end
        if node.start in self.cuts:
            self.replace(node, Broken(node.start, end))
        elif isinstance(node, Mapping) and node.flow and (cut := cut_inside(node, self.text)) is not None:
            self.problems.forget(node.start, end)
            cut.report(self.problems)
            self.replace(node, Broken(node.start, end))

    def add(self, node: Any) -> None:
        self.values += 1
        if self.values > MOST_VALUES:
            self.problems.add("too-many-values", (node.start, node.start + 1), limit=MOST_VALUES)
            raise _Stop
        if not self.stack:
            self.root = node
            return
        parent, key = self.stack[-1], self.keys[-1]
        if isinstance(parent, Sequence):
            parent.append(node)
        elif key is None:
            self.keys[-1] = self.new_key(parent, node)
        else:
            if isinstance(key, Scalar):
                parent[key] = node
            else:
                parent.refused.append(key)
            self.keys[-1] = None

    def new_key(self, parent: Mapping, node: Any) -> Scalar | str:
        """The key that `node` is, or the mere name of one that is refused."""
        if not isinstance(node, Scalar):
            if not isinstance(node, Broken):
                self.problems.add("bad-key", (node.start, node.start + 1))
            return ""
        if node == "<<" and node.plain:
            self.problems.add("yaml-merge", (node.start, node.end))
            return ""
        key: Scalar = node if self.above[-1] in _AS_WRITTEN else node.composed
        if key not in parent:
            return key
        first = self.source.location(parent.key(key).start).line
        self.problems.add("duplicate-key", (key.start, key.end), key=key, line=first)
        return str(key)

    def replace(self, old: Any, new: Broken) -> None:
        if not self.stack:
            self.root = new
            return
        parent = self.stack[-1]
        if isinstance(parent, Sequence):
            parent[-1] = new
        elif (key := next(reversed(parent), None)) is not None and parent[key] is old:
            parent[key] = new
