import itertools
import math

import numpy as np
import polars as pl
import pytest

from boundary.analysis.attempts import GAIN, PARTS, split
from boundary.analysis.comparison import compare_runs
from boundary.analysis.metrics import metrics
from boundary.analysis.sharpening import MOVED, STATES, equal_flow, flow

LEVEL = 0.95
BASE = (np.array([6, 6, 6, 6]), np.array([0, 1, 3, 6]))
TUNED = (np.array([6, 6, 6, 6]), np.array([0, 4, 6, 5]))


def passk(n, c, k):
    """By all subsets of k samples."""
    right = [1] * c + [0] * (n - c)
    return np.mean([any(chosen) for chosen in itertools.combinations(right, k)])


def by_hand(counts, largest_k):
    curve = [np.mean([passk(n, c, k) for n, c in zip(*counts, strict=True)]) for k in range(1, largest_k + 1)]
    area = sum(curve[-1] - value for value in curve[:-1])
    return area, area / ((largest_k - 1) * (1 - curve[0]))


def measures(base=BASE, tuned=TUNED, **options):
    rows = compare_runs([base], [tuned], LEVEL, **options)[2]
    return {row["measure"]: row for row in rows.iter_rows(named=True)}


@pytest.mark.parametrize(("asked", "largest_k"), [(None, 3), (5, 5)])
def test_sharpening_and_its_tax_by_all_subsets(asked, largest_k):
    found = measures(sharpening_k=asked)
    (area, base), (other, tuned) = by_hand(BASE, largest_k), by_hand(TUNED, largest_k)
    expected = {"A, base": area, "A, tuned": other, "tax in A": area - other}
    expected |= {"S, base": base, "S, tuned": tuned, "tax in S": base - tuned}
    for measure, value in expected.items():
        row = found[measure]
        assert (row["k"], row["estimate"]) == (largest_k, pytest.approx(value)), measure
        assert row["low"] <= value <= row["high"]


def test_a_model_that_is_always_right_has_no_s_and_one_sample_has_no_sharpening():
    always = (np.array([6, 6]), np.array([6, 6]))
    found = measures(tuned=always, base=(np.array([6, 6]), np.array([1, 2])))
    assert {"S, base", "A, tuned"} <= found.keys()
    assert not {"S, tuned", "tax in S"} & found.keys()
    single = (np.array([1, 1, 1]), np.array([1, 0, 1]))
    assert not any(measure[0] in "SAt" and "right" not in measure for measure in measures(single, single))


def test_the_metrics_of_one_model_have_s_and_a_at_powers_of_two_and_half_of_n():
    counts = pl.DataFrame({"problem_id": list("abcd"), "n": BASE[0], "c": BASE[1], "tokens": [None] * 4})
    found = metrics(counts, pl.DataFrame({"problem_id": [], "samples": []}), LEVEL)
    for place, name in enumerate(("sharpening A(K)", "sharpening S(K)")):
        rows = dict(found.filter(metric=name).select("k", "estimate").iter_rows())
        assert rows == {k: pytest.approx(by_hand(BASE, k)[place]) for k in (2, 3, 4, 6)}


def deals(n, c, m):
    """Every way to deal n samples, of which c are right, m to either side: the share of each pair of states."""
    right, table, every = [1] * c + [0] * (n - c), np.zeros((3, 3)), 0
    for one in itertools.combinations(range(n), m):
        rest = [place for place in range(n) if place not in one]
        for other in itertools.combinations(rest, m):
            sums = [sum(right[place] for place in side) for side in (one, other)]
            table[tuple(0 if s == m else 2 if s == 0 else 1 for s in sums)] += 1
            every += 1
    return table / every


