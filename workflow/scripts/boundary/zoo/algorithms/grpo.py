"""GRPO, group relative policy optimisation: Shao et al. 2024, arXiv 2402.03300, equation 3 and section 4.1.2."""


def advantages(batch, recipe):
    """Reward minus the mean of its group, divided by the group's standard deviation."""
    groups = batch.groups
    spread = groups.std(1, correction=0, keepdim=True)
    return ((groups - groups.mean(1, keepdim=True)) / (spread + 1e-6)).flatten()
