"""Log-probabilities and entropies against distributions whose answers are known."""

import math

import numpy as np
import pytest
import torch

from boundary.likelihood.distribution import entropy_as_sampled, steps_of
from boundary.likelihood.scores import PARTS, parts_of
from boundary.sampling.engines.picking import FEW

PLAIN = {"temperature": 1.0, "top_p": 1.0, "top_k": 0}
NO_ENDS = torch.tensor([], dtype=torch.long)


def test_a_model_of_two_tokens():
    """p = 0.8, 0.2: the log-probability of a token is its logarithm, whatever the temperature; entropy follows it."""
    logits = torch.tensor([[0.8, 0.2]]).log().repeat(2, 1) + 3.0
    steps = steps_of(logits, torch.tensor([0, 1]), NO_ENDS, PLAIN | {"temperature": 0.5})
    assert steps.logprobs.tolist() == pytest.approx([math.log(0.8), math.log(0.2)], abs=1e-6)
    p = 0.8**2 / (0.8**2 + 0.2**2)
    assert steps.entropy.tolist() == pytest.approx([-p * math.log(p) - (1 - p) * math.log(1 - p)] * 2, abs=1e-6)
    assert steps.entropy_sampled.tolist() == steps.entropy.tolist()


@pytest.mark.parametrize("size", [2, 50, 1000])
def test_a_uniform_model(size):
    decoding = PLAIN | {"temperature": 0.6, "top_p": 0.9137}
    steps = steps_of(torch.zeros(1, size), torch.tensor([1]), NO_ENDS, decoding)
    assert steps.logprobs.item() == pytest.approx(-math.log(size), abs=1e-6)
    assert steps.entropy.item() == pytest.approx(math.log(size), abs=1e-6)
    assert steps.entropy_sampled.item() == pytest.approx(math.log(math.ceil(0.9137 * size)), abs=1e-6)


def test_a_token_that_cannot_be_has_no_part_in_entropy():
    steps = steps_of(torch.tensor([[0.0, 0.0, -math.inf]]), torch.tensor([0]), NO_ENDS, PLAIN)
    assert steps.entropy.item() == pytest.approx(math.log(2), abs=1e-6)


def test_a_response_ends_by_any_of_its_end_tokens():
    logits = torch.tensor([[0.5, 0.3, 0.2]]).log().repeat(2, 1)
    steps = steps_of(logits, torch.tensor([0, 1]), torch.tensor([1, 2]), None)
    assert steps.logprobs.exp().tolist() == pytest.approx([0.5, 0.5])


@pytest.mark.parametrize("more", [{"top_p": 0.5}, {"top_p": 0.999}, {"top_k": 100}, {"min_p": 0.001}, {"top_k": 9}])
def test_the_entropy_of_what_is_sampled_from(more):
    """Against the definition: what min_p, top_k and top_p leave of a large vocabulary, scaled to one."""
    rng = np.random.default_rng(1)
    p = torch.from_numpy(rng.normal(scale=2, size=(20, 40 * FEW))).softmax(-1)
    decoding, expected = PLAIN | more, []
    for row in p.numpy():
        row = np.sort(row)[::-1]
        row = row[row >= decoding.get("min_p", 0) * row[0]][: decoding["top_k"] or None]
        row = row / row.sum()
        row = row[np.cumsum(row) - row < decoding["top_p"]]
        row = row / row.sum()
        expected.append(-(row * np.log(row)).sum())
    assert entropy_as_sampled(p, decoding).numpy() == pytest.approx(np.array(expected), abs=1e-6)


def test_parts_hold_every_token_once():
    assert parts_of([1] * 25) == [3, 2, 3, 2, 3, 2, 3, 2, 3, 2]
    assert parts_of([]) == [0] * PARTS
    assert sum(parts_of([1, 1, 1])) == 3
