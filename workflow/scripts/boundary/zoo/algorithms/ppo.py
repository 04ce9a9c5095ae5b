"""PPO with a value head: Schulman et al. 2017, arXiv 1707.06347, equations 7 and 11.

The reward comes at a response's last token, and nothing is discounted. `gae` is lambda of generalised advantage
estimation; at 1, its default, an advantage is the reward minus the value. As in common practice, advantages are
normalised to mean 0 and standard deviation 1 over the tokens of a batch. The value head reads the policy's hidden
states and does not train the policy.
"""

import torch

from boundary.zoo.reinforcement.objective import mean_of_tokens as mean_of  # noqa: F401

CRITIC = True


def advantages(batch, recipe):
    found = estimates(batch, recipe.get("gae", 1.0))
    on = batch.mask.bool()
    return (found - found[on].mean()) / (found[on].std(correction=0) + 1e-6)


def estimates(batch, smoothing: float):
    """A_t = d_t + lambda A_(t+1), d_t = r_t + V_(t+1) - V_t: (responses, tokens), for tokens of a response."""
    values, mask = batch.values * batch.mask, batch.mask
    after = torch.zeros(len(mask))
    found = torch.zeros_like(values)
    for t in reversed(range(values.shape[1])):
        following = values[:, t + 1] if t + 1 < values.shape[1] else torch.zeros(len(mask))
        last = mask[:, t] - (mask[:, t + 1] if t + 1 < values.shape[1] else 0)
        after = (batch.rewards * last + following - values[:, t] + smoothing * after) * mask[:, t]
        found[:, t] = after
    return found
