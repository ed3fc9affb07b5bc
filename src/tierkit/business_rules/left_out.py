"""What was left out on the way, and why: the rule, the part of it, and a reason in English or Chinese."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tierkit.errors.messages import fill

_LONGEST = 120

REASONS: Mapping[str, tuple[str, str]] = {
    # from business-rules
    "rule-shape": (
        "a rule is a mapping with `conditions` and a list of `actions`",
        "规则应为包含 `conditions` 和 `actions` 列表的映射",
    ),
    "shape": (
        "a condition holds `all` or `any` alone, or `name`, `operator` and `value`",
        "条件只能单独包含 `all` 或 `any`，或包含 `name`、`operator` 与 `value`",
    ),
    "empty": ("`{word}` must be a list that is not empty", "`{word}` 应为非空列表"),
    "too-deep": ("nested deeper than {limit} levels", "嵌套超过 {limit} 层"),
    "no-type": ("`{type}` is no type of business-rules", "`{type}` 不是 business-rules 的类型"),
    "no-variable": ("`{name}` is not among the variables", "变量中没有 `{name}`"),
    "bad-name": ("`{name}` cannot be the name of a dimension", "`{name}` 不能作为维度名称"),
    "same-name": (
        "`{name}` and `{other}` differ only in upper and lower case",
        "`{name}` 与 `{other}` 仅大小写不同",
    ),
    "no-operator": ("there is no operator `{operator}`", "没有运算符 `{operator}`"),
    "not-of-type": (
        "`{operator}` is no operator of `{name}`, which is `{type}`",
        "`{name}` 为 `{type}` 类型，不能使用运算符 `{operator}`",
    ),
    "regex": (
        "regular expressions differ between engines and can take forever",
        "正则表达式因引擎而异，且可能永不结束",
    ),
    "bad-value": ("`{operator}` cannot take the value `{value}`", "`{operator}` 不能使用值 `{value}`"),
    "range": (
        "`{value}` is outside the range of numbers (0, or 1e-18 to 1e18)",
        "`{value}` 超出数字范围（0，或 1e-18 至 1e18）",
    ),
    "beyond-ascii": (
        "upper and lower case are ignored for the letters a to z only, and `{text}` has others",
        "仅对字母 a 至 z 忽略大小写，而 `{text}` 含有其他字母",
    ),
    "repeated": (
        "`{text}` stands in the list twice, and `{operator}` counts it twice",
        "`{text}` 在列表中重复，而 `{operator}` 会重复计数",
    ),
    "no-action": ("no action gives a tag", "没有给出标签的动作"),
    "action-shape": (
        "an action is a mapping with a `name`, and with `params` or none",
        "动作应为包含 `name`（可含 `params`）的映射",
    ),
    "bad-tag": ("`{tag}` cannot be a tag", "`{tag}` 不能作为标签"),
    "params": (
        "only the tag `{tag}` is given; a benefit can hold the parameters",
        "仅给出标签 `{tag}`；参数可写在权益中",
    ),
    "refused": ("{text}", "{text_zh}"),
    "taken-for-text": (
        "`contains` tests a text or a list: `{name}` is taken for a text; write `type: set` if it is a list",
        "`contains` 可用于文本或列表：`{name}` 按文本处理；若为列表，请声明 `type: set`",
    ),
    # to business-rules
    "ladder": ("there are no ladders", "没有阶梯"),
    "benefit": ("there are no benefits", "没有权益"),
    "computed": (
        "`{name}` is computed, and nothing is computed there",
        "`{name}` 是计算得出的，而对方不作计算",
    ),
    "condition-default": (
        "`{name}` has a default for when it is unknown",
        "`{name}` 在未知时有默认值",
    ),
    "expression": ("it compares what is computed", "比较的是计算得出的值"),
    "two-dimensions": ("it compares two dimensions", "比较的是两个维度"),
    "by-category": ("the parameter `{name}` has a value per category", "参数 `{name}` 按类别取值"),
    "date": ("there are no dates", "没有日期"),
    "missing": ("there is no test for a missing value", "没有对缺失值的判断"),
    "dated": ("a rule has no days of validity", "规则没有有效期"),
    "no-opposite": ("`{operator}` has no opposite", "`{operator}` 没有相反的运算符"),
    "never": ("no value makes it true", "没有取值能使其成立"),
    "upper-lower": (
        "`{text}` and `{other}` would be the same: lists ignore upper and lower case there",
        "`{text}` 与 `{other}` 会被视为相同：对方的列表不区分大小写",
    ),
    "too-large": ("written out it would be more than {limit} conditions", "展开后将超过 {limit} 个条件"),
    "taken-name": ("`{name}` is a name of Python there", "`{name}` 在对方是 Python 的名称"),
}


@dataclass(frozen=True, slots=True)
class LeftOut:
    """One thing that could not be carried over: the rule, the part of it, and why.

    `code` is one of `REASONS` and stable; `arguments` fill its words.

    >>> print(LeftOut("vip", "since < '2025-01-01'", "date"))
    vip: `since < '2025-01-01'`: there are no dates
    """

    rule: str
    leaf: str
    code: str
    arguments: Mapping[str, str] = field(default_factory=dict, hash=False)

    @property
    def because(self) -> str:
        """Why, in English."""
        return self.reason("en")

    def reason(self, locale: str) -> str:
        """Why, in English or Chinese."""
        return fill(REASONS[self.code][locale.lower().startswith("zh")], self.arguments)

    def message(self, locale: str = "en") -> str:
        """Everything in one line."""
        parts = [self.rule, f"`{self.leaf}`" if self.leaf else "", self.reason(locale)]
        return ("：" if locale.lower().startswith("zh") else ": ").join(filter(None, parts))

    def __str__(self) -> str:
        return self.message()


def shown(data: Any) -> str:
    """A part of a rule in one line, not too long.

    >>> shown({"name": "x", "operator": "is_true"})
    '{"name": "x", "operator": "is_true"}'
    """
    try:
        text = json.dumps(data, ensure_ascii=False, default=str)
    except (TypeError, ValueError, RecursionError):
        text = f"<{type(data).__name__}>"
    text = "".join(c if c.isprintable() else "�" for c in text).replace("`", "'")
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
