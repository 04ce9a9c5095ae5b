"""Claims: sentences about a base and a tuned model, each decided by one rule and shown with the numbers behind it."""

import math
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple, cast, get_type_hints

import numpy as np
import polars as pl

from boundary.analysis.asked import ABOVE_VOTE, ASKED, BEST, BEST_PROMPT, BEST_PROMPT_COVERAGE
from boundary.analysis.clusters import FEW, are_few
from boundary.analysis.decide import to_decide
from boundary.analysis.decisions import AHEAD, BEHIND, REFUTED, SUPPORTED, UNDECIDED, Decision, coverage_k
from boundary.analysis.distributions import false_discovery_control, norm_ppf
from boundary.analysis.guess import MOST_GUESSED, Floor, largest_claimed
from boundary.analysis.kinds import (
    BETTER,
    BOUNDARY,
    COVERAGE,
    GAINED,
    KINDS,
    LOST,
    OVER_PROBLEMS,
    OVERTAKES,
    RATE_GAINED,
    RATE_LOST,
    RATES,
    About,
    Alone,
    Claim,
    Corrected,
    Decided,
    Few,
    Kind,
    Luck,
    Names,
    OfDifference,
    OfRivals,
    OfSets,
    Own,
    ToDecide,
    decide,
    direction,
)
from boundary.analysis.multiplicity import holm
from boundary.analysis.overall import overall_claims
from boundary.analysis.pairs import columns
from boundary.analysis.sets import STRICTER, Judged, boundary_claim, rate_claim, rate_to_decide, samples_to_decide
from boundary.analysis.specification_curve import summary
from boundary.contracts import ClaimsSpec

AT_ONE_K = "Student's t with a pseudo-pair"
NAMES = ("benchmark", "decoding", "base", "tuned")
ENDS = {end: end for end in ("estimate", "low", "high")}
FIRST = (*NAMES, "kind", "claim", "direction", "unit", *ENDS, "beyond_n", "p", "verdict", "holm", "fdr")
DIFFERENCES: tuple[Kind, Kind] = (BETTER, COVERAGE)  # kinds of claims about one k
RULE = ("level", "rate", "large_k")  # the numbers of the configuration that decide


class Compared(NamedTuple):
    """The results of a pair on a benchmark.

    problems: `pairs.overlap`; None if a side is several runs. passk: `curves.curve` of base and tuned model by the
    benchmark's grader. floor: the guessing baseline. choices: `parts.specifications`. Each is None if it is unknown.
    """

    names: Names
    curves: pl.DataFrame
    crossing: pl.DataFrame
    problems: pl.DataFrame | None
    facts: dict
    passk: tuple[pl.DataFrame, pl.DataFrame] | None = None
    floor: Floor | None = None
    choices: pl.DataFrame | None = None

    @property
    def clusters(self) -> int | None:
        """Number of clusters of the problems; None if there are no clusters."""
        return self.facts.get("clusters")


def all_claims(pairs: Iterable[Compared], spec: ClaimsSpec) -> list[Claim]:
    """The claims of every pair and the overall ones, each with benchmark, decoding, base, tuned, and three decisions.

    spec: level, rate, large_k, the benchmarks that are `topped_up`, and the `streams` of benchmarks. Pairs of several
    runs have no overall claim, because a run's own effect is the same on all its benchmarks. On the benchmarks of
    `guessed`, if any, coverage is judged up to the `largest_claimed` k of their baseline. `verdict` is uncorrected;
    `holm` uses Holm's correction over all claims of the run (family-wise error); `fdr` uses Benjamini and Hochberg's.
    """
    claims: list[Alone] = []
    said: Any = spec
    pairs, guessed = list(pairs), spec.get("guessed", [])
    for pair in pairs:
        looks = 2 if pair.names["benchmark"] in spec["topped_up"] else 1
        most = _most(pair) if pair.names["benchmark"] in guessed else None
        claims += pair_claims(pair, **{key: said[key] for key in RULE}, looks=looks, most=most)
    single = [(pair.names, pair.curves, pair.clusters) for pair in pairs if pair.problems is not None]
    limits = {pair.names["benchmark"]: _most(pair) for pair in pairs if pair.names["benchmark"] in guessed}
    claims += overall_claims(single, spec["level"], spec["large_k"], spec["streams"], limits)
    every = decidable(with_consequences(corrected(claims, spec["level"])), 1 - spec["level"])
    within = spec.get("within", {})
    for claim in every if within else ():
        claim["within"] = within[claim["decoding"]]
    return [{**claim, "claim": sentence(claim)} for claim in every]


