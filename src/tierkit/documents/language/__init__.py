"""The condition language: text to a syntax tree with a span on every node."""

from tierkit.documents.language.complaints import ConditionError, Hint
from tierkit.documents.language.parser import parse
from tierkit.documents.language.refusals import RESERVED
from tierkit.documents.language.tokens import FULL_WIDTH, KEYWORDS, full_width, read_number, without_commas

__all__ = [
    "FULL_WIDTH",
    "KEYWORDS",
    "RESERVED",
    "ConditionError",
    "Hint",
    "full_width",
    "parse",
    "read_number",
    "without_commas",
]
