"""Findings and missing values as sentences: what a salesperson reads under each reason.

Monthly order amount 12,500.00 CNY is above 10,000.00 CNY (by 2,500.00 CNY; parameter vip_amount)
月订单金额 ¥12,500.00 高于 ¥10,000.00（超出 ¥2,500.00；参数 vip_amount）
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from tierkit.decisions.formats import Style, clean, shortened
from tierkit.decisions.labels import LISTED, LONGEST_TEXT, Labels
from tierkit.decisions.reasons import Finding, MissingValue
from tierkit.decisions.words import CAUSES, DISTANCES
from tierkit.program.terms import (
    Compare,
    Const,
    Function,
    IsMissing,
    Leaf,
    Lookup,
    Member,
    Ref,
    SetTest,
    Term,
    TextTest,
    references,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tierkit.decisions.facts import Facts


def cause_text(labels: Labels, item: MissingValue) -> str:
    """Why a dimension is missing, in the words of a rule set."""
    dimension = labels.program.dimensions.get(item.dimension)
    aggregate = None if dimension is None else dimension.aggregate
    return labels.words.put(
        CAUSES[item.cause],
        table="" if aggregate is None else clean(aggregate.table),
        provider=clean(str(None if dimension is None else dimension.provider)),
    )


class Sentences:
    """Says what was found about one customer, in one locale."""

    def __init__(self, facts: Facts, labels: Labels) -> None:
        self.facts, self.labels, self.words = facts, labels, labels.words

    def finding(self, finding: Finding) -> str:
        """A condition that holds, or one that must hold and does not."""
        leaf = finding.leaf
        if leaf is None:
            return clean(finding.expression, LONGEST_TEXT)
        style, operator, holds = self._style(leaf), _operator(leaf, finding), finding.outcome is True
        value, limit, aside = self._texts(leaf, finding, style)
        if operator == "=" and holds and not _compares_two(leaf):
            value = ""  # it is what the limit says
        term, family = _subject(leaf), _family(leaf, style)
        subject = self._with(term, style, value)
        if family == "boolean" and not holds:
            value = value or self.words.say("unknown")
            subject = self.words.say("pair", name=self.labels.term(term), value=value)
        sentence = self.words.condition(family, operator, subject, limit, holds=holds)
        if isinstance(term, Function):
            sentence = sentence[:1].upper() + sentence[1:]
        notes = [aside, *self._notes(leaf, finding, style)]
        return shortened(self.words.noted(sentence, notes), 2 * LONGEST_TEXT)

    def missing(self, items: Iterable[MissingValue]) -> list[str]:
        """Missing dimensions, those with one cause together."""
        by_cause: dict[str, list[str]] = {}
        for item in items:
            by_cause.setdefault(self.cause(item), []).append(self.labels.name(item.dimension))
        return [
            self.words.say("pair", name=self.words.commas(names), value=cause)
            for cause, names in by_cause.items()
        ]

    def cause(self, item: MissingValue) -> str:
        """Why a dimension is missing."""
        return cause_text(self.labels, item)

    def value(self, name: str) -> str:
        """A dimension with its value, or why it has none."""
        value = self.facts.known[name]
        style = self.labels.style(Ref(name, ""))
        if value is not None:
            subject = self._with(Ref(name, ""), style, self.labels.value(style, value))
            return self.words.noted(subject, self._defaults([name], name))
        return self.words.noted(self.labels.name(name), self._roots(self.facts.roots_of(name), name))

    def points(self, style: Style, number: str) -> str:
        """A distance of shares or scores in points, any other as it is."""
        if style.type not in ("ratio", "score"):
            return number
        one = "percent point" if style.type == "ratio" else "point"
        return self.words.say(one if number == "1" else f"{one}s", number=number)

    # -- the parts of a sentence

    def _style(self, leaf: Leaf) -> Style:
        """How the values of a leaf look: as those on its left do, or else as the dimension on its right."""
        style = self.labels.style(_subject(leaf))
        if isinstance(leaf, Compare) and isinstance(leaf.right, Ref) and not isinstance(leaf.left, Ref):
            return self.labels.style(leaf.right)
        return style

    def _texts(self, leaf: Leaf, finding: Finding, style: Style) -> tuple[str, str, str]:
        """The value, the limit, and the value of a limit that is computed; each empty when there is none."""
        found = [] if finding.value is None else [finding.value]
        written, computed = _threshold(leaf, finding)
        texts = self.labels.values(style, [*found, *computed], written[:LISTED])
        value, limits = "".join(texts[: len(found)]), texts[len(found) :]
        if isinstance(leaf, Compare):
            if written:
                return value, limits[0], ""
            return value, self.labels.term(leaf.right), "".join(limits)
        return value, self.labels.listed(limits, len(written)) if written else "", ""

    def _with(self, term: Term, style: Style, value: str) -> str:
        """A term with its value: numbers, dates and quoted texts follow it, other values are set apart."""
        name = self.labels.term(term)
        if isinstance(term, Ref) and (style.family in ("number", "date") or style.type == "text"):
            return self.words.joined(name, value)
        return self.words.noted(name, [value])

    def _notes(self, leaf: Leaf, finding: Finding, style: Style) -> Iterator[str]:
        subject = _subject(leaf)
        own = subject.name if isinstance(subject, Ref) else None
        if finding.outcome is None:
            yield from self._roots(self.facts.missing_in(leaf), own)
        elif isinstance(leaf, IsMissing) and finding.value is None:
            yield from self._roots(self.facts.missing_in(Compare("=", leaf.term, leaf.term)), own)
        yield self._distance(leaf, finding, style)
        if finding.parameter is not None and not (isinstance(leaf, Compare) and finding.threshold is None):
            yield self.labels.parameter(finding.parameter)
        yield from self._defaults(sorted(references(leaf)), own)

    def _roots(self, items: Iterable[MissingValue], own: str | None) -> list[str]:
        """Why something is missing: only the cause, where it is missing itself."""
        roots = list(items)
        if all(root.dimension == own for root in roots):
            return [self.cause(root) for root in roots]
        return self.missing(roots)

    def _defaults(self, names: Iterable[str], own: str | None) -> Iterator[str]:
        """Marks the values that are defaults."""
        for name in names:
            if self.facts.source(name) == "default":
                cause = self.cause(MissingValue(name, self.facts.described(name).cause or "null"))
                note = self.words.say("default", cause=cause)
                yield note if name == own else self.words.say("pair", name=self.labels.name(name), value=note)

    def _distance(self, leaf: Leaf, finding: Finding, style: Style) -> str:
        """How far the value is from the limit, where that means something."""
        value, limit, holds = finding.value, finding.threshold, finding.outcome is True
        if not isinstance(leaf, Compare) or finding.margin is None or style.type in ("month", "weekday"):
            return ""
        if finding.margin == 0 and value != limit:
            return self.words.say("within tolerance")
        if finding.operator == "!=" or (holds and finding.operator == "="):
            return ""
        direction = "none" if finding.margin == 0 else "up" if value > limit else "down"
        kind = "share" if style.type in ("ratio", "score") else style.family
        template = DISTANCES.get((kind, holds, direction))
        if template is None:
            return ""
        return self.words.put(template, distance=self._apart(leaf, value, limit, style))

    def _apart(self, leaf: Compare, value: Any, limit: Any, style: Style) -> str:
        formats = self.labels.formats
        if isinstance(value, dt.date):
            return formats.days(abs((value - limit).days))
        return self.points(style, formats.distance(style, value, limit, exact=not _compares_two(leaf)) or "")


def _subject(leaf: Leaf) -> Term:
    return leaf.left if isinstance(leaf, Compare) else leaf.term


def _family(leaf: Leaf, style: Style) -> str:
    """The family whose words the operator has; `boolean` are only statements, tested for yes or no."""
    if style.type != "boolean":
        return style.family
    return "boolean" if isinstance(leaf, Compare) and not _compares_two(leaf) else "text"


def _compares_two(leaf: Leaf) -> bool:
    """True when what stands on the right is computed and not written."""
    return isinstance(leaf, Compare) and not isinstance(leaf.right, Const | Lookup)


def _threshold(leaf: Leaf, finding: Finding) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
    """The thresholds that were written, and the one that was computed."""
    match leaf:
        case Compare():
            limits = () if finding.threshold is None else (finding.threshold,)
            return ((), limits) if _compares_two(leaf) else (limits, ())
        case Member() | SetTest():
            return tuple(const.value for const in leaf.values), ()
        case TextTest():
            return (finding.threshold,), ()
        case IsMissing():
            return (), ()


def _operator(leaf: Leaf, finding: Finding) -> str:
    """The operator to say: one of a single value is that value."""
    if isinstance(leaf, Member) and len(leaf.values) == 1:
        return "!=" if leaf.negated else "="
    if isinstance(leaf, SetTest) and len(leaf.values) == 1 and leaf.function != "subset_of":
        return "not has" if leaf.negated else "has"
    return finding.operator