def _most(pair: Compared) -> int:
    """The largest k at which coverage is judged where guessing carries it; 1 where nobody knows what it reaches."""
    n = int(pair.crossing["n"][0])
    return largest_claimed(pair.floor.problems["guess_rate"].to_numpy(), n) if pair.floor else 1


def with_choices(claims: list[Claim], choices: list[pl.DataFrame]) -> list[Claim]:
    """`claims` with the results of other choices (`specification_curve.summary`), over every decoding of the pair.

    choices: `choices.choices`, with the names of the pair.
    """
    found: list[Claim] = []
    rows = pl.concat(choices, how="diagonal_relaxed") if choices else None
    for claim in claims:
        if claim["test"] == AT_ONE_K and rows is not None:
            of_pair = rows.filter(base=claim["base"], tuned=claim["tuned"], benchmark=claim["benchmark"])
            own = of_pair.with_columns(main=pl.col("main") & (pl.col("decoding") == claim["decoding"]))
            claim = {**claim, **summary(own, claim["kind"])}
        found.append(claim)
    return found


def corrected(claims: list[Alone], level: float) -> list[Claim]:
    """`claims` with their `corrections`. The claims of a run are one family."""
    more = corrections([claim["p"] for claim in claims], [claim["verdict"] for claim in claims], level)
    return [{**claim, **found} for claim, found in zip(claims, more, strict=True)]


def with_consequences(claims: list[Claim]) -> list[Claim]:
    """`claims`, of which what Holm's correction leaves open is decided where another decision on the same pair says it.

    A base that is ahead at one k up to n/2 has overtaken, and a model that is ahead at all of them is ahead at k = 1
    and at n/2. The p value is that of the decision from which it follows. No error is added: where the consequence is
    false, so is what it follows from, and the family-wise error already counts that (Holm 1979, section 6; closed
    testing, Marcus, Peritz and Gabriel 1976, doi:10.1093/biomet/63.3.655).
    """
    key = lambda claim: (claim["benchmark"], claim["decoding"], claim["base"], claim["tuned"])  # noqa: E731
    pairs: dict[tuple[str, ...], dict[Kind, Claim]] = {}
    for claim in claims:
        pairs.setdefault(key(claim), {})[claim["kind"]] = claim
    return [_by_consequence(claim, pairs[key(claim)]) for claim in claims]


def _by_consequence(claim: Claim, of_pair: dict[Kind, Claim]) -> Claim:
    overtakes = of_pair.get(OVERTAKES)
    if claim["holm"] != UNDECIDED or overtakes is None:
        return claim
    if claim is overtakes:
        at_some_k = (of_pair[kind] for kind in DIFFERENCES if kind in of_pair and _within(of_pair[kind], overtakes))
        causes = [other for other in at_some_k if other["holm"] != UNDECIDED and other["estimate"] < 0]
    else:
        follows = claim["kind"] in DIFFERENCES and _within(claim, overtakes) and overtakes["holm"] == REFUTED
        causes = [overtakes] if follows else []
    return {**claim, "holm": SUPPORTED, "holm_p": min(one["holm_p"] for one in causes)} if causes else claim


