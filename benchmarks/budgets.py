"""The fixed budgets: the large table, reasons, loading, importing, a whole file, and an exploding formula."""

from __future__ import annotations

import statistics
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from benchmarks import exploding, large_table, processes, workload
from benchmarks.against_code import calls, under_test
from benchmarks.measure import MICRO, Contender, Options, collector, interleaved, timed
from benchmarks.report import Table, Target, number

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from benchmarks.workload import Record

Line = tuple[str, ...]
FIRING_SAMPLE = 500
LOADED_RULES = 10_000


def table(options: Options, tierkit: Any) -> Table:
    """Measure every budget; what fails is said, and does not stop the rest."""
    result = Table("Budgets", ("what", "measured", "target", "", "detail"))
    with TemporaryDirectory() as name:
        directory = Path(name)
        for measure in (_large_table, _reasons, _lines, _loading, _import, _file, _exploding):
            try:
                for line in measure(options, tierkit, directory):
                    result.add(*line)
            except Exception as error:  # noqa: BLE001 - one missing part must not hide the others
                text = str(error).splitlines()[0][:100] if str(error) else type(error).__name__
                result.add((measure.__doc__ or "").rstrip("."), "–", "", "not measured", text)
    return result


def _line(what: str, value: float, unit: str, bound: float, detail: str, *, wrong: int = 0) -> Line:
    target = Target(bound)
    verdict = f"WRONG in {wrong:,} cases" if wrong else target.verdict(value)
    return (what, f"{number(value)} {unit}", f"{target} {unit}", verdict, detail)


def _need(tierkit: Any) -> Any:
    if tierkit is None:
        message = "tierkit cannot be imported"
        raise processes.MeasurementError(message)
    return tierkit


