"""What else is said of two versions: witnesses, causes, and inputs that are declared otherwise."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from typing import Any

from tierkit.analysis.meaning.declared import AS_OF, Redeclared
from tierkit.analysis.meaning.differences import Because, Shown, Stretch
from tierkit.analysis.meaning.telling import Naming, told
from tierkit.decisions.formats import Style, clean
from tierkit.errors.messages import fill
from tierkit.program.interpreter import Truth
from tierkit.program.terms import Ref

_LONGEST = 400
_WHOLE = 1e15
_TEXTS = {
    "gains": ("gains {text}", "新增：{text}"),
    "loses": ("loses {text}", "失去：{text}"),
    "unsettles": ("undetermined now: {text}", "变为无法判断：{text}"),
    "settles": ("undetermined no more: {text}", "不再无法判断，为否：{text}"),
    "perhaps": ("perhaps {text}", "可能{text}"),
    "more": ("and {count} more regions", "另有 {count} 个区域"),
    "one more": ("and 1 more region", "另有 1 个区域"),
    "shown": ("such as {record}: {before} → {after}", "例如 {record}：{before} → {after}"),
    "on": ("{record} on {day}", "{record}（{day}）"),
    "yes": ("yes", "是"),
    "no": ("no", "否"),
    "undetermined": ("undetermined", "无法判断"),
    "nothing": ("none", "无"),
    "too_large": ("undecided: too large to compare", "未能判定：规模过大，无法比较"),
    "no_inputs": (
        "undecided: no customer was found, and none is ruled out{names}",
        "未能判定：没有找到这样的客户，也不能排除{names}",
    ),
    "input": (
        "may change: its input is computed otherwise ({names})",
        "可能变化：其输入的计算方式已改变（{names}）",
    ),
    "in": (" (about {names})", "（涉及 {names}）"),
    "window": (
        "{name} is now computed over {after} instead of {before}",
        "{name} 现按 {after} 计算，原为 {before}",
    ),
    "declared": ("{name}: {what} {before} → {after}", "{name}：{what} {before} → {after}"),
    "lifetime": ("all time", "全部时间"),
    "the day": ("the day of evaluation", "评估日"),
}
_WHATS = {
    "type": ("type", "类型"), "unit": ("unit", "单位"), "scale": ("scale", "小数位"),
    "min": ("min", "最小值"), "max": ("max", "最大值"), "values": ("values", "取值"),
    "on_missing": ("on_missing", "缺失时"),
    "provider": ("provider", "提供者"), "params": ("params", "参数"), "from": ("from", "数据表"),
    "aggregate": ("aggregate", "汇总"), "where": ("where", "条件"), "before": ("before", "提前"),
    "table": ("table", "表结构"), "timezone": ("time zone", "时区"),
}  # fmt: skip


def say(naming: Naming, key: str, **slots: str) -> str:
    """A text of this module in the language of the names."""
    return fill(_TEXTS[key][naming.at], slots)


def region_text(naming: Naming, region: Stretch) -> str:
    """Who gains or loses, or of whom it becomes undetermined or decided."""
    text = say(naming, region.how, text=told(region.condition, naming))
    return text if region.sure else say(naming, "perhaps", text=text)


def more_text(naming: Naming, count: int) -> str:
    """How many regions are not listed."""
    return say(naming, "one more") if count == 1 else say(naming, "more", count=str(count))


def witness_text(naming: Naming, shown: Shown, score: str = "") -> str:
    """A customer, with the answers of both versions."""
    record = clean(json.dumps(json_record(shown.record), ensure_ascii=False), _LONGEST)
    days = say(naming, "on", record=record, day=shown.day.isoformat())
    before, after = (
        (_score(naming, score, value) if score else say(naming, answer(value)))
        for value in (shown.before, shown.after)
    )
    return say(naming, "shown", record=days, before=before, after=after)


def answer(value: Truth) -> str:
    """An answer as a word of JSON: `yes`, `no` or `undetermined`."""
    return "undetermined" if value is None else "yes" if value else "no"


def _score(naming: Naming, score: str, value: Any) -> str:
    if value is None:
        return say(naming, "undetermined")
    style: Style = naming.style(Ref(score, "score"))
    return naming.value(style, value)


def because_text(naming: Naming, because: Because) -> str:
    """Why something is undecided."""
    names = naming.words.commas(
        say(naming, "the day") if name == AS_OF else naming.name(name) for name in because.names
    )
    if because.cause == "no_inputs" and names:
        names = say(naming, "in", names=names)
    return say(naming, because.cause, names=names)


def input_text(naming: Naming, found: Redeclared) -> str:
    """What two versions say differently of an input."""
    name = say(naming, "the day") if found.name == AS_OF else naming.name(found.name)
    if found.what == "window":
        lifetime = say(naming, "lifetime")
        return say(
            naming, "window", name=name, before=found.before or lifetime, after=found.after or lifetime
        )
    before, after = (
        say(naming, "nothing") if text is None else clean(text, _LONGEST)
        for text in (found.before, found.after)
    )
    return say(naming, "declared", name=name, what=_WHATS[found.what][naming.at], before=before, after=after)


def json_record(record: Mapping[str, Any]) -> dict[str, Any]:
    """A record as JSON holds it: days are ISO texts, sets are lists, whole amounts have no point."""
    return {name: _plain(value) for name, value in record.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer() and abs(value) < _WHOLE:
        return int(value)
    return value
