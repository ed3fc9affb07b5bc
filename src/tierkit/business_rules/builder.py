"""What visual rule builders read: the very output of `export_rule_data` for the dimensions of a rule set."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tierkit.business_rules.vocabulary import field_type, selects
from tierkit.engine import RuleSet
from tierkit.program.model import Dimension, text

ACTION, PARAMETER = "add_tag", "tag"
"""The action that stands for a tag, and its parameter."""


def rule_builder_data(ruleset: RuleSet, locale: str = "en", *, computed: bool = True) -> dict[str, Any]:
    """The variables, actions and operators of a rule set, as `export_rule_data` of business-rules lists them.

    It is called, with classes made for the purpose, so builders that read its output can read this. What one
    makes goes under `when:` of a rule as it is. Dates are not among the variables.

    Args:
        ruleset: the rule set.
        locale: the language of labels.
        computed: whether computed dimensions and ladders are variables too. Conditions of this rule set can
            use them; business-rules itself does not compute them.

    >>> import tierkit
    >>> rules = tierkit.loads("{ruleset: a, version: 1, dimensions: {sum: {type: money, label: Amount}}}")
    >>> rule_builder_data(rules)["variables"]
    [{'name': 'sum', 'label': 'Amount', 'field_type': 'numeric', 'options': []}]
    >>> rule_builder_data(rules)["actions"]
    [{'name': 'add_tag', 'label': 'Add Tag', 'params': [{'label': 'Tag', 'name': 'tag', ...}]}]
    """
    from business_rules import export_rule_data, fields, operators
    from business_rules.actions import BaseActions, rule_action
    from business_rules.variables import BaseVariables, rule_variable

    types = {
        type_.name: type_
        for type_ in vars(operators).values()
        if getattr(type_, "export_in_rule_data", False)
    }
    variables: dict[str, Any] = {}
    known = selects(ruleset.program)
    for dimension in ruleset.program.dimensions.values():
        type_ = field_type(dimension, known)
        if type_ is not None and (computed or not dimension.computed):
            declare = rule_variable(types[type_], _label(dimension, locale), list(dimension.values or ()))
            variables[dimension.name] = declare(_method(dimension.name))
    for ladder in ruleset.program.ladders.values() if computed else ():
        options = [tier.id for tier in ladder.tiers]
        label = text(ladder.label, locale, "") or None
        variables[ladder.name] = rule_variable(types["string"], label, options)(_method(ladder.name))
    declare = rule_action(params={PARAMETER: fields.FIELD_TEXT})
    actions = {ACTION: declare(_action())}
    found: dict[str, Any] = export_rule_data(
        type("Variables", (BaseVariables,), variables), type("Actions", (BaseActions,), actions)
    )
    return found


def _label(dimension: Dimension, locale: str) -> str | None:
    return text(dimension.label, locale, "") or None


def _method(name: str) -> Callable[[Any], None]:
    """A method that only carries what is declared about a variable."""

    def method(_self: Any) -> None: ...

    method.__name__ = name
    return method


def _action() -> Callable[[Any, str], None]:
    def add_tag(_self: Any, tag: str) -> None: ...

    return add_tag