def _large_table(options: Options, tierkit: Any, _directory: Path) -> Iterator[Line]:
    """A ladder of 16,369 rows over eight columns."""
    rows = large_table.rows()
    make = large_table.record_maker(rows)
    by_dict, by_scan = large_table.by_dict(rows), large_table.by_scan(rows)
    sample = make(options.pool // 4, -1)
    unsure = sum(by_dict(record) != by_scan(record) for record in sample[: options.chunk])
    contenders = [Contender("dicts", calls(by_dict)), Contender("scan", calls(by_scan), 0.02)]
    wrong = 0
    if tierkit is not None:
        evaluate = tierkit.loads(large_table.rule_file(rows)).evaluate
        wrong = sum(evaluate(record).tiers[large_table.LADDER] != by_dict(record) for record in sample)
        contenders.insert(0, Contender("tierkit", _reads_tiers(evaluate)))
    times = interleaved(contenders, options, make)
    dicts, scan = number(times["dicts"].median), number(times["scan"].median)
    detail = f"hand-made dicts {dicts}, row after row {scan} µs"
    what = f"a ladder of {large_table.ROWS:,} rows, one record"
    if tierkit is None:
        yield (what, "–", "≤ 10 µs", "not measured", detail)
        return
    detail = f"{len(sample):,} winners compared; {detail}"
    yield _line(what, times["tierkit"].median, "µs", 10, detail, wrong=wrong + unsure)


def _reads_tiers(evaluate: Callable[[Record], Any]) -> Callable[[list[Record]], None]:
    def run(chunk: list[Record]) -> None:
        for record in chunk:
            evaluate(record).tiers[large_table.LADDER]

    return run


def _reasons(options: Options, tierkit: Any, _directory: Path) -> Iterator[Line]:
    """Reading every reason of a decision at 30 rules."""
    case = under_test(30, _need(tierkit))
    evaluate = case.evaluate
    assert evaluate is not None  # noqa: S101 - tierkit is there

    def median(keep: Callable[[Record], object]) -> float:
        """Time rounds of decisions that nobody has read; each is read once."""
        seeds, spent = count(10_000), []
        per_round = min(FIRING_SAMPLE, options.chunk)
        for _ in range(max(3, options.rounds // 4)):
            kept: list[Record] = []
            while len(kept) < per_round:
                kept += [record for record in workload.records(1000, next(seeds)) if keep(record)]
            decisions = [evaluate(record) for record in kept]
            with collector(on=options.gc):
                spent.append(timed(_read_reasons, decisions) / len(kept) * MICRO)
        return statistics.median(spent)

    sample = workload.records(2000, 9_999)
    wrong = sum(bool(evaluate(record).reasons) != bool(case.hand(record)) for record in sample)
    fired, everyone = median(case.hand), median(lambda _: True)
    yield _line("every reason, 30 rules, something fired", fired, "µs", 60, "findings read too", wrong=wrong)
    yield _line("every reason, 30 rules, all records", everyone, "µs", 60, "most have no reason")


def _read_reasons(decisions: list[Any]) -> None:
    for decision in decisions:
        for reason in decision.reasons:
            reason.findings  # noqa: B018 - reading may build them


def _lines(options: Options, tierkit: Any, _directory: Path) -> Iterator[Line]:
    """A record with its order lines."""
    from benchmarks import order_rows  # needs what other figures do not
    from benchmarks.pipeline import DAY, rule_file

    evaluate, hand = _need(tierkit).loads(rule_file(30)).evaluate, order_rows.by_hand(30)

    def decide(case: Record) -> Any:
        return evaluate(case["record"], tables={"lines": case["lines"]}, as_of=DAY).tags

    sample = order_rows.cases(2000, -1)
    wrong = sum(list(decide(case)) != hand(case) for case in sample)
    contenders = [Contender("tierkit", calls(decide)), Contender("hand", calls(hand))]
    times = interleaved(contenders, options, order_rows.cases)
    detail = f"a loop by hand {number(times['hand'].median)} µs; {len(sample):,} answers compared"
    what = f"a record with {order_rows.LINES} order lines, 6 aggregates, 30 rules"
    yield _line(what, times["tierkit"].median, "µs", 60, detail, wrong=wrong)


def _loading(options: Options, tierkit: Any, directory: Path) -> Iterator[Line]:
    """Loading 10,000 rules."""
    _need(tierkit)
    path = directory / "many.yaml"
    path.write_text(workload.rule_file(workload.rules(LOADED_RULES)), encoding="utf-8")
    costs = [processes.loading(path) for _ in range(1 if options.quick else 3)]
    size = f"{path.stat().st_size / 1e6:.1f} MB of YAML, median of {len(costs)} fresh processes"
    yield _line("loading 10,000 rules", statistics.median(cost.seconds for cost in costs), "s", 4, size)
    yield _line("  its peak memory", max(cost.megabytes for cost in costs), "MB", 400, "the whole process")


def _import(options: Options, tierkit: Any, _directory: Path) -> Iterator[Line]:
    """Importing tierkit."""
    _need(tierkit)
    found = processes.start_up(5 if options.quick else 20)
    detail = f"median of {len(found.imports)} processes, fastest {number(found.fastest)}"
    yield _line("python -c 'import tierkit'", found.median, "ms", 150, detail)
    yield _line("  without the interpreter", found.net, "ms", 150, "a bare interpreter subtracted")


def _file(options: Options, tierkit: Any, directory: Path) -> Iterator[Line]:
    """A CSV file through the command line."""
    _need(tierkit)
    rules = workload.rules(30)
    path = directory / "rules.yaml"
    path.write_text(workload.rule_file(rules), encoding="utf-8")
    sizes = (1_000, 4_000, 8_000) if options.quick else (10_000, 100_000, 400_000)
    costs, wrong, hand = [], 0, workload.hand_written(rules)
    for size in sizes:
        records = workload.records(size, 77)
        source, output = directory / f"{size}.csv", directory / f"{size}.jsonl"
        processes.write_csv(source, records)
        costs.append(processes.evaluate_file(path, source, output))
        found = processes.tags_in(output)
        wrong += sum(found.get(str(record[workload.KEY])) != hand(record) for record in records)
    small, middle, large = costs
    what = f"tierkit evaluate, {sizes[1]:,} CSV rows × 30 rules"
    detail = (
        f"two processors; {sizes[0]:,} rows {small.seconds:.2f} s, {sizes[2]:,} rows {large.seconds:.2f} s"
    )
    yield _line(what, middle.seconds, "s", 6, detail, wrong=wrong)
    # few rows are decided one by one, more of them by Polars, which is large before it reads a row
    for at, less, more in ((0, small, middle), (1, middle, large)):
        growth = more.megabytes / less.megabytes
        slope = (more.megabytes - less.megabytes) * MICRO / (sizes[at + 1] - sizes[at])
        detail = f"{less.megabytes:.0f} → {more.megabytes:.0f} MB, {slope:,.0f} bytes a row more"
        what = f"  peak memory of {sizes[at + 1]:,} rows over that of {sizes[at]:,}"
        yield _line(what, growth, "×", 1.1, detail)


def _exploding(options: Options, tierkit: Any, directory: Path) -> Iterator[Line]:
    """A formula with an exploding normal form."""
    tierkit = _need(tierkit)
    tree = exploding.formula()
    path = directory / "exploding.yaml"
    path.write_text(exploding.rule_file(tree), encoding="utf-8")
    seconds = statistics.median(processes.loading(path).seconds for _ in range(1 if options.quick else 5))
    evaluate = tierkit.loads(path.read_text(encoding="utf-8")).evaluate
    sample, wrong = exploding.holey_records(2000, 5), 0
    for record in sample:
        decision = evaluate(record)
        wrong += (tuple(decision.tags), bool(decision.undetermined)) != exploding.expected(tree, record)
    detail = f"{len(sample):,} decisions compared, half with missing values"
    yield _line("loading a formula of 4^30 conjuncts", seconds, "s", 1, detail, wrong=wrong)
