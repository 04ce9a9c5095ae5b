"""The pass@k curve of a model with its intervals, for every grader."""

import numpy as np
import polars as pl

from boundary.analysis.intervals import curve_intervals
from boundary.analysis.passk import pass_at_k, sampling_error


def curve(counts: pl.DataFrame, replicates: int, level: float) -> pl.DataFrame:
    """k, estimate, low, high, band_low, band_high, sampling_error for k = 1..n, from the counts of one grader.

    low, high: over problems, at one k; band: over all k at once; sampling_error: of these very problems, null from n/2.
    """
    n, c = counts["n"].to_numpy(), counts["c"].to_numpy()
    values = pass_at_k(n, c)
    found = {"k": np.arange(1, values.shape[1] + 1), "estimate": values.mean(0)}
    found |= curve_intervals(values, replicates, level)
    found |= {end: found[end].clip(0, 1) for end in ("band_low", "band_high")}
    error = sampling_error(n, c)
    found["sampling_error"] = np.pad(error, (0, values.shape[1] - len(error)), constant_values=np.nan)
    return pl.DataFrame(found)
