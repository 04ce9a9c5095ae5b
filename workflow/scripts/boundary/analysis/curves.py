"""The pass@k curve of a model with its intervals, for every grader."""

import numpy as np
import polars as pl
from numpy.typing import NDArray

from boundary.analysis.intervals import curve_intervals
from boundary.analysis.modelled import modelled_error
from boundary.analysis.passk import pass_at_k, sampling_error


def curve(counts: pl.DataFrame, level: float) -> pl.DataFrame:
    """k, estimate, low, high, band_low, band_high, sampling_error, modelled_error for k = 1..n, of one grader's counts.

    low, high: over problems, at one k; band: over all k at once; the errors: see `own_errors`.
    """
    n, c = counts["n"].to_numpy(), counts["c"].to_numpy()
    values = pass_at_k(n, c)
    found = {"k": np.arange(1, values.shape[1] + 1), "estimate": values.mean(0)}
    return pl.DataFrame(found | curve_intervals(values, level) | own_errors(n, c, values))


def own_errors(
    n: NDArray[np.int64], c: NDArray[np.int64], values: NDArray[np.float64]
) -> dict[str, NDArray[np.float64]]:
    """Standard errors of the mean pass@k for these very problems, k = 1..min(n): NaN where not the one that is known.

    values: their `pass_at_k`. sampling_error: unbiased, up to n/2; modelled_error: beyond, by a model.
    """
    known, modelled = sampling_error(n, c, values), modelled_error(n, c)
    return {
        "sampling_error": np.pad(known, (0, len(modelled)), constant_values=np.nan),
        "modelled_error": np.pad(modelled, (len(known), 0), constant_values=np.nan),
    }
