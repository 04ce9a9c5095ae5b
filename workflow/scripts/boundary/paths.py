"""Paths of results that several stages make or read; paths of one stage are in its plan.py. Knows nothing about rules.

A path is the identity that people read: model, benchmark, decoding and block by name. Light: runs at parse time.
"""

import os
import re
from pathlib import Path

from boundary import work
from boundary.grid import Grid
from boundary.names import Benchmark, Block, Comparison, Condition, Curve, GroupCondition, Prompt, Run, Training
from boundary.results import Result
from boundary.zoo.recipes import is_reinforced


def is_single(grid: Grid, comparison: Comparison) -> bool:
    """Whether no side is several runs: results about single problems exist only then."""
    return comparison not in grid.run_comparisons


def is_whole(grid: Grid, row) -> bool:
    return row.benchmark not in grid.subsets


def is_readable(grid: Grid, block: Block) -> bool:
    """Whether samples are here and not deleted for good."""
    return grid.has_samples(block.benchmark) and block not in grid.left


def _is_served(grid: Grid, block: Block) -> bool:
    return is_readable(grid, block) and "server" in grid.models[block.model] and not grid.is_cut(block.decoding)


def _is_matched(grid: Grid, curve: Curve) -> bool:
    return "entropy_of" in grid.config["decodings"][curve.decoding]


def _is_browsed(grid: Grid, condition: Condition) -> bool:
    return grid.is_browsed(*condition)


def _is_clustered(grid: Grid, row: Benchmark) -> bool:
    return "cluster" in grid.benchmarks[row.benchmark]


def _is_learnt(grid: Grid, training: Training) -> bool:
    return is_reinforced(grid.config["recipes"][training.recipe])


def _is_exported(grid: Grid, curve: Curve) -> bool:
    return is_whole(grid, curve) and grid.is_published(curve.benchmark) and "counts" not in grid.models[curve.model]


def _of_answers(grid: Grid, row: Benchmark):
    return work.of_curves(grid, (curve for curve in grid.curves if curve.benchmark == row.benchmark))


def _of_group(grid: Grid, row: GroupCondition):
    members = grid.members_of(grid.group(row.group), row.benchmark, row.decoding)
    compared = (Comparison(m["base"], m["tuned"], row.benchmark, row.decoding) for m in members)
    return work.all_of(work.of_both(grid, comparison) for comparison in compared)


CURVE = "{model}/{benchmark}/{decoding}"
PAIR = "{base}-vs-{tuned}/{benchmark}/{decoding}"

