"""Adapter of rule tabulate_published."""

import polars as pl

from boundary import store
from boundary.job import logged
from boundary.passk import of_grader
from boundary.published import beside, problems_beside

if __name__ == "__main__":
    with logged(snakemake):
        given, output, ours = snakemake.input, snakemake.output, {"curves": [], "counts": []}
        for kind, found in ours.items():
            for path in given[kind]:
                names = path.removesuffix(".parquet").split("/")[-3:]
                found.append((*names, of_grader(store.read(path), snakemake.params.graders[names[1]])))
        published = pl.read_csv(given.published, schema_overrides={"k": pl.Int64})
        store.write_table(beside(published, ours["curves"]), output.table, output.parquet)
        solved = pl.read_csv(given.solved, schema_overrides={"problem_id": pl.String})
        store.write_table(problems_beside(solved, ours["counts"]), output.problems, output.problems_parquet)
