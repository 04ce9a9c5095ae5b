"""Problems that come in families, such as one template with different numbers: clusters, whose members are alike.

The mean is still over problems. Its variance is that of the clusters' sums, because families are the sample (Liang and
Zeger 1986, doi 10.1093/biomet/73.1.13; Miller 2024, arXiv 2411.00640, section 2.2). All intervals over problems use
`Problems`; if each problem is its own cluster, nothing changes.
"""

from collections.abc import Iterable

import numpy as np
import polars as pl
from numpy.typing import NDArray

from boundary.errors import InputError

CLUSTER = "cluster"  # the column of counts that says which problems belong together
FEW = 10  # clusters, below which nothing is decided
Clusters = NDArray[np.int64] | None  # the number of every problem's cluster, from 0; None: each is one of its own


class Problems:
    """Values of problems, and their clusters.

    values: (problems, ...). rows: the sum of each cluster divided by the mean `size` of clusters, (clusters, ...).
    weights: the number of problems of each cluster divided by that size, (clusters,); their mean is 1.
    """

    def __init__(self, values: NDArray[np.float64], clusters: Clusters = None):
        self.values, self.clusters = values, clusters
        if clusters is None:
            self.rows, self.weights, self.size = values, np.ones(len(values)), 1.0
            return
        count = np.bincount(clusters)
        order, starts = np.argsort(clusters, kind="stable"), np.append(0, np.cumsum(count)[:-1])
        self.size = len(values) / len(count)
        self.rows, self.weights = np.add.reduceat(values[order], starts) / self.size, count / self.size

    @classmethod
    def of(cls, values: "NDArray[np.float64] | Problems") -> "Problems":
        """`values` as `Problems`; an array means problems without clusters."""
        return values if isinstance(values, Problems) else cls(values)

    def weighted(self) -> NDArray[np.float64]:
        """The sum of `rows`, each times its weight."""
        return self.rows.sum(0) if self.clusters is None else np.einsum("i,i...->...", self.weights, self.rows)

    def with_values(self, values: NDArray[np.float64]) -> "Problems":
        """The same problems with other values."""
        return Problems(values, self.clusters)

    @property
    def count(self) -> int | None:
        """How many clusters there are; None where each problem is one of its own."""
        return count_of(self.clusters)

    def __len__(self) -> int:
        """How many clusters there are, or problems."""
        return len(self.rows)


def joined(counts: pl.DataFrame, clusters: Iterable[pl.DataFrame]) -> pl.DataFrame:
    """`counts` with their CLUSTER, if clusters are known. clusters: empty, or one frame: problem_id, cluster."""
    for found in clusters:
        counts = counts.join(found.select("problem_id", CLUSTER), on="problem_id", how="left", maintain_order="left")
        unknown = counts.filter(pl.col(CLUSTER).is_null())
        if len(unknown):
            raise InputError(f"problem {unknown['problem_id'][0]!r} is in no cluster of its benchmark")
    return counts


def clusters_of(counts: pl.DataFrame) -> Clusters:
    """The number of every row's cluster, by name; None if clusters are unknown."""
    if CLUSTER not in counts.columns:
        return None
    return counts[CLUSTER].rank("dense").to_numpy().astype(np.int64) - 1


def count_of(clusters: Clusters) -> int | None:
    """Number of clusters; None if there are no clusters."""
    return None if clusters is None else int(clusters.max()) + 1


def are_few(count: int | None) -> bool:
    """Whether there are too few clusters to decide anything."""
    return count is not None and count < FEW
