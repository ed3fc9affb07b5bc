"""What the store and the engine refuse, in Chinese: a table of their sentences, and one way through it.

English is what they say themselves. A sentence that is not in the table stays as it is; what fills a slot is
looked up too, for reasons stand inside one another.
"""

from __future__ import annotations

import re
from functools import cache

from tierkit.errors import CODES

_SENTENCES: tuple[tuple[str, str], ...] = (
    ("none", "无"),
    # publishing, activating, rolling back
    ("the example `{name}` (line {line}) fails: {texts}", "示例 `{name}`（第 {line} 行）未通过：{texts}"),
    (
        "`{name}` was published with another meaning (line {line} of its history): give it a new version",
        "`{name}` 已以另一含义发布（历史第 {line} 行）：请使用新的版本号",
    ),
    (
        "`{name}` and the published `{other}` would be one file on some systems: give it another version",
        "`{name}` 与已发布的 `{other}` 在某些系统上会是同一文件：请使用其他版本号",
    ),
    ("`{name}` cannot be activated: {text}", "`{name}` 不能启用：{text}"),
    (
        "`--effective {when}` has passed: leave it out to activate at once",
        "`--effective {when}` 已过：如需立即启用请去掉该选项",
    ),
    (
        "it is valid from {day}: activate it with `--effective {same}`",
        "它自 {day} 起有效：请用 `--effective {same}` 启用",
    ),
    ("a rollback needs a reason", "回滚必须写明原因"),
    (
        "no version of `{name}` is active: there is nothing to roll back",
        "`{name}` 没有启用中的版本：没有可回滚的内容",
    ),
    (
        "`{name}` is the first that was active: there is nothing before it",
        "`{name}` 是首个启用的版本：此前没有其他版本",
    ),
    ("`{name}` is the active version", "`{name}` 就是启用中的版本"),
    ("`{name}` cannot decide: {text}", "`{name}` 无法作出判定：{text}"),
    (
        "`{name}` was never published; did you mean `{word}`?",
        "`{name}` 从未发布；您是否想写 `{word}`？",
    ),
    ("`{name}` was never published", "`{name}` 从未发布"),
    (
        "others wrote to the store for {seconds} s without a break: try again",
        "其他进程连续 {seconds} 秒写入存储：请重试",
    ),
    # fitting
    (
        "`{name}` cannot be fitted: nobody who counts has a `{dimension}`",
        "`{name}` 无法拟合：计入的客户都没有 `{dimension}`",
    ),
    (
        "`{name}` cannot be fitted: {tied} of {size} share the highest `{dimension}`",
        "`{name}` 无法拟合：{size} 个客户中有 {tied} 个并列最高 `{dimension}`",
    ),
    (
        "`{name}` cannot be fitted: no rule file can hold {value}",
        "`{name}` 无法拟合：规则文件无法写出 {value}",
    ),
    # which version is meant
    (
        "no version of `{name}` is active yet: `{version}` takes over at {when}",
        "`{name}` 尚无启用中的版本：`{version}` 将于 {when} 启用",
    ),
    (
        "no version of `{name}` is active: activate one of {versions}, or pin one, such as {pinned}",
        "`{name}` 没有启用中的版本：请启用 {versions} 之一，或指定版本，例如 {pinned}",
    ),
    (
        "no version of `{name}` was active at {when}: pin one, such as {pinned}",
        "`{name}` 在 {when} 没有启用中的版本：请指定版本，例如 {pinned}",
    ),
    (
        "nothing of `{name}` was ever published in `{store}`; published there: {names}",
        "`{store}` 中从未发布过 `{name}`；已发布的有：{names}",
    ),
    # histories that do not hold together
    ("the history of `{name}`: {text}", "`{name}` 的历史：{text}"),
    (
        "lines were cut off its end: it had {count} and has {kept}",
        "末尾缺行：原有 {count} 行，现有 {kept} 行",
    ),
    (
        "the history of `{name}` had {count} lines and ends with line {line}: it was changed by hand",
        "`{name}` 的历史原有 {count} 行，现止于第 {line} 行：被人为改动",
    ),
    ("line {line} is not the one that was written", "第 {line} 行不是当时写入的那一行"),
    ("line 1 does not begin it: lines before it were cut off", "第 1 行不是开头：之前的行被删去"),
    (
        "line {line} does not follow line {before}: one of them was edited, moved or taken out",
        "第 {line} 行与第 {before} 行不衔接：其中一行被改动、移动或删去",
    ),
    ("line {line} is no event of a history", "第 {line} 行不是历史记录"),
    (
        "line {line} was written by a newer tierkit (format {found}, this one reads {known}): update tierkit",
        "第 {line} 行由更新版本的 tierkit 写入（格式 {found}，本版本可读 {known}）：请升级 tierkit",
    ),
    (
        "line {line} is a conflict that git left: `tierkit history NAME --repair` explains it",
        "第 {line} 行是 git 留下的冲突标记：`tierkit history NAME --repair` 会说明如何处理",
    ),
    ("line {line} is not JSON", "第 {line} 行不是 JSON"),
    (
        (
            "`{name}` was changed after it was published: it contradicts line {line} of the history; "
            "restore it, or publish the change as a new version"
        ),
        "`{name}` 在发布后被改动：与历史第 {line} 行不符；请恢复原文件，或将改动作为新版本发布",
    ),
    (
        "version `{version}` was changed after it was published: see line {line}",
        "版本 `{version}` 在发布后被改动：见第 {line} 行",
    ),
    (
        "version `{version}`, published by line {line}, cannot be read: {text}",
        "第 {line} 行发布的版本 `{version}` 无法读取：{text}",
    ),
    (
        "the history ends in half a line, which nobody acknowledged: the next change takes it away",
        "历史末尾有半行未确认的内容：下次变更时会自动清除",
    ),
    # what the place refuses
    ("`{path}` is not there", "`{path}` 不存在"),
    ("`{name}` cannot name a version", "`{name}` 不能作为版本"),
    ("`{name}` cannot name a rule set", "`{name}` 不能作为规则集名称"),
    (
        "`{path}` is held by another process for {seconds} s: try again",
        "`{path}` 已被其他进程占用 {seconds} 秒：请重试",
    ),
    (
        "the file system of `{path}` has no locks: keep the store elsewhere or in a database",
        "`{path}` 所在的文件系统不支持锁：请换个位置或使用数据库",
    ),
    ("`{address}` has no version `{name}`", "`{address}` 中没有版本 `{name}`"),
    (
        "`{address}` is held by another writer for {seconds} s: try again",
        "`{address}` 已被其他写入者占用 {seconds} 秒：请重试",
    ),
    (
        "a store in a database needs a package that is missing: install `{package}`",
        "使用数据库存储需要尚未安装的软件包：请安装 `{package}`",
    ),
    (
        "`{address}` needs a driver that is missing: install `{package}`",
        "`{address}` 需要尚未安装的驱动：请安装 `{package}`",
    ),
    (
        "`{scheme}` is no database for a store: `sqlite` and `postgresql` are",
        "`{scheme}` 不能用作存储数据库：可用 `sqlite` 与 `postgresql`",
    ),
    (
        "`{scheme}` in memory keeps nothing: name a file, such as `{example}`",
        "内存中的 `{scheme}` 不保存任何内容：请指定文件，例如 `{example}`",
    ),
    ("cannot read `{path}`: {reason}", "无法读取 `{path}`：{reason}"),
    ("line {line}: {text}", "第 {line} 行：{text}"),
)

_SLOT = re.compile(r"\\\{(\w+)\\\}")


def retold(text: str, *, chinese: bool) -> str:
    """A sentence in the language that is spoken.

    >>> retold("the history of `a`: line 3 is not JSON", chinese=True)
    '`a` 的历史：第 3 行不是 JSON'
    """
    if not chinese:
        return text
    for pattern, other in _patterns():
        found = pattern.fullmatch(text)
        if found is not None:
            slots = {name: _part(name, part) for name, part in found.groupdict().items()}
            return other.format(**slots)
    return text


def _part(name: str, text: str) -> str:
    parts = text.split("; ") if name == "texts" else [text]
    return "；".join(retold(part, chinese=True) for part in parts)


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    from tierkit.engine.examples import MESSAGES  # only where Chinese is spoken

    codes = [(CODES[code].en, CODES[code].zh) for code in ("provider-missing", "benefit-missing")]
    rows = [*codes, *_SENTENCES[:-1], *MESSAGES.values(), _SENTENCES[-1]]  # the last one would take them all
    return tuple(
        (re.compile(_SLOT.sub(r"(?P<\1>.+?)", re.escape(english)), re.DOTALL), chinese)
        for english, chinese in rows
    )
