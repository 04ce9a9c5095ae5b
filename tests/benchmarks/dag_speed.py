"""Planning 10,000 jobs, side by side with a bare workflow of the same jobs, files and wildcards; run by hand.

Blocks and verdicts are pretended (the right identity, one row), and recorded as if each job had run. Also: how much of
20 models of 4 shards of 5 GB (sparse files) the first and the second start read, counted by strace where it is there.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "workflow/scripts"), str(ROOT / "tests")]

import polars as pl

from boundary.benchmarks.plan import Benchmarks
from boundary.config.resolve import resolve
from boundary.files import store
from boundary.grid import Grid
from boundary.sampling.plan import Sampling
from conftest import Project, fresh_project

MODELS, BLOCKS = 10, 500
BARE = """
MODELS = [f"model-{{i}}" for i in range({models})]
BLOCKS = [f"{{i:04d}}-{{i:04d}}" for i in range({blocks})]
CURVE = "{{model}}/{{benchmark}}/{{decoding}}/{{block}}.parquet"

wildcard_constraints:
    model="|".join(MODELS),
    benchmark="chain",
    decoding="t0\\.6",
    block=r"\\d+-\\d+",

rule verdicts:
    input: expand("results/verdicts/" + CURVE, model=MODELS, benchmark=["chain"], decoding=["t0.6"], block=BLOCKS)

rule build_benchmark:
    output: "results/benchmarks/{{benchmark}}.parquet"
    params: spec={{"source": "zoo"}}
    script: "nothing.py"

rule render_prompts:
    input: "results/benchmarks/{{benchmark}}.parquet"
    output: "results/prompts/{{model}}/{{benchmark}}.parquet"
    params: spec={{"template": "x"}}
    script: "nothing.py"

rule sample_block:
    input: "results/prompts/{{model}}/{{benchmark}}.parquet"
    output: "results/samples/" + CURVE
    log: "logs/samples/" + CURVE
    benchmark: "benchmarks/samples/" + CURVE
    params: spec={{"protocol": 1}}
    script: "nothing.py"

rule verify_block:
    input: samples="results/samples/" + CURVE, problems="results/benchmarks/{{benchmark}}.parquet"
    output: "results/verdicts/" + CURVE
    log: "logs/verdicts/" + CURVE
    benchmark: "benchmarks/verdicts/" + CURVE
    params: spec={{"protocol": 1}}, code="x"
    script: "nothing.py"
"""


RECORD = """
import sys
from snakemake.cli import main
from snakemake.workflow import Workflow

build = Workflow._build_dag

def recording(self):
    build(self)
    async def record():
        for job in self.dag.jobs:
            if job.output:
                await self.persistence.finished(job)
    self.async_run(record())

Workflow._build_dag = recording
main(sys.argv[1:])
"""


def configuration(models: int) -> dict:
    entry = {"weights": "resources/zoo/chain-base", "prompt": "chain"}
    return {
        "models": {f"model-{i}": dict(entry) for i in range(models)},
        "benchmarks": {"chain": {"samples": BLOCKS, "block": 1}},
        "decodings": {"t0.6": {"temperature": 0.6, "top_p": 0.95, "max_tokens": 48}},
    }


def pretend(project: Project) -> None:
    grid, frame = Grid(resolve(configuration(MODELS), ROOT)), pl.DataFrame({"x": [0]})
    store.write(frame, project.path("results/benchmarks/chain.parquet"), Benchmarks(grid).spec("chain"))
    for model in grid.models:
        store.write(frame, project.path(f"results/prompts/{model}/chain.parquet"), {})
        spec = Sampling(grid).spec(model=model, benchmark="chain", decoding="t0.6")
        for stage in ("samples", "verdicts"):
            for block in range(BLOCKS):
                path = project.path(f"results/{stage}/{model}/chain/t0.6/{block:04d}-{block:04d}.parquet")
                store.write(frame, path, spec)


class Bare(Project):
    """The same files in a workflow that does nothing but name them."""

    def models(self, count: int) -> None:
        self.path("Snakefile").write_text(BARE.format(models=count, blocks=BLOCKS))


def timed(label: str, ours: Project, bare: Bare, models: int) -> None:
    bare.models(models)
    seconds = []
    for project, config in ((ours, configuration(models)), (bare, None)):
        begun = time.perf_counter()
        planned = project.planned("verdicts", config=config)
        seconds.append(time.perf_counter() - begun)
    print(
        f"{label}: {seconds[0]:.1f} s, bare {seconds[1]:.1f} s, {seconds[0] / seconds[1]:.2f} times; {planned}",
        flush=True,
    )


def dag(folder: Path) -> None:
    ours, bare = fresh_project(folder / "ours"), Bare(folder / "bare")
    bare.root.mkdir()
    shutil.copytree(ROOT / "profiles", bare.root / "profiles")
    (bare.root / "nothing.py").write_text("")
    timed(f"{2 * MODELS * BLOCKS:,} jobs to do", ours, bare, MODELS)
    pretend(ours)
    shutil.copytree(ours.root / "results", bare.root / "results")
    bare.models(MODELS)
    for project, config in ((ours, configuration(MODELS)), (bare, None)):
        _, _, _, *arguments = project.command("--dry-run", "verdicts", config=config)
        subprocess.run([sys.executable, "-c", RECORD, *arguments], cwd=project.root, check=True, capture_output=True)
    for _ in range(2):
        timed("finished", ours, bare, MODELS)
    timed("one model more", ours, bare, MODELS + 1)


def weights(folder: Path) -> None:
    project = fresh_project(folder / "weights")
    for i in range(20):
        model = folder / f"models/{i}"
        shutil.copytree(ROOT / "resources/zoo/chain-base", model, ignore=shutil.ignore_patterns("*.safetensors"))
        for shard in range(4):
            with open(model / f"model-{shard}.safetensors", "wb") as file:
                file.write((2).to_bytes(8, "little") + b"{}")  # the header of a safetensors file
                file.truncate(5 << 30)
    config = configuration(20)
    for i, entry in enumerate(config["models"].values()):
        entry["weights"] = str(folder / f"models/{i}")
    time.sleep(3)  # files that have just changed are not remembered
    for start in ("first", "second"):
        trace = folder / "trace"
        command = project.command("--dry-run", "results/samples/model-0/chain/t0.6/0000-0000.parquet", config=config)
        begun = time.perf_counter()
        if shutil.which("strace"):
            command = ["strace", "-f", "-e", "trace=openat", "-o", str(trace), *command]
        subprocess.run(command, cwd=project.root, check=True, capture_output=True, env=os.environ)
        opened = len(re.findall(r'openat\(.*\.safetensors"', trace.read_text())) if trace.exists() else "unknown"
        print(f"{start} start with 80 shards of 5 GB: {time.perf_counter() - begun:.1f} s, opens {opened}", flush=True)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as scratch:
        weights(Path(scratch))
        dag(Path(scratch))
