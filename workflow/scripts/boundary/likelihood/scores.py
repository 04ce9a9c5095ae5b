"""The columns of a file of scores: of a model's own responses, or of another's."""

import polars as pl

from boundary.contracts import ScoreSpec

PARTS = 10  # of a response, by position, of which entropies are kept apart
SCHEMA = {
    "problem_id": pl.String,
    "sample_index": pl.Int64,
    "tokens": pl.Int64,  # of the response as the scoring model reads it, with the end token where it ended
    "logprob": pl.Float64,  # their summed natural log-probability at temperature 1
    "sampled_logprob": pl.Float64,  # the same as sampling wrote it, of own responses
    "same_tokens": pl.Boolean,  # whether as many tokens were sampled; null where that is not known
}
ENTROPIES = {
    "entropy": pl.List(pl.Float64),  # in nats, summed over the tokens of each of PARTS, whole vocabulary
    "entropy_sampled": pl.List(pl.Float64),  # of what was sampled from
    "part_tokens": pl.List(pl.Int64),
}


def schema_of(spec: ScoreSpec) -> dict:
    return SCHEMA | (ENTROPIES if spec["entropy"] else {})


def parts_of(values: list[float]) -> list[float]:
    """Sums of the values of each of PARTS equal parts of a response, by position: token i of n is in part i PARTS/n."""
    sums = [0.0] * PARTS
    for i, value in enumerate(values):
        sums[i * PARTS // len(values)] += value
    return sums
