"""Algorithms: advantages and losses against numbers computed by hand, and the gradient of a whole step."""

import importlib
import math
from itertools import combinations

import pytest
import torch

from boundary.zoo.algorithms import dapo, grpo, passk, ppo, reinforce_pp, remax, rloo
from boundary.zoo.reinforcement import objective
from boundary.zoo.reinforcement.batch import Batch, joined

OPTIONS = {"max_new_tokens": 4, "k": 2, "clip": 0.2, "clip_high": 0.2}


def a_batch(rewards, lengths=None, **more):
    """Responses of up to four tokens in groups of `rollouts`; every log-probability is -1."""
    count = len(rewards)
    mask = torch.tensor([[1.0] * n + [0.0] * (4 - n) for n in (lengths or [4] * count)])
    rewards = torch.tensor(rewards)
    given = {
        "rollouts": 2,
        "prompts": [[1]] * count,
        "tokens": mask.long(),
        "mask": mask,
        "drawn": -mask,
        "reference": -mask,
    } | more
    return Batch(rewards=rewards, correct=rewards, **given)


def test_advantages_by_hand():
    batch = a_batch([1.0, 0.0, 0.0, 0.0], greedy=torch.tensor([1.0, 0.0]))
    expected = {
        grpo: [1, -1, 0, 0],  # (1 - .5) / .5
        rloo: [1, -1, 0, 0],
        remax: [0, -1, 0, 0],
        reinforce_pp: [0.75 / math.sqrt(3 / 16), *[-0.25 / math.sqrt(3 / 16)] * 3],
    }
    for algorithm, values in expected.items():
        assert algorithm.advantages(batch, OPTIONS).tolist() == pytest.approx(values, abs=1e-4), algorithm


def test_leave_one_out_is_the_mean_of_the_others():
    batch = a_batch([1.0, 0.0, 0.0, 1.0, 0.0, 0.5], rollouts=3)
    assert rloo.advantages(batch, OPTIONS).tolist() == pytest.approx([1, -0.5, -0.5, 0.75, -0.75, 0])


@pytest.mark.parametrize(("right", "of", "k"), [(1, 4, 2), (2, 5, 3), (3, 6, 2), (0, 4, 2), (4, 4, 2), (3, 4, 2)])
def test_passk_advantages_are_means_over_all_choices_of_k(right, of, k):
    """Brute force: every choice of k is a group, with reward 1 where one is right, standardised over all choices."""
    rewards = [1.0] * right + [0.0] * (of - right)
    groups = list(combinations(range(of), k))
    worth = torch.tensor([max(rewards[i] for i in group) for group in groups])
    scaled = (worth - worth.mean()) / worth.std(correction=0) if worth.std(correction=0) else torch.zeros(len(groups))
    brute = [
        sum(value.item() for value, group in zip(scaled, groups, strict=True) if i in group)
        / sum(i in group for group in groups)
        for i in range(of)
    ]
    assert passk.of_group(torch.tensor(rewards), k).tolist() == pytest.approx(brute, abs=1e-6)


def test_advantages_of_ppo_are_reward_less_value_or_smoothed_differences():
    values = torch.tensor([[0.5, 0.25, 0.125, 9.0], [0.0, 1.0, 9.0, 9.0]])
    batch = a_batch([1.0, 0.0], lengths=[3, 2], values=values)
    found = ppo.estimates(batch, 1.0)
    assert found.tolist() == [[0.5, 0.75, 0.875, 0.0], [0.0, -1.0, 0.0, 0.0]]
    one_step = [[-0.25, -0.125, 0.875, 0.0], [1.0, -1.0, 0.0, 0.0]]
    assert ppo.estimates(batch, 0.0).tolist() == one_step
    smoothed = ppo.estimates(batch, 0.5)[0]
    assert smoothed[1].item() == pytest.approx(-0.125 + 0.5 * 0.875)
    scaled = ppo.advantages(batch, {"gae": 1.0})[batch.mask.bool()]
    assert scaled.mean().item() == pytest.approx(0, abs=1e-6)
    assert scaled.std(correction=0).item() == pytest.approx(1, abs=1e-4)


