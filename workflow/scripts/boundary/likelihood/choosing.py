"""The problems and samples that are scored."""

import hashlib

import polars as pl

from boundary.contracts import ScoreSpec
from boundary.errors import InputError


def chosen_problems(problems: list[str], wanted: int | list[str], seed: int) -> list[str]:
    """The given number of problems, by a draw that depends only on `seed` and their ids; or those that are named."""
    if isinstance(wanted, int):
        drawn = sorted(problems, key=lambda problem: hashlib.sha256(f"{seed}/{problem}".encode()).digest())
        return [problem for problem in problems if problem in set(drawn[:wanted])]
    unknown = [problem for problem in wanted if problem not in problems]
    if unknown:
        raise InputError(f"config: likelihood.problems: there is no problem {unknown[0]!r}; there are {problems[:5]}…")
    return wanted


def chosen_samples(samples: pl.DataFrame, spec: ScoreSpec) -> pl.DataFrame:
    """The first samples of every chosen problem: samples are exchangeable, so they are a draw like any other."""
    problems = chosen_problems(
        samples["problem_id"].unique(maintain_order=True).to_list(), spec["problems"], spec["seed"]
    )
    kept = samples.filter(pl.col("problem_id").is_in(problems))
    return kept.filter(pl.col("sample_index").rank("ordinal").over("problem_id") <= spec["samples"])
