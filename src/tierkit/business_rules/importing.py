"""From rules of business-rules to the text of a rule file. The text that comes out always loads."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from tierkit.business_rules import inference, text
from tierkit.business_rules.left_out import LeftOut, shown
from tierkit.business_rules.reading import Leaf, Read, parts, read_rules
from tierkit.business_rules.vocabulary import EPSILON, operators
from tierkit.documents.names import is_ruleset_name, is_version
from tierkit.engine import loads
from tierkit.errors import RuleSetError, UsageError

_SMALLEST, _LARGEST = Decimal("1e-18"), Decimal("1e18")
_ONE_ELEMENT = "shares_exactly_one_element_with"


@dataclass(frozen=True, slots=True)
class Imported:
    """A rule file made from rules of business-rules.

    `text` is the file. `left_out` lists every rule and variable that is not in it, and parameters of actions
    that no tag can hold. `assumed` lists what the rules did not say and was guessed.
    """

    text: str
    left_out: tuple[LeftOut, ...] = ()
    assumed: tuple[LeftOut, ...] = ()


def from_business_rules(
    rules: Any, *, name: str = "imported", version: str = "1", numeric_tolerance: str | None = EPSILON
) -> Imported:
    """The rule file that says what rules of business-rules say.

    An action gives the tag in its parameter `tag`, or else the tag that is its own name. A rule's keys `id`
    and `because`, which business-rules ignores, are kept.

    Args:
        rules: the list of `{conditions, actions}`, or a mapping with `rules` and with the `variables` of
            `export_rule_data`. Without variables, types are inferred.
        name: the name of the rule set.
        version: its version.
        numeric_tolerance: how far numbers may differ and still be equal; None for not at all.

    Raises:
        UsageError: this is no list of rules, or the name or version is none.

    >>> conditions = {"all": [{"name": "amount", "operator": "greater_than", "value": 10000}]}
    >>> found = from_business_rules([{"conditions": conditions, "actions": [{"name": "vip"}]}])
    >>> print(found.text, end="")
    ruleset: imported
    version: 1
    numeric_tolerance: 0.000001
    dimensions:
      amount: {type: number}
    rules:
      - id: rule_1
        tag: vip
        when: amount > 10000
    """
    if not is_ruleset_name(name) or not is_version(version):
        message = f"`{name}` version `{version}` cannot be a rule set"
        raise UsageError(message)
    listed, variables = parts(rules)
    known = operators()
    left_out: list[LeftOut] = []
    order: dict[str, int] = {}
    read = list(read_rules(listed, left_out, order))
    types = inference.infer(read, variables, known)
    left_out += types.wrong
    kept: list[text.Rule] = []
    for rule in read:
        if rule.id in types.refused:
            continue
        try:
            when = _tree(rule.conditions, types.found)
        except _CannotSay as error:
            left_out.append(LeftOut(rule.id, *error.found))
            continue
        kept += [text.Rule(id_, tag, when, rule.because, rule.id) for id_, tag in _named(rule, read)]
    used = _values(read)
    dimensions = {
        name: inference.dimension(name, type_, variables.get(name), used.get(name, frozenset()))
        for name, type_ in types.found.items()
    }
    head = text.Head(name, version, numeric_tolerance, dimensions)
    sound = kept if _fine(head, kept) else [rule for rule in kept if _loads(head, rule, left_out)]
    left_out.sort(key=lambda item: order.get(item.rule, 0))
    return Imported(text.file_text(head, _in_words(head, sound)), tuple(left_out), tuple(types.assumed))


class _CannotSay(Exception):  # noqa: N818  it never leaves this module
    """A leaf that tierkit has no words for."""

    def __init__(self, leaf: Leaf, code: str, **arguments: str) -> None:
        super().__init__(code)
        self.found = shown(leaf), code, arguments


def _named(rule: Read, read: Iterable[Read]) -> Iterable[tuple[str, str]]:
    """One rule for each tag: the first has the rule's own id."""
    taken = {other.id.lower() for other in read}
    for number, tag in enumerate(rule.tags, 1):
        id_ = rule.id if number == 1 else f"{rule.id}_{number}"
        while number > 1 and id_.lower() in taken:
            id_ += "_"
        taken.add(id_.lower())
        yield id_, tag


