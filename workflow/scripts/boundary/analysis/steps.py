"""Problems lost and found from one checkpoint to the next: of those that the earlier one never solved, or did solve.

One half of the earlier checkpoint's samples selects the problems. The other half is compared with as many samples of
the later one. Two equal models also solve many of each other's unsolved problems by chance, so the difference is
reported, never the later one's share alone.
"""

import numpy as np

from boundary.analysis.answers import halved
from boundary.analysis.clusters import Clusters, Problems
from boundary.analysis.passk import Counts, failing
from boundary.analysis.ratios import difference_of

FOUND, LOST = "found: never solved before", "lost: solved before"


def lost_and_found(earlier: Counts, later: Counts, level: float, clusters: Clusters = None) -> list[dict]:
    """A row of FOUND and one of LOST: what, half_of, problems, k, earlier, later, estimate, low, high.

    half_of: samples of the earlier checkpoint that select; problems: number of selected problems; earlier, later:
    pass@k on these problems, where k is the size of the other half; estimate: later minus earlier. No row without
    problems.
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
