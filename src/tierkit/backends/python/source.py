"""The generated function of a rule set; the only module that runs generated Python.

The source holds no text of the rule file: names become `v0`, `x1`, and every literal and table is passed in
the namespace. Two functions share one body. `fast` reads a plain dict whose values are regular or not there
at all; `full` reads values that were normalised before.
"""

from __future__ import annotations

import datetime as dt
import math
from bisect import bisect_right
from collections.abc import Callable
from types import CodeType
from typing import Any

from tierkit.backends.python import decoders, masks
from tierkit.backends.python.expressions import Writer
from tierkit.backends.python.plan import Column, Stage
from tierkit.backends.python.readers import as_float, as_set, text_mask, valid_texts
from tierkit.backends.python.scoring import write_score
from tierkit.program.build.order import inputs
from tierkit.program.domain import MISSING, NULL, Missing, confine
from tierkit.program.forms import Forms
from tierkit.program.model import Dimension, Supply
from tierkit.program.providers import AS_OF
from tierkit.program.reference import absent
from tierkit.program.terms import mentions_as_of, references
from tierkit.program.types import NUMERIC, SMALLEST, magnitude

Answer = tuple[tuple[Any, ...], tuple[int, ...], tuple[int, ...]]
"""Values by dimension, positions by ladder, and the masks that say which rules fired."""
Run = Callable[[Any, Any], "Answer | None"]

Code = dict[str, CodeType]
"""Compiled sources by text: partitions of one shape share their code."""
PENDING = Missing("pending", "not asked yet")
"""Stands for what a provider will give, in the values that `full` reads."""
Partition = tuple[str, Any] | None
"""The dimension and the value that an index is for; its masks end with the value."""


def generate(
    forms: Forms,
    stages: list[Stage],
    day_of: Callable[[Any], dt.date],
    partition: Partition,
    code: Code,
    *,
    fast: bool,
    retry: Run | None = None,
) -> Run:
    """The function `fast(record, moment)` or `full(values, moment)`; None for what it cannot read.

    With `retry`, `fast` expects every value to be there, which is quicker to read, and leaves a record that
    lacks one to `retry`.
    """
    return _Generator(forms, stages, day_of, partition, fast=fast, retry=retry).compile(code)


