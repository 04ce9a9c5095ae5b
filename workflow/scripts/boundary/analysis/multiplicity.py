"""Corrections for many tests at once."""

import numpy as np
from numpy.typing import NDArray


def holm(p: NDArray[np.float64]) -> NDArray[np.float64]:
    """p values by Holm's correction (step-down Bonferroni), in the order given."""
    order = np.argsort(p)
    scaled = np.maximum.accumulate(p[order] * np.arange(len(p), 0, -1)).clip(max=1)
    adjusted = np.empty_like(scaled)
    adjusted[order] = scaled
    return adjusted
