"""GRPO, RLOO and DAPO's loss against the trainers of TRL: the same loss and gradient on the same responses.

TRL's own code runs, on a stand-in for a trainer that has the few attributes that it reads.
"""

from collections import defaultdict
from types import SimpleNamespace

import pytest
import torch
import trl

from boundary.zoo.reinforcement.batch import Batch
from boundary.zoo.reinforcement.learner import Reinforcement
from boundary.zoo.reinforcement.rollouts import log_probabilities
from boundary.zoo.tasks import chain

RECIPE = {"task": "chain", "problems": 2, "rollouts": 3, "learning_rate": 0.001, "max_new_tokens": 5, "kl": 0.05}


@pytest.fixture(scope="module")
def batch():
    """Six responses of different lengths to two prompts, drawn from a policy a little off the one that learns."""
    torch.manual_seed(0)
    lengths = torch.tensor([5, 3, 1, 4, 5, 2])
    mask = (torch.arange(5) < lengths[:, None]).float()
    rewards = torch.tensor([1.0, 0.0, 0.0, 1.0, 1.0, 0.0])
    return Batch(
        rollouts=3,
        prompts=[[1, 5, 7, 9]] * 3 + [[1, 8, 6]] * 3,
        tokens=torch.randint(3, 90, (6, 5)) * mask.long(),
        mask=mask,
        drawn=torch.zeros(6, 5),
        rewards=rewards,
        correct=rewards,
    )


def stand_in(**attributes):
    """What a trainer's `_compute_loss` reads of it."""
    alone = SimpleNamespace(gather=lambda x: x, num_processes=1, reduce=lambda x, reduction: x)
    alone.gather_for_metrics = alone.gather
    given = {
        "accelerator": alone,
        "aux_loss_enabled": False,
        "temperature": 1.0,
        "model": SimpleNamespace(training=True),
        "current_gradient_accumulation_steps": 1,
        "epsilon_low": 0.2,
        "epsilon_high": 0.2,
        "_metrics": {"train": defaultdict(list)},
        "args": SimpleNamespace(delta=None, use_bias_correction_kl=False, steps_per_generation=1),
        "top_entropy_quantile": 1.0,
        "off_policy_mask_threshold": None,
        "importance_sampling_level": "token",
        "loss_type": "grpo",
        "use_vllm": False,
        "_entropy_bonus_enabled": False,
        "beta": RECIPE["kl"],
    } | attributes
    trainer = SimpleNamespace(**given)

    def log_probabilities(model, ids, attention, keep, **_):
        logits = model(input_ids=ids, attention_mask=attention).logits[:, -keep - 1 : -1]
        logs = logits.log_softmax(-1)
        chosen = logs.gather(2, ids[:, -keep:, None]).squeeze(2)
        return chosen, -(logs.exp() * logs).sum(-1).detach(), None

    trainer._get_per_token_logps_and_entropies = log_probabilities
    return trainer


def inputs_of(batch, advantages):
    """A batch as TRL has it: prompts padded on the left, responses on the right."""
    width = max(map(len, batch.prompts))
    prompts = torch.tensor([[0] * (width - len(prompt)) + prompt for prompt in batch.prompts])
    there = torch.tensor([[0] * (width - len(prompt)) + [1] * len(prompt) for prompt in batch.prompts])
    return {
        "prompt_ids": prompts,
        "prompt_mask": there,
        "completion_ids": batch.tokens,
        "completion_mask": batch.mask.long(),
        "advantages": advantages,
        "num_items_in_batch": batch.mask.sum(),
    }


@pytest.mark.parametrize("name", ["grpo", "rloo", "dapo"])
def test_loss_and_gradient_are_those_of_trl(name, batch, start):
    kl = {"kl": 0.0} if name == "rloo" else {}  # there it is part of the reward
    learner = Reinforcement(chain, RECIPE | {"algorithm": name} | kl, 0, start)
    policy = learner.policy
    batch = batch.select(torch.arange(6))
    with torch.no_grad():
        batch.drawn = (log_probabilities(policy, batch)[0] + 0.15 * torch.randn(6, 5)) * batch.mask
        batch.reference = (log_probabilities(policy, batch)[0] + 0.3 * torch.randn(6, 5)) * batch.mask
    advantages = learner.algorithm.advantages(batch, learner.recipe)
    ours, clipped = learner.loss(batch, advantages)
    ours.backward()
    gradient = {key: weight.grad.clone() for key, weight in policy.named_parameters()}
    policy.zero_grad()

    trainer = trl.RLOOTrainer if name == "rloo" else trl.GRPOTrainer
    inputs = inputs_of(batch, advantages)
    inputs |= {"old_per_token_logps": batch.drawn, "ref_per_token_logps": batch.reference}
    inputs["old_logps"] = (batch.drawn * batch.mask).sum(1)
    high = learner.recipe["clip_high"]  # of DAPO alone it is another
    theirs = trainer._compute_loss(stand_in(loss_type=name, epsilon_high=high), policy, inputs)
    theirs.backward()
    assert clipped > 0  # so that clipping is compared, too
    assert ours.item() == pytest.approx(theirs.item(), abs=1e-6)
    for key, weight in policy.named_parameters():
        assert torch.allclose(gradient[key], weight.grad, atol=1e-6), key
