"""Whether a problem's success rate reaches a given one: solvable, not at this rate, or undecided."""

import numpy as np
from numpy.typing import NDArray

from boundary.analysis.distributions import beta_sf

STATUSES = ("solvable", "undecided", "not at this rate")


def status(n: NDArray[np.int64], c: NDArray[np.int64], rate: float, level: float) -> NDArray[np.str_]:
    """Whether a problem's success rate reaches `rate`: one of STATUSES for every problem.

    Decided where the posterior chance, under Jeffreys' prior, is at least `level` for one side.
    """
    reaches = beta_sf(rate, c + 0.5, n - c + 0.5)
    return np.select([reaches >= level, reaches <= 1 - level], [STATUSES[0], STATUSES[2]], STATUSES[1])
