"""What the columns of outcome rows are called, in every family of tables."""

from __future__ import annotations

from tierkit.program.model import Program

HEAD = ("key", "ruleset", "version", "as_of")


def outcome_names(program: Program) -> tuple[dict[str, str], dict[str, str]]:
    """The columns of ladders and of scores, by name."""
    ladders = {name: f"tier_{name}" for name in program.ladders}
    taken = {*HEAD, "tags", *ladders.values(), "undetermined", "error", "values", "missing"}
    scores = [name for name, dimension in program.dimensions.items() if dimension.type == "score"]
    return ladders, {name: f"score_{name}" if name in taken else name for name in scores}
