"""The specs that files of the run should carry, for results that Snakemake has no record of. Light: runs at parse
time."""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

from boundary import paths
from boundary.analysis.plan import Analysis
from boundary.benchmarks.plan import Benchmarks
from boundary.grid import Grid
from boundary.names import Benchmark, Block
from boundary.sampling.plan import Sampling

Spec = Callable[[], Mapping[str, Any]]


def of_samples(grid: Grid) -> Iterator[tuple[str, Spec]]:
    """Every block of samples that took a GPU, and a function for the spec that it should have."""
    sampling = Sampling(grid)
    for curve in grid.sampled_curves:
        blocks = (paths.SAMPLES, grid.blocks), (paths.topup(paths.SAMPLES), grid.topup_blocks)
        for pattern, of_model in blocks:
            for block in of_model(curve.model, curve.benchmark):
                yield pattern.format(block=block, **curve._asdict()), partial(sampling.spec, *curve)


def of_results(grid: Grid) -> Iterator[tuple[str, Spec]]:
    """Every result with a spec, and a function for the spec that it should carry."""
    benchmarks, sampling, analysis = Benchmarks(grid), Sampling(grid), Analysis(grid)
    for benchmark in grid.benchmarks:
        yield paths.BENCHMARK.of(Benchmark(benchmark)), partial(benchmarks.spec, benchmark)
    for curve in grid.curves:
        if "counts" not in grid.models[curve.model] and curve.benchmark not in grid.subsets:
            for result in (paths.SAMPLES, paths.VERDICTS):
                for block in grid.blocks(curve.model, curve.benchmark):
                    yield result.of(Block(*curve, block)), partial(sampling.spec, *curve)
        yield paths.COUNTS.of(curve), partial(sampling.spec, *curve)
        yield paths.PASSK.of(curve), analysis.intervals
    for comparison in grid.comparisons:
        yield paths.OVERLAP.of(comparison), partial(analysis.pair_problems, *comparison)
