"""What is odd about the columns of an input, said before the first row is read."""

from __future__ import annotations

from difflib import get_close_matches

from tierkit.cli.inputs import Plan
from tierkit.cli.terminal import Terminal
from tierkit.errors import UsageError

_NEAR_ENOUGH = 0.8
_SHOWN = 10


def about_header(names: list[str], path: str, plan: Plan, terminal: Terminal) -> None:
    """Refuses columns that stand twice; warns of those that are computed, misspelt or not there at all."""
    words = terminal.words
    used = [name for name in names if name in plan.wanted or name == plan.key]
    for position, name in enumerate(used):
        if name in used[:position]:
            raise UsageError(words("duplicate-column", path=path, name=name))
    if lacking := sorted(plan.required.difference(names)):
        listed = words.join([f"`{name}`" for name in lacking])
        raise UsageError(words("lacking-columns", path=path, names=listed))
    if computed := [f"`{name}`" for name in dict.fromkeys(names) if name in plan.computed]:
        terminal.warn("computed-columns", names=words.join(computed))
    if pairs := _meant(names, used, plan):
        shown = [words("near-column", column=column, name=name) for column, name in pairs]
        terminal.warn("near-columns", pairs=words.join(shown))
    if not used and plan.wanted:
        columns = words.join([f"`{name}`" for name in names[:_SHOWN]])
        terminal.warn("no-columns", path=path, ruleset=plan.ruleset, columns=columns)
    elif plan.key is not None and plan.key not in used:
        terminal.warn("no-key", path=path, key=plan.key)


def _meant(names: list[str], used: list[str], plan: Plan) -> list[tuple[str, str]]:
    """Columns that nobody asked for, with the name each seems to mean: by spelling, by case, by label."""
    wanted = [name for name in (*plan.wanted, plan.key) if name is not None and name not in used]
    labels = {
        label: name for name in wanted if name in plan.wanted for label in plan.wanted[name].label.values()
    }
    folded = {name.casefold(): name for name in wanted}
    found = []
    for column in dict.fromkeys(names):
        if not column or column in used or column in plan.computed:
            continue
        close = get_close_matches(column.casefold(), list(folded), n=1, cutoff=_NEAR_ENOUGH)
        meant = labels.get(column) or (folded[close[0]] if close else None)
        if meant is not None:
            found.append((column, meant))
    return found
