"""The entropy of generation: of the distributions from which the tokens of a model's own responses were drawn."""

import numpy as np
import polars as pl

from boundary.analysis.intervals import positive_mean
from boundary.likelihood.scores import PARTS

KINDS = {"as sampled": "entropy_sampled", "whole vocabulary": "entropy"}
SCHEMA = {"kind": pl.String, "part": pl.Int64, "estimate": pl.Float64, "low": pl.Float64, "high": pl.Float64}
SCHEMA |= {"problems": pl.Int64, "n": pl.Int64}


def entropies(scores: pl.DataFrame, level: float) -> pl.DataFrame:
    """Entropy in nats per token, with intervals over problems: kind, part, estimate, low, high, problems, n.

    scores: see likelihood/scores.py, with entropies. part: 0 for the whole response, 1 to PARTS by position in it. The
    value of a problem is the sum over all tokens of its responses divided by their number.
    """
    rows = []
    for kind, column in KINDS.items():
        sums, tokens = (_by_problem(scores, name) for name in (column, "part_tokens"))
        for part in range(PARTS + 1):
            total, count = (values.sum(1) if part == 0 else values[:, part - 1] for values in (sums, tokens))
            means = total[count > 0] / count[count > 0]
            if len(means):
                found = positive_mean(means, level) | {"problems": len(means), "n": len(scores)}
                rows.append({"kind": kind, "part": part, **found})
    return pl.DataFrame(rows, schema=SCHEMA)


def _by_problem(scores: pl.DataFrame, column: str) -> np.ndarray:
    """(problems, PARTS) sums over the responses of each problem."""
    groups = scores.group_by("problem_id", maintain_order=True).agg(column)
    return np.array([np.sum(parts.to_list(), axis=0) for parts in groups[column]])
