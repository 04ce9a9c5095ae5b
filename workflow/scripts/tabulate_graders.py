"""Adapter of rule tabulate_graders."""

import polars as pl

from boundary import store
from boundary.disagreement import summary
from boundary.job import logged

if __name__ == "__main__":
    with logged(snakemake):
        rows = []
        for path in snakemake.input.graders:
            model, benchmark, decoding = path.removesuffix(".parquet").split("/")[-3:]
            names = {"benchmark": benchmark, "decoding": decoding, "model": model}
            found = summary(store.read(path))
            rows.append(found.select(*(pl.lit(value).alias(key) for key, value in names.items()), pl.all()))
        examples = pl.col("examples_first", "examples_second").list.join(" ")
        pl.concat(rows).with_columns(examples).write_csv(snakemake.output.graders)
        flags = [
            {"benchmark": path.removesuffix(".parquet").split("/")[-1], "problem_id": problem_id, "flag": flag}
            for path in snakemake.input.benchmarks
            for problem_id, flag in store.about(path)["made_with"]["flags"].items()
        ]
        schema = {"benchmark": pl.String, "problem_id": pl.String, "flag": pl.String}
        pl.DataFrame(flags, schema=schema).write_csv(snakemake.output.flags)
