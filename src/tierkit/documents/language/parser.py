"""Condition text to a syntax tree: precedence climbing over one table, a span on every node.

From loosest to tightest: `or`, `and`, `not`, comparison (also `between in is`), `+ -`, `* /`, unary `-`.
Depth is counted on brackets, `not`, unary minus and `case`, never on the length of an `and` or `or` chain.
A chain of `+ - * /` grows to the left, one level for each operator, and so it has a limit of its own.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from typing import NoReturn

from tierkit.documents.language.complaints import ConditionError
from tierkit.documents.language.refusals import NOTHING, TESTS, refuse_name, refuse_rest
from tierkit.documents.language.syntax import (
    Between,
    Binary,
    Boolean,
    Call,
    Case,
    In,
    IsMissing,
    Items,
    Logic,
    Name,
    Negative,
    Not,
    Number,
    Span,
    Syntax,
    Text,
)
from tierkit.documents.language.tokens import Token, number, tokens

DEEPEST = 32
MOST_OPERATORS = 100
COMPARISONS = frozenset(["=", "!=", "<", "<=", ">", ">="])
_SUMS = frozenset("+-")
_PRODUCTS = frozenset("*/")
_LISTS = frozenset(["has_any", "has_all", "has_one", "subset_of"])


def parse(text: str) -> Syntax:
    """Reads a condition or an expression; raises `ConditionError` with a code and a span.

    >>> parse("amount > 10k").operator
    '>'
    """
    reader = _Parser(text)
    if reader.token.kind == "end":
        raise ConditionError("empty-condition", (0, len(text)))
    tree = reader.disjunction()
    if reader.token.kind != "end":
        refuse_rest(text, reader.token, reader.following)
    return tree


class _Parser:
    """Walks the tokens once; each method reads one level of the grammar."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = tokens(text)
        self.at = 0
        self.depth = 0
        self.height = 0  # operators of arithmetic, one inside the other, in what was read last
        self.token = self.tokens[0]

    @property
    def following(self) -> Token:
        return self.tokens[min(self.at + 1, len(self.tokens) - 1)]

    def next(self) -> Token:
        token = self.token
        self.at += 1
        self.token = self.tokens[self.at] if self.at < len(self.tokens) else token
        return token

    def match(self, *words: str) -> bool:
        if self.token.text in words and self.token.kind in ("keyword", "operator"):
            self.next()
            return True
        return False

    def expect(self, word: str, opened: Token | None = None) -> Token:
        if self.token.text == word and self.token.kind in ("keyword", "operator"):
            return self.next()
        if self.token.kind == "end" and opened is not None and word == ")":
            raise ConditionError("unclosed-parenthesis", (opened.start, opened.end))
        if self.token.kind == "end":
            raise ConditionError("unexpected-end", (len(self.text), len(self.text) + 1), expected=f"`{word}`")
        return refuse_rest(self.text, self.token, self.following)

    def since(self, start: int) -> Span:
        """From `start` to the end of what was read last: brackets belong to the operand they enclose."""
        return start, self.tokens[self.at - 1].end

    def deeper(self, token: Token) -> None:
        self.depth += 1
        if self.depth > DEEPEST:
            raise ConditionError("too-deep", (token.start, token.end), limit=DEEPEST)

    def disjunction(self) -> Syntax:
        return self.chain("or", lambda: self.chain("and", self.negation))

    def chain(self, word: str, operand: Callable[[], Syntax]) -> Syntax:
        start, first = self.token.start, operand()
        if self.token.text != word or self.token.kind != "keyword":
            return first
        operands, height = [first], self.height
        while self.match(word):
            operands.append(operand())
            height = max(height, self.height)
        self.height = height
        return Logic(word, tuple(operands), self.since(start))

    def negation(self) -> Syntax:
        if self.token.text == "not" and self.token.kind == "keyword":
            token = self.next()
            self.deeper(token)
            operand = self.negation()
            self.depth -= 1
            return Not(operand, self.since(token.start))
        return self.comparison()

    def comparison(self) -> Syntax:
        start, left = self.token.start, self.sum()
        height = self.height
        found = self.compared(left, start)
        self.height = max(height, self.height)
        return found

    def compared(self, left: Syntax, start: int) -> Syntax:
        token = self.token
        if token.kind == "operator" and token.text in COMPARISONS:
            self.next()
            if token.text in ("=", "!=") and self.at_word("missing", *NOTHING):
                self.refuse_spelling(token.start, "is missing" if token.text == "=" else "is not missing")
            right = self.sum()
            if self.token.kind == "operator" and self.token.text in COMPARISONS:
                raise ConditionError("chained-comparison", (self.token.start, self.token.end))
            return Binary(token.text, left, right, self.since(start))
        self.refuse_test_between(start)
        if token.kind != "keyword":
            return left
        if token.text == "is":
            return self.is_missing(left, start)
        negated = token.text == "not" and self.following.text in ("in", "between")
        if negated:
            self.next()
        if self.match("between"):
            low, height = self.sum(), self.height
            self.expect("and")
            high = self.sum()
            self.height = max(height, self.height)
            return Between(left, low, high, negated, self.since(start))
        if self.match("in"):
            items: Items | Name = self.items() if self.token.text == "(" else self.parameter()
            return In(left, items, negated, self.since(start))
        return left

    def is_missing(self, operand: Syntax, start: int) -> Syntax:
        word = self.next()
        negated = self.match("not")
        if self.at_word("empty", *NOTHING):
            self.refuse_spelling(word.start, "is not missing" if negated else "is missing")
        if self.at_word("true", "false"):
            self.refuse_spelling(word.start, f"{'!=' if negated else '='} {self.token.text}")
        self.expect("missing")
        return IsMissing(operand, negated, self.since(start))

    def at_word(self, *words: str) -> bool:
        """True where one of `words` stands, in any case."""
        return self.token.kind in ("name", "keyword") and self.token.text.lower() in words

    def refuse_spelling(self, start: int, right: str) -> NoReturn:
        """Refuses what stands from `start` to the end of this token; `right` says the same."""
        span = start, self.token.end
        raise ConditionError(
            "wrong-spelling", span, ("write", {"text": right}), found=self.text[slice(*span)]
        )

    def refuse_test_between(self, start: int) -> None:
        """Refuses `city contains 'x'`, also with `not`: a test is written in front, as a function."""
        negated = self.token.text == "not" and self.token.kind == "keyword"
        test = self.following if negated else self.token
        if test.kind == "name" and test.text.lower() in TESTS:
            left, sought = self.text[slice(*self.since(start))], "…"
            if negated:
                self.next()
            if self.following.kind in ("text", "name"):
                self.next()
                sought = self.token.text
            self.refuse_spelling(start, f"{'not ' * negated}{test.text.lower()}({left}, {sought})")

    def items(self) -> Items:
        opened = self.expect("(")
        self.deeper(opened)
        if self.token.text == ")" and self.token.kind == "operator":
            raise ConditionError("empty-list", (opened.start, self.token.end), what="a list")
        found, height = [self.sum()], self.height
        while self.match(","):
            found.append(self.sum())
            height = max(height, self.height)
        end = self.expect(")", opened).end
        self.depth -= 1
        self.height = height
        return Items(tuple(found), (opened.start, end))

    def parameter(self) -> Name:
        if self.token.kind != "name":
            if self.token.kind == "end":
                raise ConditionError("unexpected-end", (len(self.text), len(self.text) + 1), expected="`(`")
            hint = ("write", {"text": f"({self.text[self.token.start : self.token.end]})"})
            raise ConditionError(
                "unexpected", (self.token.start, self.token.end), hint, found=self.token.text
            )
        return _name(self.next())

    def sum(self) -> Syntax:
        return self.binary(_SUMS, lambda: self.binary(_PRODUCTS, self.unary))

    def binary(self, operators: frozenset[str], operand: Callable[[], Syntax]) -> Syntax:
        start, left = self.token.start, operand()
        while self.token.kind == "operator" and self.token.text in operators:
            operator, height = self.next(), self.height
            right = operand()
            self.height = max(height, self.height) + 1
            if self.height > MOST_OPERATORS:
                raise ConditionError("chain-too-long", (operator.start, operator.end), limit=MOST_OPERATORS)
            left = Binary(operator.text, left, right, self.since(start))
        return left

    def unary(self) -> Syntax:
        if self.token.text == "-" and self.token.kind == "operator":
            token = self.next()
            self.deeper(token)
            operand = self.unary()
            self.depth -= 1
            return Negative(operand, self.since(token.start))
        return self.primary()

    def primary(self) -> Syntax:
        token, self.height = self.token, 0
        span = (token.start, token.end)
        if token.kind == "number":
            self.next()
            value, percent = number(token)
            return Number(value, percent, span)
        if token.kind == "text":
            self.next()
            return Text(token.text[1:-1].replace("''", "'"), span)
        if token.kind == "name":
            return self.name_or_call()
        if token.kind == "keyword" and token.text in ("true", "false"):
            self.next()
            return Boolean(token.text == "true", span)
        if token.kind == "keyword" and token.text == "as_of":
            self.next()
            return Name("as_of", span)
        if token.kind == "keyword" and token.text == "case":
            return self.case()
        if token.text == "(" and token.kind == "operator":
            return self.parenthesis()
        if token.kind == "end":
            raise ConditionError("unexpected-end", (len(self.text), len(self.text) + 1), expected="a value")
        raise ConditionError("unexpected", span, found=token.text)

    def parenthesis(self) -> Syntax:
        opened = self.next()
        self.deeper(opened)
        if self.token.kind == "name" and self.token.text.lower() in ("select", "with"):
            raise ConditionError("sub-query", (self.token.start, self.token.end))
        inner = self.disjunction()
        self.expect(")", opened)
        self.depth -= 1
        return inner

    def name_or_call(self) -> Syntax:
        token = self.next()
        refuse_name(self.text, token, self.token)
        if self.token.text != "(" or self.token.kind != "operator":
            return _name(token)
        opened = self.next()
        self.deeper(opened)
        distinct = token.text == "count" and self.match("distinct")
        arguments: list[Syntax] = []
        height = 0
        if not (self.token.text == ")" and self.token.kind == "operator"):
            arguments.append(self.argument(token.text))
            height = self.height
            while self.match(","):
                arguments.append(self.argument(token.text))
                height = max(height, self.height)
        end = self.expect(")", opened).end
        self.depth -= 1
        self.height = height
        return Call(token.text, tuple(arguments), (token.start, end), (token.start, token.end), distinct)

    def argument(self, function: str) -> Syntax:
        if self.token.text == "(" and function in _LISTS:
            return self.items()
        return self.disjunction()

    def case(self) -> Syntax:
        start = self.next()
        self.deeper(start)
        branches, height = [], 0
        while self.match("when"):
            condition, height = self.disjunction(), max(height, self.height)
            self.expect("then")
            branches.append((condition, self.sum()))
            height = max(height, self.height)
        if not branches:
            self.expect("when")
        otherwise = self.sum() if self.match("else") else None
        end = self.expect("end").end
        self.depth -= 1
        self.height = max(height, self.height)
        return Case(tuple(branches), otherwise, (start.start, end))


def _name(token: Token) -> Name:
    name = token.text if token.text.isascii() else unicodedata.normalize("NFC", token.text)
    return Name(name, (token.start, token.end))
