"""pass@(k,T) as a table and as a surface, and what tau-bench reports."""

from types import SimpleNamespace

import numpy as np
import polars as pl
from matplotlib import pyplot as plt

from boundary.analysis.comparison import compare
from boundary.analysis.metrics import pass_hat_k
from boundary.analysis.pairs import pair_counts
from boundary.analysis.passk import pass_at_k
from boundary.report.columns import TABLES
from boundary.report.figures.turns import turns_figure
from boundary.report.tables import turns

N = 8
SOLVED = {"t2": ([0, 1, 0, 2], [1, 2, 0, 3]), "t4": ([1, 4, 0, 5], [1, 3, 0, 4]), "full": ([2, 6, 1, 7], [1, 3, 0, 5])}


def counts(solved: list[int]) -> pl.DataFrame:
    return pl.DataFrame({"problem_id": list("abcd"), "n": N, "c": solved})


def test_the_table_has_every_listed_t_and_describes_where_the_models_cross():
    given = [
        SimpleNamespace(
            frame=compare(pair_counts(counts(base), counts(tuned)), 0.95)[0],
            names={"benchmark": "b", "decoding": decoding, "base": "x", "tuned": "y"},
        )
        for decoding, (base, tuned) in SOLVED.items()
    ]
    asked = {"turns": {"t2": 2, "t4": 4, "full": None}}
    found = turns.tabulate({"differences": given}, asked)
    assert found.columns == list(TABLES["turns"].columns)
    at_one = found.filter(k=1)
    assert at_one["turns"].to_list() == [2, 4, None]
    assert at_one["base_passk"].to_list() == [np.mean(SOLVED[name][0]) / N for name in ("t2", "t4", "full")]
    assert (at_one["difference"] > 0).to_list() == [True, False, False]
    assert set(at_one["level_from_turns"]) == {4}
    assert set(found["k"]) == {1, 2, 4, N}
    assert turns.tabulate({"differences": given}, {"turns": {}}).schema == found.schema


def test_the_surface_shows_every_t_and_power_of_two():
    pairs = [
        tuple(pl.DataFrame({"k": np.arange(1, N + 1), "estimate": pass_at_k(np.full(4, N), np.array(c)).mean(0)})
              for c in sides)
        for sides in SOLVED.values()
    ]  # fmt: skip
    members = [{"at": at, "base": "x", "tuned": "y"} for at in (2, 4, 6)]
    spec = {"group": {"axis": "turns", "members": members}, "labels": {"base": "x", "tuned": "y"}, "title": "b"}
    figure = turns_figure(pairs, spec)
    try:
        base, _, apart = figure.axes
        assert [len(axes.texts) for axes in figure.axes] == [12] * 3
        assert base.texts[0].get_text() == f"{100 * np.mean(SOLVED['t2'][0]) / N:.0f}"
        assert apart.texts[4].get_text().startswith("\N{MINUS SIGN}")
    finally:
        plt.close(figure)


def test_the_counts_of_tau_bench_give_its_curve_and_its_pass_hat_k():
    """Tasks of gpt-4o-airline by how many of four trials were right (sierra-research/tau-bench at 59a200c), and the
    mean of C(c, k) / C(4, k), as its run.py has it."""
    right = np.repeat(np.arange(5), [14, 12, 10, 4, 10])
    n = np.full(50, 4)
    passed = pass_at_k(n, right).mean(0)
    hat = [pass_hat_k(n, right, k).mean() for k in range(1, 5)]
    assert np.round(hat, 3).tolist() == [0.42, 0.273, 0.22, 0.2]
    assert np.isclose(passed[[0, 3]], [0.42, 36 / 50]).all()
