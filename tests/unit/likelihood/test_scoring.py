"""Scoring the zoo: it agrees with what sampling wrote, in one piece or many, and goes on after a kill."""

import polars as pl
import pytest

from boundary.errors import InputError
from boundary.files import store
from boundary.likelihood import job, scorers
from boundary.likelihood.choosing import chosen_problems, chosen_samples
from boundary.likelihood.job import agreement, score
from boundary.likelihood.scores import schema_of
from boundary.sampling.engines import open_engine
from conftest import ROOT

MODEL = {"dtype": "auto", "stop": [], "stop_token_ids": [], "tensor_parallel_size": 1}
DECODING = {"temperature": 0.6, "top_p": 0.95, "top_k": 0, "max_tokens": 60}
SPEC = {"entropy": True, "own": True, "written": {"model": {"stop": []}, "decoding": DECODING}}


class Silent:
    def start(self, done):
        self.done = done

    def add(self, *_):
        pass


@pytest.fixture(scope="module")
def engine(zoo_requests):
    prompts = {request.prompt for request in zoo_requests}
    return open_engine(
        "transformers", str(ROOT / "resources/zoo/chain-base"), MODEL, {"batch_size": 16}, prompts, DECODING
    )


@pytest.fixture(scope="module")
def samples(engine, zoo_requests) -> pl.DataFrame:
    found = [response for some in engine.generate(zoo_requests, DECODING) for response in some]
    rows = [
        (q.problem_id, q.sample_index, q.prompt, r.text, r.tokens, r.finish_reason, r.cumulative_logprob)
        for r, q in ((response, response.request) for response in found)
    ]
    columns = ["problem_id", "sample_index", "prompt", "text", "tokens", "finish_reason", "cumulative_logprob"]
    return pl.DataFrame(rows, schema=columns, orient="row")


def scored(engine, samples, folder, scorer=scorers.with_transformers) -> pl.DataFrame:
    return score(samples, SPEC, DECODING, folder / "x.partial", lambda requests: (engine, scorer), Silent())[0]


def test_scoring_agrees_with_sampling(engine, samples, tmp_path):
    found = scored(engine, samples, tmp_path)
    assert found.select("problem_id", "sample_index").equals(samples.select("problem_id", "sample_index"))
    assert (samples["finish_reason"] == "stop").any()  # so that end tokens are scored too
    facts = agreement(found)
    assert facts["read_otherwise"] < 0.2
    assert facts["median_difference"] < 1e-4
    otherwise = pl.col("logprob") - 0.1 * pl.col("tokens")
    one = found.with_columns(logprob=pl.when(pl.int_range(pl.len()) == 0).then(otherwise).otherwise("logprob"))
    assert agreement(one)["median_difference"] < 1e-4  # one response read as other tokens
    every = agreement(found.with_columns(logprob=otherwise))
    assert every["median_difference"] == pytest.approx(0.1, abs=1e-3)


def test_responses_that_do_not_fit_at_once_are_scored_in_pieces(engine, samples, tmp_path, monkeypatch):
    whole = scored(engine, samples, tmp_path)
    monkeypatch.setattr(scorers, "LOGITS", 128 * 7)  # seven steps at once
    pieces = scored(engine, samples, tmp_path / "pieces")
    assert pieces["logprob"].to_list() == pytest.approx(whole["logprob"].to_list(), abs=1e-4)
    for column in ("entropy", "entropy_sampled"):
        sums = [frame[column].list.sum().to_list() for frame in (pieces, whole)]
        assert sums[0] == pytest.approx(sums[1], abs=1e-4)


def test_a_killed_scoring_goes_on(engine, samples, tmp_path):
    asked = []

    def dies(engine, requests, *others):
        for number, some in enumerate(scorers.with_transformers(engine, requests, *others)):
            if number == 2:
                raise KeyboardInterrupt
            asked.append(len(some))
            yield some

    with pytest.raises(KeyboardInterrupt):
        scored(engine, samples, tmp_path, dies)

    def rest(engine, requests, *others):
        assert len(requests) == len(samples) - sum(asked) < len(samples)
        yield from scorers.with_transformers(engine, requests, *others)

    resumed, whole = scored(engine, samples, tmp_path, rest), scored(engine, samples, tmp_path / "whole")
    assert resumed["logprob"].to_list() == pytest.approx(whole["logprob"].to_list(), abs=1e-4)
    assert resumed.drop("logprob", "entropy", "entropy_sampled").equals(
        whole.drop("logprob", "entropy", "entropy_sampled")
    )


def test_problems_are_drawn_by_seed_and_id_alone():
    ids = [f"p{i}" for i in range(100)]
    few, more = chosen_problems(ids, 5, 0), chosen_problems(ids[::-1], 9, 0)
    assert set(few) < set(more)
    assert chosen_problems(ids, 5, 1) != few
    assert chosen_problems(ids, ["p3", "p1"], 0) == ["p3", "p1"]
    with pytest.raises(InputError, match="no problem 'q'"):
        chosen_problems(ids, ["q"], 0)


def test_the_first_samples_of_every_chosen_problem():
    frame = pl.DataFrame({"problem_id": ["a", "b"] * 6, "sample_index": [i // 2 for i in range(12)]})
    kept = chosen_samples(frame, {"problems": 1, "samples": 4, "seed": 0})
    assert kept["problem_id"].n_unique() == 1
    assert kept["sample_index"].to_list() == [0, 1, 2, 3]


def test_samples_that_are_imported_again_are_not_scored_again(tmp_path, monkeypatch):
    """A newer import plans the job, which finds its scores by what the responses are."""
    monkeypatch.chdir(tmp_path)
    written = {"protocol": 1, "responses": {"sha256": "ab"}}
    spec = {"model": {"weights": "w"}, "written": written, "entropy": False, "seed": 0, "problems": 9, "samples": 9}
    rows = {"problem_id": ["a"], "sample_index": [0], "text": ["x"], "tokens": [1], "finish_reason": ["stop"]}
    found = {"problem_id": "a", "sample_index": 0, "tokens": 1, "logprob": -1.0, "sampled_logprob": None}
    scored = pl.DataFrame([found | {"same_tokens": None}], schema=schema_of(spec))
    prompts, calls = pl.DataFrame({"problem_id": ["a"], "prompt": ["p"]}), []
    monkeypatch.setattr(job, "score", lambda *_: calls.append(1) or (scored, {}))
    for text, times in (("x", 1), ("x", 1), ("other", 2)):
        block = pl.DataFrame(rows | {"text": [text]}).with_columns(cumulative_logprob=pl.lit(None, pl.Float64))
        store.write(block, "samples.parquet", written, {"imported at": len(calls)})
        names = {"model": "m", "benchmark": "b", "decoding": "d", "writer": "w"}
        job.run(tmp_path / "scores.parquet", names, ["samples.parquet"], prompts, spec, {}, {}, 1)
        assert len(calls) == times
    assert store.read("scores.parquet").equals(scored)
