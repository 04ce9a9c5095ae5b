"""The transformers engine: what it draws, what it shares, and how it goes on."""

from types import SimpleNamespace

import numpy as np
import pytest
import torch

from boundary.sampling.engines import Request, open_engine
from boundary.sampling.engines import transformers as engines
from boundary.sampling.engines.picking import FEW, penalised, pick
from boundary.sampling.engines.rows import arranged
from conftest import ROOT, make_adapter

WEIGHTS = str(ROOT / "resources/zoo/chain-base")
MODEL = {"dtype": "auto", "stop": [], "stop_token_ids": [], "tensor_parallel_size": 1}
DECODING = {"temperature": 1.0, "top_p": 1.0, "top_k": 0, "max_tokens": 60}


def test_pick_draws_from_the_tempered_nucleus():
    """Against the distribution itself: temperature, then min_p, top_k, and the smallest set of tokens with top_p."""
    logits = torch.tensor([2.0, 1.0, 0.5, -1.0, -3.0]).repeat(40_000, 1)
    uniforms = torch.from_numpy(np.random.default_rng(0).random(len(logits)))
    for temperature, top_p, top_k, min_p in (
        (1.0, 1.0, 0, None),
        (0.6, 0.95, 0, None),
        (1.0, 0.5, 0, None),
        (1.0, 1.0, 2, None),
        (2.0, 0.6, 3, None),
        (1.0, 1.0, 0, 0.2),
        (1.0, 0.9, 0, 0.04),
    ):
        p = torch.softmax(logits[0] / temperature, 0).numpy()
        p[p < (min_p or 0) * p.max()] = 0
        p[top_k or len(p) :] = 0
        p /= p.sum()
        kept = np.cumsum(p) - p < top_p
        expected = np.where(kept, p, 0) / p[kept].sum()
        decoding = {"temperature": temperature, "top_p": top_p, "top_k": top_k} | ({"min_p": min_p} if min_p else {})
        shares = np.bincount(pick(logits, uniforms, decoding).numpy(), minlength=5) / len(logits)
        assert shares == pytest.approx(expected, abs=0.01)
        assert (shares[~kept] == 0).all()
    assert pick(logits[:1], uniforms[:1], {"temperature": 0, "top_p": 1.0, "top_k": 0}).item() == 0


@pytest.mark.parametrize("more", [{}, {"top_p": 0.9}, {"top_p": 0.999}, {"top_k": 100}, {"min_p": 0.001}, {"top_k": 9}])
def test_a_large_vocabulary_is_sorted_only_as_far_as_needed_and_nothing_changes(more):
    rng = np.random.default_rng(1)
    logits = torch.from_numpy(rng.normal(scale=2, size=(20, 40 * FEW)).astype(np.float32))
    uniforms, rows = torch.from_numpy(rng.random(2000)), torch.from_numpy(rng.integers(0, 20, 2000))
    decoding = {"temperature": 1.0, "top_p": 1.0, "top_k": 0} | more
    ordered, ids = logits.softmax(-1).sort(-1, descending=True)
    if "min_p" in more:
        ordered = torch.where(ordered >= more["min_p"] * ordered[:, :1], ordered, 0)
    if decoding["top_k"]:
        ordered[:, decoding["top_k"] :] = 0
    shares = ordered.double() / ordered.double().sum(-1, keepdim=True)
    shares = torch.where(shares.cumsum(-1) - shares < decoding["top_p"], shares, 0)
    cumulative = (shares / shares.sum(-1, keepdim=True)).cumsum(-1)
    place = torch.searchsorted(cumulative[rows], uniforms[:, None], right=True)
    expected = ids[rows].gather(1, place).squeeze(1)
    assert (pick(logits, uniforms, decoding, rows) == expected).float().mean() > 0.999  # but for ties of rounding


def test_penalties_are_those_of_the_processors_of_transformers():
    from transformers import RepetitionPenaltyLogitsProcessor

    logits, prompt, output = torch.tensor([[1.0, -2.0, 3.0, 0.5]]), torch.tensor([[0, 1]]), torch.tensor([[2]])
    seen = [torch.zeros(1, 4, dtype=torch.bool).scatter_(1, ids, True) for ids in (prompt, output)]
    ours = penalised(logits, {"repetition_penalty": 1.3}, *seen)
    theirs = RepetitionPenaltyLogitsProcessor(1.3)(torch.cat([prompt, output], 1), logits.clone())
    assert torch.allclose(ours, theirs)
    assert penalised(logits, {"presence_penalty": 0.5}, *seen).tolist() == [[1.0, -2.0, 2.5, 0.5]]


@pytest.fixture
def requests(zoo_requests):
    return zoo_requests


def engine(requests, weights=WEIGHTS, batch_size=48, decoding=DECODING, **model):
    return open_engine(
        "transformers", weights, MODEL | model, {"batch_size": batch_size}, {r.prompt for r in requests}, decoding
    )


def drawn(opened, requests, decoding=DECODING) -> dict:
    found = [response for finished in opened.generate(requests, decoding) for response in finished]
    return {(r.request.problem_id, r.request.sample_index): r for r in found}


