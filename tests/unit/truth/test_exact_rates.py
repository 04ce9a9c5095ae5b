"""Exact success rates against brute force, and verdicts against known truths."""

import itertools

import numpy as np
import polars as pl
import pytest
import torch
from transformers import LlamaConfig, LlamaForCausalLM

from boundary.analysis.decisions import REFUTED, SUPPORTED, UNDECIDED
from boundary.analysis.kinds import BETTER, COVERAGE, LOST, OVERTAKES, RATE_LOST
from boundary.truth import expansion
from boundary.truth.checking import AGREES, CONTRADICTS, INSIDE, LEVEL, NOTHING, OUTSIDE, TOO_WIDE, check
from boundary.truth.job import responses, with_empty
from boundary.truth.rates import pass_at, rates

VOCABULARY, END, LONGEST = 5, 1, 3
PROMPTS = [[2, 3], [4], [3, 3, 2]]
PLAIN = {"temperature": 1.0, "top_p": 1.0, "top_k": 0, "max_tokens": LONGEST}
CUT = PLAIN | {"temperature": 0.7, "top_p": 0.8}


@pytest.fixture(scope="module")
def model():
    torch.manual_seed(0)
    sizes = {"hidden_size": 16, "intermediate_size": 32, "num_hidden_layers": 2, "num_attention_heads": 2}
    made = LlamaForCausalLM(LlamaConfig(vocab_size=VOCABULARY, **sizes, initializer_range=0.3, pad_token_id=0))
    return made.eval()


def brute(model, prompt: list[int], decoding: dict) -> dict[tuple, float]:
    """The probability of every response, from one pass over each whole sequence."""
    found = {}
    for length in range(1, LONGEST + 1):
        for tokens in itertools.product(range(VOCABULARY), repeat=length):
            if END in tokens[:-1] or (length < LONGEST and tokens[-1] != END):
                continue
            with torch.inference_mode():
                logits = model(torch.tensor([prompt + list(tokens)])).logits[0, len(prompt) - 1 : -1]
            steps = [sampled(row, decoding)[token] for row, token in zip(logits.double(), tokens, strict=True)]
            if (chance := float(np.prod(steps))) > 0:
                found[tokens] = chance
    return found


def sampled(logits: torch.Tensor, decoding: dict) -> np.ndarray:
    chances = (logits / decoding["temperature"]).softmax(-1).numpy()
    order, kept = np.argsort(-chances), np.zeros(len(chances))
    allowed = order[: decoding["top_k"] or None]
    mass, total = 0.0, chances[allowed].sum()
    for token in allowed:
        if mass < decoding["top_p"] * total:
            kept[token] = chances[token]
        mass += chances[token]
    return kept / kept.sum()


@pytest.mark.parametrize("decoding", [PLAIN, CUT, PLAIN | {"top_k": 3}, CUT | {"top_k": 4}])
@pytest.mark.parametrize("at_once", [4096, 3])
def test_every_response_is_found_with_its_probability(model, decoding, at_once, monkeypatch):
    monkeypatch.setattr(expansion, "AT_ONCE", at_once)
    walk = expansion.walk(model, PROMPTS, decoding, [END], least=1e-12)
    for number, prompt in enumerate(PROMPTS):
        found = {tuple(one.tokens): one.probability for one in walk.found if one.prompt == number}
        expected = brute(model, prompt, decoding)
        assert found.keys() == expected.keys()
        assert [found[tokens] for tokens in expected] == pytest.approx(list(expected.values()), rel=1e-4)
    assert all(one.ended == (one.tokens[-1] == END) for one in walk.found)
    assert walk.missed == pytest.approx(0, abs=1e-9)


def test_bounds_hold_the_truth_and_are_as_narrow_as_asked(model):
    walk = expansion.expand(model, PROMPTS, PLAIN, [END], unexplored=0.02, prefixes=10**6)
    assert (walk.missed <= 0.02).all()
    assert walk.missed.max() > 0
    for number, prompt in enumerate(PROMPTS):
        truth = sum(chance for tokens, chance in brute(model, prompt, PLAIN).items() if 3 in tokens)
        low = sum(one.probability for one in walk.found if one.prompt == number and 3 in one.tokens)
        assert low <= truth <= low + walk.missed[number] + 1e-6
    few = expansion.expand(model, PROMPTS, PLAIN, [END], unexplored=1e-3, prefixes=5)
    assert ((few.followed >= 5) & (few.missed > 1e-3)).all()
    mass = [sum(one.probability for one in few.found if one.prompt == number) for number in range(len(PROMPTS))]
    assert mass + few.missed == pytest.approx(1, abs=1e-6)