def test_two_equal_models_move_problems_as_often_as_dealing_their_samples_does():
    n, m = np.full(8, 4), 3
    counts = (n, np.arange(8) // 2), (n, np.arange(8) % 5)
    found = equal_flow(*counts, m)
    for place, (one, other) in enumerate(zip(counts[0][1], counts[1][1], strict=True)):
        np.testing.assert_allclose(found[place], deals(8, one + other, m), atol=1e-12)


def test_flow_is_the_share_of_problems_that_move_and_its_margins_are_the_shares():
    rows = {row["measure"]: row for row in flow(BASE, TUNED, 6, LEVEL)}
    moved = {("never", "never"), ("at times", "at times"), ("at times", "always"), ("always", "at times")}
    for pair in itertools.product(STATES, STATES):
        assert rows[f"flow, {pair[0]} to {pair[1]}"]["estimate"] == pytest.approx(0.25 * (pair in moved))
    assert 0 < rows[MOVED]["equal"] < rows[MOVED]["estimate"] == 0.5
    found = measures()
    assert [found[f"{state} right, base"]["estimate"] for state in STATES] == [0.25, 0.5, 0.25]
    assert found["always right, tuned minus base"]["estimate"] == 0
    fewer = {row["measure"]: row["estimate"] for row in flow(BASE, TUNED, 2, LEVEL)}
    table = {pair: fewer[f"flow, {pair[0]} to {pair[1]}"] for pair in itertools.product(STATES, STATES)}
    by_subsets = np.mean([math.comb(c, 2) / math.comb(6, 2) for c in BASE[1]])
    assert sum(table["always", state] for state in STATES) == pytest.approx(by_subsets)
    assert sum(table.values()) == pytest.approx(1)


def counts_of(n, c, silent, cut=0):
    ids = [f"p{place}" for place in range(len(c))]
    known = {"problem_id": ids, "n": n, "c": c, "no_answer": silent}
    return pl.DataFrame(known).with_columns(truncated=pl.lit(cut), interrupted=pl.lit(None, pl.Int64))


def test_the_gain_is_split_into_answering_more_often_and_being_right_more_often():
    base, tuned = counts_of(10, [1, 0, 4], [6, 9, 2]), counts_of(10, [5, 1, 8], [1, 3, 0])
    found = {row["measure"]: row for row in split([base], [tuned], LEVEL)}
    a, q = (13 / 30, 26 / 30), (5 / 13, 14 / 26)
    assert found["answered, base"]["estimate"] == pytest.approx(a[0])
    assert found["right where answered, tuned"]["estimate"] == pytest.approx(q[1])
    assert found[PARTS[0]]["estimate"] == pytest.approx((a[1] - a[0]) * (q[0] + q[1]) / 2)
    assert found[PARTS[1]]["estimate"] == pytest.approx((a[0] + a[1]) / 2 * (q[1] - q[0]))
    assert sum(found[part]["estimate"] for part in PARTS) == pytest.approx(found[GAIN]["estimate"]) == 9 / 30


def test_the_split_is_withheld_where_nobody_answers_or_it_is_not_known():
    base = counts_of(10, [1, 0], [6, 9])
    assert split([base], [base], LEVEL)
    assert split([counts_of(10, [0, 0], [4, 4], cut=6)], [base], LEVEL) == []
    assert split([base], [base.with_columns(no_answer=pl.lit(None, pl.Int64))], LEVEL) == []


def test_the_split_is_made_on_the_problems_that_all_runs_have_and_knows_the_variance_between_them():
    base, first, second = (
        counts_of(10, [5] * problems, [2] * problems).with_columns(c=pl.lit(right, pl.Int64))
        for problems, right in ((30, 2), (20, 4), (25, 8))
    )
    one, two = ({row["measure"]: row for row in split([base], runs, LEVEL)} for runs in ([first], [first, second]))
    assert (one[GAIN]["estimate"], two[GAIN]["estimate"]) == (pytest.approx(0.2), pytest.approx(0.4))
    assert two[GAIN]["high"] - two[GAIN]["low"] > one[GAIN]["high"] - one[GAIN]["low"]
