"""Whether the tuned model only gives the base's most common answers more reliably, for every pair."""

from collections.abc import Callable, Iterator
from typing import Any

import polars as pl

from boundary.analysis.answers import by_problem, commonest
from boundary.analysis.pairs import pair_counts
from boundary.analysis.select import in_clusters, of_grader
from boundary.contracts import TableSpec
from boundary.files.store import Results
from boundary.names import SIDES, sides
from boundary.schema import Schema

NAMES = ("benchmark", "decoding", "base", "tuned")
SCHEMA: Schema = dict.fromkeys(NAMES, pl.String)
SCHEMA |= dict.fromkeys(("problems", "base_right", "kept"), pl.Int64)
SCHEMA |= dict.fromkeys(("kept_low", "kept_high"), pl.Float64)
SCHEMA |= dict.fromkeys(("base_wrong", "turned_right", "wrong"), pl.Int64)
SCHEMA |= dict.fromkeys(("wrong_commonest", "wrong_known", "wrong_new"), pl.Float64)


def tabulate(given: Results, spec: TableSpec) -> pl.DataFrame:
    """given: `counts` and `wrong` of every curve. spec: `comparisons`, `whole_of`, `level`."""
    rows = [names | found for names, found in asked(given, spec, commonest)]
    return pl.DataFrame(rows, schema=SCHEMA)


def asked(given: Results, spec: TableSpec, question: Callable) -> Iterator[tuple[dict[str, str], Any]]:
    """Names, and the result of `question` for the counts and wrong answers of both sides, of every pair with
    answers."""
    by_name = lambda kind: {tuple(r.names[key] for key in ("model", *NAMES[:2])): r for r in given[kind]}  # noqa: E731
    counts, wrong = by_name("counts"), by_name("wrong")
    for base, tuned, benchmark, decoding, grader, incomplete in spec["comparisons"]:
        keys = [(model, benchmark, own) for model, own in zip((base, tuned), sides(decoding), strict=True)]
        answers = [wrong[key].frame.filter(grader=grader) for key in keys]
        if not any(len(frame) for frame in answers):  # programs, or counts alone
            continue
        before, after = (of_grader(in_clusters(counts[key], given, spec), grader) for key in keys)
        pair = pair_counts(before, after, incomplete)
        names = {"benchmark": benchmark, "decoding": decoding} | dict(zip(SIDES, (base, tuned), strict=True))
        yield names, question(pair, *map(by_problem, answers), spec["level"])
