"""What every stage asks of the configuration. Choices live in config/, numbers in workflow/scripts/boundary/."""

import re
import sys
from pathlib import Path

import yaml
from snakemake.exceptions import WorkflowError

sys.path.insert(0, f"{workflow.basedir}/workflow/scripts")
from boundary import identity
from boundary.config import resolve
from boundary.errors import InputError
from boundary.grading import FILES, VERIFIERS
from boundary.records import require_identity

try:
    config = resolve(config, Path(workflow.basedir))
except InputError as error:
    raise WorkflowError(str(error)) from None

ZOO = yaml.safe_load(Path(workflow.basedir, "config/zoo.yaml").read_text())  # recipes of the tiny models


def one_of(names):
    """A wildcard pattern that matches exactly these names."""
    return "|".join(map(re.escape, names))


# --- what there is to do ---------------------------------------------------------------------------------------------


def models_of(benchmark):
    """Models that are sampled on a benchmark, in the order of the configuration."""
    return [name for name, model in config["models"].items() if benchmark in model["benchmarks"]]


def pairs_of(benchmark):
    """Pairs (base, tuned) that are compared on a benchmark."""
    sampled = models_of(benchmark)
    return [(p["base"], p["tuned"]) for p in config["pairs"] if {p["base"], p["tuned"]} <= set(sampled)]


def blocks(benchmark):
    """Ranges of sample indices, such as 0000-0255: raising `samples` adds ranges and changes none."""
    entry = config["benchmarks"][benchmark]
    starts = range(0, entry["samples"], entry["block"])
    return [f"{start:04d}-{start + entry['block'] - 1:04d}" for start in starts]


def topup_blocks(benchmark):
    """Ranges of sample indices after those of `blocks`, which undecided problems alone get."""
    entry = config["benchmarks"][benchmark]
    starts = range(entry["samples"], entry["samples"] + entry["topup"], entry["block"])
    return [f"{start:04d}-{start + entry['block'] - 1:04d}" for start in starts]


def paired_models(benchmark):
    """Models that stand in a pair on a benchmark, in the order of the configuration."""
    paired = {name for pair in pairs_of(benchmark) for name in pair}
    return [name for name in models_of(benchmark) if name in paired]


def for_every_curve(pattern):
    """`pattern` for every model, its benchmarks, and every decoding."""
    return [
        path
        for model, entry in config["models"].items()
        for path in expand(pattern, model=model, benchmark=entry["benchmarks"], decoding=config["decodings"])
    ]


def for_every_block(pattern):
    """`pattern` for every model, its benchmarks, their blocks, and every decoding."""
    return [
        path
        for model, entry in config["models"].items()
        for benchmark in entry["benchmarks"]
        for path in expand(
            pattern, model=model, benchmark=benchmark, decoding=config["decodings"], block=blocks(benchmark)
        )
    ]


def for_every_pair(pattern):
    """`pattern` for every pair, the benchmarks both models share, and every decoding."""
    return [
        path
        for benchmark in config["benchmarks"]
        for base, tuned in pairs_of(benchmark)
        for path in expand(pattern, base=base, tuned=tuned, benchmark=benchmark, decoding=config["decodings"])
    ]


def groups_of(benchmark):
    """File names of the groups that have a member on a benchmark."""
    return [group["file"] for group in config["groups"].values() if members_of(group, benchmark)]


def members_of(group, benchmark):
    """The members of a group whose pair is compared on a benchmark."""
    pairs = pairs_of(benchmark)
    return [member for member in group["members"] if (member["base"], member["tuned"]) in pairs]


def all_figures():
    """Every figure: some per benchmark and decoding, and what needs a pair or a group where there is one."""
    return [
        path
        for benchmark in config["benchmarks"]
        for path in expand(
            "results/figures/{benchmark}/{decoding}/{figure}.{format}",
            benchmark=benchmark,
            decoding=config["decodings"],
            figure=["passk", "histogram", "beyond", "cost"]
            + (["overlap", "difference", "transitions"] if pairs_of(benchmark) else [])
            + [f"group-{group}" for group in groups_of(benchmark)],
            format=["svg", "png"],
        )
    ]


def all_tables():
    """Every table of the report."""
    tables = ["passk", "metrics", "beyond", "graders", "flags"]
    tables += ["pairs", "problems", "claims"] if config["pairs"] else []
    tables += ["groups"] if config["groups"] else []
    return [f"results/tables/{table}.csv" for table in tables]