def test_an_interrupted_response_goes_on_as_the_same_sample(requests, monkeypatch):
    monkeypatch.setattr("boundary.sampling.engines.transformers.HEARTBEAT", 0)
    opened = engine(requests)
    whole = drawn(opened, requests)
    for step, _ in enumerate(opened.generate(requests, DECODING)):
        if step == 20:
            going = opened.unfinished()
            break
    assert len(going) > 20
    begun = [
        Request(r.problem_id, r.sample_index, r.prompt, r.seed, begun=tuple(ids), begun_logprobs=tuple(logprobs))
        for r, ids, logprobs in going
    ]
    for key, response in drawn(opened, begun).items():
        assert (response.text, response.tokens) == (whole[key].text, whole[key].tokens)
        assert response.cumulative_logprob == pytest.approx(whole[key].cumulative_logprob, abs=1e-3)


def test_samples_that_begin_alike_share_their_computation(requests):
    opened, rows = engine(requests), []
    forward = opened.model.forward
    opened.model.forward = lambda *args, **given: (rows.append(len(given["input_ids"])), forward(*args, **given))[1]
    greedy = DECODING | {"temperature": 0}
    drawn(opened, requests, greedy)
    assert max(rows) == 6  # problems, of eight samples each
    rows.clear()
    drawn(opened, requests)
    assert rows[0] == 6
    assert max(rows) > 20


@pytest.mark.parametrize("seed", range(20))
def test_rows_are_split_and_dropped_as_asked(seed):
    rng = np.random.default_rng(seed)
    size = int(rng.integers(1, 12))
    parents = torch.from_numpy(np.sort(rng.integers(0, size, rng.integers(1, 20))))
    chosen, places = arranged(parents, size)
    assert chosen[places].tolist() == parents.tolist()
    assert len(set(places.tolist())) == len(parents)
    assert len(chosen) - len(parents) <= 0.25 * size + 1  # holes


def test_free_places_are_taken_by_waiting_requests(requests):
    opened, steps = engine(requests, batch_size=16), []
    forward = opened.model.forward
    opened.model.forward = lambda *args, **given: (steps.append(1), forward(*args, **given))[1]
    lengths = [r.tokens for r in drawn(opened, requests).values()]
    batches = [sorted(lengths, reverse=True)[start : start + 16] for start in range(0, len(lengths), 16)]
    assert len(steps) < sum(map(max, batches)) + 5  # as good as batches of equal lengths, which nobody knows before


def test_penalties_reach_the_samples(requests):
    few = requests[:16]
    plain = drawn(engine(few), few, DECODING | {"temperature": 0})
    opened = engine(few)
    strong = drawn(opened, few, DECODING | {"temperature": 0, "repetition_penalty": 50.0})
    assert plain.keys() == strong.keys()
    for response in strong.values():
        ids = opened.tokenizer(response.text, add_special_tokens=False)["input_ids"]
        assert len(ids) == len(set(ids))  # no token twice


def test_an_adapter_gives_the_samples_of_the_merged_weights(requests, tmp_path):
    make_adapter(WEIGHTS, tmp_path, ["q_proj", "v_proj"])
    by_adapter = drawn(engine(requests, adapter=str(tmp_path / "adapter")), requests)
    merged = drawn(engine(requests, str(tmp_path / "merged")), requests)
    plain = drawn(engine(requests), requests)
    assert {key: r.text for key, r in by_adapter.items()} == {key: r.text for key, r in merged.items()}
    assert {key: r.text for key, r in by_adapter.items()} != {key: r.text for key, r in plain.items()}


def test_overrides_of_the_configuration_count(requests):
    stretched = engine(
        requests, hf_overrides={"rope_parameters": {"rope_type": "linear", "factor": 4.0, "rope_theta": 1e4}}
    )
    assert {k: r.text for k, r in drawn(stretched, requests).items()} != {
        k: r.text for k, r in drawn(engine(requests), requests).items()
    }


def test_shared_keys_give_the_attention_of_repeated_ones():
    from transformers.integrations.sdpa_attention import sdpa_attention_forward

    from boundary.sampling.engines.attention import shared_keys

    torch.manual_seed(0)
    query, keys = torch.randn(5, 6, 1, 16), torch.randn(2, 5, 2, 9, 16)
    mask = torch.rand(5, 1, 1, 9) > 0.3
    module = torch.nn.Module()
    module.num_key_value_groups = 3
    ours, _ = shared_keys(module, query, *keys, mask, scaling=0.3)
    theirs, _ = sdpa_attention_forward(module, query, *keys, mask, scaling=0.3)
    assert torch.allclose(ours, theirs, atol=1e-6)


def test_a_batch_has_as_many_responses_as_fit_into_memory(monkeypatch):
    opened = open_engine("transformers", WEIGHTS, MODEL, {}, {"12 a 03"}, DECODING)
    kept = (
        2 * 3 * 4 * 32 * 4
    )  # bytes of a token: keys and values of 3 layers with 4 heads of 32 single-precision numbers
    free = 64 * 2**20
    monkeypatch.setattr(engines.psutil, "virtual_memory", lambda: SimpleNamespace(available=free))
    monkeypatch.setattr(engines.os, "cpu_count", torch.get_num_threads)
    assert engines.fitting(opened.model, 100) == free // 2 // (100 * kept + 8 * 4 * 128)
    assert engines.fitting(opened.model, 10**9) == 1
    monkeypatch.setattr(engines.os, "cpu_count", lambda: 4 * torch.get_num_threads())
    assert engines.fitting(opened.model, 100) == free // 4 // 2 // (100 * kept + 8 * 4 * 128)
    monkeypatch.setattr(engines.psutil, "virtual_memory", lambda: SimpleNamespace(available=2**50))
    assert engines.fitting(opened.model, 100) == engines.LARGEST
