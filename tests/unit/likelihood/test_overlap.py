"""Support overlap, AUC and entropies against brute force and against samples of one distribution."""

import numpy as np
import polars as pl
import pytest

from boundary.likelihood.entropy import entropies
from boundary.likelihood.overlap import auc, expected_overlap, overlap, threshold


def test_auc_is_the_share_of_pairs_won():
    own, other = np.array([1.0, 2.0, 2.0]), np.array([2.0, 3.0])
    wins = np.mean([(b > a) + 0.5 * (a == b) for a in own for b in other])
    assert auc(own, other) == pytest.approx(wins)


@pytest.mark.parametrize(("n", "quantile"), [(16, 0.05), (16, 0.2), (128, 0.05)])
def test_another_response_of_the_base_is_in_its_support_as_often_as_is_said(n, quantile):
    drawn = np.random.default_rng(0).normal(size=(20_000, n + 1))
    inside = [row[0] >= threshold(row[1:], quantile) for row in drawn]
    assert np.mean(inside) == pytest.approx(expected_overlap(n, quantile), abs=0.006)


def frame(rng, writer: str, nats: float, problems: int = 40, n: int = 32) -> pl.DataFrame:
    size = problems * n
    tokens = rng.integers(5, 50, size)
    lost = tokens * rng.normal(nats, 0.05, size)
    columns = {"scored_by": ["base"] * size, "written_by": [writer] * size, "written_under": ["t"] * size}
    columns |= {
        "problem_id": [f"p{i % problems}" for i in range(size)],
        "sample_index": [i // problems for i in range(size)],
    }
    columns |= {"correct": rng.random(size) < 0.5, "tokens": tokens, "nats": lost, "perplexity": np.exp(lost / tokens)}
    return pl.DataFrame(columns).with_columns(pl.lit(None, pl.Float64).alias(e) for e in ("entropy", "entropy_sampled"))


def test_measures_of_a_pair():
    rng = np.random.default_rng(0)
    scored = pl.concat([frame(rng, "base", 0.5), frame(rng, "alike", 0.5), frame(rng, "far", 1.0)])
    found = overlap(scored, "base", "alike", 0.05, 0.95)
    rows = {(r["measure"], r["written_by"]): r for r in found.filter(responses="all").iter_rows(named=True)}
    alike, far = rows["support overlap, per token", "alike"], rows["support overlap, per token", "far"]
    assert alike["low"] < alike["expected"] < alike["high"]
    assert far["estimate"] < 0.01
    assert rows["AUC, per token", "alike"]["low"] < 0.5 < rows["AUC, per token", "alike"]["high"]
    assert rows["perplexity", "far"]["estimate"] == pytest.approx(np.e, rel=0.02)
    assert rows["bits per token", "base"]["estimate"] == pytest.approx(0.5 / np.log(2), rel=0.02)
    assert set(found["responses"]) == {"all", "correct", "wrong"}
    assert all(r["low"] <= r["estimate"] <= r["high"] for r in rows.values())


def test_entropy_of_a_problem_is_that_of_its_tokens():
    """Two responses of 10 and 20 tokens, at 1 and 0.5 nats a token: together 20/30 nats a token, in each part too."""
    parts = {"entropy": [[1.0] * 10, [1.0] * 10], "part_tokens": [[1] * 10, [2] * 10]}
    scores = pl.DataFrame({"problem_id": ["a", "a"], **parts, "entropy_sampled": parts["entropy"]})
    other = scores.with_columns(problem_id=pl.lit("b"))
    found = entropies(pl.concat([scores, other]), 0.95)
    assert found["estimate"].to_list() == pytest.approx([20 / 30] * len(found))
    assert len(found) == 2 * 11
