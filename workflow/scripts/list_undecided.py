"""Adapter of rule list_undecided: n and c come from verdicts, so that no estimate can plan samples."""

from boundary.analysis.counts import count, total
from boundary.analysis.select import of_grader
from boundary.analysis.topup import find_undecided
from boundary.files import store
from boundary.files.cells import as_cells
from boundary.job import Snakemake, logged

snakemake: Snakemake

if __name__ == "__main__":
    with logged(snakemake):
        spec, given, counts = snakemake.params.spec, snakemake.input, {}
        for place, model in enumerate(spec["models"]):
            known = [of_grader(store.read(path), spec["grader"]) for path in given.get(f"counts_{place}") or ()]
            blocks = (store.read(path) for path in given.get(f"verdicts_{place}") or ())
            counts[model] = total(known + [count(of_grader(verdicts, spec["grader"])) for verdicts in blocks])
            for path in given.problems:
                counts[model] = counts[model].join(store.read(path), on="problem_id", how="semi", maintain_order="left")
        found = find_undecided(counts, spec["rate"], spec["level"])
        as_cells(found).write_csv(snakemake.output.csv)
        store.write(found, snakemake.output.parquet, spec)
