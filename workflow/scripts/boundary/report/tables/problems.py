"""Every problem of every pair, the claims that count it, and whether either model is above guessing on it."""

import polars as pl

from boundary.analysis.guess import guess_p, guesses_at
from boundary.analysis.kinds import BOUNDARY
from boundary.analysis.pairs import columns
from boundary.analysis.sets import Judged, shown_problems
from boundary.contracts import TableSpec
from boundary.files.store import Results
from boundary.names import SIDES

NAMES = ("benchmark", "decoding", "base", "tuned")


def tabulate(given: Results, spec: TableSpec) -> pl.DataFrame:
    """given: `overlaps` of every pair, `problems` of every benchmark, `guesses` of some, and `claims`.

    spec: `level`, `whole_of` benchmarks in the order of `problems`.
    """
    (claims,) = given["claims"]
    of_sets = claims.frame.filter(pl.col("kind").is_in(BOUNDARY)).to_dicts()
    judged = {tuple(c[key] for key in NAMES): Judged(c["rate"], 1 - spec["level"], c["looks"]) for c in of_sets}
    built = dict(zip(spec["whole_of"], given["problems"], strict=True))
    sampled = {result.names["benchmark"]: result for result in given["guesses"]}
    rows = []
    for result in given["overlaps"]:
        frame, benchmark = result.frame, result.names["benchmark"]
        whole = spec["whole_of"][benchmark]
        guesses = guesses_at(frame["problem_id"], built[benchmark].frame, [sampled[whole]] if whole in sampled else ())
        frame = _above_guessing(frame, guesses)
        if (key := tuple(result.names[name] for name in NAMES)) in judged:  # none of samples that are cut
            frame = _counted(frame, judged[key])
        rows.append(frame.select(*(pl.lit(result.names[name]).alias(name) for name in NAMES), pl.all()))
    return pl.concat(rows, how="diagonal")


def _counted(frame: pl.DataFrame, judged: Judged) -> pl.DataFrame:
    """With shown_gained, shown_lost: whether the claim about what one solves and the other never did counts it."""
    base, tuned = columns(frame)
    shown = shown_problems(tuned, base, judged), shown_problems(base, tuned, judged)
    return frame.with_columns(pl.Series(f"shown_{kind}", found) for kind, found in zip(BOUNDARY, shown, strict=True))


def _above_guessing(frame: pl.DataFrame, guesses: pl.DataFrame | None) -> pl.DataFrame:
    """With guess_rate, and the p of either model that it is right no more often than guesses are; null: not known."""
    if guesses is None:
        names = ("guess_rate", *(f"{side}_guess_p" for side in SIDES))
        return frame.with_columns(pl.lit(None, pl.Float64).alias(name) for name in names)
    known = guesses["guess_rate"].is_not_null()
    p = {f"{side}_guess_p": guess_p(*own, guesses) for side, own in zip(SIDES, columns(frame), strict=True)}
    found = frame.with_columns(guesses["guess_rate"], *(pl.Series(name, values) for name, values in p.items()))
    return found.with_columns(pl.when(pl.lit(known)).then(name).alias(name) for name in p)
