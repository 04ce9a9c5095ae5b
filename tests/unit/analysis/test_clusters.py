"""Clusters: intervals that go by them, against brute force, and what is read of a file."""

import numpy as np
import polars as pl
import pytest

from boundary.analysis.claims import Compared, all_claims
from boundary.analysis.clusters import FEW, Problems, clusters_of, joined
from boundary.analysis.comparison import compare
from boundary.analysis.curves import curve
from boundary.analysis.decide import to_decide
from boundary.analysis.intervals import (
    ALIKE,
    NOT_TESTED,
    PSEUDO,
    Band,
    curve_intervals,
    exact_ends,
    ratio_interval,
    share_interval,
    student,
)
from boundary.analysis.pairs import overlap, pair_counts
from boundary.benchmarks.clusters import read_clusters
from boundary.errors import InputError

LEVEL, ENDS = 0.95, (-1.0, 1.0)
RNG = np.random.default_rng(1)


def test_the_variance_is_that_of_the_sums_of_clusters():
    """Against loops: sums of (d - mean), and pseudo-problems whose pairs in a cluster correlate by ALIKE."""
    values, clusters = RNG.uniform(-1, 1, (40, 3)), RNG.integers(0, 12, 40)
    found, count = student(Problems(values, clusters), ENDS), len(np.unique(clusters))
    for k, column in enumerate(values.T):
        weight = PSEUDO * len(column) / count
        total = len(column) + 2 * weight
        mean = (column.sum() + weight * sum(ENDS)) / total
        squares = sum((column[clusters == g] - mean).sum() ** 2 for g in np.unique(clusters))
        size = len(column) / count
        squares += sum(weight * (1 + (size - 1) * ALIKE) * (end - mean) ** 2 for end in ENDS)
        effective = count + 2 * PSEUDO
        assert found.mean[k] == pytest.approx(mean)
        assert found.error[k] == pytest.approx(np.sqrt(squares / total**2 * effective / (effective - 1)))
        assert found.df == effective - 1


def test_problems_of_their_own_are_as_without_clusters():
    values, each = RNG.uniform(0, 1, (30, 8)), np.arange(30)
    for made in (lambda x: student(x, ENDS), lambda x: share_interval(x, LEVEL), lambda x: curve_intervals(x, LEVEL)):
        alone, own = made(values), made(Problems(values, each))
        values_of = (list(found.values() if isinstance(found, dict) else found) for found in (alone, own))
        for one, other in zip(*values_of, strict=True):
            np.testing.assert_allclose(one, other, rtol=1e-9)
    widths = (Band(x, ENDS).width(LEVEL) for x in (values, Problems(values, each)))
    assert next(widths) == pytest.approx(next(widths), rel=1e-9)


def test_copies_as_one_cluster_are_the_problems_once():
    rates = 1 - (1 - RNG.beta(0.5, 1, (120, 1))) ** np.array([1, 2, 4, 8])
    d = rates[:60] - rates[60:]
    copied, clusters = np.tile(d, (4, 1)), np.tile(np.arange(60), 4)
    once, four = student(d, ENDS), student(Problems(copied, clusters), ENDS)
    np.testing.assert_allclose(four.mean, once.mean, rtol=1e-12)
    np.testing.assert_allclose(four.half_width(LEVEL), once.half_width(LEVEL), rtol=0.05)
    assert (student(copied, ENDS).half_width(LEVEL) < 0.6 * once.half_width(LEVEL)).all()  # each for one by itself
    one, more = (curve_intervals(x, LEVEL) for x in (rates[:60], Problems(np.tile(rates[:60], (4, 1)), clusters)))
    for low, high in (("low", "high"), ("band_low", "band_high")):
        np.testing.assert_allclose(more[high] - more[low], one[high] - one[low], rtol=0.05)
    tokens = RNG.gamma(2, 10, 60)
    one = ratio_interval(tokens, rates[:60, 0], LEVEL)
    more = ratio_interval(Problems(np.tile(tokens, 4), clusters), np.tile(rates[:60, 0], 4), LEVEL)
    assert more == pytest.approx(one)


def test_no_solved_family_is_known_as_well_as_no_solved_problem():
    """The cut goes by clusters: of 20 families with five problems each nothing solved ends at that of 20 problems."""
    values, clusters = np.zeros((100, 2)), np.repeat(np.arange(20), 5)
    found = curve_intervals(Problems(values, clusters), LEVEL)
    assert found["high"] == pytest.approx(np.full(2, exact_ends(0, 20, LEVEL)[1]))
    assert (found["high"] > 4 * curve_intervals(values, LEVEL)["high"]).all()


