"""Claims: sentences about a base and a tuned model, each decided by one rule and shown with what decided it."""

import math
from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from boundary.analysis.choices import summary
from boundary.analysis.decide import to_decide
from boundary.analysis.distributions import binom_cdf, binom_sf, false_discovery_control, norm_ppf
from boundary.analysis.overall import overall_claims
from boundary.analysis.pairs import columns
from boundary.analysis.verdicts import (
    BETTER,
    GAINED,
    LOST,
    NARROWED,
    OVERTAKES,
    REFUTED,
    SUPPORTED,
    UNDECIDED,
    at_one_k,
    coverage_k,
)

AT_ONE_K = "Student's t with a pseudo-pair"
NAMES = ("benchmark", "decoding", "base", "tuned")
RULE = ("level", "rate", "large_k")  # the numbers of the configuration that decide


class Compared(NamedTuple):
    """What is known of a pair on a benchmark. problems: of `pairs.overlap`; None where a side is several runs."""

    names: dict[str, str]
    curves: pl.DataFrame
    crossing: pl.DataFrame
    problems: pl.DataFrame | None
    facts: dict


def all_claims(pairs: Iterable[Compared], spec: dict) -> list[dict]:
    """The claims of every pair and the overall ones, each with benchmark, decoding, base, tuned, and three verdicts.

    spec: level, rate, large_k, which benchmarks are `topped_up`, and the `streams` of benchmarks. Pairs of several runs
    have no overall claim: what is a run's own is the same on all its benchmarks. `verdict` is of the claim alone,
    `holm` by Holm's correction over all claims of the run (family-wise error), `fdr` by Benjamini and Hochberg's.
    """
    rule, claims, pairs = {key: spec[key] for key in RULE}, [], list(pairs)
    for pair in pairs:
        shared = {"shared": pair.facts["shared"]} if "shared" in pair.facts else {}  # an incomplete pair
        looks = 2 if pair.names["benchmark"] in spec["topped_up"] else 1
        claims += [pair.names | shared | claim for claim in pair_claims(pair, **rule, looks=looks)]
    single = [(pair.names, pair.curves) for pair in pairs if pair.problems is not None]
    claims += overall_claims(single, spec["level"], spec["large_k"], spec["streams"])
    return [claim | {"claim": sentence(claim)} for claim in corrected(claims, spec["level"])]


def with_choices(claims: list[dict], choices: list[pl.DataFrame]) -> list[dict]:
    """`claims` with what other choices say of them (`choices.summary`), over every decoding of the pair.

    choices: of `choices.choices`, with the names of the pair.
    """
    found = []
    rows = pl.concat(choices) if choices else None
    for claim in claims:
        if claim["test"] == AT_ONE_K and rows is not None:
            of_pair = rows.filter(base=claim["base"], tuned=claim["tuned"], benchmark=claim["benchmark"])
            own = of_pair.with_columns(main=pl.col("main") & (pl.col("decoding") == claim["decoding"]))
            claim = claim | summary(own, "better" if claim["claim"].startswith(BETTER) else "coverage")
        found.append(claim)
    return found


def corrected(claims: list[dict], level: float) -> list[dict]:
    """`claims` with holm_p and fdr_p, and the verdicts `holm` and `fdr` by them. The claims of a run are one family."""
    p = np.array([claim["p"] for claim in claims], dtype=float)
    adjusted = {"holm": holm(p), "fdr": false_discovery_control(p)}
    found = []
    for i, claim in enumerate(claims):
        more = {}
        for name, values in adjusted.items():
            more |= {f"{name}_p": float(values[i]), name: claim["verdict"] if values[i] <= 1 - level else UNDECIDED}
        found.append(claim | more)
    return found


def as_json(claims: list[dict], rules: dict[str, str], spec: dict) -> dict:
    """Claims and the rules that decided them, without infinite numbers."""
    finite = [{key: None if value == math.inf else value for key, value in claim.items()} for claim in claims]
    return {"rule": {key: spec[key] for key in RULE} | {"text": rules}, "claims": finite}


def rule_text(spec: dict) -> dict[str, str]:
    """What decides every claim, in a sentence or two, with the numbers of the configuration filled in."""
    level, rate, large_k, topped_up = (spec[key] for key in (*RULE, "topped_up"))
    alpha, large_k = f"{1 - level:.3g}", "n/2" if large_k == "half" else large_k
    at_one_k = (
        f"tuned minus base pass@k, decided for the side on which its {level:.0%} interval lies where that excludes "
        "zero. The interval is Student's t over problems with a pseudo-pair of weight 1/4 that speaks for either side."
    )
    overtakes = (
        "The base is ahead at some k <= n/2. Supported where the simultaneous band over k lies below zero at some such "
        "k, refuted where it lies above zero at all of them. The estimate is the k from which the base is level or "
        "ahead; its interval inverts the pointwise one and decides nothing."
    )
    alone = (
        f"The number of problems that the one model solves at a rate of {rate:g} or more and the other does not. The "
        "interval goes from the problems of which both are shown to those of which neither is excluded (exact binomial "
        f"tests, Holm's correction over problems at {alpha}). Supported where its low end is at least 1, refuted where "
        "its high end is 0 and no problem was solved by the one model alone; beside it, how many were, at any rate."
    )
    if topped_up:
        alone += f" Topped up, and so looked at twice, each at half that level: {', '.join(topped_up)}."
    overall = (
        "the mean over benchmarks, each with equal weight, at one k, with the errors of all of them (Welch and "
        "Satterthwaite's degrees of freedom); Q tests whether the benchmarks agree."
    )
    return {
        BETTER: f"At k = 1: {at_one_k}",
        OVERTAKES: overtakes,
        GAINED: alone,
        LOST: alone,
        f"{NARROWED} or widened": f"At k = {large_k}: {at_one_k}",
        "overall": overall,
    }


