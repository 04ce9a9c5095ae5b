"""What is lost and found from one checkpoint to the next: of problems that the earlier one never solved, or did.

One half of the earlier checkpoint's samples says which those are; the other half, and as many samples of the later one,
are judged. Of equal models the later one, too, solves many of the problems that were never solved by chance, so what is
said is the difference, never what the later one solves alone.
"""

import numpy as np

from boundary.analysis.answers import halved
from boundary.analysis.clusters import Clusters, Problems
from boundary.analysis.passk import Counts, failing
from boundary.analysis.ratios import difference_of

FOUND, LOST = "found: never solved before", "lost: solved before"


def lost_and_found(earlier: Counts, later: Counts, level: float, clusters: Clusters = None) -> list[dict]:
    """A row of FOUND and one of LOST: what, half_of, problems, k, earlier, later, estimate, low, high.

    half_of: samples of the earlier checkpoint that choose; problems: how many they choose; earlier, later: pass@k of
    these problems, k as many as the other half has, and estimate the second minus the first. No row without problems.
    """
    (half, first, rest), (others, _) = halved(earlier), later
    k = int(min(rest[0].min(), others.min()))
    before, after = 1 - failing(*rest, k), 1 - failing(*later, k)
    rows = []
    for what, chosen in ((FOUND, first == 0), (LOST, first > 0)):
        if half.min() and chosen.any():
            own = None if clusters is None else np.unique(clusters[chosen], return_inverse=True)[1]
            values = Problems((after - before)[chosen], own)
            row = {"what": what, "half_of": int(half.min()), "problems": int(chosen.sum()), "k": k}
            row |= {"earlier": float(before[chosen].mean()), "later": float(after[chosen].mean())}
            rows.append(row | difference_of(values, level))
    return rows
