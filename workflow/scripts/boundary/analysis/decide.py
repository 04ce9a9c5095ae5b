"""What would decide an undecided claim if its estimate is right: more problems, or more samples of each."""

import math

from boundary.analysis.distributions import norm_ppf
from boundary.analysis.kinds import ToDecide

POWER = 0.8
LARGEST = 1000  # times what there is: beyond, nothing would decide


def to_decide(row: dict, problems: int, n: int, level: float, facts: dict) -> ToDecide:
    """problems_to_decide, samples_to_decide (of each of these problems), and the tokens of either, at the same k.

    If problems come in `clusters`, clusters_to_decide replaces problems_to_decide: more problems of the same clusters
    would not suffice.

    row: of `comparison.compare` at that k. With the normal quantiles z, an error of |difference| / (z_level + z_power)
    is found with POWER. The squared error falls with the number of problems. With the number of samples only the part
    due to sampling falls (`sampling_error`), so no number of samples may suffice: null. facts: `tokens_per_sample` of
    both models together, and `clusters`, if known.
    """
    needed = (row["difference"] / (norm_ppf((1 + level) / 2) + norm_ppf(POWER))) ** 2
    variance, drawn = row["error"] ** 2, row["sampling_error"] ** 2
    if needed * LARGEST <= variance:  # no difference to speak of
        return {}
    tokens = facts.get("tokens_per_sample")
    times, clusters = max(1.0, variance / needed), facts.get("clusters")
    more = math.ceil(problems * times)
    found: ToDecide = {"clusters_to_decide": math.ceil(clusters * times)} if clusters else {"problems_to_decide": more}
    if tokens:
        found["tokens_of_problems"] = round((more - problems) * n * tokens)
    left = needed - (variance - drawn)
    if left * LARGEST > drawn:  # false where nothing is known of the drawing
        samples = math.ceil(n * max(1.0, drawn / left))
        found["samples_to_decide"] = samples
        if tokens:
            found["tokens_of_samples"] = round((samples - n) * problems * tokens)
    return found
