"""Adapter of rule plan_topup."""

from boundary import store
from boundary.job import logged
from boundary.passk import of_grader
from boundary.topup import plan

if __name__ == "__main__":
    with logged(snakemake):
        spec = snakemake.params.spec
        files = zip(spec["models"], snakemake.input.counts, strict=True)
        counts = {model: of_grader(store.read(path), spec["grader"]) for model, path in files}
        planned = plan(counts, spec["rate"], spec["level"])
        planned.write_csv(snakemake.output.csv)
        store.write(planned, snakemake.output.parquet, spec)
