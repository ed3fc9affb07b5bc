"""Mutants of the compiler: each removes one guard, and the suite must notice.

A mutant is a file of `src/tierkit`, a text in it and what replaces the text. `tests/test_mutants.py` runs the
conformance files and the boundary matrix, in the backend that the file is of, against a copy of the package with one
mutant in it.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Mutant:
    """One guard removed."""

    name: str
    file: str
    old: str
    new: str
    told_by: str = ""
    """The step of the probe that notices it, which is tried first; the others follow."""

    @property
    def backend(self) -> str:
        """Whose answers are looked at."""
        return next(
            (name for name in ("frame", "sql") if self.file.startswith(f"backends/{name}/")), "python"
        )


_INDEX, _FRAME, _SQL = "backends/python", "backends/frame", "backends/sql"

MUTANTS = (
    Mutant("a bool is taken for a number", f"{_INDEX}/readers.py", "if value.__class__ is int:", "if isinstance(value, int):", "wrong_types"),
    Mutant("the domain is not checked", f"{_INDEX}/source.py", 'write(f"if not {m} & 1: return None")', "pass", "arithmetic"),
    Mutant("tiny values are regular", f"{_INDEX}/masks.py", "((low, _after(-SMALLEST)), (0.0, _after(0.0)), (SMALLEST, high))", "((low, high),)", "arithmetic"),
    Mutant("max is not checked", f"{_INDEX}/masks.py", "else _after(dimension.maximum)", "else math.inf", "domains"),
    Mutant("min is exclusive", f"{_INDEX}/masks.py", "else dimension.minimum", "else _after(dimension.minimum)", "domains"),
    Mutant("<= is <", f"{_INDEX}/masks.py", "return ((-math.inf, after(at)),)", "return ((-math.inf, at),)", "between"),
    Mutant("> is >=", f"{_INDEX}/masks.py", "return ((after(at), math.inf),)", "return ((at, math.inf),)", "at_least"),
    Mutant("the edge of a band is outside it", f"{_INDEX}/masks.py", "*band(at, leaf.tolerance)", "at - leaf.tolerance, at + leaf.tolerance", "tolerance"),
    Mutant("bands that overlap undo each other", f"{_INDEX}/masks.py", "if found and low <= found[-1][1]:", "if False:", "tolerance"),
    Mutant("two dimensions have no tolerance", f"{_INDEX}/expressions.py", "        if leaf.tolerance:\n", "        if False:\n", "tolerance"),
    Mutant("not in forgets its values", f"{_INDEX}/masks.py", "return _complement(points) if leaf.negated else points", "return points", "membership"),
    Mutant("a missing value is certain", f"{_INDEX}/masks.py", "possible & ~union(unsure)", "possible", "arithmetic"),
    Mutant("a missing value contradicts nothing", f"{_INDEX}/masks.py", "possible = full & ~union(refuted)", "possible = full", "booleans"),
    Mutant("is missing is unsure", f"{_INDEX}/masks.py", "elif not all(isinstance(test, IsMissing) for test in tests):", "else:", "at_least"),
    Mutant("an unknown test is false", f"{_INDEX}/source.py", 'is None: {pm} &= {full}; {cm} &= {others}"', 'is None: {m} &= {others}"', "arithmetic"),
    Mutant("a default stands in for a table not given", f"{_INDEX}/source.py", 'write(f"if v{i} is not NOT_GIVEN:", depth)', 'write("if True:", depth)', "matrix"),
    Mutant("on_missing: error is ignored", f"{_INDEX}/source.py", 'if dimension.on_missing.policy == "error":', "if False:", "on_missing_error"),
    Mutant("derived values are not confined", f"{_INDEX}/source.py", "if dimension.condition is None and dimension.supply is None:\n            self.confined(dimension, i)", "pass", "derived"),
    Mutant("only large derived values are confined", f"{_INDEX}/source.py", "{small} <= v{i} <= {large}", "v{i} <= {large}", "derived"),
    Mutant("division by zero is not guarded", f"{_INDEX}/expressions.py", 'checks.append(f"not {right}")', 'checks.append(f"{right} is None")', "arithmetic"),
    Mutant("missing operands are not guarded", f"{_INDEX}/expressions.py", "return f\"None if {' or '.join(checks)} else {source}\" if checks else source", "return source", "arithmetic"),
    Mutant("an unknown case branch is skipped", f"{_INDEX}/expressions.py", "None if {condition} is None else {value} if {condition}", "{value} if {condition}", "booleans"),
    Mutant("a better tier that is unknown is skipped", f"{_INDEX}/decoders.py", "return best if sure & own[best] else UNDECIDED", "return best", "ladders"),
    Mutant("when_unknown: next is ignored", f"{_INDEX}/decoders.py", "        if skip:\n", "        if False:\n", "ladders"),
    Mutant("rules ignore their dates", f"{_INDEX}/decoders.py", "if dated and not dated.isdisjoint", "if False and not dated.isdisjoint", "matrix"),
    Mutant("unknown rules fire", f"{_INDEX}/decoders.py", "fired += sure", "fired += sure or _owners(bits & (possible >> first), owners)", "arithmetic"),
    Mutant("a ladder in no tier is missing", "program/reference.py", 'if position != NO_TIER else ""', "if position != NO_TIER else None", "matrix"),
    Mutant("eligible gates no tier", f"{_INDEX}/plan.py", "gates = gate if ladder.eligible is None else (*gate, ladder.eligible)", "gates = ()", "ladders"),
    Mutant("eligible gates no rule", f"{_INDEX}/plan.py", "in _conjuncts([*gate, rule.when], forms)", "in _conjuncts([rule.when], forms)", "matrix"),
    Mutant("a partition keeps too few rules", f"{_INDEX}/partition.py", "if bit not in asked or all(", "if bit in asked and all(", "partitions"),
    Mutant("a partition keeps every rule", f"{_INDEX}/partition.py", "all(accepts(leaf, value) for leaf in asked[bit])", "True", "partitions"),
    Mutant("named conditions with a default are unfolded", "program/forms.py", 'and dimension.on_missing.policy == "unknown"', "", "on_missing"),
    Mutant("given conditions are unfolded", "program/forms.py", "and name not in self.given", "", "given"),
    Mutant("at_least is not turned round by not", "program/normal.py", "len(items) - formula.count + 1 if negate else formula.count", "formula.count", "matrix"),
    Mutant("not leaves and as it is", "program/normal.py", "Or if isinstance(formula, And) == negate else And", "And if isinstance(formula, And) else Or", "between"),
    Mutant("a missing category of a parameter is false", "program/normal.py", 'return Or((*branches, Compare("!=", by, by)))', "return Or(tuple(branches))", "parameters"),
    Mutant("the else of a parameter is dropped", "program/normal.py", "if lookup.default is not None:", "if False:", "parameters"),
    Mutant("scores are not rounded", f"{_INDEX}/scoring.py", "* 1e6 + 0.5) / 1e6", "* 1e6) / 1e6", "scorecards"),
    Mutant("a cap does not clamp", f"{_INDEX}/scoring.py", "1.0 if {x} >= {cap} else", "", "scorecards"),
    Mutant("points for a missing value are forgotten", f"{_INDEX}/scoring.py", "if item.on_missing is None:\n            needed.append", "if True:\n            needed.append", "scorecards"),
    Mutant("texts that no engine holds are regular", f"{_INDEX}/readers.py", "return others if plain or confine(_TEXT, text) is text else 0", "return others", "matrix"),
    Mutant("sets are not checked", f"{_INDEX}/readers.py", "if any(item.__class__ is not str for item in found) or confine(dimension, found) is not found:", "if False:", "sets"),
    Mutant("dates after the last are kept", f"{_INDEX}/masks.py", "if point <= last]", "if point < last]", "matrix"),
    Mutant("frames: > is >=", f"{_FRAME}/leaves.py", "return left > right", "return left >= right", "arithmetic"),
    Mutant("frames: <= is <", f"{_FRAME}/leaves.py", "return left <= right", "return left < right", "arithmetic"),
    Mutant("frames: what no category has is unknown to all", f"{_FRAME}/leaves.py", "return code > pl.lit(len(values), dtype=pl.UInt32)", "return code < pl.lit(len(values), dtype=pl.UInt32)", "categories"),
    Mutant("frames: a text is a pattern", f"{_FRAME}/leaves.py", "literal=True", "literal=False", "text"),
    Mutant("frames: a text begins somewhere", f"{_FRAME}/leaves.py", r'rf"\A(?:', r'rf"(?:', "matrix"),
    Mutant("frames: subset_of counts one", f"{_FRAME}/leaves.py", 'if leaf.function == "has_one" else found.list.len()', "", "sets"),
    Mutant("frames: a missing set has none", f"{_FRAME}/leaves.py", "return pl.when(found.is_not_null()).then(count == target)", "return count == target", "sets"),
    Mutant("frames: division by a known number", f"{_FRAME}/scoring.py", ".then(by + value * pl.lit(0.0))", ".then(by)", "arithmetic"),
    Mutant("frames: division by zero is not guarded", f"{_FRAME}/scoring.py", "pl.when(by != pl.lit(0.0)).then", "pl.when(by == by).then", "arithmetic"),
    Mutant("frames: scores are not rounded", f"{_FRAME}/scoring.py", "(total * pl.lit(1e6) + pl.lit(0.5)).floor()", "(total * pl.lit(1e6)).floor()", "scorecards"),
    Mutant("frames: a cap does not clamp", f"{_FRAME}/scoring.py", ".clip(0.0, 1.0)", ".clip(0.0, 2.0)", "scorecards"),
    Mutant("frames: points for a missing value are forgotten", f"{_FRAME}/scoring.py", "earned if item.on_missing is None else earned.fill_null(pl.lit(item.on_missing))", "earned", "scorecards"),
    Mutant("frames: steps are lines", f"{_FRAME}/scoring.py", 'if item.form != "steps":', "if True:", "scorecards"),
    Mutant("frames: least skips what is missing", f"{_FRAME}/expressions.py", "return pl.when(known).then(extreme(arguments))", "return extreme(arguments)", "arithmetic"),
    Mutant("frames: an unknown case branch is skipped", f"{_FRAME}/expressions.py", ".when(holds.is_null()).then(nothing)", "", "booleans"),
    Mutant("frames: the else of a parameter is for missing categories too", f"{_FRAME}/expressions.py", "known = self.names[term.by.name].plain.is_not_null()", "known = pl.lit(value=True)", "parameters"),
    Mutant("frames: at_least ignores what is open", f"{_FRAME}/expressions.py", ".when(open_ < count)", ".when(sure < count)", "at_least"),
    Mutant("frames: a constant on the left is not turned", f"{_FRAME}/expressions.py", "swapped = _SWAPPED.get(leaf.operator, leaf.operator)", "swapped = leaf.operator", "dates"),
    Mutant("frames: not in is in", f"{_FRAME}/expressions.py", "return ~test if leaf.negated else test", "return test", "membership"),
    Mutant("frames: max is not checked", f"{_FRAME}/columns.py", "high = bound if dimension.maximum is None else min(bound, float(dimension.maximum))", "high = bound", "derived"),
    Mutant("frames: money reaches its bound", f"{_FRAME}/columns.py", "        bound = math.nextafter(bound, 0.0)\n", "        pass\n", "derived"),
    Mutant("frames: tiny values are regular", f"{_FRAME}/columns.py", "pl.lit(types.SMALLEST)", "pl.lit(0.0)", "arithmetic"),
    Mutant("frames: tiny values are zero outside the domain", f"{_FRAME}/columns.py", "0.0 if low <= 0 <= high else None", "0.0", "domains"),
    Mutant("frames: halves are integers", f"{_FRAME}/columns.py", "(raw.floor() != raw)", "(raw != raw)", "on_missing"),
    Mutant("frames: long texts are regular", f"{_FRAME}/columns.py", "(text.str.len_chars() <= types.LONGEST_TEXT) & ~", "~", "matrix"),
    Mutant("frames: on_missing: error is ignored", f"{_FRAME}/compiled.py", 'if policy.policy == "error":', "if False:", "on_missing_error"),
    Mutant("frames: defaults are forgotten", f"{_FRAME}/compiled.py", 'if policy.policy == "default" and default:', "if False:", "on_missing"),
    Mutant("frames: derived values are not confined", f"{_FRAME}/compiled.py", "value = confined(dimension, writer.term(dimension.term))", "value = writer.term(dimension.term)", "case"),
    Mutant("frames: a better tier that is unknown is skipped", f"{_FRAME}/compiled.py", "pl.when(holds.is_null()).then(pl.lit(UNDECIDED, dtype=pl.Int32)).otherwise(found)", "found", "ladders"),
    Mutant("frames: eligible gates no rule", f"{_FRAME}/compiled.py", "(holds if gate is None else gate & holds)", "holds", "matrix"),
    Mutant("frames: eligible gates no tier", f"{_FRAME}/compiled.py", "parts = parts if gate is None else [gate, *parts]", "pass", "matrix"),
    Mutant("frames: rules ignore their dates", f"{_FRAME}/compiled.py", "if rule.valid_on(self.head.day)}", "}", "matrix"),
    Mutant("sql: division by zero is not guarded", f"{_SQL}/expressions.py", 'call("NULLIF", right.node, self.number(0.0))', "right.node", "arithmetic"),
    Mutant("sql: the else of a parameter is for missing categories too", f"{_SQL}/expressions.py", "(is_null(by.node.copy(), negated=True), self.value(term.default.value))", "(exp.true(), self.value(term.default.value))", "parameters"),
    Mutant("sql: least skips what is missing", f"{_SQL}/expressions.py", "        if missing:\n            made = case", "        if False:\n            made = case", "arithmetic"),
    Mutant("sql: an unknown case branch is skipped", f"{_SQL}/expressions.py", ", (is_null(holds.node.copy()), exp.Null()))", ",)", "booleans"),
    Mutant("sql: at_least ignores what is open", f"{_SQL}/expressions.py", "case([(enough, exp.true()), (possible, exp.Null())], exp.false())", "case([(enough, exp.true())], exp.false())", "at_least"),
    Mutant("sql: not in is in", f"{_SQL}/expressions.py", "piece(opposite(found_in) if formula.negated else found_in, inner)", "piece(found_in, inner)", "ladders"),
    Mutant("sql: a missing set has none", f"{_SQL}/expressions.py", "made = case([(is_null(inner.node.copy(), negated=True), one)])", "made = one", "sets"),
    Mutant("sql: scores are not rounded", f"{_SQL}/scoring.py", 'binary("+", binary("*", total.node, million), writer.number(0.5))', 'binary("*", total.node, million)', "scorecards"),
    Mutant("sql: a cap does not clamp", f"{_SQL}/scoring.py", '(binary(">=", share.copy(), number(1.0)), number(1.0)),', "", "scorecards"),
    Mutant("sql: points for a missing value are forgotten", f"{_SQL}/scoring.py", "if item.on_missing is not None:", "if False:", "scorecards"),
    Mutant("sql: steps are lines", f"{_SQL}/scoring.py", 'if item.form == "steps" else', "if False else", "scorecards"),
    Mutant("sql: tiny values are regular", f"{_SQL}/domains.py", "writer.number(types.SMALLEST)", "writer.number(0.0)", "arithmetic"),
    Mutant("sql: tiny values are zero outside the domain", f"{_SQL}/domains.py", "writer.number(0.0) if zero else exp.Null()", "writer.number(0.0)", "domains"),
    Mutant("sql: money reaches its bound", f"{_SQL}/domains.py", '"<" if type_ == "money" else "<="', '"<="', "derived"),
    Mutant("sql: max is not checked", f"{_SQL}/domains.py", "    if high is not None:\n", "    if False:\n", "derived"),
    Mutant("sql: min is exclusive", f"{_SQL}/domains.py", 'binary(">=", x.copy(), writer.number(low))', 'binary(">", x.copy(), writer.number(low))', "domains"),
    Mutant("sql: halves are integers", f"{_SQL}/domains.py", "checks.append(both(inside, opposite(writer.whole(x))))", "pass", "on_missing"),
    Mutant("sql: other values are allowed", f"{_SQL}/domains.py", "        check = _listed(writer, raw, domain)\n", "        check = is_null(node.copy(), negated=True)\n", "categories"),
    Mutant("sql: long texts are regular", f"{_SQL}/domains.py", "integer(types.LONGEST_TEXT)", "integer(10**9)", "matrix"),
    Mutant("sql: defaults are forgotten", f"{_SQL}/domains.py", 'if default.policy != "default" or default.value is None:', "if True:", "on_missing"),
    Mutant("sql: on_missing: error is ignored", f"{_SQL}/statement.py", 'if dimension.on_missing.policy == "error":', "if False:", "on_missing_error"),
    Mutant("sql: derived values are not confined", f"{_SQL}/statement.py", "self._settle(dimension, domains.allowed(self.writer, made, Domain.of(dimension)), faults)", "self._settle(dimension, made, faults)", "derived"),
    Mutant("sql: a better tier that is unknown is skipped", f"{_SQL}/statement.py", "if not ladder.skip_unknown and not isinstance(holds.node, exp.Boolean):", "if False:", "ladders"),
    Mutant("sql: when_unknown: next is ignored", f"{_SQL}/statement.py", "if not ladder.skip_unknown and not", "if not", "ladders"),
    Mutant("sql: eligible gates nobody", f"{_SQL}/statement.py", "        if self.program.eligible is not None:\n            if ELIGIBLE", "        if False:\n            if ELIGIBLE", "matrix"),
    Mutant("sql: rules ignore their dates", f"{_SQL}/statement.py", "valid = rule.valid_on(self.writer.day)", "valid = True", "matrix"),
    Mutant("sql: nothing is unknown where nothing is missing", f"{_SQL}/packing.py", "parts[_definite(rule)]", "parts[True]", "matrix"),
    Mutant("sql: nobody looks for gaps", f"{_SQL}/packing.py", "for text in gaps]) if gaps else exp.false()", "for text in gaps]) if False else exp.false()", "booleans"),
    Mutant("sql: rules under a value ask for nothing else", f"{_SQL}/packing.py", "rest = [own for own in _conjuncts(rule) if own is not test]", "rest = []", "matrix"),
    Mutant("sql: rules beside those under a value are forgotten", f"{_SQL}/packing.py", "plus(_sum(general), chosen) if general else chosen", "chosen", "matrix"),
    Mutant("sql: a missing value is none of many", f"{_SQL}/duck.py", "return either(is_null(place, negated=True), missing)", "return is_null(place, negated=True)", "membership"),
)  # fmt: skip
