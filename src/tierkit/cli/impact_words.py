"""What `tierkit impact` says, on a terminal and on its page: one table, and numbers as locales have them."""

from __future__ import annotations

from collections.abc import Mapping

from tierkit.analysis.impact.figures import Impact, Migration
from tierkit.analysis.impact.places import Direction, Place, State
from tierkit.analysis.impact.psi import LARGE, MODERATE
from tierkit.analysis.impact.told import place_label
from tierkit.decisions.formats import Formats, Style, clean
from tierkit.decisions.labels import Labels
from tierkit.engine import RuleSet

TEXTS: Mapping[str, tuple[str, str]] = {
    # the headline
    "title": ("Impact of {name} {before} → {after}", "{name} {before} → {after} 影响评估"),
    "none-change": ("None of {all} customers changes tier", "{all} 个客户的等级均无变动"),
    "change": (
        "{count} of {all} customers change tier: {parts}",
        "{all} 个客户中有 {count} 个等级变动：{parts}",
    ),
    "one-changes": ("1 of {all} customers changes tier: {parts}", "{all} 个客户中有 1 个等级变动：{parts}"),
    "n-up": ("{count} up", "{count} 个上升"),
    "n-down": ("{count} down", "{count} 个下降"),
    "n-both": ("{count} up on one ladder and down on another", "{count} 个有升有降"),
    "n-unclear": ("{count} to or from unknown", "{count} 个变为或曾为未知"),
    "more-tags": (
        "{count} more keep their tier and gain or lose a tag.",
        "另有 {count} 个客户等级不变，标签有增减。",
    ),
    "more-tag": (
        "1 more keeps their tier and gains or loses a tag.",
        "另有 1 个客户等级不变，标签有增减。",
    ),
    "by-tags": ("{count} of {all} customers gain or lose a tag", "{all} 个客户中有 {count} 个标签有增减"),
    "as-of": ("decided as of {day}", "评估日 {day}"),
    "compared": ("{before} → {after}", "{before} → {after}"),
    # places and directions
    "none": ("no tier", "无等级"),
    "undetermined": ("undetermined", "未决"),
    "failed": ("failed", "失败"),
    "absent": ("no such ladder", "无此阶梯"),
    "up": ("up", "上升"),
    "down": ("down", "下降"),
    "both": ("up and down", "有升有降"),
    "unclear": ("unclear", "不明"),
    "tags-only": ("tags only", "仅标签"),
    "same": ("unchanged", "不变"),
    # sections
    "before": ("Before", "之前"),
    "after": ("After", "之后"),
    "change-column": ("Change", "变化"),
    "customers": ("Customers", "客户数"),
    "tier": ("Tier", "等级"),
    "share": ("Share", "占比"),
    "quota": ("Quota", "配额"),
    "matrix": ("Before ↓ after →", "之前 ↓ 之后 →"),
    "matrix-title": ("Who goes where", "迁移矩阵"),
    "heads-title": ("Headcount", "人数"),
    "flow-of": ("Flow of customers on {ladder}", "{ladder} 的客户流向"),
    "flow": ("{before} → {after}: {count}", "{before} → {after}：{count}"),
    "still": ("Nobody moves on this ladder.", "此阶梯上没有客户变动。"),
    "only-after": ("Only the new version has this ladder.", "仅新版本有此阶梯。"),
    "only-before": ("Only the old version has this ladder.", "仅旧版本有此阶梯。"),
    "scores": ("Scores", "评分"),
    "band": ("Points", "分数"),
    "missing-score": ("no score", "无评分"),
    "tags": ("Tags", "标签"),
    "tag": ("Tag", "标签"),
    "same-tags": ("Other tags that nobody gains or loses: {count}", "另有 {count} 个标签无人增减"),
    "no-tags": ("Nobody gains or loses a tag.", "标签均无人增减。"),
    "gained": ("Gained", "新增"),
    "lost": ("Lost", "失去"),
    "costs": ("Cost of benefits", "权益成本"),
    "benefit": ("Benefit", "权益"),
    "total": ("Total", "合计"),
    "unpriced": ("Without a price: {kinds}", "未定价：{kinds}"),
    "some-unpriced": (
        "{benefit}: no price for {before} grants before and {after} after",
        "{benefit}：之前 {before} 项、之后 {after} 项未给出价格",
    ),
    "cost-failed": (
        "plugin {plugin}: {benefit} failed {before} times before and {after} after: {detail}",
        "插件 {plugin}：{benefit} 之前出错 {before} 次，之后 {after} 次：{detail}",
    ),
    "quotas": ("Shares and quotas", "占比与配额"),
    "target": ("Target", "目标"),
    "open-title": ("What could not be decided", "未决项"),
    "open-heads": (
        "Something is undetermined for {before} customers before and {after} after.",
        "之前有 {before} 个、之后有 {after} 个客户存在未决项。",
    ),
    "roots": ("Missing at the root", "根本原因"),
    "roots-of": (
        "counted for the first {before} customers before and {after} after",
        "按之前前 {before} 个、之后前 {after} 个客户统计",
    ),
    "rule": ("rule {name}", "规则 {name}"),
    "ladder": ("ladder {name}", "阶梯 {name}"),
    "failed-title": ("Records that could not be decided", "无法判定的记录"),
    "failed-heads": (
        "{either} in all: {before} under the old version, {after} under the new one.",
        "共 {either} 条：旧版本 {before} 条，新版本 {after} 条。",
    ),
    "first-of": ("Here are the first {shown}.", "以下为前 {shown} 条。"),
    "row": ("row {row}", "第 {row} 条"),
    # stability
    "psi": ("PSI {value}, {verdict}", "PSI {value}，{verdict}"),
    "stable": ("stable", "稳定"),
    "moderate": ("a moderate shift", "中等偏移"),
    "large": ("a large shift", "显著偏移"),
    "psi-note": (
        "PSI, the population stability index: up to 0.1 is stable, up to 0.25 a moderate shift.",
        "PSI 为群体稳定性指数：低于 0.1 基本稳定，0.1 至 0.25 中等偏移，高于 0.25 显著偏移。",
    ),
    # movers
    "movers": ("Customers who move", "变动的客户"),
    "movers-shown": (
        "{shown} of {all}, the largest falls first, with the reasons under both versions",
        "共 {all} 个，列出 {shown} 个，降幅最大者在前，并附两个版本下的原因",
    ),
    "no-movers": ("Nobody moves.", "没有客户变动。"),
    "key": ("Customer", "客户"),
    "move": ("Move", "变动"),
    "why-before": ("Under {version}", "按 {version}"),
    "not": ("not {title}", "非 {title}"),
    "not-there": ("{title}: not in this version", "{title}：此版本中没有"),
    "wrong": ("not decided: {text}", "无法判定：{text}"),
    "filter": ("Search", "搜索"),
    "search-hint": ("a customer, a tier, a reason", "客户、等级或原因"),
    "none-found": ("Nobody matches.", "没有匹配的客户。"),
    "sort-hint": ("Choose a heading to sort by it", "点击表头排序"),
    "digest": ("{name} {version}, digest {digest}", "{name} {version}，摘要 {digest}"),
}  # fmt: skip


