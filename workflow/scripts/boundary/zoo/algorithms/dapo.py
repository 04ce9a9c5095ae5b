"""DAPO: Yu et al. 2025, arXiv 2503.14476, equations 8 to 13.

GRPO's advantages with four changes. The ratio is clipped higher above than below. Every token counts the same. A
response close to the token limit loses up to 1 of its reward, over the last `overlong` tokens (a tenth of the limit by
default). Groups that are all right or all wrong are replaced by others. The replaced samples count: a step samples as
much as a step of any other algorithm, and the weights change once `problems` groups have been found.
"""

from boundary.zoo.algorithms.grpo import advantages as of_groups
from boundary.zoo.reinforcement.objective import mean_of_tokens as mean_of  # noqa: F401

INFORMATIVE = True
DEFAULTS = {"clip_high": 0.28}


def advantages(batch, recipe):
    return of_groups(batch.with_rewards(batch.rewards + penalties(batch, recipe)), recipe)


def penalties(batch, recipe):
    """0 to -1, equation 13: how far each response reaches into the last `overlong` tokens before the limit."""
    limit = recipe["max_new_tokens"]
    near = recipe.get("overlong", limit // 10)
    over = batch.mask.sum(1) - (limit - near)
    return -(over / max(near, 1)).clamp(0, 1)