def test_dapo_takes_from_long_responses_and_learns_from_mixed_groups_alone():
    batch = a_batch([1.0, 0.0, 1.0, 1.0], lengths=[2, 3, 4, 4])
    assert dapo.penalties(batch, {"max_new_tokens": 4, "overlong": 2}).tolist() == [0.0, -0.5, -1.0, -1.0]
    assert dapo.penalties(batch, {"max_new_tokens": 4, "overlong": 0}).tolist() == [0.0] * 4
    assert batch.informative.tolist() == [True, True, False, False]
    mixed = batch.select(batch.informative)
    assert len(joined(mixed, mixed)) == 4
    assert dapo.advantages(mixed, {"max_new_tokens": 4, "overlong": 2}).tolist() == pytest.approx([1, -1], abs=1e-4)


def test_losses_weigh_tokens_sequences_and_responses_as_their_papers_do():
    mask = torch.tensor([[1.0, 1.0, 1.0], [1.0, 0.0, 0.0]])
    values = torch.tensor([[1.0, 2.0, 3.0], [10.0, 7.0, 7.0]])
    assert objective.mean_of_sequences(values, mask).item() == 6.0  # (2 + 10) / 2
    assert objective.mean_of_tokens(values, mask).item() == 4.0  # 16 / 4
    assert objective.mean_of_responses(values, mask).item() == 8.0  # (6 + 10) / 2


def test_ratios_beyond_the_clip_teach_nothing_on_the_side_that_they_went_to():
    new = torch.tensor([[0.5, 0.1, -0.5]], requires_grad=True)
    ratio = objective.ratio_of_tokens(new, torch.zeros(1, 3), torch.ones(1, 3))
    for sign, expected in ((1.0, [False, True, True]), (-1.0, [True, True, False])):
        loss = objective.surrogate(ratio, torch.tensor([sign]), 0.2, 0.28).sum()
        gradient = torch.autograd.grad(loss, new, retain_graph=True)[0]
        assert gradient[0].ne(0).tolist() == expected
    higher = objective.surrogate(torch.tensor([[1.25]]), torch.tensor([1.0]), 0.2, 0.28)
    assert higher.item() == -1.25  # below the higher clip
    assert objective.surrogate(torch.tensor([[1.25]]), torch.tensor([1.0]), 0.2, 0.2).item() == pytest.approx(-1.2)
    new, mask = torch.tensor([[0.1, 0.2, 5.0]]), torch.tensor([[1.0, 1.0, 0.0]])
    whole = objective.ratio_of_responses(new, torch.zeros(1, 3), mask)
    assert whole.item() == pytest.approx(math.exp(0.3))


@pytest.mark.parametrize("name", ["grpo", "rloo", "remax", "reinforce_pp", "ppo", "dapo"])
def test_on_policy_the_gradient_is_the_advantage_weighted_one(name):
    """One token of three logits: the loss's gradient is -A (1[token] - p) times the weight of the token."""
    algorithm = importlib.import_module(f"boundary.zoo.algorithms.{name}")
    ratio_of = getattr(algorithm, "ratio_of", objective.ratio_of_tokens)
    mean_of = getattr(algorithm, "mean_of", objective.mean_of_sequences)
    logits = torch.tensor([0.3, -0.2, 1.0], requires_grad=True)
    tokens, mask = torch.tensor([[0, 1], [2, 0]]), torch.tensor([[1.0, 1.0], [1.0, 0.0]])
    new = logits.log_softmax(-1)[tokens]
    advantages, p = torch.tensor([2.0, -1.0]), logits.detach().softmax(-1)
    ratio = ratio_of(new, new.detach(), mask)
    mean_of(objective.surrogate(ratio, advantages, 0.2, 0.2), mask).backward()
    towards = torch.eye(3) - p
    weights = {  # of the three tokens, by what each paper's loss is the mean of
        "grpo": (1 / 4, 1 / 4, 1 / 2),
        "rloo": (1 / 2, 1 / 2, 1 / 2),
        "remax": (1 / 2, 1 / 2, 1 / 2),
    }.get(name, (1 / 3, 1 / 3, 1 / 3))
    by_hand = -(2.0 * weights[0] * towards[0] + 2.0 * weights[1] * towards[1] - weights[2] * towards[2])
    assert torch.allclose(logits.grad, by_hand, atol=1e-6)


def test_k3_is_what_its_definition_says():
    assert objective.k3(torch.tensor(-1.0), torch.tensor(-1.5)).item() == pytest.approx(math.exp(-0.5) + 0.5 - 1)
