"""Every model on every problem next to the guesses, and whether the model is right more often."""

from collections.abc import Iterator

import polars as pl

from boundary.analysis.select import of_curves
from boundary.contracts import TableSpec
from boundary.files.store import Results
from boundary.screening.guesses import above_guessing


def tabulate(given: Results, spec: TableSpec) -> pl.DataFrame:
    """given: `counts` of every curve, and `guesses` of some benchmarks. spec: `graders`, `level`."""
    return pl.concat(frame.select(*map(_column, names.items()), pl.all()) for names, frame in compared(given, spec))


def _column(named: tuple[str, str]) -> pl.Expr:
    return pl.lit(named[1]).alias(named[0])


def compared(given: Results, spec: TableSpec) -> Iterator[tuple[dict[str, str], pl.DataFrame]]:
    """Names, and the frame of `above_guessing`, of every curve on a benchmark with guesses, including the guesses."""
    guesses = {result.names["benchmark"]: result.frame for result in given["guesses"]}
    for model, benchmark, decoding, counts in of_curves(given["counts"], spec["graders"]):
        if benchmark in guesses:
            names = {"benchmark": benchmark, "decoding": decoding, "model": model}
            yield names, above_guessing(counts, guesses[benchmark], spec["level"])
