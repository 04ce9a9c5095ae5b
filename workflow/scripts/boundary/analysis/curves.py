"""The pass@k curve of a model, or of several training runs of one recipe, with its intervals."""

import numpy as np
import polars as pl
from numpy.typing import NDArray

from boundary.analysis.clusters import Clusters, Problems
from boundary.analysis.intervals import curve_intervals
from boundary.analysis.modelled import modelled_error
from boundary.analysis.passk import Counts, pass_at_k, sampling_error


def curve(runs: list[Counts], level: float, clusters: Clusters = None) -> pl.DataFrame:
    """k, estimate, low, high, band_low, band_high, sampling_error, modelled_error for k = 1..n, n the smallest.

    runs: one run, or several of one recipe on the same problems, which are averaged. low, high: over problems (and
    runs), at one k. band: over all k at once. The errors: for exactly these problems (and runs), see `own_errors`.
    clusters: of the problems, or None.
    """
    n = min(int(samples.min()) for samples, _ in runs)
    values, means, errors = mean_of_runs(runs, n)
    found = {"k": np.arange(1, n + 1), "estimate": values.mean(0)}
    return pl.DataFrame(found | curve_intervals(Problems(values, clusters), level, means) | errors_together(errors))


def mean_of_runs(runs: list[Counts], n: int) -> tuple[NDArray[np.float64], NDArray[np.float64], list[dict]]:
    """pass@k per problem, mean over runs, shape (problems, n); per run, mean over problems, shape (runs, n); and every
    run's part of the errors for exactly these problems, k = 1..n (`own_errors`)."""
    total = np.zeros((len(runs[0][0]), n))
    means, errors = [], []
    for samples, correct in runs:
        values = pass_at_k(samples, correct)
        own = own_errors(samples, correct, values)
        errors.append({name: error[:n] / len(runs) for name, error in own.items()})
        values = values[:, :n]
        means.append(values.mean(0))
        np.add(total, values, out=total)
    return np.divide(total, len(runs), out=total), np.array(means), errors


def errors_together(parts: list[dict[str, NDArray[np.float64]]]) -> dict[str, NDArray[np.float64]]:
    """sampling_error and modelled_error of a sum or difference, from those of its runs; NaN if a run has none."""
    known = np.sqrt(sum(part["sampling_error"] ** 2 for part in parts))
    anyhow = [np.where(np.isnan(p["sampling_error"]), p["modelled_error"], p["sampling_error"]) for p in parts]
    modelled = np.sqrt(sum(error**2 for error in anyhow))
    return {"sampling_error": known, "modelled_error": np.where(np.isnan(known), modelled, np.nan)}


def own_errors(
    n: NDArray[np.int64], c: NDArray[np.int64], values: NDArray[np.float64]
) -> dict[str, NDArray[np.float64]]:
    """Standard errors of the mean pass@k for exactly these problems, k = 1..min(n); at each k one of the two is NaN.

    values: their `pass_at_k`. sampling_error: unbiased, up to n/2; modelled_error: from a model, above n/2.
    """
    known, modelled = sampling_error(n, c, values), modelled_error(n, c)
    return {
        "sampling_error": np.pad(known, (0, len(modelled)), constant_values=np.nan),
        "modelled_error": np.pad(modelled, (len(known), 0), constant_values=np.nan),
    }
