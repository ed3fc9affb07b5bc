"""What a refused condition says: a code, a span within the condition, hints and arguments."""

from collections.abc import Mapping

Hint = tuple[str, Mapping[str, str]]


class ConditionError(Exception):
    """A condition that cannot be read; raised by the parser, turned into a problem by the loader."""

    def __init__(self, code: str, span: tuple[int, int], *hints: Hint, **arguments: object) -> None:
        super().__init__(code, span, arguments)
        self.code, self.span, self.hints = code, span, hints
        self.arguments = arguments