def counts(c: list[int], families: list[str]) -> pl.DataFrame:
    ids = [str(i) for i in range(len(c))]
    frame = pl.DataFrame({"problem_id": ids, "grader": "g", "n": 16, "c": c})
    return joined(frame, [pl.DataFrame({"problem_id": ids, "cluster": families})])


def claimed(families: int) -> tuple[dict, dict]:
    """The claims of a pair by kind, and the row of its difference at k = 1."""
    rng = np.random.default_rng(3)
    names = [f"f{i % families}" for i in range(40)]
    base, tuned = (counts(rng.binomial(16, p, 40).tolist(), names) for p in (0.2, 0.6))
    pair = pair_counts(base, tuned)
    curves, crossing, _ = compare(pair, LEVEL)
    about = {"benchmark": "b", "decoding": "t", "base": "x", "tuned": "y"}
    compared = Compared(about, curves, crossing, overlap(pair), {"clusters": families})
    spec = {"level": LEVEL, "rate": 0.05, "large_k": "half", "streams": {"b": "b"}, "topped_up": []}
    return {claim["kind"]: claim for claim in all_claims([compared], spec)}, curves.row(0, named=True)


def test_of_few_clusters_nothing_is_decided():
    few, row = claimed(FEW - 1)
    assert row["low"] > 0
    assert [few[kind]["holm"] for kind in ("better", "overtakes", "coverage")] == ["undecided"] * 3
    assert few["better"]["p"] == 1
    enough, row = claimed(FEW)
    assert (enough["better"]["holm"], enough["better"]["clusters"]) == ("supported", FEW)
    assert enough["better"]["p"] == row["p"]
    assert "clusters" not in enough["gained"]


def test_no_p_is_computed_of_few_clusters():
    rng = np.random.default_rng(5)
    values = 0.3 + 0.1 * rng.random((40, 8))
    for families, few in ((FEW - 1, True), (FEW, False)):
        over = Problems(values, np.arange(40) % families)
        found = student(over, (-1.0, 1.0))
        assert found.few is few
        for each in (found, found.over_runs(values[:3])):
            assert (each.p() == NOT_TESTED).all() == few
        assert (Band(over, (-1.0, 1.0)).p(9.0) == NOT_TESTED) == few
    assert (student(values[: FEW - 1], (-1.0, 1.0)).p() < NOT_TESTED).all()  # problems that were drawn one by one


def test_what_would_decide_is_a_number_of_clusters():
    row = {"difference": 0.05, "error": 0.04, "sampling_error": 0.01}
    facts = {"tokens_per_sample": 10.0}
    alone, families = (to_decide(row, 120, 64, LEVEL, facts | more) for more in ({}, {"clusters": 12}))
    assert "problems_to_decide" not in families
    assert families["clusters_to_decide"] == pytest.approx(alone["problems_to_decide"] / 10, abs=1)
    assert families["tokens_of_problems"] == alone["tokens_of_problems"]


def test_clusters_reach_a_curve_by_the_names_of_their_problems():
    frame = counts([0, 16, 0, 16], ["b", "a", "b", "a"])
    np.testing.assert_array_equal(clusters_of(frame), [1, 0, 1, 0])
    runs = [(frame["n"].to_numpy(), frame["c"].to_numpy())]
    wide, narrow = (curve(runs, LEVEL, clusters).row(0, named=True) for clusters in (clusters_of(frame), None))
    assert wide["high"] - wide["low"] > narrow["high"] - narrow["low"]
    with pytest.raises(InputError, match="problem '3' is in no cluster"):
        joined(frame.drop("cluster"), [pl.DataFrame({"problem_id": ["0", "1", "2"], "cluster": ["a"] * 3})])


@pytest.mark.parametrize(
    ("column", "said"),
    [
        ("gap", r"rows.jsonl, row 2: column 'gap' \(key `cluster`\) is empty"),
        ("none", r"rows.jsonl, row 1 has no column 'none' \(key `cluster`\); it has q, a, gap, one, family"),
        ("one", r"rows.jsonl: column 'one' \(key `cluster`\) is 'x' in row 1 and in all 3 rows"),
    ],
)
def test_columns_that_are_no_clusters_are_refused(tmp_path, column, said):
    file = tmp_path / "rows.jsonl"
    row = '{{"q": "{0}", "a": "1", "gap": {1}, "one": "x", "family": {0}}}\n'
    file.write_text("".join(row.format(i, "null" if i == 2 else i) for i in (1, 2, 1)))
    entry = {"source": "file", "question": "q", "answer": "a", "verifier": "math"}
    found = read_clusters(entry, "family", [file])
    assert found.rows() == [("rows-00000", "1"), ("rows-00001", "2"), ("rows-00002", "1")]
    with pytest.raises(InputError, match=said):
        read_clusters(entry, column, [file])
