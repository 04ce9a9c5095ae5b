"""RLOO, REINFORCE with a leave-one-out baseline: Ahmadian et al. 2024, arXiv 2402.14740, section 2.2."""

from boundary.zoo.reinforcement.objective import mean_of_responses as mean_of  # noqa: F401
from boundary.zoo.reinforcement.objective import ratio_of_responses as ratio_of  # noqa: F401


def advantages(batch, recipe):
    """Reward minus the mean reward of the group's other responses."""
    groups = batch.groups
    others = (groups.sum(1, keepdim=True) - groups) / (groups.shape[1] - 1)
    return (groups - others).flatten()
