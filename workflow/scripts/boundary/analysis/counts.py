"""Counts per problem: samples, correct ones, and why others are not. Pure functions of verdicts."""

import polars as pl

from boundary.errors import InputError


def count(verdicts: pl.DataFrame) -> pl.DataFrame:
    """Samples n and correct samples c of every problem and grader, and the reasons of samples that are not correct.

    InputError for a sample that appears twice. `truncated`, `interrupted` (ended by neither end nor limit: a content
    filter, an abort), `no_answer` and `failed` are samples without a comparison; they count as not correct. A program
    `failed` by its own error or time-out; for other answers the grader failed. The first two are null if it is unknown
    how a response ended.
    """
    identity = ["grader", "problem_id", "sample_index"]
    twice = verdicts.filter(pl.struct(identity).is_duplicated())
    if len(twice):
        raise InputError(f"sample {twice['sample_index'][0]} of problem {twice['problem_id'][0]!r} has two verdicts")
    return verdicts.group_by("problem_id", "grader", maintain_order=True).agg(
        n=pl.len().cast(pl.Int64),
        c=pl.col("correct").sum().cast(pl.Int64),
        tokens=known_sum("tokens").cast(pl.Int64),
        truncated=known(pl.col("reason") == "truncated", "finish_reason"),
        interrupted=known(pl.col("reason") == "interrupted", "finish_reason"),
        no_answer=(pl.col("reason") == "no answer").sum(),
        failed=pl.col("reason").is_in(["timeout", "error"]).sum(),
    )


def known_sum(*names: str) -> pl.Expr:
    """Sums of columns, null if a value is unknown."""
    return known(pl.col(*names), *names)


def known(values: pl.Expr, *names: str) -> pl.Expr:
    """The sum of values, null if one of `names` is unknown."""
    return pl.when(pl.col(*names).null_count() == 0).then(values.sum())


def tokens_per_sample(counts: pl.DataFrame) -> float | None:
    """The mean number of tokens of a sample, from counts of one grader; None if it is unknown."""
    return (
        None
        if counts["tokens"].null_count()
        else float(counts["tokens"].to_numpy().sum() / counts["n"].to_numpy().sum())
    )


OF_PROGRAMS = ("code", "tolerant")


def wrong_answers(verdicts: pl.DataFrame) -> pl.DataFrame:
    """Number of samples with each wrong answer: problem_id, grader, answer, samples. Programs are left out.

    A majority vote needs these in addition to `count`; all right answers count as one, however written.
    """
    wrong = verdicts.filter(~pl.col("correct") & pl.col("answer").is_not_null() & ~pl.col("grader").is_in(OF_PROGRAMS))
    return wrong.group_by("problem_id", "grader", "answer", maintain_order=True).agg(samples=pl.len().cast(pl.Int64))


LONG = 64  # tokens from which two equal responses are more likely a shared random stream than chance


def duplicates(blocks: list[pl.DataFrame]) -> pl.DataFrame:
    """Long responses that repeat another one of their problem word by word: problem_id, duplicates.

    blocks: problem_id, tokens, text_hash of every sample, once.
    """
    long = pl.concat(blocks).filter(pl.col("tokens") >= LONG)
    return long.group_by("problem_id").agg(duplicates=(pl.len() - pl.col("text_hash").n_unique()).cast(pl.Int64))


def require_new(verdicts: pl.DataFrame, seen: set[int]) -> None:
    """InputError if a block has sample indices of an earlier one; adds its indices to `seen`."""
    indices = set(verdicts["sample_index"].unique())
    if again := indices & seen:
        raise InputError(f"sample {min(again)} is in two blocks")
    seen |= indices


def total(blocks: list[pl.DataFrame]) -> pl.DataFrame:
    """Counts (or wrong answers) of several blocks of sample indices added up, in the order of the first."""
    counts = pl.concat(blocks)
    keys = [key for key in ("problem_id", "grader", "answer") if key in counts.columns]
    return counts.group_by(keys, maintain_order=True).agg(known_sum(*(c for c in counts.columns if c not in keys)))
