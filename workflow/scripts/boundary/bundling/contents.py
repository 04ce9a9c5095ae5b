"""Contents of a bundle: its results, and the configuration with the digests of everything that is not packed.

Everything after counts is made again when a bundle is opened, so it is not needed. Claims, tables and figures are
included as they were. Light: runs at parse time.
"""

import copy
from pathlib import Path
from typing import Any

from boundary import expected, paths
from boundary.config.commits import OF_MODELS
from boundary.contracts import Config
from boundary.files.known_digests import TAKEN
from boundary.files.locations import is_folder
from boundary.grid import PROGRAM, Grid, holds_samples, is_sampled, unpublished
from boundary.likelihood.plan import SCORES, Likelihood, every_score
from boundary.names import Benchmark
from boundary.report.contents import Contents
from boundary.sampling.plan import Sampling
from boundary.screening.plan import CONTAMINATION, Screening
from boundary.topup.plan import TopUp
from boundary.verifying.plan import Verification

LABELS = "labels"  # the folder of reviewers' files


def packed(grid: Grid, contents: Contents) -> dict[str, list[str]]:
    """`results` as they are, `original`: everything made from them, and `labels` of reviewers."""
    claims = [paths.CLAIMS] if grid.every_comparison else []
    drawn = [path for path in contents.figures() if path.endswith(".svg")]
    return {
        "results": _results(grid, contents),
        "original": claims + contents.tables() + drawn,
        "labels": _label_files(grid.config),
    }


def _results(grid: Grid, contents: Contents) -> list[str]:
    """What costs GPU hours or needs files that are not packed; samples where the bundle is to hold them."""
    run = contents.run
    found = [paths.BENCHMARK.of(Benchmark(benchmark)) for benchmark in grid.built + grid.probes]
    found += run.files(paths.CLUSTERS) + Sampling(grid).every_prompt()
    blocks = run.rows_of(paths.SAMPLES)
    found += [paths.SAMPLES.of(block) for block in blocks if holds_samples(grid.config, block.benchmark)]
    found += run.files(paths.VERDICTS)
    found += [result.of(curve) for curve in grid.own_curves for result in (paths.COUNTS, paths.ANSWERS, paths.GRADERS)]
    found += TopUp(grid).every_count()
    found += run.files(paths.GOLDS, paths.FALSE_ACCEPTS, CONTAMINATION, paths.MATCHED)
    found += [SCORES.format(**score._asdict()) for score in every_score(grid)]
    return list(dict.fromkeys(found))


def _label_files(config: Config) -> list[str]:
    """Those on responses that may be packed: a judge's hold what it was asked."""
    labels, hidden = config["validity"]["labels"], unpublished(config["benchmarks"])
    every = (source for name, sources in labels.items() if name not in hidden for source in sources)
    return [source for source in dict.fromkeys(every) if source != PROGRAM]


def run_of(config: Config) -> dict:
    """The record of a run: the resolved configuration, and the digests behind its identities."""
    config = copy.deepcopy(config)
    model: Any
    for model in config["models"].values():
        for key in OF_MODELS & model.keys():
            if is_folder(model[key]) and not model[key].startswith(("/", ".", "~")):
                model[key] = f"./{model[key]}"  # a folder still, where there is none of that name
    _take_digests(Grid(config))
    labels = {file: f"{LABELS}/{number}-{Path(file).name}" for number, file in enumerate(_label_files(config))}
    for sources in config["validity"]["labels"].values():
        sources[:] = [labels.get(source, source) for source in sources if source in labels or source == PROGRAM]
    verification = Verification(Grid(config))
    graders = {name: list(verification.graders(name)) for name in config["benchmarks"]}
    return {"config": config, "digests": dict(sorted(TAKEN.items())), "graders": graders}


def _take_digests(grid: Grid) -> None:
    """Ask for every spec that a digest is part of."""
    sampling, likelihood, screening = Sampling(grid), Likelihood(grid), Screening(grid)
    for _, spec in expected.of_results(grid):
        spec()
    for model, benchmark, _ in grid.own_curves:
        if is_sampled(grid.models[model]):
            sampling.prompts(model, benchmark)
    for score in every_score(grid):
        likelihood.spec(*score)
    for benchmark in grid.config.get("contamination", {}).get("benchmarks", []):
        screening.contamination(benchmark)
