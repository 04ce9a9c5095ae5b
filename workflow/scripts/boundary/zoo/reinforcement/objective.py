"""The loss of a batch: Schulman et al. 2017, arXiv 1707.06347, equation 7, per token or per response.

`ratio_of` defines the ratio of new to old policy, `mean_of` the mean of the loss; an algorithm names those of its
paper.
"""

import torch


def ratio_of_tokens(new: torch.Tensor, old: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
    """(responses, tokens): of each token."""
    return (new - old).exp()


def ratio_of_responses(new: torch.Tensor, old: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
    """(responses, 1): of a response as a whole."""
    return ((new - old) * mask).sum(1, keepdim=True).exp()


def mean_of_sequences(values: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
    """The mean over responses of the mean over their tokens (GRPO, equation 3)."""
    return ((values * mask).sum(1) / mask.sum(1)).mean()


def mean_of_tokens(values: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
    """The mean over the tokens of all responses (DAPO, equation 12)."""
    return (values * mask).sum() / mask.sum()


def mean_of_responses(values: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
    """The mean over responses: of their single values, or of the sum over their tokens."""
    return values.mean() if values.shape[1] == 1 else (values * mask).sum(1).mean()


def surrogate(ratio: torch.Tensor, advantages: torch.Tensor, clip: float, clip_high: float) -> torch.Tensor:
    """Equation 7, negated: the value to minimise, of each token or response."""
    advantages = advantages[:, None] if advantages.ndim == 1 else advantages
    return -torch.minimum(ratio * advantages, ratio.clamp(1 - clip, 1 + clip_high) * advantages)


def k3(new: torch.Tensor, reference: torch.Tensor) -> torch.Tensor:
    """An unbiased estimate of KL(new || reference) at tokens drawn from `new` that is never below 0.

    Schulman 2020, "Approximating KL divergence"; in GRPO's paper equation 4.
    """
    difference = reference - new
    return difference.exp() - difference - 1
