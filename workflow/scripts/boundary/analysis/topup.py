"""Top-up: which problems more samples could decide, and how many.

Extra samples go to a problem because of its results so far, so the mean over problems must not use them: pass@k curves
use only the samples that every problem got. Solvable sets use all samples. That is valid because both models of a pair
get the same extra samples of the same problems, in batches of a size fixed beforehand.
"""

import numpy as np
import polars as pl

from boundary.analysis.solvable import STATUSES, status

LARGEST = 64  # times the samples there are: beyond, a problem is too close to the rate to be worth deciding


def find_undecided(counts: dict[str, pl.DataFrame], rate: float, level: float) -> pl.DataFrame:
    """The problems that are undecided at `rate` for any model: problem_id, undecided (models), more (samples).

    counts: model name -> problem_id, n, c. more: the samples needed for a decision if the share of correct ones stays
    the same; null if LARGEST times as many would not suffice.
    """
    rows: dict[str, dict] = {}
    for model, frame in counts.items():
        n, c = frame["n"].to_numpy(), frame["c"].to_numpy()
        undecided = status(n, c, rate, level) == STATUSES[1]
        for row in frame.filter(pl.Series(undecided)).select("problem_id", "n", "c").iter_rows(named=True):
            found = rows.setdefault(row["problem_id"], {"problem_id": row["problem_id"], "undecided": [], "more": 0})
            found["undecided"].append(model)
            more = needed(row["n"], row["c"], rate, level)
            found["more"] = None if more is None or found["more"] is None else max(more, found["more"])
    ordered = [dict(row, undecided=" ".join(row["undecided"])) for row in rows.values()]
    return pl.DataFrame(ordered, schema={"problem_id": pl.String, "undecided": pl.String, "more": pl.Int64})


def needed(n: int, c: int, rate: float, level: float) -> int | None:
    """The fewest further samples that decide a problem whose share of correct ones stays c/n (to about 2%)."""
    totals = np.unique(np.geomspace(n + 1, LARGEST * n, 200).round().astype(np.int64))
    decided = status(totals, np.floor(c / n * totals), rate, level) != STATUSES[1]
    return int(totals[decided.argmax()]) - n if decided.any() else None
