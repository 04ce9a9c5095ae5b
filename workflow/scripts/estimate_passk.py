"""Adapter of rule estimate_passk."""

import numpy as np
import polars as pl

from boundary import store
from boundary.intervals import bootstrap_means, percentile_interval, simultaneous_band
from boundary.job import logged
from boundary.passk import pass_at_k, sampling_error

if __name__ == "__main__":
    with logged(snakemake):
        spec = snakemake.params.spec
        curves = []
        for (grader,), counts in store.read(snakemake.input.counts).group_by("grader", maintain_order=True):
            values = pass_at_k(counts["n"].to_numpy(), counts["c"].to_numpy())
            estimate, draws = values.mean(0), bootstrap_means(values, spec["replicates"])
            low, high = percentile_interval(draws, spec["level"])
            band_low, band_high = simultaneous_band(estimate, draws, spec["level"])
            error = sampling_error(counts["n"].to_numpy(), counts["c"].to_numpy())
            curve = {"k": np.arange(1, len(estimate) + 1), "estimate": estimate, "low": low, "high": high}
            curve |= {"band_low": band_low.clip(0), "band_high": band_high.clip(max=1)}
            curve["sampling_error"] = np.pad(error, (0, len(estimate) - len(error)), constant_values=np.nan)
            facts = {"grader": grader, "n": counts["n"].min(), "problems": len(counts)}
            curves.append(pl.DataFrame(curve).with_columns(**{key: pl.lit(value) for key, value in facts.items()}))
        store.write(pl.concat(curves), snakemake.output[0], spec)
