"""How much a difference depends on choices: the same question under every grader, k, stratum and filter of a run.

Also how wrong a grader would have to be about one of the two models for the decision to turn.
"""

import itertools
from collections.abc import Iterator

import numpy as np
import polars as pl
from numpy.typing import NDArray

from boundary.analysis.clusters import Clusters, Problems, clusters_of, count_of
from boundary.analysis.decisions import UNDECIDED, coverage_k, side
from boundary.analysis.guess import largest_claimed
from boundary.analysis.intervals import SEED, difference_interval, student
from boundary.analysis.kinds import Kind, UnderChoices
from boundary.analysis.pairs import columns, pair_counts
from boundary.analysis.passk import failing
from boundary.analysis.select import of_grader
from boundary.contracts import ComparisonSpec

LEAST = 10  # problems that a stratum must have
DIFFICULTIES = (0.01, 0.1, 0.5)  # of the base model: strata that every benchmark has
ALL, SINGLES = "all", "solves by one sample alone left out"
OWN = "own"  # prompts of a pair
HALVINGS = 40  # of the range in which a rate of false accepts is looked for


def choices(
    base: pl.DataFrame, tuned: pl.DataFrame, problems: pl.DataFrame, spec: ComparisonSpec, incomplete: bool = False
) -> pl.DataFrame:
    """A row per choice: claim, main, grader, k, stratum, filter, problems, estimate, low, high, p, verdict, ...

    base, tuned: counts of all graders; common ones are used. problems: problem_id, stratum, and columns of true or
    false (`guessable`, `contaminated`); if `guessed`, also guess_rate, up to whose `largest_claimed` k coverage is
    judged. spec: level, grader, large_k, perhaps guessed. main: the claim's own choice; its false_accepts is the rate
    at which the grader would have to accept wrong answers of the leading model alone for the decision to turn (null if
    there is none). A rate that both models share never turns a difference, because both fail less by the same factor.
    Graders with equal counts are one choice, the first of them, with the others in same_counts. prompts: of base and
    tuned model, if they are not their OWN.
    """
    rows = []
    for pair, graders in _by_counts(base, tuned, spec["grader"], incomplete):
        grader, n = graders[0], _smallest(pair)
        large_k = coverage_k(spec["large_k"], n)
        if spec.get("guessed"):
            large_k = min(large_k, largest_claimed(problems["guess_rate"].to_numpy(), n))
        smaller_k = sorted({large_k // 4, large_k // 2} - {0, 1, large_k})
        for claim, own_k, other_k in (("better", 1, []), ("coverage", large_k, smaller_k)):
            chosen = [(ALL, ALL, own_k, pair), *((ALL, ALL, k, pair) for k in other_k)]
            if claim == "coverage":
                chosen += [(ALL, SINGLES, k, _without_singles(pair)) for k in (own_k, *other_k)]
            if grader == spec["grader"]:
                strata = _strata(pair, problems)
                chosen += [(name, ALL, min(own_k, _smallest(part)), part) for name, part in strata]
            for stratum, filtered, k, part in chosen:
                main = grader == spec["grader"] and part is pair and k == own_k
                row = {"claim": claim, "grader": grader, "stratum": stratum, "filter": filtered, "main": main}
                row |= {"prompts": OWN}
                same = {"same_counts": ", ".join(graders[1:])}
                rows.append(row | _judged(part, k, spec["level"], main) | same)
    return pl.DataFrame(rows, infer_schema_length=None).with_columns(pl.col("false_accepts").cast(pl.Float64))


def combinations(
    base: dict[str, pl.DataFrame], tuned: dict[str, pl.DataFrame], spec: ComparisonSpec, incomplete: bool = False
) -> pl.DataFrame:
    """Rows as in `choices` for every combination of prompts except the pair's own, by the claim's grader.

    base, tuned: counts of the grader by prompt, the pair's own first. spec: level, grader, large_k; with guessed at k =
    1 only.
    """
    rows = []
    for (asked, ours), (other, theirs) in list(itertools.product(base.items(), tuned.items()))[1:]:
        pair = pair_counts(ours, theirs, incomplete)
        of_coverage = [] if spec.get("guessed") else [("coverage", coverage_k(spec["large_k"], _smallest(pair)))]
        for claim, k in (("better", 1), *of_coverage):
            row = {"claim": claim, "grader": spec["grader"], "stratum": ALL, "filter": ALL, "main": False}
            named = ([f"base {asked}"] if len(base) > 1 else []) + ([f"tuned {other}"] if len(tuned) > 1 else [])
            row |= {"prompts": ", ".join(named)}
            rows.append(row | _judged(pair, k, spec["level"]) | {"same_counts": ""})
    return pl.DataFrame(rows, infer_schema_length=None)


def _by_counts(
    base: pl.DataFrame, tuned: pl.DataFrame, own: str, incomplete: bool
) -> list[tuple[pl.DataFrame, list[str]]]:
    """(pair counts, the graders that make them) of all that both models have, the claim's `own` grader first."""
    found: list[tuple[pl.DataFrame, list[str]]] = []
    known = [g for g in base["grader"].unique(maintain_order=True) if g in set(tuned["grader"])]
    for grader in sorted(known, key=lambda name: name != own):
        pair = pair_counts(of_grader(base, grader), of_grader(tuned, grader), incomplete)
        same = next((graders for other, graders in found if other.equals(pair)), None)
        if same is None:
            found.append((pair, [grader]))
        else:
            same.append(grader)
    return found


def _smallest(pair: pl.DataFrame) -> int:
    return int(min(pair["n_base"].to_numpy().min(), pair["n_tuned"].to_numpy().min()))


def _strata(pair: pl.DataFrame, problems: pl.DataFrame) -> Iterator[tuple[str, pl.DataFrame]]:
    """(name, pair counts of its problems) of every stratum of the benchmark, and of the base model's difficulty."""
    for names in strata_of(problems):
        known = pair.join(names, on="problem_id", maintain_order="left")
        for (stratum,), rows in known.group_by("stratum", maintain_order=True):
            if LEAST <= len(rows) < len(pair):
                yield stratum, rows.drop("stratum")
    n, c = pair["n_base"].to_numpy(), pair["c_base"].to_numpy()
    half = n // 2
    if half.min() == 0:
        return
    first = np.random.default_rng(SEED).hypergeometric(c, n - c, half)  # chooses; the other half is judged
    rest = pair.with_columns(n_base=pl.Series(n - half), c_base=pl.Series(c - first))
    for rate in DIFFICULTIES:
        rows = rest.filter(pl.Series(first < rate * half))
        if LEAST <= len(rows) < len(pair):
            yield f"base solves under {rate:.0%}", rows


def strata_of(problems: pl.DataFrame) -> list[pl.DataFrame]:
    """problem_id, stratum: the benchmark's own column, and for each column of true or false its name, or "not" and its
    name.

    problems: problem_id, stratum, and these columns; null for a problem without a stratum.
    """
    found = [problems.select("problem_id", "stratum")]
    for name in problems.columns:
        if problems.schema[name] == pl.Boolean:
            said = pl.when(pl.col(name)).then(pl.lit(name)).when(~pl.col(name)).then(pl.lit(f"not {name}"))
            found.append(problems.select("problem_id", stratum=said))
    return [frame.drop_nulls() for frame in found]


def _without_singles(pair: pl.DataFrame) -> pl.DataFrame:
    return pair.with_columns(
        pl.when(pl.col(name) > 1).then(name).otherwise(0).alias(name) for name in ("c_base", "c_tuned")
    )


def _judged(pair: pl.DataFrame, k: int, level: float, main: bool = False) -> dict:
    (n_base, c_base), (n_tuned, c_tuned) = columns(pair)
    fails = failing(n_base, c_base, k), failing(n_tuned, c_tuned, k)
    rates, clusters = (c_base / n_base, c_tuned / n_tuned), clusters_of(pair)
    found = _interval(*fails, level, clusters)
    estimate = float((fails[0] - fails[1]).mean())
    verdict = side(found["low"], found["high"], count_of(clusters))
    turns = turning_rate(fails, rates, k, level, clusters) if main and verdict != UNDECIDED else None
    return {"k": k, "problems": len(pair), "estimate": estimate, **found, "verdict": verdict, "false_accepts": turns}


def _interval(
    base: NDArray[np.float64], tuned: NDArray[np.float64], level: float, clusters: Clusters
) -> dict[str, float]:
    """low, high, p of tuned minus base. base, tuned: the chances of failing k times, per problem."""
    found = difference_interval(student(Problems(base - tuned, clusters), (-1.0, 1.0)), level)
    return {key: float(value) for key, value in found.items()}


def turning_rate(
    fails: tuple[NDArray[np.float64], NDArray[np.float64]],
    rates: tuple[NDArray[np.float64], NDArray[np.float64]],
    k: int,
    level: float,
    clusters: Clusters = None,
) -> float | None:
    """The smallest rate e of false accepts, of the leading model alone, at which the interval contains zero.

    fails: the chances of failing k times, and rates: the shares of accepted samples, of base and tuned, per problem. A
    grader that accepts wrong answers at rate e makes (1 - p)**k look like (1 - p)**k (1 - e)**k. If the accepted share
    of a problem is at most e, all of it may be due to the grader. None if no rate below one turns the decision.
    """
    base, tuned = fails
    ahead = int((base - tuned).mean() > 0)

    def turned(rate: float) -> bool:
        corrected, share = [base, tuned], max((1 - rate) ** k, 1e-300)
        real = np.clip((rates[ahead] - rate) / (1 - rate), 0, 1)  # says how often a problem fails that never did
        failed = np.where(fails[ahead] > 0, fails[ahead] / share, (1 - real) ** k)
        corrected[ahead] = np.where(rates[ahead] <= rate, 1.0, np.minimum(1, failed))
        found = _interval(corrected[0], corrected[1], level, clusters)
        return found["low"] <= 0 if ahead else found["high"] >= 0

    low, high = 0.0, 1 - 1e-9
    if not turned(high):
        return None
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        low, high = (low, middle) if turned(middle) else (middle, high)
    return high


def summary(rows: pl.DataFrame, claim: Kind) -> UnderChoices:
    """The choices of a claim (`better` or `coverage`), counted.

    rows: `choices`, of every decoding. choices: their number, including the claim's own. agreeing, undecided_choices,
    opposite: choices whose decision equals the main one, is undecided while the main one is not, or is another; if the
    main one is undecided, all others are opposite. strata, strata_agreeing, ...: the same for strata, which have fewer
    problems and are not choices. turns_under: the opposite choices, in words. graders_differ: graders with another
    decision on the claim's own k and problems, with the decision.
    """
    own = rows.filter(claim=claim)
    if not own["main"].any():
        return {}
    main = own.filter("main").row(0, named=True)
    chosen, strata = own.filter(stratum=ALL), own.filter(pl.col("stratum") != ALL)
    said = []
    for row in chosen.filter(_opposite(main)).iter_rows(named=True):
        others = [str(row[key]) for key in ("grader", "filter", "decoding", "prompts") if row[key] != main[key]]
        said.append(", ".join(others + ([f"k = {row['k']}"] if row["k"] != main["k"] else [])))
    at_main = chosen.filter(
        pl.all_horizontal(pl.col(key) == main[key] for key in ("k", "filter", "decoding", "prompts"))
    )
    differ = at_main.filter(pl.col("verdict") != main["verdict"]).select("grader", "verdict").rows()
    (agree, unsure, oppose), (same, open_, turned) = _tally(chosen, main), _tally(strata, main)
    return {
        "choices": len(chosen),
        "agreeing": agree,
        "undecided_choices": unsure,
        "opposite": oppose,
        "turns_under": "; ".join(said),
        "strata": len(strata),
        "strata_agreeing": same,
        "strata_undecided": open_,
        "strata_opposite": turned,
        "graders_differ": "; ".join(f"{grader}: {decision}" for grader, decision in differ),
        "false_accepts_to_turn": main["false_accepts"],
    }


def _opposite(main: dict) -> pl.Expr:
    return ~pl.col("verdict").is_in([main["verdict"], UNDECIDED])


def _tally(rows: pl.DataFrame, main: dict) -> tuple[int, int, int]:
    """How many have the decision of `main`, none, and another."""
    same, opposite = int((rows["verdict"] == main["verdict"]).sum()), len(rows.filter(_opposite(main)))
    return same, len(rows) - same - opposite, opposite
