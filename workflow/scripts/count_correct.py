"""Adapter of rule count_correct: blocks of one configuration become counts per problem, and grader disagreements."""

import polars as pl

from boundary import store
from boundary.disagreement import disagreements
from boundary.job import logged
from boundary.passk import count, duplicates, require_new, total, wrong_answers

if __name__ == "__main__":
    with logged(snakemake):
        counts, wrong, texts, differences, seen = [], [], [], [], set()
        for path in snakemake.input.verdicts:
            store.require_spec(path, snakemake.params.spec)
            verdicts = store.read(path)
            require_new(verdicts, seen)
            counts.append(count(verdicts))
            wrong.append(wrong_answers(verdicts))
            samples = verdicts.unique(["problem_id", "sample_index"])  # each stands once per grader
            texts.append(samples.select("problem_id", "tokens", "text_hash"))
            differences.append(disagreements(verdicts))
        counted = total(counts).join(duplicates(texts), on="problem_id", how="left", maintain_order="left")
        known = pl.when(pl.col("tokens").is_not_null())  # how long a response is decides what counts as a duplicate
        counted = counted.with_columns(duplicates=known.then(pl.col("duplicates").fill_null(0)))
        store.write(counted, snakemake.output.counts, snakemake.params.spec)
        store.write(total(wrong), snakemake.output.wrong, snakemake.params.spec)
        store.write(pl.concat(differences), snakemake.output.graders, snakemake.params.spec)
