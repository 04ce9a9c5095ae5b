"""Counts that exist already: n and c of every problem."""

from pathlib import Path

import polars as pl

from boundary.contracts import Counts
from boundary.errors import InputError
from boundary.files.rows import read_rows, require_columns
from boundary.importing.exact import whole


def counts(path: Path, columns: Counts, problems: pl.DataFrame, grader: str) -> pl.DataFrame:
    """n and c of every problem, in the columns of `counts.count`; columns that need samples are null.

    columns: of `problem`, `n` and `c`; with `incomplete`, problems of the benchmark may be missing.
    """
    found = {}
    for number, row in enumerate(read_rows(path), start=1):
        require_columns(row, [(key, columns[key]) for key in ("problem", "n", "c")], path, number)
        problem = str(row[columns["problem"]])
        try:
            n, c = (whole(row[columns[key]]) for key in ("n", "c"))
        except ValueError as error:
            raise InputError(
                f"{path}, row {number}: n and c must be whole numbers, of samples and of correct ones: {error}"
            ) from error
        if not 0 <= c <= n or n < 1:
            raise InputError(f"{path}, row {number}: problem {problem!r} has n = {n} and c = {c}")
        if problem in found:
            raise InputError(f"{path}, row {number}: problem {problem!r} appears twice")
        found[problem] = (problem, grader, n, c)
    ids = problems["problem_id"].to_list()
    if strange := [problem for problem in found if problem not in set(ids)]:
        raise InputError(f"the benchmark has no problem {strange[0]!r} (from {path}; {len(strange)} differ)")
    rows = [found[problem] for problem in ids if problem in found]
    if len(rows) < len(ids) and not columns.get("incomplete"):
        missing = [problem for problem in ids if problem not in found]
        raise InputError(
            f"{path} has no problem {missing[0]!r} ({len(missing)} of {len(ids)} miss); add `incomplete: true` next to "
            "`files` to continue with the others"
        )
    known = pl.DataFrame(rows, schema=["problem_id", "grader", "n", "c"], orient="row")
    unknown = ("tokens", "truncated", "interrupted", "no_answer", "failed", "duplicates")
    return known.with_columns(pl.lit(None, pl.Int64).alias(name) for name in unknown)
