"""Adapter of rule estimate_passk: every grader's curve, other metrics, and what the fit says beyond n."""

import numpy as np
import polars as pl

from boundary import store
from boundary.beyond import extrapolate
from boundary.intervals import curve_intervals
from boundary.job import logged
from boundary.metrics import metrics
from boundary.passk import pass_at_k, sampling_error

if __name__ == "__main__":
    with logged(snakemake):
        spec, output = snakemake.params.spec, snakemake.output
        replicates, level = spec["replicates"], spec["level"]
        made = {"curve": [], "metrics": [], "beyond": [], "fit": []}
        wrong = store.read(snakemake.input.wrong)
        for (grader,), counts in store.read(snakemake.input.counts).group_by("grader", maintain_order=True):
            n, c = counts["n"].to_numpy(), counts["c"].to_numpy()
            values = pass_at_k(n, c)
            curve = {"k": np.arange(1, values.shape[1] + 1), "estimate": values.mean(0)}
            curve |= curve_intervals(values, replicates, level)
            curve |= {end: curve[end].clip(0, 1) for end in ("band_low", "band_high")}
            error = sampling_error(n, c)
            curve["sampling_error"] = np.pad(error, (0, values.shape[1] - len(error)), constant_values=np.nan)
            beyond, fit = extrapolate(n, c, level, spec["beyond"])
            frames = {"curve": pl.DataFrame(curve), "beyond": beyond, "fit": fit}
            frames["metrics"] = metrics(counts, wrong.filter(grader=grader), replicates, level)
            facts = {"grader": grader, "n": int(n.min()), "problems": len(counts)}
            for name, frame in frames.items():
                made[name].append(frame.with_columns(**{key: pl.lit(value) for key, value in facts.items()}))
        for name, frames in made.items():
            store.write(pl.concat(frames), output[name], spec)
