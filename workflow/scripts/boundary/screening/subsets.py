"""Subsets: the problems of a benchmark that are, or are not, guessable or contaminated."""

import polars as pl

from boundary.errors import InputError


def subset(problems: pl.DataFrame, screened: pl.DataFrame, spec: dict) -> pl.DataFrame:
    """The problems that are kept. screened: problem_id and the column that `drop` or `keep` of `spec` names.

    InputError if none is left.
    """
    kind = spec.get("drop") or spec["keep"]
    found = screened.filter(pl.col(kind)).select("problem_id")
    kept = problems.join(found, on="problem_id", how="anti" if "drop" in spec else "semi", maintain_order="left")
    if not len(kept):
        of, how = spec["of"], "all" if "drop" in spec else "none"
        raise InputError(f"{how} of the {len(problems)} problems of {of} are {kind}: nothing is left; leave this out")
    return kept