class Wording:
    """The texts of one locale, with numbers and labels as it has them; labels of the newer version first."""

    def __init__(self, locale: str, before: RuleSet, after: RuleSet) -> None:
        self.locale = locale
        self.chinese = locale.lower().startswith("zh")
        self.formats = Formats(locale)
        self.labels = Labels(after.program, locale), Labels(before.program, locale)

    def __call__(self, key: str, /, **slots: object) -> str:
        """The text of `key` with its slots filled."""
        return TEXTS[key][self.chinese].format(**slots)

    # -- numbers

    def number(self, value: float) -> str:
        """A number."""
        return self.formats.plain(value)

    def signed(self, value: float) -> str:
        """A difference with its sign."""
        return f"{'+' if value > 0 else '−' if value < 0 else '±'}{self.number(abs(value))}"

    def share(self, share: float | None) -> str:
        """A share in percent, with one digit."""
        return "–" if share is None else self.formats.numbers(Style("ratio"), [round(share, 3)])[0]

    def points(self, difference: float) -> str:
        """A difference of shares, in points of percent with one digit."""
        return self.signed(round(100 * difference, 1))

    def index(self, psi: float | None) -> str:
        """A stability index, with three digits."""
        return "–" if psi is None else f"{psi:.3f}"

    def verdict(self, psi: float | None) -> str:
        """What a stability index means, as a key."""
        return "stable" if psi is None or psi < MODERATE else "moderate" if psi < LARGE else "large"

    def join(self, items: list[str]) -> str:
        """Items of a list."""
        return ("、" if self.chinese else ", ").join(items)

    def pair(self, name: str, value: str) -> str:
        """A name and what it is."""
        return self.labels[0].words.say("pair", name=name, value=value)

    # -- names

    def ladder(self, name: str) -> str:
        """A ladder's label."""
        own = next((labels for labels in self.labels if name in labels.program.ladders), None)
        return clean(name) if own is None else own.name(name)

    def score(self, name: str) -> str:
        """A score's label."""
        own = next((labels for labels in self.labels if name in labels.program.dimensions), None)
        return clean(name) if own is None else own.name(name)

    def tag(self, tag: str) -> str:
        """A tag's label."""
        own = next((labels for labels in self.labels if tag in labels.program.tags), self.labels[0])
        return own.tag(tag)

    def place(self, ladder: str, place: Place) -> str:
        """A tier's label, or why there is none."""
        if place.state is not State.tier or place.tier is None:
            return self(str(place.state))
        for labels in self.labels:
            found = labels.program.ladders.get(ladder)
            if found is not None and any(tier.id == place.tier for tier in found.tiers):
                return place_label(labels, ladder, place.tier)
        return clean(place.tier)

    def target(self, target: str) -> str:
        """A tag or a tier."""
        ladder, dot, tier = target.partition(".")
        if not dot:
            return self.tag(target)
        return self.labels[0].words.say(
            "tier target", tier=self.place(ladder, Place(State.tier, tier)), ladder=self.ladder(ladder)
        )

    # -- sentences

    def headline(self, impact: Impact) -> str:
        """The one sentence that says it all."""
        everybody, moves = self.number(impact.customers), impact.moves
        if not impact.ladders:
            return self("by-tags", count=self.number(moves[Direction.tags]), all=everybody)
        if not impact.changed_tiers:
            return self("none-change", all=everybody)
        ways = (Direction.up, Direction.down, Direction.both, Direction.unclear)
        parts = [self(f"n-{way}", count=self.number(moves[way])) for way in ways if moves[way]]
        key = "one-changes" if impact.changed_tiers == 1 else "change"
        count = self.number(impact.changed_tiers)
        return self(key, count=count, all=everybody, parts=self.join(parts))

    def under(self, impact: Impact) -> str:
        """What the headline leaves out."""
        count = impact.moves[Direction.tags]
        if not count or not impact.ladders:
            return ""
        return self("more-tag" if count == 1 else "more-tags", count=self.number(count))

    def stability(self, psi: float | None) -> str:
        """An index and what it means."""
        if psi is None:
            return ""
        return self("psi", value=self.index(psi), verdict=self(self.verdict(psi)))

    def direction(self, direction: Direction) -> str:
        """How a customer moves."""
        return self("tags-only" if direction is Direction.tags else str(direction))


def used(migration: Migration) -> list[int]:
    """The places at which anybody is, and every tier."""
    pairs = enumerate(zip(migration.places, migration.before, migration.after, strict=True))
    return [at for at, (place, old, new) in pairs if old or new or place.state is State.tier]
