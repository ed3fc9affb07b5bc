"""What every builder needs: the problems, the source, and conditions read and typed in a scope."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from tierkit.documents.decode import Document
from tierkit.documents.fields import read_date
from tierkit.documents.language import ConditionError, parse, read_number
from tierkit.documents.language.syntax import Syntax
from tierkit.documents.nodes import Broken, Mapping, Scalar, span
from tierkit.documents.positions import Place
from tierkit.errors import Problems
from tierkit.program.model import Texts
from tierkit.program.providers import Offers
from tierkit.program.terms import Formula
from tierkit.program.typing import Scope, Typer

_COMMENT_MAY_HAVE_CUT = frozenset(["unclosed-text", "unexpected-end", "unclosed-parenthesis"])


class Context:
    """The document being built and the problems found on the way."""

    def __init__(self, document: Document, problems: Problems, offers: Offers) -> None:
        self.document, self.problems, self.offers = document, problems, offers
        self.scope = Scope({})

    def add(self, code: str, node: Any, *hints: Any, **arguments: object) -> None:
        """Notes a problem at a node of the file, unless it was refused already."""
        if isinstance(node, Broken):
            return
        self.problems.add(code, span(node), *hints, **arguments)

    def reporter(self, scalar: Scalar) -> Callable[..., None]:
        """A `report` function for the typer, with spans in the text of `scalar`."""
        place = Place(scalar, self.problems.source.text)

        def report(code: str, where: tuple[int, int], *hints: Any, **arguments: object) -> None:
            self.problems.add(code, place.span(*where), *hints, **arguments)

        return report

    def syntax(self, scalar: Scalar) -> Syntax | None:
        """The syntax tree of a condition or expression, or None with a problem."""
        try:
            return parse(scalar)
        except ConditionError as error:
            if error.code == "empty-condition":
                self.add(error.code, scalar)
                return None
            place = Place(scalar, self.problems.source.text)
            hints = error.hints
            if error.code in _COMMENT_MAY_HAVE_CUT and place.cut_by_comment():
                hints = (("comment-in-value", {}),)
            self.problems.add(error.code, place.span(*error.span), *hints, **error.arguments)
            return None

    def condition(self, node: Any, scope: Scope | None = None) -> Formula | None:
        """The typed condition of a node, or None."""
        if node is None or isinstance(node, Broken):
            return None
        if isinstance(node, Mapping):
            from tierkit.program.build.trees import tree_syntax  # few files hold trees

            written = tree_syntax(node, scope or self.scope, self.problems)
            report = self.problems.add
            return None if written is None else Typer(scope or self.scope, report).condition(written)
        tree = self.syntax(node)
        return None if tree is None else Typer(scope or self.scope, self.reporter(node)).condition(tree)


def texts(node: Any) -> Texts:
    """A text or texts by locale as a mapping; a plain text has the locale `""`."""
    if node is None:
        return {}
    if isinstance(node, Mapping):
        return {str(locale): str(value) for locale, value in node.items()}
    return {"": str(node)}


def optional_text(node: Any) -> str | None:
    """A plain string, or None."""
    return None if node is None else str(node)


def number(node: Any) -> float:
    """The binary64 nearest to a number scalar that was checked already."""
    text = str(node)
    value, _ = read_number(text.removeprefix("-"))
    return -float(value) if text.startswith("-") else float(value)


def day(node: Any) -> dt.date | None:
    """The date of a scalar that was checked already, or None."""
    return None if node is None else read_date(str(node))
