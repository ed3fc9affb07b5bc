"""The words of explanations, in English and Chinese: templates with named slots, and nothing else.

A locale of Chinese gets Chinese words, every other one English. A finding has two templates per language: for
a condition that holds, and for one that must hold and does not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tierkit.errors.messages import fill

if TYPE_CHECKING:
    from collections.abc import Iterable

Pair = tuple[str, str]

WORDS: dict[str, Pair] = {
    # the head and the sections
    "customer": ("Customer {key}: {rest}", "客户 {key}：{rest}"),
    "head": ("{title}, version {version}, {day}", "{title}，版本 {version}，{day}"),
    "known": ("{head}, with what was known on {day}", "{head}，按 {day} 已知的数据"),
    "tags": ("Tags", "标签"),
    "no tags": ("Tags: none", "标签：无"),
    "tiers": ("Tiers", "等级"),
    "scores": ("Scores", "评分"),
    "benefits": ("Benefits", "权益"),
    "undetermined": ("Not decided, because values are missing", "因缺少数据而无法判断"),
    "errors": ("Errors", "错误"),
    "not eligible": ("Not eligible: no tags, tiers or benefits", "不参与分级：没有标签、等级和权益"),
    # reasons, tiers and scores
    "rule": ("rule {rule}", "规则 {rule}"),
    "tier of": ("{ladder}: {tier}", "{ladder}：{tier}"),
    "tier target": ("{tier} ({ladder})", "{tier}（{ladder}）"),
    "everyone else": ("everyone else", "其余客户"),
    "no tier": ("no tier", "无等级"),
    "ladder not eligible": ("no tier, not eligible", "无等级，不参与"),
    "possible": ("not decided, possible are {tiers}", "尚无法判断，可能为：{tiers}"),
    "of 100": ("{score} of 100", "{score}（满分 100）"),
    "unknown": ("unknown", "未知"),
    "earned": ("{earned} of {most} points", "得 {earned} 分，满分 {most} 分"),
    "lost": ("{earned} of {most} points, {lost} lost", "得 {earned} 分，满分 {most} 分，失 {lost} 分"),
    # why not, and the way there
    "held": ("yes", "是"),
    "not held": ("no", "否"),
    "undecided": ("not decided", "无法判断"),
    "better tier": ("no, in the better tier {tier}", "否，已在更高等级：{tier}"),
    "needs": ("{way} still needs:", "{way}，尚需："),
    "needs nothing": ("{way} needs nothing more", "{way}，条件均已满足"),
    "or": ("or: {line}", "或：{line}"),
    "one of": ("one of these:", "以下任一项："),
    "some of": ("{count} of these:", "以下任 {count} 项："),
    "all of": ("all of these:", "以下全部："),
    "from day": ("valid only from {start}", "仅自 {start} 起有效"),
    "through day": ("valid only through {end}", "有效期至 {end}"),
    "between days": ("valid only from {start} through {end}", "仅在 {start} 至 {end} 有效"),
    "path": ("Smallest change that reaches it:", "达到所需的最小变化："),
    "path better": ("Smallest change, which reaches {target}:", "最小变化（将达到 {target}）："),
    "other path": ("Another way:", "另一种办法："),
    "other path better": ("Another way, which reaches {target}:", "另一种办法（将达到 {target}）："),
    "lost by": ("Any one of these changes would lose it:", "以下任一项变化都会使其失去："),
    "present lost by": (
        "Now {target}; any one of these changes would lose it:",
        "目前为 {target}，以下任一项变化都会使其失去：",
    ),
    "nothing loses": ("No single change would lose it.", "任何单项变化都不会使其失去。"),
    "lost above": ("{label} above {value}", "{label}高于 {value}"),
    "lost below": ("{label} below {value}", "{label}低于 {value}"),
    "lost from above": ("{label} {value} or more", "{label}达到 {value} 或以上"),
    "lost from below": ("{label} {value} or less", "{label}降到 {value} 或以下"),
    "lost later": ("{label} {value} or later", "{label}晚至 {value} 或以后"),
    "lost earlier": ("{label} {value} or earlier", "{label}早至 {value} 或以前"),
    "becomes": ("{label}: {values}", "{label}：{values}"),
    "then": ("then {tier}", "将为{tier}"),
    "then no tier": ("then without a tier", "则不再有等级"),
    "further": ("and {count} more", "另有 {count} 项"),
    "no path": ("No change of these values reaches it.", "改变这些数据也无法达到。"),
    "change": ("{label} from {before} to {after}", "{label}由 {before} 变为 {after}"),
    "given as": ("{label} given as {after}", "补充 {label}：{after}"),
    "just above": ("just above {value}", "略高于 {value}"),
    "just below": ("just below {value}", "略低于 {value}"),
    # values
    "true": ("yes", "是"),
    "false": ("no", "否"),
    "nothing": ("none", "无"),
    "no value": ("no value", "无数据"),
    "more": ("{items} and {count} more", "{items}，另有 {count} 项"),
    "quoted": ("“{text}”", "“{text}”"),
    "point": ("{number} point", "{number} 分"),
    "points": ("{number} points", "{number} 分"),
    "percent point": ("{number} point", "{number} 个百分点"),
    "percent points": ("{number} points", "{number} 个百分点"),
    "parameter": ("parameter {name}", "参数 {name}"),
    "default": ("default value, {cause}", "默认值，{cause}"),
    # punctuation
    "pair": ("{name}: {value}", "{name}：{value}"),
    "instead of": ("instead of {value}: {target}", "优于 {value}：{target}"),
    "together": ("with {value}: {target}", "合并 {value}：{target}"),
    "noted": ("{text} ({notes})", "{text}（{notes}）"),
    "comma": (", ", "、"),
    "semicolon": ("; ", "；"),
    # expressions
    "within tolerance": ("equal within the tolerance", "在容差之内，视为相等"),
    "as of": ("the day of the decision", "评估日"),
    "days_between": ("the days from {a} to {b}", "{a}至{b}的天数"),
    "weekday": ("the weekday of {a}", "{a}的星期"),
    "month": ("the month of {a}", "{a}的月份"),
    "abs": ("the absolute value of {a}", "{a}的绝对值"),
    "floor": ("{a} rounded down", "{a}向下取整"),
    "ceil": ("{a} rounded up", "{a}向上取整"),
    "least": ("the smallest of {all}", "{all}中的最小值"),
    "greatest": ("the largest of {all}", "{all}中的最大值"),
    "coalesce": ("the first known of {all}", "{all}中首个已知值"),
}

# How far a value is from its threshold: by kind of value, by whether the condition holds, by direction.
DISTANCES: dict[tuple[str, bool, str], Pair] = {
    ("number", True, "up"): ("by {distance}", "超出 {distance}"),
    ("number", True, "down"): ("by {distance}", "少 {distance}"),
    ("share", True, "up"): ("by {distance}", "超出 {distance}"),
    ("share", True, "down"): ("by {distance}", "低 {distance}"),
    ("date", True, "up"): ("by {distance}", "晚 {distance}"),
    ("date", True, "down"): ("by {distance}", "早 {distance}"),
    ("number", False, "up"): ("{distance} above", "超出 {distance}"),
    ("number", False, "down"): ("{distance} below", "还差 {distance}"),
    ("share", False, "up"): ("{distance} above", "高出 {distance}"),
    ("share", False, "down"): ("{distance} below", "还差 {distance}"),
    ("date", False, "up"): ("{distance} too late", "晚了 {distance}"),
    ("date", False, "down"): ("{distance} too early", "早了 {distance}"),
    ("number", False, "none"): ("exactly at the limit", "正好在界限上"),
    ("share", False, "none"): ("exactly at the limit", "正好在界限上"),
    ("date", False, "none"): ("exactly on that day", "正好在当天"),
}

# What an operator says: in English when it holds and when it must, then in Chinese. Words without slots
# stand between subject and limit. A family of values may have words of its own.
OPERATORS: dict[str, tuple[str, str, str, str]] = {
    "=": ("is", "must be", "为", "须为"),
    "!=": ("is not", "must not be", "不是", "不得为"),
    ">": ("is above", "must be above", "高于", "须高于"),
    ">=": ("is at least", "must be at least", "不低于", "不得低于"),
    "<": ("is below", "must be below", "低于", "须低于"),
    "<=": ("is at most", "must be at most", "不高于", "不得高于"),
    "number =": ("is", "must be", "等于", "须等于"),
    "number !=": ("is not", "must not be", "不等于", "不得等于"),
    "date >": ("is after", "must be after", "晚于", "须晚于"),
    "date >=": ("is on or after", "must be on or after", "不早于", "不得早于"),
    "date <": ("is before", "must be before", "早于", "须早于"),
    "date <=": ("is on or before", "must be on or before", "不晚于", "不得晚于"),
    "boolean =": (
        "{subject}: {limit}", "{subject}, must be {limit}", "{subject}：{limit}", "{subject}，须为{limit}",
    ),
    "in": ("is one of", "must be one of", "属于", "须属于"),
    "not in": ("is none of", "must be none of", "不属于", "不得属于"),
    "starts_with": (
        "starts with", "must start with", "{subject} 以 {limit} 开头", "{subject} 须以 {limit} 开头",
    ),
    "not starts_with": (
        "does not start with", "must not start with",
        "{subject} 不以 {limit} 开头", "{subject} 不得以 {limit} 开头",
    ),
    "ends_with": ("ends with", "must end with", "{subject} 以 {limit} 结尾", "{subject} 须以 {limit} 结尾"),
    "not ends_with": (
        "does not end with", "must not end with",
        "{subject} 不以 {limit} 结尾", "{subject} 不得以 {limit} 结尾",
    ),
    "contains": ("contains", "must contain", "含有", "须含有"),
    "not contains": ("does not contain", "must not contain", "不含", "不得含有"),
    "equals_ignoring_case": (
        "{subject} is {limit} (upper or lower case)", "{subject} must be {limit} (upper or lower case)",
        "{subject} 为 {limit}（不分大小写）", "{subject} 须为 {limit}（不分大小写）",
    ),
    "not equals_ignoring_case": (
        "{subject} is not {limit} (upper or lower case)",
        "{subject} must not be {limit} (upper or lower case)",
        "{subject} 不是 {limit}（不分大小写）", "{subject} 不得为 {limit}（不分大小写）",
    ),
    "has": ("{limit} is among {subject}", "{limit} must be among {subject}", "包含", "须包含"),
    "not has": (
        "{limit} is not among {subject}", "{limit} must not be among {subject}", "不包含", "不得包含",
    ),
    "has_any": (
        "At least one of {limit} is among {subject}", "At least one of {limit} must be among {subject}",
        "包含其中至少一项：", "须包含其中至少一项：",
    ),
    "not has_any": (
        "None of {limit} is among {subject}", "None of {limit} may be among {subject}",
        "不含其中任何一项：", "不得包含其中任何一项：",
    ),
    "has_all": (
        "All of {limit} are among {subject}", "All of {limit} must be among {subject}",
        "包含全部：", "须包含全部：",
    ),
    "not has_all": (
        "Not all of {limit} are among {subject}", "Not all of {limit} may be among {subject}",
        "未包含全部：", "不得包含全部：",
    ),
    "has_one": (
        "Exactly one of {limit} is among {subject}", "Exactly one of {limit} must be among {subject}",
        "恰好包含其中一项：", "须恰好包含其中一项：",
    ),
    "not has_one": (
        "None or several of {limit} are among {subject}",
        "None or several of {limit} must be among {subject}",
        "并非恰好包含其中一项：", "不得恰好包含其中一项：",
    ),
    "subset_of": (
        "Nothing but {limit} is among {subject}", "Nothing but {limit} may be among {subject}",
        "仅含：", "只可含：",
    ),
    "not subset_of": (
        "Something other than {limit} is among {subject}",
        "Something other than {limit} must be among {subject}",
        "除以下各项外另有：", "除以下各项外须另有：",
    ),
    "is missing": ("{subject} is missing", "{subject} must be missing", "{subject} 缺失", "{subject} 须缺失"),
    "is not missing": ("{subject} is known", "{subject} must be known", "{subject} 已知", "{subject} 须已知"),
}  # fmt: skip

# Why a value is missing; `table` and `provider` are those of the dimension.
CAUSES: dict[str, Pair] = {
    "absent": ("not given in the record", "记录中未提供"),
    "null": ("no value", "没有值"),
    "nan": ("not a number", "不是数字"),
    "infinite": ("infinite", "无穷大"),
    "out_of_domain": ("outside the allowed range", "超出允许范围"),
    "not_in_values": ("not one of the known values", "不是已知取值"),
    "not_given": ("its table {table} was not handed over", "未提供数据表 {table}"),
    "divided_by_zero": ("cannot be computed, division by zero", "除数为零，无法计算"),
    "provider_missing": ("no plugin offers its provider {provider}", "没有插件提供 {provider}"),
    "provider_failed": ("its provider {provider} failed", "插件 {provider} 计算失败"),
    "not_needed": ("nothing needs it, so it was not computed", "没有规则用到，未计算"),
    "no_rows": ("its table {table} has no row that counts", "其数据表 {table} 中没有可计入的行"),
    "function_failed": ("a function of a plugin gave no value for it", "插件函数未能给出结果"),
}

# Benefits: providers that are built in, and parameters with a phrase of their own. Attributes need no name.
PROVIDERS: dict[str, Pair] = {
    "payment_terms": ("payment terms", "账期"),
    "discount": ("discount", "折扣"),
    "service": ("service", "服务"),
    "delivery_priority": ("delivery priority", "配送优先级"),
    "points": ("points", "积分"),
    "perks": ("perks", "礼遇"),
    "attributes": ("", ""),
}
PARAMS: dict[str, Pair] = {
    "name": ("{value}", "{value}"),
    "hours": ("hours {value}", "时间 {value}"),
    "rank": ("rank {value}", "第 {value} 级"),
    "multiplier": ("{value} times", "{value} 倍"),
    "texts": ("{value}", "{value}"),
}


class Words:
    """The words of one language.

    >>> Words("zh_CN").say("rule", rule="vip"), Words("fr").say("rule", rule="vip")
    ('规则 vip', 'rule vip')
    """

    __slots__ = ("_at",)

    def __init__(self, locale: str) -> None:
        self._at = 1 if locale.casefold().startswith("zh") else 0

    def say(self, name: str, /, **slots: str) -> str:
        """The template `name` with its slots filled."""
        return self.put(WORDS[name], **slots)

    def put(self, pair: Pair, /, **slots: str) -> str:
        """A template in this language, filled; what is put in is never read as a template again."""
        return fill(pair[self._at], slots)

    def condition(self, family: str, operator: str, subject: str, limit: str, *, holds: bool) -> str:
        """The sentence that an operator makes of subject and limit: of what holds, or of what must."""
        phrases = OPERATORS.get(f"{family} {operator}", OPERATORS[operator])
        phrase = phrases[2 * self._at + (0 if holds else 1)]
        if "{" in phrase:
            close = subject.endswith("）")
            return fill(
                phrase.replace("{subject} ", "{subject}") if close else phrase,
                {"subject": subject, "limit": limit},
            )
        return self.joined(subject, phrase, limit)

    @staticmethod
    def joined(*parts: str) -> str:
        """Parts with spaces between, but for those that end in Chinese punctuation and the empty ones."""
        text = ""
        for part in filter(None, parts):
            text += part if not text or text[-1] in "）：" else f" {part}"
        return text

    def commas(self, items: Iterable[str]) -> str:
        """Items with commas between, or semicolons where an item has commas of its own."""
        found, comma = list(items), self.say("comma")
        return (self.say("semicolon") if any(comma in item for item in found) else comma).join(found)

    def noted(self, text: str, notes: Iterable[str]) -> str:
        """A text with notes in parentheses, where there are any."""
        kept = [note for note in notes if note]
        return self.say("noted", text=text, notes=self.say("semicolon").join(kept)) if kept else text
