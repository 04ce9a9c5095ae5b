"""Adapter of rule estimate_passk."""

import numpy as np
import polars as pl

from boundary import store
from boundary.intervals import bootstrap_means, percentile_interval
from boundary.job import logged
from boundary.passk import pass_at_k

if __name__ == "__main__":
    with logged(snakemake):
        spec = snakemake.params.spec
        curves = []
        for (grader,), counts in store.read(snakemake.input.counts).group_by("grader", maintain_order=True):
            values = pass_at_k(counts["n"].to_numpy(), counts["c"].to_numpy())
            low, high = percentile_interval(bootstrap_means(values, spec["replicates"]), spec["level"])
            curve = {"k": np.arange(1, values.shape[1] + 1), "estimate": values.mean(0), "low": low, "high": high}
            facts = {"grader": grader, "n": counts["n"].min(), "problems": len(counts)}
            curves.append(pl.DataFrame(curve).with_columns(**{key: pl.lit(value) for key, value in facts.items()}))
        store.write(pl.concat(curves), snakemake.output[0], spec)
