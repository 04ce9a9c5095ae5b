"""Claims: sentences about a base and a tuned model, each decided by one rule and shown with what decided it."""

import math

import numpy as np
import polars as pl
from scipy import stats

SUPPORTED, REFUTED, UNDECIDED = "supported", "refuted", "undecided"
BETTER, OVERTAKES = "tuned is better at k=1", "base overtakes"
GAINED, LOST = "tuned solves problems that base does not", "base solves problems that tuned does not"
RULE = ("level", "rate", "large_k")  # the numbers of the configuration that decide
NARROWED, WIDENED = "coverage narrowed", "coverage widened"


def all_claims(given: dict, spec: dict) -> list[dict]:
    """The claims of every pair, each with benchmark, decoding, base and tuned, and what an incomplete one shares.

    given: `differences`, `crossings`, `overlaps` of the pairs, as results. spec: level, rate, large_k, and which
    benchmarks are `topped_up`.
    """
    rule, claims = {key: spec[key] for key in RULE}, []
    for results in zip(*(given[kind] for kind in ("differences", "crossings", "overlaps")), strict=True):
        names = {key: results[0].names[key] for key in ("benchmark", "decoding", "base", "tuned")}
        if shared := results[2].made_with.get("shared"):  # an incomplete pair
            names["shared"] = shared
        looks = 2 if names["benchmark"] in spec["topped_up"] else 1
        claims += [names | claim for claim in pair_claims(*(r.frame for r in results), **rule, looks=looks)]
    return [claim | {"claim": sentence(claim)} for claim in claims]


def as_json(claims: list[dict], rules: dict[str, str], spec: dict) -> dict:
    """Claims and the rules that decided them, without infinite numbers."""
    finite = [{key: None if value == math.inf else value for key, value in claim.items()} for claim in claims]
    return {"rule": {key: spec[key] for key in RULE} | {"text": rules}, "claims": finite}


def rule_text(spec: dict) -> dict[str, str]:
    """What decides every claim, in words, with the numbers of the configuration filled in."""
    level, rate, large_k, topped_up = (spec[key] for key in (*RULE, "topped_up"))
    alpha, large_k = f"{1 - level:.3g}", "n/2" if large_k == "half" else large_k
    at_one_k = (
        "Tuned minus base pass@k at that k. Decided, for the side on which the interval lies, where the "
        f"{level:.0%} paired bootstrap interval over problems excludes zero and the two-sided sign-flip p is "
        f"at most {alpha}."
    )
    overtakes = (
        "The base is ahead at some k <= n/2. Supported where the simultaneous band over k lies below zero at "
        f"some k <= n/2 with a sign-flip p of at most {alpha} there; refuted where it lies above zero at every "
        f"k <= n/2, with a p of at most {alpha} at each. The estimate is the k from which the base is level or "
        "ahead, with its bootstrap interval."
    )
    alone = (
        "The number of problems that the one model solved and the other never did in n samples. The interval "
        "goes from those where Fisher's one-sided p, by Holm's correction over all problems, is at most "
        f"{alpha}, to those where the one model's rate may still be {rate:g} or more (Clopper-Pearson bound, "
        f"Bonferroni's correction). Supported where the low end is at least 1; refuted, for rates of {rate:g} "
        "or more, where the high end is 0."
    )
    if topped_up:
        alone += f" Topped up, and so looked at twice, each at half that level: {', '.join(topped_up)}."
    return {
        BETTER: at_one_k,
        OVERTAKES: overtakes,
        GAINED: alone,
        LOST: alone,
        NARROWED: f"k = {large_k}. {at_one_k}",
        WIDENED: f"k = {large_k}. {at_one_k}",
    }