def _within(claim: Claim, overtakes: Claim) -> bool:
    """Whether the k of a difference is one of those that the claim on overtaking is about."""
    return claim["k"] <= max(1, overtakes["n"] // 2)


def corrections(p: list[float], decisions: list[Decision], level: float) -> list[Corrected]:
    """holm_p and fdr_p of every test of a family, and the decisions `holm` and `fdr` that follow."""
    each = np.array(p, dtype=float)
    by_holm, by_fdr = holm(each), false_discovery_control(each)
    return [
        {
            "holm_p": float(by_holm[i]),
            "holm": decision if by_holm[i] <= 1 - level else UNDECIDED,
            "fdr_p": float(by_fdr[i]),
            "fdr": decision if by_fdr[i] <= 1 - level else UNDECIDED,
        }
        for i, decision in enumerate(decisions)
    ]


def decidable(claims: list[Claim], alpha: float) -> list[Claim]:
    """`claims`, with `supportable` for those about sets: whether any result of these samples could be supported among
    all claims of the run. If none could, also the fewest samples, or the lowest rate, with which one could."""
    found: list[Claim] = []
    p = np.array([claim["p"] for claim in claims], dtype=float)
    for i, claim in enumerate(claims):
        if "least_p" in claim:
            best = np.where(np.arange(len(p)) == i, claim["least_p"], p)
            supportable = bool(holm(best)[i] <= alpha)
            claim = {**claim, "supportable": supportable}
            if not supportable:
                judged, size = Judged(claim["rate"], alpha, claim["looks"]), (claim["problems"], len(p))
                claim["samples_to_support"] = samples_to_decide(*size, judged)
                claim["rate_to_support"] = rate_to_decide(claim["k"], *size, judged)
        found.append(claim)
    return found


def as_json(claims: list[Claim], rules: dict[str, str], spec: ClaimsSpec) -> dict:
    """Claims, as `for_files`, and the rules that decided them."""
    said: Any = spec
    return {"rule": {key: said[key] for key in RULE} | {"text": rules}, "claims": for_files(claims)}


def for_files(claims: list[Claim]) -> list[dict]:
    """`claims` with their unit and direction; ends beyond n are null, and `beyond_n` names them."""
    found = []
    for claim in claims:
        about: dict[str, str] = {"unit": KINDS[claim["kind"]].unit}
        about |= {"direction": direction(claim["estimate"])} if claim["kind"] == COVERAGE else {}
        found.append({**claim, **about, **finite(claim)})
    return found


def finite(row: Mapping, ends: Mapping[str, str] = ENDS, to: str = "beyond_n") -> dict:
    """The `ends` of a row, null if they are infinite; `to` names those.

    ends: name in the row -> name of the end.
    """
    beyond = {name: end for name, end in ends.items() if row[name] == math.inf}
    return {name: None if name in beyond else row[name] for name in ends} | {to: ", ".join(beyond.values()) or None}


def table(claims: list[Claim]) -> pl.DataFrame:
    """The claims of `for_files`, one a row, with every column that a claim can have."""
    types = {int: pl.Int64, float: pl.Float64, float | None: pl.Float64, bool: pl.Boolean}
    known = {name: types.get(kind, pl.String) for name, kind in get_type_hints(Claim).items()}
    return pl.DataFrame(for_files(claims), schema={name: known[name] for name in (*FIRST, *known)})


def from_files(claims: list[dict]) -> list[Claim]:
    """The claims of `for_files`, with their infinite numbers again."""
    return [cast(Claim, claim | {end: math.inf for end in ENDS if claim[end] is None}) for claim in claims]


def rule_text(spec: ClaimsSpec) -> dict[str, str]:
    """The rule that decides every claim, in a sentence or two, with the numbers of the configuration."""
    level, rate, topped_up = spec["level"], spec["rate"], spec["topped_up"]
    alpha, large_k = f"{1 - level:.3g}", "n/2" if spec["large_k"] == "half" else spec["large_k"]
    at_one_k = (
        f"tuned minus base pass@k. Decided if its {level:.0%} interval excludes zero, for the side on which it lies. "
        "The interval is Student's t over problems with a pseudo-pair of weight 1/4 for either side."
    )
    overtakes = (
        "The base is ahead at some k <= n/2. Supported if the simultaneous band over k is below zero at one of these "
        "k, refuted if it is above zero at all of them. The estimate is the first k up to n at which the base is "
        "level or ahead; its interval inverts the pointwise one and decides nothing. In files, k is where the base is "
        "furthest ahead, in standard errors."
    )
    exact = (
        "Both models are judged by exact binomial tests, the larger p of a problem counts, with Holm's correction over "
        f"problems at {alpha}. Supported if at least one problem is confirmed, refuted if all problems are excluded "
        "and none was solved by this model only. The interval: problems confirmed, problems not excluded."
    )
    never = (
        f"The number of problems that one model solves at a rate of {rate:.3g} or more and for which the other has no "
        f"correct sample. {exact} Without a correct sample in n, the rate of the other is below "
        "1 - (alpha / problems)^(1/n) on all problems at once, and below 1 - alpha^(1/n) on a single one; it may be "
        f"above zero. Files have the numbers at {' and '.join(f'{percent}%' for percent in STRICTER)} too."
    )
    at_rate = (
        f"The number of problems that one model solves at a rate of {rate:.3g} or more and the other below that rate, "
        f"although it may have solved them. {exact}"
    )
    if topped_up:
        looks = f" Topped up, so judged twice (interim analysis), each at half that level: {', '.join(topped_up)}."
        never, at_rate = never + looks, at_rate + looks
    by_clusters = ""
    if clustered := spec.get("clustered"):
        by_clusters = (
            " Student's t is over families of problems instead of problems for: "
            f"{', '.join(f'{name} ({column})' for name, column in clustered.items())}; with fewer than {FEW} of them "
            "nothing is decided. Tests of single problems ignore families."
        )
    at_large_k = f"At k = {large_k}: {at_one_k}{by_clusters}"
    if guessed := spec.get("guessed"):
        at_large_k += (
            f" On {', '.join(guessed)} at the largest k up to that at which guessing letters reaches at most "
            f"{MOST_GUESSED:.0%}, and nothing is claimed at a larger one."
        )
    overall = (
        "the mean over benchmarks, each with equal weight, at one k, with the errors of all of them (Welch and "
        "Satterthwaite's degrees of freedom); Q tests whether the benchmarks agree."
    )
    texts: dict[Kind, str] = {
        BETTER: f"At k = 1: {at_one_k}{by_clusters}",
        OVERTAKES: overtakes + by_clusters,
        GAINED: never,
        LOST: never,
        RATE_GAINED: at_rate,
        RATE_LOST: at_rate,
        COVERAGE: at_large_k,
    }
    best = (
        "tuned minus base pass@k under every prompt and decoding of the base in this run, the tuned model under its "
        f"own. Supported if each {level:.0%} interval lies above zero (intersection-union: the largest p counts); "
        "refuted if one of them lies below zero after correction over them (the largest |t|). The estimate is the "
        "smallest difference, with the interval of that comparison alone."
    )
    further: dict[Kind, str] = {
        BEST_PROMPT: f"At k = 1: {best}",
        BEST_PROMPT_COVERAGE: f"At k = {large_k}: {best}",
        ABOVE_VOTE: "tuned pass@1 minus the base's maj@k at k = n/2 of the base, paired over problems: 10,000 subsets "
        "of k samples, ties shared out, samples without an answer do not vote. Decided as a difference at k = 1: by "
        f"the side on which its {level:.0%} interval lies.",
    }
    texts |= {kind: text for kind, text in further.items() if kind in spec.get("claims", ())}
    return {KINDS[kind].rule: text for kind, text in texts.items()} | {"overall": overall}


def pair_claims(
    pair: Compared, level: float, rate: float, large_k: int | str, looks: int = 1, most: int | None = None
) -> list[Alone]:
    """The claims of one pair: its names, claim, k, estimate, low, high, p, n, problems, test, verdict, and what else
    those of a kind have.

    large_k: the k at which coverage is judged, or "half" for n/2. looks: how often a problem alone was judged (2 where
    undecided ones were topped up). most: the largest k at which coverage is judged, if any; where it is below n/2
    nothing is claimed about the base overtaking. low, high: such problems; own_low, own_high: these very problems, to
    be described.
    """
    n = int(pair.crossing["n"][0])
    most = n if most is None else most
    found: list[tuple[Kind, OfDifference | OfSets | Decided | Best]] = [(BETTER, _at_one_k(pair, BETTER, 1, level))]
    if most >= n // 2:
        found.append((OVERTAKES, _overtakes(pair.crossing, level)))
    if pair.problems is not None:
        found += _about_sets(pair, pair.problems, Judged(rate, 1 - level, looks))
    found.append((COVERAGE, _at_one_k(pair, COVERAGE, min(coverage_k(large_k, n), most), level)))
    found += _asked(pair, level)
    about: About = {**pair.names}
    if "shared" in pair.facts:
        about["shared"] = pair.facts["shared"]

    def few(kind: Kind) -> Few:
        return {"clusters": pair.clusters} if pair.clusters and kind in OVER_PROBLEMS else {}

    return [
        {
            "kind": kind,
            **about,
            "claim": KINDS[kind].sentence,
            **one,
            "n": n,
            "problems": int(pair.crossing["problems"][0]),
            **few(kind),
            **may_be_luck(kind, one, pair),
        }
        for kind, one in found
    ]


def _about_sets(pair: Compared, problems: pl.DataFrame, judged: Judged) -> list[tuple[Kind, OfSets]]:
    """What one model solves and the other never did, and at which rate, in either direction."""
    base, tuned = columns(problems)
    guesses = pair.floor and pair.floor.at(problems["problem_id"])
    return [
        (GAINED, boundary_claim(tuned, base, judged, guesses)),
        (LOST, boundary_claim(base, tuned, judged, guesses)),
        (RATE_GAINED, rate_claim(tuned, base, judged)),
        (RATE_LOST, rate_claim(base, tuned, judged)),
    ]


class Best(Decided, OfRivals):
    """The result that decides a claim about the base's best prompt."""


def _asked(pair: Compared, level: float) -> list[tuple[Kind, Best | Decided]]:
    """The claims that `analysis.claims` asks for, of the rows that were made for them."""
    if pair.choices is None:
        return []
    rows = {kind: pair.choices.filter(claim=kind) for kind in ASKED}
    decided = {kind: best_claim(rows[kind], level) for kind in BEST if len(rows[kind])}
    return [*decided.items(), *((ABOVE_VOTE, _above_vote(row)) for row in rows[ABOVE_VOTE].iter_rows(named=True))]


def best_claim(rows: pl.DataFrame, level: float) -> Best:
    """The claim is supported if the tuned model is ahead in every row, each uncorrected, and refuted if it is behind in
    one row after correction over all. rows: `rivals.best_prompt`, the base's own prompt first."""
    low, high, estimate, p, p_best = (rows[key].to_numpy() for key in ("low", "high", "estimate", "p", "p_best"))
    ahead = (rows["verdict"] == AHEAD).all()  # never of few clusters
    every = float(np.where(estimate > 0, p, 1.0).max())
    one = float(np.where(estimate < 0, p_best, 1.0).min())
    closest = int(estimate.argmin())
    refuted = one <= 1 - level
    return {
        "k": rows["k"][0],
        "k_is": "of the difference",
        "estimate": float(estimate[closest]),
        "low": float(low[closest]),
        "high": float(high[closest]),
        "p": min(every, one),
        "test": "Student's t against every prompt; largest |t|",
        "verdict": SUPPORTED if ahead else REFUTED if refuted else UNDECIDED,
        "rivals": len(rows),
        "closest": rows["prompts"][closest],
        "of_own": float(estimate[0]),
    }


def _above_vote(row: dict) -> Decided:
    verdict: Any = {AHEAD: SUPPORTED, BEHIND: REFUTED}.get(row["verdict"], UNDECIDED)
    return {
        "k": row["k"],
        "estimate": row["estimate"],
        "low": row["low"],
        "high": row["high"],
        "p": row["p"],
        "k_is": "votes of the base",
        "test": "Student's t with a pseudo-pair, on votes",
        "verdict": verdict,
    }


def may_be_luck(kind: Kind, claim: Decided, pair: Compared) -> Luck:
    """guess_at_k, the pass@k of guessing at the k of a claim, and may_be_luck: whether it reaches the interval of the
    model that is ahead, or more. Empty if guessing is unknown, and for claims about sets."""
    if pair.floor is None or kind in (*BOUNDARY, *RATES, *ASKED):
        return {}
    guess = pair.floor.at_k(claim["k"])
    if guess is None:
        return {}
    luck: Luck = {"guess_at_k": guess}
    if pair.passk is not None:
        base_ahead = kind == OVERTAKES or claim["estimate"] < 0
        ahead = pair.passk[0 if base_ahead else 1].row(claim["k"] - 1, named=True)
        luck["may_be_luck"] = bool(ahead["low"] <= guess)
    return luck


def _at_one_k(pair: Compared, kind: Kind, k: int, level: float) -> OfDifference:
    """The decision on the difference at this k, and what would decide it."""
    row, few = pair.curves.row(k - 1, named=True), are_few(pair.clusters)
    estimate, own = row["difference"], norm_ppf((1 + level) / 2) * row["sampling_error"]
    decision, about_own, more = decide(kind, row["low"], row["high"], pair.clusters), Own(), ToDecide()
    if math.isfinite(own):
        about_own = {"own_low": estimate - own, "own_high": estimate + own}
    if decision == UNDECIDED and pair.problems is not None and not few:  # more problems bring no more runs
        more = to_decide(row, pair.crossing["problems"][0], pair.crossing["n"][0], level, pair.facts)
    return {
        "verdict": decision,
        "k": k,
        "estimate": estimate,
        "low": row["low"],
        "high": row["high"],
        "p": row["p"],
        **about_own,
        **more,
        "k_is": "of the difference",
        "test": AT_ONE_K,
    }


def _overtakes(crossing: pl.DataFrame, level: float) -> Decided:
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


def sentence(claim: Alone) -> str:
    """The claim as a sentence of the report's table; for an incomplete pair, with the problems that were compared."""
    kind, said = claim["kind"], KINDS[claim["kind"]].sentence
    if kind == OVERTAKES:
        said += f" at some k up to {max(1, claim['n'] // 2)}"
    elif kind == COVERAGE:
        said += f" at k = {claim['k']}"
    elif kind in BOUNDARY:
        said += f" in {claim['samples']} samples, at {100 * claim['rate']:.3g}% a sample or more"
    elif kind in RATES:
        rate, other = f"{100 * claim['rate']:.3g}%", "base" if kind == RATE_GAINED else "tuned"
        said += f" {rate} a sample or more, where {other} is below {rate}"
    elif kind in BEST:
        said += f" of {claim['rivals']}"
        said += f", k={claim['k']}" if kind == BEST_PROMPT_COVERAGE else ""
    elif kind == ABOVE_VOTE:
        said += f" of {claim['k']}"
    said = f"{said}, {claim['within']}" if "within" in claim else said
    return f"{said}, on {claim['shared']}" if "shared" in claim else said