class _Generator:
    """Writes one of the two functions."""

    def __init__(
        self,
        forms: Forms,
        stages: list[Stage],
        day_of: Callable[[Any], dt.date],
        partition: Partition,
        *,
        fast: bool,
        retry: Run | None,
    ) -> None:
        self.retry = retry
        self.pivot: str | None = None if partition is None else partition[0]
        self.key: Any = None if partition is None else partition[1]
        self.forms, self.program, self.stages = forms, forms.program, stages
        self.day_of, self.fast = day_of, fast
        self.given = [d for d in self.program.dimensions.values() if not d.computed or d.name in forms.given]
        self.index = {name: i for i, name in enumerate(self.program.dimensions)}
        names = {name: f"x{i}" for name, i in self.index.items()}
        names |= {name: f"y{i}" for i, name in enumerate(self.program.ladders)}
        self.namespace: dict[str, Any] = {"bisect": bisect_right, "Missing": Missing, "NULL": NULL}
        self.writer = Writer(names, self.namespace)
        self.names = names
        self.used = self.read_again()

    def compile(self, code: Code) -> Run:
        write = self.writer.line
        if self.fast and self.calls_and_refuses():
            write(
                "return None"
            )  # each provider is called once: what may be refused afterwards is read slowly
        if self.needs_day():
            self.namespace["day_of"] = self.day_of
            write("day = day_of(moment)")
        if self.fast and self.retry is None:
            write("get = record.get")
        for number, stage in enumerate(self.stages):
            self.stage(number, stage)
        raw = "".join(f"v{i}, " for i in range(len(self.index)))
        tiers = "".join(f"p{i}, " for i in range(len(self.program.ladders)))
        outcome = "".join(f"m{n}, a{n}, c{n}, " for n, stage in enumerate(self.stages) if stage.rules)
        write(f"return ({raw}), ({tiers}), ({outcome}{self.writer.constant(self.key)},)")
        body = "\n".join(self.writer.lines)
        if self.fast:
            body = "    try:\n" + "\n".join("    " + line for line in self.writer.lines)
            if self.retry is not None:
                self.namespace["retry"] = self.retry
                body += "\n    except KeyError:\n        return retry(record, moment)"
            body += "\n    except (KeyError, TypeError, OverflowError):\n        return None"
        source = f"def run(record, moment):\n{body}\n"
        found = code.get(source)
        if found is None:
            filename = f"<tierkit index {len(code)}>"
            found = code[source] = compile(source, filename, "exec")
        exec(found, self.namespace)  # noqa: S102  written above, without user text
        run: Run = self.namespace["run"]
        return run

    def read_again(self) -> frozenset[str]:
        """The names whose value something after their own column needs."""
        names = {name for number, stage in enumerate(self.stages) if number for name in stage.columns}
        for stage in self.stages:
            names.update(*(references(test) for test in stage.tests))
            for name in stage.computed:
                dimension = self.program.dimensions[name]
                names.update(inputs(dimension))
                if dimension.condition is not None:
                    names.update(references(self.forms.of(dimension.condition)))
        return frozenset(names)

    def calls_and_refuses(self) -> bool:
        """True when a record can still be refused after a provider was called."""
        computed = [self.program.dimensions[name] for stage in self.stages for name in stage.computed]
        called = any(d.supply is not None and d.supply.call is not None for d in computed)
        return called and any(d.on_missing.policy == "error" for d in computed)

    def needs_day(self) -> bool:
        """True when a value or a test depends on the day of evaluation."""
        parts: list[Any] = [test for stage in self.stages for test in stage.tests]
        for stage in self.stages:
            for name in stage.computed:
                dimension = self.program.dimensions[name]
                parts += [part for part in (dimension.term, dimension.condition) if part is not None]
                if dimension.supply is not None and AS_OF in dict(dimension.supply.inputs):
                    return True
        return any(mentions_as_of(part) for part in parts)

    # -- one stage

    def stage(self, number: int, stage: Stage) -> None:
        write = self.writer.line
        m, pm, cm = f"m{number}", f"a{number}", f"c{number}"
        self.masks = m, pm, cm
        self.full = stage.full
        write(f"{m} = {self.writer.constant(stage.full)}; {pm} = {cm} = -1")
        if number == 0:
            for dimension in self.given:
                self.read(dimension, stage.columns.get(dimension.name, Column()))
            write(f"if not {m} & 1: return None")
        for name in stage.computed:
            self.compute(self.program.dimensions[name], stage.columns.get(name))
        here = set(stage.computed) | ({d.name for d in self.given} if number == 0 else set())
        for name, column in stage.columns.items():
            if name not in here:
                self.later(name, column)
        for test, bits in stage.tests.items():
            self.test(self.writer.formula(test), bits)
        for name in stage.ladders:
            self.place(stage, name)

    # -- columns

    def read(self, dimension: Dimension, column: Column) -> None:
        """A dimension that the record holds: its value, checked, and its mask."""
        if self.fast:
            self.read_raw(dimension, column)
            return
        write, i = self.writer.line, self.index[dimension.name]
        write(f"v{i} = record[{i}]")
        write(f"if type(v{i}) is Missing:")
        self.missing(dimension, i, column, 2)
        write("else:")
        self.emit([*self.found(dimension, f"v{i}", column), f"x{i} = v{i}"], 2)

    def read_raw(self, dimension: Dimension, column: Column) -> None:
        """A value as the caller holds it: the plain type, nothing, or something that needs a closer look."""
        write, i = self.writer.line, self.index[dimension.name]
        nothing = self.writer.value(absent(dimension))
        key = self.writer.constant(dimension.name)
        write(f"v{i} = get({key}, {nothing})" if self.retry is None else f"v{i} = record[{key}]")
        lines = self.found(dimension, f"v{i}", column) if dimension.name != self.pivot else []
        if dimension.name in self.used:
            lines.append(f"x{i} = v{i}")
        if dimension.type == "set":
            lines.insert(0, f"v{i} = {self.writer.constant(as_set(dimension))}(v{i})")
            write(f"if v{i} is not {nothing} and v{i} is not None:")
            self.emit(lines, 2)
            write("else:")
        else:
            kinds = {"integer": int, "boolean": bool, "date": dt.date}
            numeric = dimension.type in NUMERIC and dimension.type != "integer"
            class_ = "float" if numeric else self.writer.constant(kinds.get(dimension.type, str), "C")
            write(f"if type(v{i}) is {class_}:")
            self.emit(lines, 2)
            write(f"elif v{i} is not {nothing} and v{i} is not None:")
            if numeric:  # an int becomes the nearest binary64; anything else is refused by `as_float`
                self.namespace["as_float"] = as_float
                self.emit([f"v{i} = as_float(v{i})", *lines], 2)
            else:
                write("return None", 2)
            write("else:")
        write(f"if v{i} is None: v{i} = NULL", 2)
        self.missing(dimension, i, column, 2)

    def emit(self, lines: list[str], depth: int) -> None:
        """Writes lines at one depth; a block is never empty."""
        for line in lines or ["pass"]:
            self.writer.line(line, depth)

    def look_up(self, dimension: Dimension, value: str, column: Column, depth: int) -> None:
        """ANDs the mask of a present value."""
        self.emit(self.found(dimension, value, column), depth)

    def found(self, dimension: Dimension, value: str, column: Column) -> list[str]:
        """The lines that AND the mask of a present value."""
        m = self.masks[0]
        if not column.leaves and (dimension.type == "date" or dimension.type in NUMERIC):
            return self.in_domain(dimension, value)
        if dimension.type in NUMERIC or dimension.type == "date":
            breaks, table = self.intervals(dimension, column)
            return [f"{m} &= {self.writer.constant(table)}[bisect({self.writer.constant(breaks)}, {value})]"]
        if dimension.type == "set":
            present = {bit: [leaf] for bit, leaves in column.leaves.items() for leaf in leaves}
            _, mask = masks.value_table(present, [], self.full, closed=False)
            return [f"{m} &= {self.writer.constant(mask)}"]
        named = masks.named_values(leaf for leaves in column.leaves.values() for leaf in leaves)
        closed = (True, False) if dimension.type == "boolean" else dimension.values
        by_value, others = masks.value_table(
            column.leaves, closed if closed is not None else named, self.full, closed=closed is not None
        )
        if closed is not None:
            return [f"{m} &= {self.writer.constant(by_value)}[{value}]"]
        return [
            f"t = {self.writer.constant(valid_texts(by_value).get)}({value})",
            f"{m} &= t if t is not None else {self.writer.constant(text_mask(others))}({value})",
        ]

    def in_domain(self, dimension: Dimension, value: str) -> list[str]:
        """A column that nothing tests: only the domain matters, and two comparisons tell."""
        if dimension.type == "date" or (dimension.computed and dimension.name not in self.forms.given):
            return []
        tests = []
        for low, high in reversed(masks.domain_region(dimension)):
            last = math.nextafter(high, -math.inf)
            bounds = [self.writer.value(bound) for bound in (low, last)]
            tests.append(
                f"{value} == {bounds[0]}" if low == last else f"{bounds[0]} <= {value} <= {bounds[1]}"
            )
        return [f"if not ({' or '.join(tests) or 'False'}): return None"]

    def intervals(self, dimension: Dimension, column: Column) -> tuple[list[Any], list[int]]:
        """Break points and masks of an ordered column; bit 0 is the domain itself."""
        dates = dimension.type == "date"
        number = masks.as_ordinal if dates else masks.as_number
        after = masks.next_ordinal if dates else masks.next_number
        regions = {bit: masks.region(leaves, number, after) for bit, leaves in column.leaves.items()}
        if not dimension.computed or dimension.name in self.forms.given:
            regions[0] = masks.domain_region(dimension)
        breaks, table = masks.interval_table(regions, self.full)
        if not dates:
            return breaks, table
        days, kept = masks.date_breaks(breaks)
        return days, table[: kept + 1]

    def missing(self, dimension: Dimension, i: int, column: Column, depth: int) -> None:
        """A missing value: the default stands in for it, or it leaves its conjuncts open."""
        write = self.writer.line
        if dimension.on_missing.policy == "error":
            write("return None", depth)
            return
        if dimension.on_missing.policy == "default":
            self.namespace["NOT_GIVEN"] = MISSING["not_given"]
            write(f"if v{i} is not NOT_GIVEN:", depth)
            write(f"x{i} = {self.writer.value(dimension.on_missing.value)}", depth + 1)
            self.look_up(dimension, f"x{i}", column, depth + 1)
            write("else:", depth)
            depth += 1
        write(f"x{i} = None", depth)
        self.unknown(column, depth)

    def unknown(self, column: Column, depth: int) -> None:
        _, pm, cm = self.masks
        left = masks.missed(column.leaves, self.full)
        possible, certain = self.writer.constant(left.possible), self.writer.constant(left.certain)
        self.writer.line(f"{pm} &= {possible}; {cm} &= {certain}", depth)

    def later(self, name: str, column: Column) -> None:
        """A column whose value an earlier stage knows."""
        x = self.names[name]
        self.writer.line(f"if {x} is None:")
        self.unknown(column, 2)
        self.writer.line("else:")
        if name in self.program.ladders:
            values = [*(tier.id for tier in self.program.ladders[name].tiers), ""]
            table, _ = masks.value_table(column.leaves, values, self.full, closed=True)
            self.writer.line(f"{self.masks[0]} &= {self.writer.constant(table)}[{x}]", 2)
        else:
            self.look_up(self.program.dimensions[name], x, column, 2)

    # -- computed values

    def compute(self, dimension: Dimension, column: Column | None) -> None:
        """A derived dimension or a scorecard: its value, confined to its domain, and its mask."""
        write, i = self.writer.line, self.index[dimension.name]
        if dimension.supply is not None:
            source = self.supply(dimension.supply, i)
        elif dimension.scorecard:
            source = write_score(self.writer, dimension.scorecard)
        elif dimension.condition is not None:
            source = self.writer.formula(self.forms.of(dimension.condition))
        else:
            assert dimension.term is not None  # noqa: S101  derived, and no condition
            source = self.writer.term(dimension.term)
        write(f"v{i} = {source}")
        if dimension.condition is None and dimension.supply is None:
            self.confined(dimension, i)
        write(f"if v{i} is None or type(v{i}) is Missing:")
        self.missing(dimension, i, column or Column(), 2)
        write("else:")
        write(f"x{i} = v{i}", 2)
        if column is not None:
            self.look_up(dimension, f"v{i}", column, 2)

    def supply(self, supply: Supply, i: int) -> str:
        """The call of a provider; the careful function keeps what it gave, so that nobody asks again."""
        if supply.call is None:
            return self.writer.value(MISSING[supply.idle])
        record, checks = [], []
        for name, source in supply.inputs:
            value = "day" if name == AS_OF else self.names[source]
            record.append(f"{self.writer.constant(name)}: {value}")
            if name != AS_OF and not supply.call.provider.accepts_missing:
                checks.append(f"{value} is None")
        call = f"{self.writer.constant(supply.call.one)}({{{', '.join(record)}}})"
        source = f"None if {' or '.join(checks)} else {call}" if checks else call
        if self.fast:
            return source
        self.namespace["PENDING"] = PENDING
        self.writer.line(f"if record[{i}] is PENDING: record[{i}] = {source}")
        return f"record[{i}]"

    def confined(self, dimension: Dimension, i: int) -> None:
        """Plain numbers are checked in place; the rest by the one function that knows the domain."""
        write = self.writer.line
        plain = (
            dimension.type in ("number", "ratio", "score")
            and dimension.minimum is None
            and dimension.maximum is None
        )
        if plain:
            small, large = self.writer.value(SMALLEST), self.writer.value(magnitude(dimension.type))
            write(f"if v{i} is not None and not {small} <= v{i} <= {large}:")
        else:
            write(f"if v{i} is not None:")
        self.namespace["confine"] = confine
        write(f"v{i} = confine({self.writer.constant(dimension)}, v{i})", 2)

    def test(self, name: str, bits: list[int]) -> None:
        """A column of true, false and unknown."""
        m, pm, cm = self.masks
        full, others = self.writer.constant(self.full), self.writer.constant(self.full & ~masks.union(bits))
        self.writer.line(f"if {name} is None: {pm} &= {full}; {cm} &= {others}")
        self.writer.line(f"elif not {name}: {m} &= {others}")

    def place(self, stage: Stage, name: str) -> None:
        ladder = self.program.ladders[name]
        i = list(self.program.ladders).index(name)
        place = self.writer.constant(decoders.placer(stage, ladder))
        self.writer.line(f"p{i} = {place}({', '.join(self.masks)})")
        if name in self.used:  # positions -2 (undecided) and -1 (no tier) find the two at the end
            ids = self.writer.constant([*(tier.id for tier in ladder.tiers), None, ""])
            self.writer.line(f"y{i} = {ids}[p{i}]")
