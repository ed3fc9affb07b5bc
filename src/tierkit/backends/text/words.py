"""What readers of text files say, in English and Chinese: templates with named slots."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

TEXTS: Mapping[str, tuple[str, str]] = {
    "cannot-read": ("cannot read `{path}`: {reason}", "无法读取 `{path}`：{reason}"),
    "not-text": (
        "`{path}` is not {encoding} text; old Excel files need `--encoding gb18030`",
        "`{path}` 不是 {encoding} 文本；旧版 Excel 文件请加 `--encoding gb18030`",
    ),
    "line-encoding": (
        "JSON lines cannot be read as {encoding}: convert the file to UTF-8",
        "无法以 {encoding} 读取 JSON lines：请把文件转换为 UTF-8",
    ),
    "bad-encoding": ("`{text}` is no text encoding", "`{text}` 不是有效的文本编码"),
    "no-header": (
        "`{path}` is empty: a first line with column names is expected",
        "`{path}` 为空：首行应为列名",
    ),
    "line": ("line {line}: {text}", "第 {line} 行：{text}"),
    "ragged": ("{found} cells under {expected} columns", "有 {found} 个单元格，而列名有 {expected} 个"),
    "bad-csv": ("not valid CSV: {detail}", "不是有效的 CSV：{detail}"),
    "bad-json": ("not valid JSON: {detail}", "不是有效的 JSON：{detail}"),
    "bad-bytes": ("not {encoding} text", "不是 {encoding} 文本"),
    "duplicate-key": ("the key `{key}` stands twice", "键 `{key}` 重复"),
    "long-number": ("a number with too many digits", "数字位数过多"),
    "too-nested": ("nested too deeply", "嵌套过深"),
    "too-long": ("longer than {limit} MB", "超过 {limit} MB"),
    "not-a-record": ("a record is expected, not {found}", "应为一条记录，而不是 {found}"),
}


class Say(Protocol):
    """The texts of one locale."""

    locale: str

    def __call__(self, key: str, /, **slots: object) -> str:
        """The text of `key` with its slots filled."""


class Words:
    """The texts above in one locale."""

    def __init__(self, locale: str = "en") -> None:
        self.locale = locale

    def __call__(self, key: str, /, **slots: object) -> str:
        """The text of `key` with its slots filled."""
        return TEXTS[key][self.locale.lower().startswith("zh")].format(**slots)
