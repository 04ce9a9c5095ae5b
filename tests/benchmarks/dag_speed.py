"""A finished grid of 10,000 jobs: dry run of nothing done, no-op, one more model, parse time; run by hand.

Blocks and verdicts are pretended (the right identity, one row), and recorded by `snakemake --touch`.
"""

import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "workflow/scripts"), str(ROOT / "tests")]

import polars as pl

from boundary import identity
from boundary.config.resolve import resolve
from boundary.files import store
from conftest import fresh_project

MODELS, BLOCKS = 10, 500


def configuration(models: int) -> dict:
    entry = {"weights": "resources/zoo/chain-base", "prompt": "chain"}
    return {
        "models": {f"model-{i}": dict(entry) for i in range(models)},
        "benchmarks": {"chain": {"samples": BLOCKS, "block": 1}},
        "decodings": {"t0.6": {"temperature": 0.6, "top_p": 0.95, "max_tokens": 48}},
    }


def pretend(project) -> None:
    config = resolve(configuration(MODELS), project.root)
    frame = pl.DataFrame({"x": [0]})
    store.write(frame, project.path("results/benchmarks/chain.parquet"), identity.benchmark_spec(config, "chain"))
    fingerprint = project.path("results/code/math.sha256")
    fingerprint.parent.mkdir(parents=True)
    fingerprint.write_text("pretended")
    for model in config["models"]:
        store.write(frame, project.path(f"results/prompts/{model}/chain.parquet"), {})
        spec = identity.sample_spec(config, model, "chain", "t0.6")
        for stage in ("samples", "verdicts"):
            for block in range(BLOCKS):
                path = project.path(f"results/{stage}/{model}/chain/t0.6/{block:04d}-{block:04d}.parquet")
                store.write(frame, path, spec)


def timed(label: str, project, *arguments, models: int) -> None:
    begun = time.perf_counter()
    planned = project.planned(*arguments, config=configuration(models))
    print(f"{label}: {time.perf_counter() - begun:.1f} s, plans {planned}", flush=True)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        project = fresh_project(Path(folder) / "project")
        timed("parse, and one file", project, "results/benchmarks/chain.parquet", models=MODELS)
        timed(f"dry run, nothing done ({2 * MODELS * BLOCKS:,} jobs)", project, "verdicts", models=MODELS)
        pretend(project)
        project.snakemake("--touch", "verdicts", config=configuration(MODELS), timeout=1800)
        timed("no-op", project, "verdicts", models=MODELS)
        timed("one model more", project, "verdicts", models=MODELS + 1)


if __name__ == "__main__":
    main()
