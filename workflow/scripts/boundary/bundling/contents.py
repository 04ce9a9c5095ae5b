"""What a bundle holds: which results, and the configuration with the digests of what is not packed.

Everything after counts is made anew where a bundle is opened, so nothing of it is needed; claims, tables and figures
go with it as they were. Light: runs at parse time.
"""

import copy
from pathlib import Path

from boundary import paths
from boundary.config.commits import OF_MODELS
from boundary.files.known_digests import TAKEN
from boundary.files.locations import is_folder
from boundary.grid import PROGRAM, SIDES, Grid, is_sampled
from boundary.identity import Specs
from boundary.report.contents import Contents

LABELS = "labels"  # the folder of reviewers' files


def packed(grid: Grid, inputs: paths.Inputs, contents: Contents) -> dict[str, list[str]]:
    """`results` as they lie, `original`: what was made of them, and `labels` of reviewers."""
    claims = [paths.CLAIMS] if grid.every_comparison else []
    drawn = [path for path in contents.figures() if path.endswith(".svg")]
    return {
        "results": _results(grid, inputs),
        "original": claims + contents.tables() + drawn,
        "labels": _label_files(grid.config),
    }


def _results(grid: Grid, inputs: paths.Inputs) -> list[str]:
    """What costs GPU hours or needs files that are not packed, without samples where they are not asked for."""
    curves = [dict(zip(("model", "benchmark", "decoding"), curve, strict=True)) for curve in grid.own_curves]
    found = [paths.BENCHMARK.format(benchmark=benchmark) for benchmark in grid.built + grid.probes]
    found += inputs.every_prompt()
    found += inputs.every_block(paths.SAMPLES) if grid.config["bundle"]["samples"] else []
    found += inputs.every_block(paths.VERDICTS)
    found += [pattern.format(**names) for names in curves for pattern in (paths.COUNTS, paths.ANSWERS, paths.GRADERS)]
    compared = [
        dict(zip((*SIDES, "benchmark", "decoding"), comparison, strict=True)) for comparison in grid.comparisons
    ]
    found += [path for names in compared for side in SIDES for path in inputs.side_topup(side, **names)]
    found += inputs.every_whole(paths.GOLDS) + inputs.every_whole(paths.FALSE_ACCEPTS)
    found += inputs.every_screened(paths.CONTAMINATION) + inputs.every_curve(paths.MATCHED)
    found += [paths.SCORES.format(model=m, benchmark=b, decoding=d, writer=w) for m, b, d, w in grid.scored]
    return list(dict.fromkeys(found))


def _label_files(config: dict) -> list[str]:
    every = (source for sources in config["validity"]["labels"].values() for source in sources)
    return [source for source in dict.fromkeys(every) if source != PROGRAM]


def run_of(config: dict) -> dict:
    """What was run, to be written down: the resolved configuration, and the digests that its identities are made of."""
    config = copy.deepcopy(config)
    for model in config["models"].values():
        for key in OF_MODELS & model.keys():
            if is_folder(model[key]) and not model[key].startswith(("/", ".", "~")):
                model[key] = f"./{model[key]}"  # a folder still, where there is none of that name
    _take_digests(Grid(config))
    labels = {file: f"{LABELS}/{number}-{Path(file).name}" for number, file in enumerate(_label_files(config))}
    for sources in config["validity"]["labels"].values():
        sources[:] = [labels.get(source, source) for source in sources]
    specs = Specs(Grid(config))
    graders = {name: list(specs.graders(name)) for name in config["benchmarks"]}
    return {"config": config, "digests": dict(sorted(TAKEN.items())), "graders": graders}


def _take_digests(grid: Grid) -> None:
    """Ask for every spec that a digest is part of."""
    specs = Specs(grid)
    for _, spec in specs.of_results():
        spec()
    for model, benchmark, _ in grid.own_curves:
        if is_sampled(grid.models[model]):
            specs.prompts(model, benchmark)
    for score in grid.scored:
        specs.scores(*score)
    for benchmark in grid.config.get("contamination", {}).get("benchmarks", []):
        specs.contamination(benchmark)
