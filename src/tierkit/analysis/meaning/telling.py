"""Regions in the words of their authors: labels, formats and intervals, in English and Chinese.

8,000.00 CNY < Monthly order amount ≤ 10,000.00 CNY and Return rate < 5%
¥8,000.00 < 月订单金额 ≤ ¥10,000.00 且 退货率 < 5%
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from tierkit.decisions.formats import Style, clean
from tierkit.decisions.labels import Labels
from tierkit.program.model import Program
from tierkit.program.terms import (
    And,
    AtLeast,
    Compare,
    Const,
    Formula,
    IsMissing,
    Leaf,
    Lookup,
    Member,
    Not,
    Or,
    SetTest,
    Term,
    TextTest,
)

_SYMBOLS = {"<": "<", "<=": "≤", ">": ">", ">=": "≥", "=": "=", "!=": "≠"}
_TURNED = {">": "<", ">=": "≤"}
_WORDS = {
    "and": (" and ", " 且 "),
    "or": (" or ", " 或 "),
    "everybody": ("everybody", "所有客户"),
    "before": ("{name} (before)", "{name}（原）"),
    "after": ("{name} (now)", "{name}（新）"),
    "not": ("not ({text})", "并非（{text}）"),
    "some": ("{count} of: {items}", "以下任 {count} 项：{items}"),
    "open": ("(", "（"),
    "close": (")", "）"),
}


class Naming(Labels):
    """What the parts of two versions are called: as in the newer one, else as in the older one."""

    def __init__(self, before: Program, after: Program, locale: str) -> None:
        merged = replace(
            after,
            dimensions={**before.dimensions, **after.dimensions},
            ladders={**before.ladders, **after.ladders},
            tags={**before.tags, **after.tags},
            parameters={**before.parameters, **after.parameters},
        )
        super().__init__(merged, locale)
        self.at = 1 if locale.casefold().startswith("zh") else 0
        self._before = before

    def word(self, name: str) -> str:
        """A word between conditions."""
        return _WORDS[name][self.at]

    def name(self, name: str) -> str:
        """A dimension or a ladder; `name@before` is what the older version computes."""
        own, _, side = name.partition("@")
        found = super().name(own)
        return self.word(side).format(name=found) if side in ("before", "after") else found

    def target(self, target: str, template: str = "tier target") -> str:
        """A tag, or a tier and its ladder, of either version."""
        ladder, dot, tier = target.partition(".")
        if dot and ladder in self._before.ladders and not self._has(ladder, tier):
            return Labels(self._before, self.locale).target(target, template)
        return super().target(target, template) if not dot or self._has(ladder, tier) else clean(target)

    def _has(self, ladder: str, tier: str) -> bool:
        found = self.program.ladders.get(ladder)
        return found is not None and any(one.id == tier for one in found.tiers)

    def _style_of(self, name: str) -> Style:
        return super()._style_of(name.partition("@")[0])


def told(formula: Formula, naming: Naming) -> str:
    """A condition in words; that of everybody says so."""
    if isinstance(formula, And) and not formula.items:
        return naming.word("everybody")
    return _told(formula, naming)


def _told(formula: Formula, naming: Naming, *, inner: bool = False) -> str:
    match formula:
        case And():
            text = naming.word("and").join(_joined(formula, naming))
            return f"{naming.word('open')}{text}{naming.word('close')}" if inner else text
        case Or():
            text = naming.word("or").join(_told(item, naming, inner=True) for item in formula.items)
            return f"{naming.word('open')}{text}{naming.word('close')}" if inner else text
        case Not():
            return naming.word("not").format(text=_told(formula.item, naming))
        case AtLeast():
            items = naming.words.commas(_told(item, naming, inner=True) for item in formula.items)
            return naming.word("some").format(count=formula.count, items=items)
        case _:
            return _leaf(formula, naming)


def _joined(formula: And, naming: Naming) -> Iterator[str]:
    """The parts of a conjunction, each two ends of one interval together."""
    lows: dict[Term, Compare] = {}
    highs: dict[Term, Compare] = {}
    for item in formula.items:
        if isinstance(item, Compare) and isinstance(item.right, Const):
            if item.operator in (">", ">="):
                lows.setdefault(item.left, item)
            elif item.operator in ("<", "<="):
                highs.setdefault(item.left, item)
    both = {term for term in lows if term in highs}
    for item in formula.items:
        subject = item.left if isinstance(item, Compare) else None
        if subject in both and item is lows[subject]:
            yield _interval(item, highs[subject], naming)
        elif subject not in both or item is not highs.get(subject):
            yield _told(item, naming, inner=True)


def _interval(low: Compare, high: Compare, naming: Naming) -> str:
    style, (first, last) = naming.style(low.left), _values(low, high)
    least, most = naming.values(style, (), [first, last])
    left, right = _TURNED[low.operator], _SYMBOLS[high.operator]
    return f"{least} {left} {naming.term(low.left)} {right} {most}"


def _values(low: Compare, high: Compare) -> tuple[object, object]:
    assert isinstance(low.right, Const)  # noqa: S101  the caller looked
    assert isinstance(high.right, Const)  # noqa: S101  the caller looked
    return low.right.value, high.right.value


def _leaf(leaf: Leaf, naming: Naming) -> str:
    subject = leaf.left if isinstance(leaf, Compare) else leaf.term
    style, name = naming.style(subject), naming.term(subject)
    if isinstance(leaf, Compare):
        if not isinstance(leaf.right, Const | Lookup):
            return f"{name} {_SYMBOLS[leaf.operator]} {naming.term(leaf.right)}"
        if isinstance(leaf.right, Lookup):
            return f"{name} {_SYMBOLS[leaf.operator]} {naming.parameter(leaf.right.parameter)}"
        [limit] = naming.values(style, (), [leaf.right.value])
        if style.family in ("number", "date"):
            return f"{name} {_SYMBOLS[leaf.operator]} {limit}"
        return naming.words.condition(style.family, leaf.operator, name, limit, holds=True)
    return naming.words.condition(
        "text" if style.type == "boolean" else style.family,
        _operator(leaf),
        name,
        _limits(leaf, naming, style),
        holds=True,
    )


def _operator(leaf: Member | TextTest | SetTest | IsMissing) -> str:
    if isinstance(leaf, IsMissing):
        return "is not missing" if leaf.negated else "is missing"
    negated = "not " * leaf.negated
    if isinstance(leaf, Member):
        return f"{negated}in" if len(leaf.values) > 1 else "!=" if leaf.negated else "="
    return negated + leaf.function


def _limits(leaf: Member | TextTest | SetTest | IsMissing, naming: Naming, style: Style) -> str:
    if isinstance(leaf, IsMissing):
        return ""
    values = [leaf.text.value] if isinstance(leaf, TextTest) else [const.value for const in leaf.values]
    if style.type == "set":
        style = Style("text", name=style.name)
    return naming.listed(naming.values(style, (), values[:8]), len(values))
