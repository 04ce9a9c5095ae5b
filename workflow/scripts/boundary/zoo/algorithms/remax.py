"""ReMax, REINFORCE with the greedy response as baseline: Li et al. 2023, arXiv 2310.10505, algorithm 1."""

from boundary.zoo.reinforcement.objective import mean_of_responses as mean_of  # noqa: F401
from boundary.zoo.reinforcement.objective import ratio_of_responses as ratio_of  # noqa: F401

GREEDY = True


def advantages(batch, recipe):
    """Reward minus that of the problem's greedy response."""
    return (batch.groups - batch.greedy[:, None]).flatten()
