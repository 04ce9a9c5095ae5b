"""GRPO with pass@k as the reward: Chen et al. 2025, arXiv 2508.10751, section 2.4 (analytical derivation).

The reward of k responses is whether one of them is right. A response's advantage is the mean over all choices of k from
the group that contain it. Rewards must be 0 or 1.
"""

from math import comb

import torch

DEFAULTS = {"k": 4}


def advantages(batch, recipe):
    return torch.cat([of_group(group, recipe["k"]) for group in batch.groups])


def of_group(rewards, k: int):
    """The advantages of one group of 0/1 rewards."""
    n = len(rewards)
    wrong = n - int(rewards.sum())
    mean = 1 - comb(wrong, k) / comb(n, k)
    spread = (mean * (1 - mean)) ** 0.5
    if not spread:
        return torch.zeros(n)
    of_wrong = (1 - mean - comb(wrong - 1, k - 1) / comb(n - 1, k - 1)) / spread
    return torch.where(rewards > 0, (1 - mean) / spread, of_wrong)