def _tree(node: Any, types: Mapping[str, str]) -> dict[str, Any]:
    """The tree as tierkit reads it: values of the variable's own type, groups within equal groups opened."""
    for word in ("all", "any"):
        if word in node:
            items = [_tree(item, types) for item in node[word]]
            flat = [part for item in items for part in item.get(word, [item])]
            return {word: flat} if len(flat) > 1 else flat[0]
    operator, value, type_ = node["operator"], node.get("value"), types[node["name"]]
    if operator == "matches_regex":
        raise _CannotSay(node, "regex")
    leaf = {"name": node["name"], "operator": operator}
    if type_ == "boolean" or operator == "non_empty":
        return leaf
    if type_ == "numeric":
        return leaf | {"value": _number(node, value)}
    if type_ == "string":
        found = value or ""
        if operator == "equal_to_case_insensitive" and any(_has_cases(c) for c in found):
            raise _CannotSay(node, "beyond-ascii", text=found)
        return leaf | {"value": found}
    if operator == _ONE_ELEMENT:
        often, count = Counter(item.lower() for item in value).most_common(1)[0]
        if count > 1:
            raise _CannotSay(node, "repeated", text=often, operator=operator)
    return leaf | {"value": value if isinstance(value, str) else list(value)}


def _number(leaf: Leaf, value: float | Decimal) -> Decimal:
    found = Decimal(int(value)) if isinstance(value, bool) else Decimal(str(value))
    if not found.is_finite() or (found and not _SMALLEST <= abs(found) <= _LARGEST):
        raise _CannotSay(leaf, "range", value=str(value))
    return found


def _has_cases(character: str) -> bool:
    return not character.isascii() and character.lower() != character.upper()


def _values(read: Iterable[Read]) -> dict[str, frozenset[str]]:
    """The texts that rules look for in lists, by variable."""
    found: dict[str, set[str]] = {}
    for rule in read:
        for leaf in rule.leaves:
            value = leaf.get("value")
            items = value if isinstance(value, list | tuple) else [value]
            found.setdefault(leaf["name"], set()).update(item for item in items if isinstance(item, str))
    return {name: frozenset(items) for name, items in found.items()}


def _fine(head: text.Head, rules: list[text.Rule]) -> bool:
    try:
        loads(text.file_text(head, rules))
    except RuleSetError:
        return False
    return True


def _loads(head: text.Head, rule: text.Rule, left_out: list[LeftOut]) -> bool:
    """Whether a rule loads on its own; what the loader says goes to `left_out`."""
    names = text.names_in(rule.when) if isinstance(rule.when, dict) else frozenset(head.dimensions)
    try:
        loads(
            text.file_text(replace(head, dimensions={name: head.dimensions[name] for name in names}), [rule])
        )
    except RuleSetError as error:
        first = error.problems[0]
        words = {"text": first.message("en"), "text_zh": first.message("zh")}
        left_out.append(LeftOut(rule.origin, rule.tag, "refused", words))
        return False
    return True


def _in_words(head: text.Head, rules: list[text.Rule]) -> list[text.Rule]:
    """The rules with their conditions in words, where words say exactly the same."""
    trees = loads(text.file_text(head, rules)).program.rules
    worded = [text.worded(rule, typed.when) for rule, typed in zip(rules, trees, strict=True)]
    if not _fine(head, worded):
        worded = [new if _fine(head, [new]) else rule for rule, new in zip(rules, worded, strict=True)]
    again = loads(text.file_text(head, worded)).program.rules
    return [
        new if typed.when == reread.when else rule
        for rule, new, typed, reread in zip(rules, worded, trees, again, strict=True)
    ]
