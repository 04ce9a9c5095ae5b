"""Problems whose own gold answer or solution failed."""

import polars as pl

SCHEMA = {"benchmark": pl.String, "problem_id": pl.String, "flag": pl.String}


def tabulate(given: dict, spec: dict) -> pl.DataFrame:
    """spec: `benchmarks`, their names in the order of the files."""
    flags = [
        (benchmark, problem_id, flag)
        for benchmark, result in zip(spec["benchmarks"], given["benchmarks"], strict=True)
        for problem_id, flag in result.made_with["flags"].items()
    ]
    return pl.DataFrame(flags, schema=SCHEMA, orient="row")
