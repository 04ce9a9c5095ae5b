"""Adapter of rule list_undecided."""

from boundary.analysis.select import of_grader
from boundary.analysis.topup import find_undecided
from boundary.files import store
from boundary.job import logged

if __name__ == "__main__":
    with logged(snakemake):
        spec = snakemake.params.spec
        files = zip(spec["models"], snakemake.input.counts, strict=True)
        counts = {model: of_grader(store.read(path), spec["grader"]) for model, path in files}
        found = find_undecided(counts, spec["rate"], spec["level"])
        found.write_csv(snakemake.output.csv)
        store.write(found, snakemake.output.parquet, spec)
