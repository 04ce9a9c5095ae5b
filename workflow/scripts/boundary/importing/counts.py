"""Counts that exist already: n and c of every problem."""

from pathlib import Path

import polars as pl

from boundary.errors import InputError
from boundary.files.rows import read_rows, require_columns


def counts(path: Path, columns: dict, problems: pl.DataFrame, grader: str) -> pl.DataFrame:
    """n and c of every problem, in the columns of `counts.count`; what only samples could tell is null."""
    wanted, found = {"problem": str, "n": int, "c": int}, {}
    for number, row in enumerate(read_rows(path), start=1):
        require_columns(row, [(key, columns[key]) for key in wanted], path, number)
        try:
            problem, n, c = (convert(row[columns[key]]) for key, convert in wanted.items())
        except (TypeError, ValueError) as error:
            raise InputError(f"{path}, row {number}: n and c must be whole numbers: {error}") from error
        if not 0 <= c <= n or n < 1:
            raise InputError(f"{path}, row {number}: problem {problem!r} has n = {n} and c = {c}")
        if problem in found:
            raise InputError(f"{path}, row {number}: problem {problem!r} appears twice")
        found[problem] = (problem, grader, n, c)
    for names, other, what in (
        (problems["problem_id"], found, path),
        (found, set(problems["problem_id"]), "the benchmark"),
    ):
        if missing := [problem for problem in names if problem not in other]:
            raise InputError(f"{what} has no problem {missing[0]!r} (from {path}; {len(missing)} differ)")
    rows = [found[problem] for problem in problems["problem_id"]]
    known = pl.DataFrame(rows, schema=["problem_id", "grader", "n", "c"], orient="row")
    unknown = ("tokens", "truncated", "no_answer", "failed", "duplicates")
    return known.with_columns(pl.lit(None, pl.Int64).alias(name) for name in unknown)