def pair_claims(pair: Compared, level: float, rate: float, large_k: int | str, looks: int = 1) -> list[dict]:
    """The claims of one pair: claim, k, estimate, low, high, p, own_low, own_high, n, problems, test, verdict.

    large_k: the k at which coverage is judged, or "half" for n/2. looks: how often a problem alone was judged (2 where
    undecided ones were topped up). low, high: such problems; own_low, own_high: these very problems, to be described.
    """
    n = pair.crossing["n"][0]
    facts = {"n": n, "problems": pair.crossing["problems"][0]}
    claims = [_at_one_k(pair, 1, level, False), {"claim": OVERTAKES, **_overtakes(pair.crossing, level)}]
    if pair.problems is not None:
        each = columns(pair.problems)
        base, tuned = each[:2], each[2:]
        claims.append({"claim": GAINED, **_alone(tuned, base, rate, 1 - level, looks)})
        claims.append({"claim": LOST, **_alone(base, tuned, rate, 1 - level, looks)})
    claims.append(_at_one_k(pair, coverage_k(large_k, n), level, True))
    return [claim | facts for claim in claims]


def _at_one_k(pair: Compared, k: int, level: float, coverage: bool) -> dict:
    """The verdict on the difference at this k, and what would decide it."""
    row = pair.curves.row(k - 1, named=True)
    claim = at_one_k(row["difference"], row["low"], row["high"], coverage)
    claim |= {"k": k, "estimate": row["difference"]} | {key: row[key] for key in ("low", "high", "p")}
    own = norm_ppf((1 + level) / 2) * row["sampling_error"]
    if math.isfinite(own):
        claim |= {"own_low": row["difference"] - own, "own_high": row["difference"] + own}
    if claim["verdict"] == UNDECIDED and pair.problems is not None:  # more problems bring no more runs
        claim |= to_decide(row, pair.crossing["problems"][0], pair.crossing["n"][0], level, pair.facts)
    return claim | {"test": AT_ONE_K}


def _overtakes(crossing: pl.DataFrame, level: float) -> dict:
    row = crossing.row(0, named=True)
    supported, refuted = (row[p] <= 1 - level for p in ("overtaken_p", "never_p"))
    return {
        "k": row["overtaken_k"],  # where the base is furthest ahead
        "estimate": row["crossing_k"],
        "low": row["low"],
        "high": row["high"],
        "p": min(row["overtaken_p"], row["never_p"]),
        "test": "simultaneous band over k",
        "verdict": SUPPORTED if supported else REFUTED if refuted else UNDECIDED,
    }


def _alone(one: tuple[NDArray, NDArray], other: tuple[NDArray, NDArray], rate: float, alpha: float, looks: int) -> dict:
    """Whether `one` solves problems at `rate` or more that `other` does not. one, other: n and c of every problem."""
    (n, c), (others, correct) = one, other
    reaches, misses = binom_sf(c - 1, n, rate), binom_cdf(correct, others, rate)
    shown = (looks * holm(np.maximum(reaches, misses))).clip(max=1)
    not_one, as_other = binom_cdf(c, n, rate), binom_sf(correct - 1, others, rate)
    excluded = (looks * holm(np.minimum(1, 2 * np.minimum(not_one, as_other)))).clip(max=1)
    low, high = int((shown <= alpha).sum()), int((excluded > alpha).sum())
    solved_alone = int(((c > 0) & (correct == 0)).sum())
    refuted = high == 0 and solved_alone == 0
    return {
        "k": int(n.min()),
        "estimate": float(((c >= rate * n) & (correct < rate * others)).sum()),
        "low": float(low),
        "high": float(high),
        "p": float(min(shown.min(), excluded.max() if solved_alone == 0 else 1.0)),
        "solved_alone": solved_alone,
        "solved_alone_once": int(((c == 1) & (correct == 0)).sum()),
        "test": "exact binomial, Holm over problems",
        "verdict": SUPPORTED if low >= 1 else REFUTED if refuted else UNDECIDED,
    }


def holm(p: np.ndarray) -> np.ndarray:
    """p values by Holm's correction (step-down Bonferroni), in the order given."""
    order = np.argsort(p)
    scaled = np.maximum.accumulate(p[order] * np.arange(len(p), 0, -1)).clip(max=1)
    adjusted = np.empty_like(scaled)
    adjusted[order] = scaled
    return adjusted


def sentence(claim: dict) -> str:
    """The claim as the report's table says it; of an incomplete pair, with what it was compared on."""
    said = claim["claim"]
    if said == OVERTAKES:
        known = math.isfinite(claim["estimate"])
        said += f" at k = {claim['estimate']:.0f}" if known else f" at some k up to {claim['n']}"
    return f"{said}, on {claim['shared']}" if "shared" in claim else said