def pair_claims(
    curves: pl.DataFrame,
    crossing: pl.DataFrame,
    problems: pl.DataFrame,
    level: float,
    rate: float,
    large_k: int | str,
    looks: int = 1,
) -> list[dict]:
    """The claims of one pair: claim, k, estimate, low, high, p, n, problems, test, verdict.

    curves, crossing: of `coverage.compare`; problems: of `coverage.discordance`. large_k: the k at which coverage is
    judged, or "half" for n/2. looks: how often a problem alone was judged (2 where undecided ones were topped up). A
    verdict other than `undecided` has an interval that excludes the other side.
    """
    n = crossing["n"][0]
    facts = {"n": n, "problems": len(problems)}
    large_k = max(1, n // 2) if large_k == "half" else large_k
    alone = 1 - (1 - level) / looks
    better, coverage = (_at_one_k(curves, k, level) for k in (1, large_k))
    opposite = {SUPPORTED: REFUTED, REFUTED: SUPPORTED, UNDECIDED: UNDECIDED}
    claims = [
        {"claim": BETTER, **better},
        {"claim": OVERTAKES, **_overtakes(curves, crossing, level)},
        {"claim": GAINED, **_alone(problems, "tuned", "base", "gain_p", alone, rate)},
        {"claim": LOST, **_alone(problems, "base", "tuned", "loss_p", alone, rate)},
        {"claim": NARROWED, **coverage, "verdict": opposite[coverage["verdict"]]},
        {"claim": WIDENED, **coverage},
    ]
    return [claim | facts for claim in claims]


def _at_one_k(curves: pl.DataFrame, k: int, level: float) -> dict:
    """The verdict on "tuned is better at this k"."""
    row = curves.row(k - 1, named=True)
    verdict = UNDECIDED
    if row["p"] <= 1 - level:
        verdict = SUPPORTED if row["low"] > 0 else REFUTED if row["high"] < 0 else UNDECIDED
    shown = {"estimate": row["difference"], "low": row["low"], "high": row["high"], "p": row["p"]}
    return {"k": k, **shown, "test": "sign-flip, paired bootstrap", "verdict": verdict}


def _overtakes(curves: pl.DataFrame, crossing: pl.DataFrame, level: float) -> dict:
    trusted = curves.head(max(1, len(curves) // 2))
    significant = trusted["p"] <= 1 - level
    ahead = trusted.filter((trusted["band_high"] < 0) & significant)
    behind = ((trusted["band_low"] > 0) & significant).all()
    verdict = SUPPORTED if len(ahead) else REFUTED if behind else UNDECIDED
    shown = ahead if len(ahead) else trusted
    at = shown.row(int(shown["difference"].arg_min()), named=True)
    row = crossing.row(0, named=True)
    return {
        "k": at["k"],  # where the base is furthest ahead
        "estimate": row["crossing_k"],
        "low": row["low"],
        "high": row["high"],
        "p": at["p"],
        "test": "simultaneous band over k, sign-flip",
        "verdict": verdict,
    }


def _alone(problems: pl.DataFrame, one: str, other: str, p: str, level: float, rate: float) -> dict:
    """Whether `one` solves problems that `other` does not."""
    n, c = problems[f"n_{one}"].to_numpy(), problems[f"c_{one}"].to_numpy()
    never = problems[f"c_{other}"].to_numpy() == 0
    values, alpha = problems[p].to_numpy(), 1 - level
    adjusted = holm(values)
    beyond_chance = never & (adjusted <= alpha)
    upper = np.where(c < n, stats.beta.ppf(1 - alpha / len(n), c + 1, np.maximum(n - c, 1)), 1.0)
    possible = (never & (upper >= rate)) | beyond_chance
    low, high = int(beyond_chance.sum()), int(possible.sum())
    return {
        "k": int(n.min()),
        "estimate": float((never & (c > 0)).sum()),
        "low": float(low),
        "high": float(high),
        "p": float(adjusted[never].min()) if never.any() else 1.0,
        "test": "Fisher one-sided, Holm",
        "verdict": SUPPORTED if low >= 1 else REFUTED if high == 0 else UNDECIDED,
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
