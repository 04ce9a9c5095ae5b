"""Adapter of rule plan: prints what would be sampled; samples nothing."""

import sys
from pathlib import Path

from boundary import store
from boundary.job import logged
from boundary.planning import as_text, plan

if __name__ == "__main__":
    with logged(snakemake):
        jobs = []
        for job in snakemake.params.jobs:
            built = Path(f"results/benchmarks/{job['benchmark']}.parquet")
            blocks = [(Path(path), Path(benchmark), samples) for path, benchmark, samples in job["blocks"]]
            problems = len(store.read(built, ["problem_id"])) if built.exists() else job["problems"]
            jobs.append(job | {"problems": problems, "blocks": blocks})
        print(as_text(plan(jobs)), file=sys.stderr)