def test_rates_are_of_the_right_responses_with_the_missed_mass_on_top():
    class Tokenizer:
        def decode(self, tokens, **_):
            return " ".join(map(str, tokens))

    one = expansion.Found(0, [5], 0.5, True)
    found = [one, one._replace(tokens=[6], probability=0.3), one._replace(prompt=2, probability=1.0, ended=False)]
    rows = responses(found, ["a", "b", "c"], Tokenizer())
    facts = pl.DataFrame({"problem_id": ["a", "b", "c"], "missed": [0.2, 1.0, 0.0], "followed": [3, 1, 1]})
    rows = with_empty(facts.join(rows, on="problem_id", how="left", maintain_order="left_right"))
    assert rows["problem_id"].to_list() == ["a", "a", "b", "c"]
    verdicts = rows.select("problem_id", "sample_index", correct=pl.col("text") == "5")
    bounds = rates(rows, verdicts)
    assert bounds.select("low", "high").rows() == [(0.5, 0.7), (0.0, 1.0), (1.0, 1.0)]
    assert pass_at(np.array([0.5, 0.0, 1.0]), np.array([1, 3])).tolist() == [[0.5, 0.875], [0, 0], [1, 1]]


def claim(kind: str, verdict: str, low: float, high: float, k: int = 1) -> dict:
    names = {"benchmark": "b", "decoding": "t", "base": "x", "tuned": "y"}
    ends = {"estimate": (low + high) / 2, "low": low, "high": high}
    return names | {"kind": kind, "claim": "...", "n": 16, "k": k, "verdict": verdict, "holm": verdict} | ends


def exact(*values: float):
    return (np.array(values), np.array(values))


def checked(one: dict, base, tuned, rate: float = 0.1) -> tuple:
    row = check([one], {("b", "t", "x", "y"): ([base], [tuned])}, rate)[0]
    return row["true_verdict"], row["verdict_is"], row["truth_is"]


def test_verdicts_are_held_against_the_truth():
    base, tuned = exact(0.2, 0.2), exact(0.6, 0.0)  # better at k = 1, worse at large k
    assert checked(claim(BETTER, SUPPORTED, 0.05, 0.2), base, tuned) == (SUPPORTED, AGREES, INSIDE)
    assert checked(claim(BETTER, SUPPORTED, 0.15, 0.2), base, tuned) == (SUPPORTED, AGREES, OUTSIDE)
    assert checked(claim(BETTER, REFUTED, -0.2, -0.1), base, tuned) == (SUPPORTED, CONTRADICTS, OUTSIDE)
    assert checked(claim(BETTER, UNDECIDED, -0.2, 0.3), base, tuned) == (SUPPORTED, NOTHING, INSIDE)
    assert checked(claim(COVERAGE, SUPPORTED, -0.6, -0.1, k=8), base, tuned)[:2] == (SUPPORTED, AGREES)
    assert checked(claim(OVERTAKES, SUPPORTED, 2, 5), base, tuned) == (SUPPORTED, AGREES, INSIDE)
    assert checked(claim(RATE_LOST, SUPPORTED, 1, 1), base, tuned) == (SUPPORTED, AGREES, INSIDE)
    assert checked(claim(RATE_LOST, SUPPORTED, 1, 1), base, tuned, rate=0.3) == (REFUTED, CONTRADICTS, OUTSIDE)
    never = claim(LOST, SUPPORTED, 1, 1) | {"other_below": 0.03}
    assert checked(never, base, tuned) == (SUPPORTED, AGREES, INSIDE)
    assert checked(never, base, tuned, rate=0.3) == (REFUTED, CONTRADICTS, OUTSIDE)


def test_equal_models_and_wide_bounds_are_said():
    same = exact(0.3, 0.1)
    assert checked(claim(BETTER, SUPPORTED, 0.1, 0.2), same, same)[:2] == (LEVEL, CONTRADICTS)
    wide = (np.array([0.3, 0.1]), np.array([0.4, 0.1]))
    assert checked(claim(BETTER, SUPPORTED, 0.01, 0.2), same, wide) == (UNDECIDED, TOO_WIDE, TOO_WIDE)
