"""REINFORCE++, one baseline and one scale for the whole batch: Hu et al. 2025, arXiv 2501.03262, section 3.

In the paper a KL penalty is part of the reward. Here it is a term of the loss, as for every algorithm, and 0 by
default.
"""

from boundary.zoo.reinforcement.objective import mean_of_tokens as mean_of  # noqa: F401


def advantages(batch, recipe):
    """Reward minus the mean of the batch, divided by the batch's standard deviation."""
    return (batch.rewards - batch.rewards.mean()) / (batch.rewards.std(correction=0) + 1e-6)
