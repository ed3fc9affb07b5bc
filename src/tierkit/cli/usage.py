"""What the command-line parser refuses, in our own words and in both languages."""

from __future__ import annotations

import re

_REFUSALS = (
    (r"Missing command", "a command is missing", "缺少命令"),
    (r"No such command '(.+?)'", "there is no command `{0}`", "没有命令 `{0}`"),
    (r"No such option:? '?([^' ]+)'?", "there is no option `{0}`", "没有选项 `{0}`"),
    (r"Missing (?:argument|option) '(.+?)'", "`{0}` is missing", "缺少 `{0}`"),
    (r"Option '(.+?)' requires an argument", "`{0}` needs a value", "`{0}` 需要一个值"),
    (r"Option '(.+?)' does not take a value", "`{0}` takes no value", "`{0}` 不接受值"),
    (
        r"Got unexpected extra argument(?:s|\(s\))? \((.+?)\)",
        "one thing too many: `{0}`",
        "多余的参数：`{0}`",
    ),
    (
        r"Invalid value for '(.+?)': (?:Value error, )?'?(.*?)'? is not one of (.+)",
        "`{0}` cannot be `{1}`: write one of {2}",
        "`{0}` 不能是 `{1}`：请写 {2} 之一",
    ),
    (r"Invalid value for '(.+?)': (.+)", "`{0}` cannot be read: {1}", "无法读取 `{0}`：{1}"),
)
_NEAR = re.compile(r"[.;]?\s*\(?(?:Did you mean(?: one of)?:?|Possible options:?)\s*(.+?)[?)]*$")


def reworded(message: str, *, chinese: bool) -> str:
    """A refusal in our words; one that is not known stays as it is.

    >>> reworded("No such command 'chek'. Did you mean 'check', 'schema'?", chinese=False)
    'there is no command `chek`; did you mean `check`?'
    """
    text, near = message.strip().rstrip("."), ""
    if (suggestion := _NEAR.search(text)) is not None:
        text, near = text[: suggestion.start()], suggestion[1].split(",")[0].strip(" '")
    for pattern, english, other in _REFUSALS:
        if (match := re.fullmatch(pattern, text)) is not None:
            text = (other if chinese else english).format(
                *(group.replace("'", "`") for group in match.groups())
            )
            break
    if not near:
        return text
    return text + (f"；您是否想写 `{near}`？" if chinese else f"; did you mean `{near}`?")
