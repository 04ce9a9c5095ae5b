"""Claims: sentences about a base and a tuned model, each decided by one rule and shown with what decided it."""

import math
from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
import polars as pl

from boundary.analysis.choices import summary
from boundary.analysis.decide import to_decide
from boundary.analysis.distributions import false_discovery_control, norm_ppf
from boundary.analysis.guess import Floor
from boundary.analysis.multiplicity import holm
from boundary.analysis.overall import overall_claims
from boundary.analysis.pairs import columns
from boundary.analysis.sets import STRICTER, Judged, boundary_claim, rate_claim, rate_to_decide, samples_to_decide
from boundary.analysis.verdicts import (
    BETTER,
    GAINED,
    LOST,
    NARROWED,
    OVERTAKES,
    RATE_GAINED,
    RATE_LOST,
    REFUTED,
    SUPPORTED,
    UNDECIDED,
    at_one_k,
    coverage_k,
    kind_of,
)

AT_ONE_K = "Student's t with a pseudo-pair"
NAMES = ("benchmark", "decoding", "base", "tuned")
RULE = ("level", "rate", "large_k")  # the numbers of the configuration that decide


class Compared(NamedTuple):
    """What is known of a pair on a benchmark.

    problems: of `pairs.overlap`; None where a side is several runs. passk: of `curves.curve`, of base and tuned model
    by the benchmark's grader; floor: of guessing; either None where it is not known.
    """

    names: dict[str, str]
    curves: pl.DataFrame
    crossing: pl.DataFrame
    problems: pl.DataFrame | None
    facts: dict
    passk: tuple[pl.DataFrame, pl.DataFrame] | None = None
    floor: Floor | None = None


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
    claims = decidable(corrected(claims, spec["level"]), 1 - spec["level"])
    return [{"kind": kind_of(claim)} | claim | {"claim": sentence(claim)} for claim in claims]


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
            claim = claim | summary(own, kind_of(claim))
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


def decidable(claims: list[dict], alpha: float) -> list[dict]:
    """`corrected` claims; those about sets with whether any result of these samples could be supported among all claims
    of the run (`supportable`), and where none could, from how many samples on, or from which rate on, one could."""
    found, p = [], np.array([claim["p"] for claim in claims], dtype=float)
    for i, claim in enumerate(claims):
        if "least_p" in claim:
            best = np.where(np.arange(len(p)) == i, claim["least_p"], p)
            supportable = bool(holm(best)[i] <= alpha)
            claim = claim | {"supportable": supportable}
            if not supportable:
                judged, size = Judged(claim["rate"], alpha, claim["looks"]), (claim["problems"], len(p))
                claim |= {"samples_to_support": samples_to_decide(*size, judged)}
                claim |= {"rate_to_support": rate_to_decide(claim["k"], *size, judged)}
        found.append(claim)
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
        "k, refuted where it lies above zero at all of them. The estimate is the first k up to n at which the base is "
        "level or ahead; its interval inverts the pointwise one and decides nothing. Column k: where the base is "
        "furthest ahead, in standard errors."
    )
    exact = (
        "Both models are judged by exact binomial tests, the larger p of a problem counts, with Holm's correction over "
        f"problems at {alpha}. Supported where one problem or more is shown; the low end is how many are shown, the "
        "high end how many are not excluded; refuted where none is left and no problem was solved by the one alone."
    )
    never = (
        f"The number of problems that the one model solves at {rate:.3g} a sample or more and of which the other has "
        f"no sample right: never in its samples, which is not never at all. {exact} With n samples none right shows "
        "that the rate of the other is below 1 - (alpha / problems)^(1/n) on all problems at once; below "
        f"1 - alpha^(1/n) on a single one. Counted again at {' and '.join(f'{percent}%' for percent in STRICTER)}."
    )
    at_rate = (
        f"The number of problems that the one model solves at {rate:.3g} a sample or more and the other at less, which "
        f"it may have solved, too. {exact}"
    )
    if topped_up:
        looks = f" Topped up, and so looked at twice, each at half that level: {', '.join(topped_up)}."
        never, at_rate = never + looks, at_rate + looks
    overall = (
        "the mean over benchmarks, each with equal weight, at one k, with the errors of all of them (Welch and "
        "Satterthwaite's degrees of freedom); Q tests whether the benchmarks agree."
    )
    return {
        BETTER: f"At k = 1: {at_one_k}",
        OVERTAKES: overtakes,
        GAINED: never,
        LOST: never,
        f"{RATE_GAINED} the rate": at_rate,
        f"{RATE_LOST} the rate": at_rate,
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
        claims += _about_sets(pair, Judged(rate, 1 - level, looks))
    claims.append(_at_one_k(pair, coverage_k(large_k, n), level, True))
    return [claim | facts | may_be_luck(claim, pair) for claim in claims]


def _about_sets(pair: Compared, judged: Judged) -> list[dict]:
    """What one model solves and the other never did, and at which rate, in either direction."""
    each = columns(pair.problems)
    base, tuned = each[:2], each[2:]
    guesses = pair.floor and pair.floor.at(pair.problems["problem_id"])
    return [
        {"claim": GAINED, "looks": judged.looks} | boundary_claim(tuned, base, judged, guesses),
        {"claim": LOST, "looks": judged.looks} | boundary_claim(base, tuned, judged, guesses),
        {"claim": RATE_GAINED, "looks": judged.looks} | rate_claim(tuned, base, judged),
        {"claim": RATE_LOST, "looks": judged.looks} | rate_claim(base, tuned, judged),
    ]


def may_be_luck(claim: dict, pair: Compared) -> dict:
    """guess_at_k, what guessing alone reaches at the k of a claim over k, and may_be_luck: that it reaches as much as
    the model that is ahead there, within its interval or beyond. Empty where it is not known, and of sets."""
    if pair.floor is None or "least_p" in claim:
        return {}
    guess = pair.floor.at_k(claim["k"])
    if guess is None:
        return {}
    base_ahead = claim["claim"].startswith(OVERTAKES) or claim["estimate"] < 0
    ahead = pair.passk and pair.passk[0 if base_ahead else 1].row(claim["k"] - 1, named=True)
    return {"guess_at_k": guess} | ({"may_be_luck": bool(ahead["low"] <= guess)} if ahead else {})


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
    return claim | {"k_is": "of the difference", "test": AT_ONE_K}


def _overtakes(crossing: pl.DataFrame, level: float) -> dict:
    row = crossing.row(0, named=True)
    supported, refuted = (row[p] <= 1 - level for p in ("overtaken_p", "never_p"))
    return {
        "k": row["overtaken_k"],
        "k_is": "where the base is furthest ahead",
        "estimate": row["crossing_k"],
        "low": row["low"],
        "high": row["high"],
        "p": min(row["overtaken_p"], row["never_p"]),
        "test": "simultaneous band over k",
        "verdict": SUPPORTED if supported else REFUTED if refuted else UNDECIDED,
    }


def sentence(claim: dict) -> str:
    """The claim as the report's table says it; of an incomplete pair, with what it was compared on."""
    kind, said = kind_of(claim), claim["claim"]
    if kind == "overtakes":
        said += f" at some k up to {max(1, claim['n'] // 2)}"
    elif "rate" in claim:
        rate, other = f"{100 * claim['rate']:.3g}%", "base" if kind.endswith("gained") else "tuned"
        below = f" {rate} a sample or more, where {other} is below {rate}"
        said += below if kind.startswith("rate") else f" in {claim['samples']} samples, at {rate} a sample or more"
    return f"{said}, on {claim['shared']}" if "shared" in claim else said
