"""The work behind results: results with the same work behind them may be made by one job.

Starting a process costs more than counting, so cheap results are made together. A target must never plan more than it
needs: two results are made together only if the same downloads, samples, scores, explored responses, trainings and
labels are behind both. Light: runs at parse time.
"""

from collections.abc import Callable, Hashable, Iterable, Mapping
from typing import Any, TypeVar

from boundary.grid import Grid
from boundary.names import Benchmark, Block, Comparison, Curve, Training, Work

NOTHING: Work = frozenset()
Key = TypeVar("Key", bound=Hashable)


def together(made: Mapping[Key, Work]) -> list[tuple[Key, ...]]:
    """The keys of `made` in groups with the same work behind them, in order."""
    found: dict[Work, list[Key]] = {}
    for key, work in made.items():
        found.setdefault(work, []).append(key)
    return [tuple(keys) for keys in found.values()]


def all_of(works: Iterable[Work]) -> Work:
    return NOTHING.union(*works)


def of_problems(grid: Grid, benchmark: str) -> Work:
    """For a subset, the work behind its whole and behind the choice of its problems."""
    entry = grid.benchmarks[benchmark]
    if "of" not in entry:
        return frozenset({("problems", benchmark)})
    screen = of_guesses if "guessable" in (entry.get("drop"), entry.get("keep")) else of_contamination
    return of_problems(grid, entry["of"]) | screen(grid, benchmark)


def of_curve(grid: Grid, curve: Curve) -> Work:
    """Samples of every run; for cut ones, the samples that they are cut from."""
    whole = grid.whole_of(curve.benchmark)
    source = grid.config["decodings"][curve.decoding].get("cut", curve.decoding)
    runs = (("samples", run, whole, source) for run in grid.runs_of(curve.model))
    return of_problems(grid, curve.benchmark) | frozenset(runs)


def of_curves(grid: Grid, curves: Iterable[Curve]) -> Work:
    return all_of(of_curve(grid, curve) for curve in curves)


def of_both(grid: Grid, comparison: Comparison) -> Work:
    """The curves of both sides of a comparison."""
    return of_curves(grid, comparison.curves)


def of_sets(grid: Grid, comparison: Comparison) -> Work:
    """Single problems: if undecided ones get extra samples, these wait for all models with a pair."""
    both = of_both(grid, comparison)
    if comparison in grid.run_comparisons or not grid.is_topped_up(comparison):
        return both
    condition = comparison.condition
    paired = (Curve(model, *condition) for model in grid.paired_models(*condition))
    return both | of_curves(grid, paired) | {("topup", *condition)}


def of_choices(grid: Grid, comparison: Comparison) -> Work:
    """The specification curve; some of its choices are about screened problems, and some about other prompts."""
    screens = of_guesses(grid, comparison.benchmark) | of_contamination(grid, comparison.benchmark)
    others = [other for curve in comparison.curves for other in grid.otherwise(curve).values()]
    if grid.asks_for_best(comparison):
        others += grid.rivals(comparison).values()
    return of_both(grid, comparison) | screens | of_curves(grid, others)


def of_guesses(grid: Grid, benchmark: str) -> Work:
    whole = grid.whole_of(benchmark)
    guess = grid.benchmarks[whole].get("guess")
    return of_curve(grid, Curve(guess["model"], whole, guess["decoding"])) if guess else NOTHING


def of_contamination(grid: Grid, benchmark: str) -> Work:
    whole = grid.whole_of(benchmark)
    if not grid.is_probed(whole):
        return NOTHING
    return of_curves(grid, grid.probe_curves(whole)) | {("contamination", whole)}


def of_claims(grid: Grid) -> Work:
    parts = (of_sets, of_choices)
    return all_of(part(grid, comparison) for comparison in grid.every_comparison for part in parts)


USUAL: dict[type, Callable[[Grid, Any], Work]] = {  # by what there is one of
    Benchmark: lambda grid, row: of_problems(grid, row.benchmark),
    Curve: of_curve,
    Block: lambda grid, row: of_curve(grid, Curve(*row[:3])),
    Comparison: of_both,
    Training: lambda grid, row: frozenset({("training", *map(str, row))}),
}
