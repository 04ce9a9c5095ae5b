"""Guesses: how often a model is right when asked for the answer alone, and which solves are above that."""

import json

import polars as pl

from boundary.analysis.distributions import clopper_pearson, hypergeom_sf
from boundary.analysis.multiplicity import holm


def guess_rates(counts: pl.DataFrame, below: float, level: float) -> pl.DataFrame:
    """problem_id, n, c, rate, low, high, guessable of every problem.

    counts: of one grader. low, high: exact (Clopper and Pearson 1934). guessable: some samples are right, but less than
    the share `below` (arXiv 2504.13837, appendix D.2, with 5%). A problem that is never right cannot be guessed; if it
    is right more often, the model may know it.
    """
    n, c = counts["n"].to_numpy(), counts["c"].to_numpy()
    low, high = clopper_pearson(c, n, level)
    return counts.select("problem_id", "n", "c").with_columns(
        rate=pl.Series(c / n),
        low=pl.Series(low),
        high=pl.Series(high),
        guessable=pl.Series((c > 0) & (c / n < below)),
    )


def of_other_problems(counts: pl.DataFrame, wrong: pl.DataFrame, problems: pl.DataFrame) -> pl.DataFrame:
    """`counts` of a model whose guess at every problem is its answer to another one: problem_id, n, c.

    counts, wrong: of one grader (see `counts.wrong_answers`). problems: with `gold`. Answers are compared as text, so
    few are found if a right answer can be written in several ways.
    """
    answers = [list(map(str, json.loads(gold).get("answers", []))) for gold in problems["gold"]]
    golds = problems.select("problem_id", answer=pl.Series(answers, dtype=pl.List(pl.String))).explode("answer")
    right = counts.join(golds.unique("problem_id", keep="first", maintain_order=True), on="problem_id")
    given = pl.concat(
        [wrong.select("problem_id", "answer", "samples"), right.select("problem_id", "answer", samples="c")]
    )
    given = given.with_columns(pl.col("answer").str.strip_chars())
    met = golds.join(given, on="answer", suffix="_other").filter(pl.col("problem_id") != pl.col("problem_id_other"))
    own, hits = (frame.group_by("problem_id").agg(pl.col("samples").sum()) for frame in (given, met))
    found = counts.select("problem_id")
    for counted in (own.rename({"samples": "own"}), hits.rename({"samples": "c"})):
        found = found.join(counted, on="problem_id", how="left", maintain_order="left")
    found = found.fill_null(0)
    return found.select("problem_id", n=given["samples"].sum() - pl.col("own"), c="c")


def above_guessing(counts: pl.DataFrame, guesses: pl.DataFrame, level: float) -> pl.DataFrame:
    """problem_id, n, c of a model and of the guesses, and whether the model is right more often.

    counts: of one grader. guesses: of `guess_rates`. above_p: Fisher's exact test of equal rates, against a higher rate
    of the model. above_holm: after Holm's correction over the problems. above: whether that is at most 1 - level.
    """
    named = {"n": "guess_n", "c": "guess_c", "rate": "guess_rate", "low": "guess_low", "high": "guess_high"}
    both = counts.select("problem_id", "n", "c").join(
        guesses.rename(named), on="problem_id", how="inner", maintain_order="left"
    )
    n, c, guess_n, guess_c = (both[name].to_numpy() for name in ("n", "c", "guess_n", "guess_c"))
    p = hypergeom_sf(c - 1, n + guess_n, c + guess_c, n)
    adjusted = holm(p)
    return both.with_columns(
        above_p=pl.Series(p), above_holm=pl.Series(adjusted), above=pl.Series(adjusted <= 1 - level)
    )