BENCHMARK = Result("results/benchmarks/{benchmark}.parquet", Benchmark)
CLUSTERS = Result(
    "results/clusters/{benchmark}.parquet", Benchmark, where=_is_clustered, of_whole=True
)  # which problems belong together
BENCHMARK_DOWNLOAD = "results/downloads/benchmarks/{benchmark}.json"
WEIGHTS_DOWNLOAD = "results/downloads/models/{model}.json"
ADAPTER_DOWNLOAD = "results/downloads/adapters/{model}.json"
MADE_WEIGHTS = "results/downloads/models/{model}/"  # of a GGUF file
PROMPTS = Result("results/prompts/{model}/{benchmark}.parquet", Prompt)
SAMPLES = Result(f"results/samples/{CURVE}/{{block}}.parquet", Block, where=is_readable)
VERDICTS = Result(f"results/verdicts/{CURVE}/{{block}}.parquet", Block)
EXPORT = Result(
    f"results/export/{CURVE}.jsonl", Curve, where=_is_exported
)  # samples with their verdicts, for other tools, as lm-eval writes them
EXPORT_LOG = Result(f"results/export/{CURVE}.eval", Curve, where=_is_exported)  # and as a log of Inspect
COUNTS = Result(f"results/counts/{CURVE}.parquet", Curve)
ANSWERS = Result(f"results/answers/{CURVE}.parquet", Curve)  # wrong ones
GRADERS = Result(f"results/graders/{CURVE}.parquet", Curve)  # where they disagree
GOLDS = Result("results/golds/{benchmark}.parquet", Benchmark, of_whole=True)  # what graders make of gold answers
FALSE_ACCEPTS = Result("results/false_accepts/{benchmark}.parquet", Benchmark, of_whole=True, work=_of_answers)
PASSK = Result(f"results/passk/{CURVE}.parquet", Curve)
DIVERSITY = Result(f"results/diversity/{CURVE}.parquet", Curve)
METRICS = Result(f"results/metrics/{CURVE}.parquet", Curve)
BEYOND = Result(f"results/beyond/{CURVE}/curve.parquet", Curve)
FIT = Result(f"results/beyond/{CURVE}/fit.parquet", Curve)
OVERLAP = Result(f"results/pairs/{PAIR}/overlap.parquet", Comparison, where=is_single, work=work.of_sets)
SETS = Result(f"results/pairs/{PAIR}/sets.parquet", Comparison, where=is_single, work=work.of_sets)
DIFFERENCE = Result(f"results/pairs/{PAIR}/difference.parquet", Comparison)
CROSSING = Result(f"results/pairs/{PAIR}/crossing.parquet", Comparison)
MEASURES = Result(f"results/pairs/{PAIR}/measures.parquet", Comparison)
CHOICES = Result(f"results/pairs/{PAIR}/choices.parquet", Comparison, where=is_single, work=work.of_choices)
TREND = Result("results/groups/{group}/{benchmark}/{decoding}.parquet", GroupCondition, work=_of_group)
MATCHED = Result(
    f"results/matched/{CURVE}.parquet",
    Curve,
    where=_is_matched,
    work=lambda grid, curve: frozenset({("matched", *curve)}),
)  # the temperature of a decoding that has none of its own
FIGURE = "results/figures/{benchmark}/{decoding}/"
AXIS_FIGURE = "results/figures/{benchmark}/"  # of a group along decodings
RUN_FIGURE = "results/figures/"  # of the run as a whole
TABLE = "results/tables/"
CLAIMS = "results/claims.json"
BUNDLE = "results/bundle.tar.gz"
CLAIMS_TABLE = Result("results/tables/claims.parquet", Run, work=lambda grid, _: work.of_claims(grid))
CLAIMS_TEXT = "results/tables/claims.rst"
REPORT = "results/report.html"
WORKFLOW_REPORT = "results/workflow_report.html"  # Snakemake's own
BROWSE = Result(
    "results/browse/{benchmark}/{decoding}", Condition, where=_is_browsed
)  # pages on which samples are read
BROWSE_FILES = Result(f"{BROWSE}.txt", Condition, where=_is_browsed)  # what there is in there
TRAINED = Result("results/trained/{recipe}/seed-{seed}", Training)
STEP = f"{TRAINED}/step-{{step}}"  # weights, or an adapter
TRAINING = Result("results/training/{recipe}/seed-{seed}.parquet", Training)  # the log
LEARNT = Result(TRAINING, Training, where=_is_learnt)  # by reinforcement, from rewards
SERVED = Result(SAMPLES, Block, where=_is_served)
VERDICT_CACHE = "results/cache/{benchmark}.sqlite"
MEASUREMENTS = "results/measurements/"
FORMER_MEASUREMENTS = "benchmarks/"  # where earlier runs have them
OF_CURVE = (COUNTS, ANSWERS, GRADERS, PASSK, DIVERSITY, METRICS, BEYOND, FIT)
OF_PART = {  # of a comparison
    "curves": (DIFFERENCE, CROSSING, MEASURES),
    "problems": (OVERLAP, SETS),
    "choices": (CHOICES,),
}


def topup(result: Result) -> Result:
    """The same result for the extra samples of undecided problems."""
    return Result(result.replace("results/", "results/topup/", 1), result.one_per)


def log(pattern: str) -> str:
    """The log of the job that makes a result."""
    return "results/logs/" + _stem(pattern) + ".log"


def benchmark(pattern: str) -> str:
    """Snakemake's measurements of the job that makes a result."""
    return MEASUREMENTS + _stem(pattern) + ".jsonl"


def _stem(pattern: str) -> str:
    return os.path.splitext(pattern.removeprefix("results/"))[0]


def beside_workflow(root: Path, path: str | Path) -> str:
    """A file of the workflow as seen from the working folder; unchanged if that is the workflow's own folder."""
    return os.path.relpath(root / path)


def only(pattern: str, places: list[dict[str, str]]) -> dict[str, str]:
    """The constraint of the first wildcard of `pattern` that makes it match only these places.

    pattern: a part of a path, a regular expression between its wildcards, such as `{benchmark}/{decoding}/`.
    """
    start, bracket, rest = pattern.partition("}")
    if not bracket:
        return {}
    first = start.removeprefix("{")
    escaped = ({name: re.escape(value) for name, value in place.items()} for place in places)
    return {first: "|".join(f"{place[first]}(?={rest.format(**place)})" for place in escaped) or "(?!)"}


def of_blocks(grid: Grid, pattern: str, model: str, benchmark: str, decoding: str) -> list[str]:
    """A file of every block of samples of a curve."""
    names = {"model": model, "benchmark": benchmark, "decoding": decoding}
    return [pattern.format(block=block, **names) for block in grid.blocks(model, benchmark)]


def of_readable_blocks(grid: Grid, pattern: str, model: str, benchmark: str, decoding: str) -> list[str]:
    """`of_blocks` without blocks that are deleted for good: a job that reads samples continues without them."""
    names = {"model": model, "benchmark": benchmark, "decoding": decoding}
    return [pattern.format(block=block, **names) for block in grid.readable_blocks(**names)]
