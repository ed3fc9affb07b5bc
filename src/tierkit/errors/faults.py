"""Faults: what is wrong with one value of one record."""

from dataclasses import dataclass

from tierkit.errors.codes import WORDS
from tierkit.errors.messages import FAULTS, TYPE_NAMES, fill

_LONGEST_VALUE = 60


@dataclass(frozen=True, slots=True)
class Fault:
    """One value that its dimension cannot take, with the dimension, the value and what was expected.

    >>> str(Fault("wrong-type", "monthly_amount", "'12000'", "money"))
    "`monthly_amount` is '12000', but a money amount (a number) is expected"
    """

    code: str
    dimension: str
    value: str
    expected: str

    @classmethod
    def of(cls, code: str, dimension: str, value: object, expected: str) -> "Fault":
        """The fault of a Python `value`, whose shortened `repr` is kept."""
        try:
            shown = repr(value)
        except Exception:  # noqa: BLE001  a value's own repr may do anything
            shown = f"<{type(value).__name__}>"
        if len(shown) > _LONGEST_VALUE:
            shown = shown[: _LONGEST_VALUE - 1] + "…"
        return cls(code, dimension, shown, expected)

    @property
    def wanted(self) -> str:
        """The expected type in English words."""
        return TYPE_NAMES.get(self.expected, (self.expected, self.expected))[0]

    def message(self, locale: str = "en") -> str:
        """The fault in words, in English or Chinese."""
        chinese = locale.lower().startswith("zh")
        own = self.expected, WORDS.get(self.expected, self.expected)
        expected = TYPE_NAMES.get(self.expected, own)[chinese]
        arguments = {"dimension": self.dimension, "value": self.value, "expected": expected}
        return fill(FAULTS[self.code][chinese], arguments)

    def __str__(self) -> str:
        return self.message()
