"""Writes docs/errors.md: every problem code with its words, and what the loader prints for a broken file.

python -m docs.problems            writes the page
python -m docs.problems --check    says whether it differs, and writes nothing
"""

from __future__ import annotations

import sys
from pathlib import Path

from tests.invalid_files import FILES, HOUSE
from tierkit.documents.reader import decode
from tierkit.engine.load import checked
from tierkit.errors import CODES
from tierkit.errors import codes as tables
from tierkit.errors.messages import severity_word
from tierkit.plugins.manager import plugins

PAGE = Path(__file__).parent / "errors.md"
SECTIONS = (
    ("Reading the file", tables.DOCUMENTS),
    ("Reading a condition", tables.LANGUAGE),
    ("What it means", tables.MEANING),
    ("What is proven", tables.ANALYSIS),
)
_LONGEST = 25
_HEAD = """# Problem codes

`tierkit check` and `tierkit.load` report every problem of a rule file at once, each with a code, its place,
the line with the place underlined, and what to write instead. Codes are stable: programs may rely on them
(`problem.code`, or `--format json`). Messages are in English and Chinese (`--locale zh`) and may improve.

An *error* keeps the file from loading; a *warning* and an *info* do not. How the last section comes about is
told in [What tierkit check proves](checking.md); `tierkit.load` does not look for it.

For editors, `tierkit check FILE --format json` lists the problems as data. Where only one text can have been
meant, such as `=` for `==`, `fix` holds it: what to put between two columns of a line, counted from 1 in code
points, the end exclusive. Where a person has to decide, `fix` is null. What is proven comes with a customer
for whom it is so, where there is one: `witness` holds the record, the day `as_of` which it is meant, and the
dimensions that are `given` although a provider would compute them. Days are ISO texts and sets lists.

```json
{"code": "wrong-spelling", "severity": "error", "message": "`==` is not a word of the language",
 "path": "rules.yaml", "line": 8, "column": 18, "end_column": 20, "hint": "write `=`",
 "fix": {"line": 8, "column": 18, "end_column": 20, "text": "="}, "witness": null}
```
"""


def page() -> str:
    """The whole page."""
    parts = [_HEAD]
    for title, table in SECTIONS:
        names = [row[0] for row in table]
        parts.append(f"\n## {title}\n\n" + ", ".join(f"[`{name}`](#{name})" for name in names) + "\n")
        parts += [entry(name) for name in names]
    return "".join(parts)


def entry(name: str) -> str:
    """One code: severity, words in both languages, the hint, and an example where a small file shows it."""
    code = CODES[name]
    lines = [
        "",
        f"### `{name}`",
        "",
        f"*{code.severity}*: {_escaped(code.en)}  ",
        f"*{severity_word(code.severity, 'zh')}*：{_escaped(code.zh)}",
    ]
    if code.hint_en:
        lines += ["", f"{_escaped(code.hint_en)}  ", _escaped(code.hint_zh)]
    return "\n".join([*lines, *_example(name), ""])


def _example(name: str) -> list[str]:
    file = FILES.get(name)
    if file is None or file.body.count("\n") > _LONGEST:
        return []
    return [
        "",
        "```text",
        *file.body.rstrip("\n").split("\n"),
        "```",
        "",
        "```text",
        *printed(file.body, name),
        "```",
    ]


def printed(text: str, name: str) -> list[str]:
    """What `tierkit check` prints for the first problem of this code."""
    _, problems = checked(*decode(text, "rules.yaml"), plugins([HOUSE]))
    return next(problem for problem in problems if problem.code == name).render().split("\n")


def _escaped(text: str) -> str:
    """Slots in braces as the reader sees them."""
    return text.replace("<", "&lt;").replace("*", "\\*") if "`" not in text else text


def main() -> int:
    """Writes the page; 1 when it differed."""
    new = page()
    differs = not PAGE.exists() or PAGE.read_text(encoding="utf-8") != new
    if differs and "--check" not in sys.argv:
        PAGE.write_text(new, encoding="utf-8", newline="\n")
    print("docs/errors.md differs" if differs else "docs/errors.md is the code's")
    return int(differs)


if __name__ == "__main__":
    raise SystemExit(main())
