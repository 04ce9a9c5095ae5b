"""Claims, other metrics, coverage beyond n, top-up plans: against enumeration, simulated truth and published tables."""

import itertools
import json
import math

import numpy as np
import polars as pl
import pytest
from scipy.stats import betabinom

from boundary.analysis.accuracy import transitions
from boundary.analysis.claims import Compared, all_claims, as_json, corrected, decidable, pair_claims, with_consequences
from boundary.analysis.comparison import compare, summaries
from boundary.analysis.coverage import solvable_sets
from boundary.analysis.curves import curve
from boundary.analysis.extrapolation import NEVER, A, B, chao2, coverage_at, extrapolate, posterior
from boundary.analysis.guess import Floor, guess_floor
from boundary.analysis.kinds import BETTER, COVERAGE, GAINED, LOST, OVERTAKES, RATE_GAINED, RATE_LOST, direction
from boundary.analysis.metrics import (
    answer_entropy,
    cover_at_tau,
    distinct_answers,
    g_pass_at_k,
    metrics,
    mg_pass_at_k,
    pass_hat_k,
)
from boundary.analysis.multiplicity import holm
from boundary.analysis.pairs import overlap, pair_counts, shared
from boundary.analysis.sets import Judged, boundary_claim, rate_claim, samples_to_decide, shown_problems
from boundary.analysis.solvable import status
from boundary.analysis.topup import find_undecided, needed
from boundary.analysis.voting import maj_at_k
from boundary.errors import InputError


def counts(n, c) -> pl.DataFrame:
    n, c = np.broadcast_to(n, np.shape(c)), np.asarray(c)
    return pl.DataFrame({"problem_id": [f"p{i}" for i in range(len(c))], "n": n, "c": c, "tokens": n * 10})


def claims_of(base: pl.DataFrame, tuned: pl.DataFrame, rate: float = 0.01) -> dict[str, dict]:
    pair = pair_counts(base, tuned)
    curves, found, _ = compare(pair, 0.95)
    compared = Compared({}, curves, found, overlap(pair), {})
    return {claim["kind"]: claim for claim in pair_claims(compared, 0.95, rate, "half")}


@pytest.mark.parametrize("n", [4, 6])
def test_metrics_equal_enumeration_of_all_subsets(n):
    for c in range(n + 1):
        one, right = np.array([n]), np.array([c])
        for k in (1, 2, 4):
            subsets = [sum(s) for s in itertools.combinations([1] * c + [0] * (n - c), k)]
            assert pass_hat_k(one, right, k)[0] == pytest.approx(np.mean([s == k for s in subsets]), abs=1e-12)
            at_least = [np.mean([s >= j for s in subsets]) for j in range(k + 1)]
            for tau in (0.25, 0.5, 0.75, 1.0):
                expected = at_least[math.ceil(tau * k)]
                assert g_pass_at_k(one, right, k, tau)[0] == pytest.approx(expected, abs=1e-12)
            expected = 2 / k * sum(at_least[i] for i in range(math.ceil(k / 2) + 1, k + 1))
            assert mg_pass_at_k(one, right, k)[0] == pytest.approx(expected, abs=1e-12)


def test_the_majority_of_k_shares_ties_and_ignores_silent_samples():
    answers = ["right"] * 2 + ["a"] * 2 + ["b"] + [None] * 2
    shares = []
    for subset in itertools.combinations(answers, 3):
        votes = {answer: subset.count(answer) for answer in set(subset) - {None}}
        best = [answer for answer, count in votes.items() if count == max(votes.values())]
        shares.append(("right" in best) / len(best) if best else 0)
    rng = np.random.default_rng(0)
    found = np.mean([maj_at_k(2, [2, 1], 2, 3, rng) for _ in range(300)])
    assert found == pytest.approx(np.mean(shares), abs=0.01)
    assert maj_at_k(3, [2], 0, 5, rng) == 1
    assert maj_at_k(2, [2], 0, 4, rng) == 0.5
    assert maj_at_k(0, [], 4, 2, rng) == 0


def test_diversity_is_that_of_all_subsets_and_of_the_definition():
    answers = ["right"] * 2 + ["a"] * 2 + ["b"] + [None] * 2
    for k in (1, 3, 7):
        found = np.mean([len(set(subset) - {None}) for subset in itertools.combinations(answers, k)])
        assert distinct_answers([2, 2, 1], 7, k) == pytest.approx(found, abs=1e-12)
    plain = -sum(p * math.log2(p) for p in (0.4, 0.4, 0.2))
    assert answer_entropy([2, 2, 1]) == pytest.approx(plain + 2 / (2 * 5 * math.log(2)), abs=1e-12)
    assert (answer_entropy([]), answer_entropy([8]), distinct_answers([], 4, 2)) == (0, 0, 0)


def test_the_table_of_metrics_says_what_its_parts_say():
    frame = counts(8, [0, 2, 8])
    wrong = pl.DataFrame({"problem_id": ["p0", "p1"], "answer": ["x", "y"], "samples": [8, 6]})
    table = metrics(frame, wrong, 0.95)
    found = {(m, k, tau): value for m, k, tau, value in table.select("metric", "k", "tau", "estimate").iter_rows()}
    assert found["maj@k", 8, None] == pytest.approx(1 / 3)
    assert found["pass^k", 2, None] == pytest.approx((0 + 1 / 28 + 1) / 3)
    assert found["distinct answers", 8, None] == pytest.approx((1 + 2 + 1) / 3)
    assert found["tokens per solved problem", 8, None] == pytest.approx(80 * 3 / 2)
    assert found["Cover@tau", None, 0.5] == pytest.approx(
        cover_at_tau(np.array([8] * 3), np.array([0, 2, 8]), 0.5).mean()
    )
    assert (table["low"] <= table["estimate"] + 1e-9).all()
    assert "maj@k" not in metrics(frame, wrong.clear(), 0.95)["metric"].to_list()


@pytest.mark.parametrize(
    ("model", "base", "tuned", "gap"),
    [
        ("GRPO", 69.1, 25.1, 44.0),
        ("PPO", 69.1, 26.8, 42.3),
        ("ReMax", 69.1, 23.8, 45.3),
        ("RLOO", 69.1, 28.1, 41.0),
        ("Reinforce++", 69.1, 28.0, 41.1),
        ("DAPO", 69.1, 26.5, 42.6),
    ],
)
def test_the_gaps_of_the_papers_table_2(model, base, tuned, gap):
    """arXiv 2504.13837, Table 2, Omni-MATH test: base pass@256 minus tuned pass@1, in points."""
    curves = np.full((10, 256), base / 100), np.full((10, 256), tuned / 100)
    row = summaries(*curves, 0.95, 256).row(0, named=True)
    assert 100 * row["estimate"] == pytest.approx(gap, abs=1e-9)
    assert row["k"] == 256


def test_the_area_is_measured_in_doublings_of_k():
    base, tuned = np.zeros((3, 16)), np.full((3, 16), 0.25)
    area = summaries(base, tuned, 0.95, 16).filter(measure="area").row(0, named=True)
    assert area["estimate"] == pytest.approx(0.25 * 3)  # from k = 1 to 8
    with pytest.raises(InputError, match="K = 17 and n = 16"):
        summaries(base, tuned, 0.95, 17)


def test_claims_of_two_clearly_different_models():
    """The tuned model is surer of half of the problems and has lost the other half."""
    base, tuned = counts(256, [64] * 80), counts(256, [250] * 40 + [0] * 40)
    found = claims_of(base, tuned, rate=0.05)
    verdicts = {claim: entry["verdict"] for claim, entry in found.items()}
    assert verdicts[BETTER] == verdicts[OVERTAKES] == verdicts[COVERAGE] == verdicts[LOST] == "supported"
    assert verdicts[GAINED] == "refuted"
    assert direction(found[COVERAGE]["estimate"]) == "narrowed"
    assert (found[LOST]["estimate"], found[LOST]["low"]) == (40, 40)
    assert 1 < found[OVERTAKES]["low"] <= found[OVERTAKES]["estimate"] <= found[OVERTAKES]["high"] < 128
    other = claims_of(tuned, base, rate=0.05)
    mirrored = {claim: entry["verdict"] for claim, entry in other.items()}
    assert mirrored[GAINED] == mirrored[COVERAGE] == "supported"
    assert direction(other[COVERAGE]["estimate"]) == "widened"
    assert mirrored[LOST] == mirrored[BETTER] == "refuted"


def test_no_verdict_without_an_interval_that_excludes_the_other_side():
    rng = np.random.default_rng(8)
    seen = set()
    for _ in range(40):
        p = rng.beta(0.35, 2.5, size=25)
        base, tuned = (counts(64, rng.binomial(64, np.clip(p * f, 0, 1))) for f in (1, rng.choice([0.3, 1, 2.5])))
        found = claims_of(base, tuned)
        for claim in (found[BETTER], found[COVERAGE]):
            seen.add(claim["verdict"])
            if claim["verdict"] != "undecided":
                assert claim["low"] > 0 or claim["high"] < 0
                assert claim["p"] <= 0.05
            else:
                assert claim["low"] <= 0 <= claim["high"]
    assert seen == {"supported", "refuted", "undecided"}


def test_two_equal_models_get_a_verdict_no_more_often_than_stated():
    rng, decided = np.random.default_rng(9), {}
    for _ in range(100):
        p = rng.beta(0.35, 2.5, size=30)
        found = claims_of(counts(64, rng.binomial(64, p)), counts(64, rng.binomial(64, p)))
        for name, claim in found.items():
            decided[name] = decided.get(name, 0) + (claim["verdict"] == "supported")
    assert all(count / 100 <= 0.05 for count in decided.values()), decided


def test_the_papers_table_4_decides_nothing():
    """Four problems that only the base solved, once in 1,024 samples each: undecided, also for rates of 1% or more."""
    base, tuned = counts(1024, [1] * 23 + [0] * 7), counts(1024, [1] * 19 + [0] * 11)
    for rate, possible in ((0.001, 11), (0.01, 0)):
        claim = claims_of(base, tuned, rate)[LOST]
        assert claim["verdict"] == "undecided"
        assert (claim["low"], claim["high"], claim["solved_alone"], claim["solved_alone_once"]) == (0, possible, 4, 4)


@pytest.mark.parametrize(("n", "base", "tuned"), [(1024, 20, 0), (10_000, 0, 3)])
def test_an_estimate_lies_within_its_own_interval(n, base, tuned):
    """What is shown for rates below the threshold, however often, is no refutation and no number without its range."""
    found = claims_of(counts(n, [base] * 30), counts(n, [tuned] * 30))
    for name in (GAINED, LOST, RATE_GAINED, RATE_LOST):
        assert found[name]["low"] <= found[name]["estimate"] <= found[name]["high"]
    assert found[GAINED if tuned else LOST]["solved_alone"] == 30
    assert found[GAINED if tuned else LOST]["verdict"] != "refuted"


def test_what_one_solves_and_the_other_never_did_is_not_what_it_solves_less_often():
    """By hand: 100 problems, n = 256, rate 5%; four that the base never solved, five that it solved at times."""
    n = np.full(100, 256)
    c = np.array([256, 200, 30, 12] + [250] * 5 + [0] * 91)
    other = np.array([0, 0, 0, 0] + [2] * 5 + [0] * 91)
    judged = Judged(0.05, 0.05)
    found, rate = boundary_claim((n, c), (n, other), judged), rate_claim((n, c), (n, other), judged)
    assert (found["estimate"], found["low"], found["high"]) == (3, 3, 4)  # 12 of 256 may be 5%
    assert (rate["estimate"], rate["also_solved"]) == (8, 5)
    assert (found["solved_alone"], found["verdict"]) == (4, "supported")
    assert found["other_below"] == pytest.approx(0.0293, abs=5e-5)
    assert found["other_below_each"] == pytest.approx(0.0116, abs=5e-5)
    assert (found["low_at_10"], found["low_at_50"]) == (2, 2)
    assert [found["p"], found["least_p"]] == pytest.approx([100 * 0.95**256] * 2)
    assert shown_problems((n, c), (n, other), judged).sum() == 3
    mirrored = boundary_claim((n, other), (n, c), judged)
    assert (mirrored["estimate"], mirrored["verdict"]) == (0, "refuted")
    assert boundary_claim((n, c), (n, other), Judged(0.05, 0.05, looks=2))["other_below"] > found["other_below"]


def test_what_n_samples_cannot_decide_is_not_called_undecided():
    """At a rate of 1% not even a problem that is always and never solved is shown with 256 samples."""
    claims = claims_of(counts(256, [0] * 50), counts(256, [256] * 50), rate=0.01)
    found = {claim["kind"]: claim for claim in decidable(corrected(list(claims.values()), 0.95), 0.05)}
    assert not found[GAINED]["supportable"]
    assert found[GAINED]["verdict"] == "undecided"
    more = found[GAINED]["samples_to_support"]
    assert more == samples_to_decide(50, 7, Judged(0.01, 0.05))
    assert 7 * 50 * 0.99**more <= 0.05 < 7 * 50 * 0.99 ** (more - 1)
    assert 7 * 50 * (1 - found[GAINED]["rate_to_support"]) ** 256 == pytest.approx(0.05)
    again = claims_of(counts(more, [0] * 50), counts(more, [more] * 50), rate=0.01)
    assert decidable(corrected(list(again.values()), 0.95), 0.05)[2]["holm"] == "supported"


@pytest.mark.parametrize(("n", "problems"), [(64, 30), (1024, 500)])
def test_a_base_at_the_bound_is_called_never_solving_in_at_most_one_of_twenty_runs(n, problems):
    rng, bound = np.random.default_rng(3), 1 - (0.05 / problems) ** (1 / n)
    every, always = np.full(problems, n), (np.full(problems, n),) * 2
    called = sum(
        boundary_claim(always, (every, rng.binomial(n, bound, problems)), Judged(1.0001 * bound, 0.05))["low"] > 0
        for _ in range(400)
    )
    assert 5 <= called <= 33  # 5% of 400, and three standard errors


def test_a_claim_that_guessing_would_reach_says_so():
    problems = pl.DataFrame({"problem_id": [f"p{i}" for i in range(40)], "guess_rate": [0.3] * 40})
    base, tuned = counts(64, [20] * 40), counts(64, [0] * 40)
    pair = pair_counts(base, tuned)
    curves, found, _ = compare(pair, 0.95)
    sides = tuple(curve([(side["n"].to_numpy(), side["c"].to_numpy())], 0.95) for side in (base, tuned))
    floor = Floor(guess_floor(problems, 64), problems)
    compared = Compared({}, curves, found, overlap(pair), {}, sides, floor)
    claims = {claim["kind"]: claim for claim in pair_claims(compared, 0.95, 0.1, "half")}
    assert claims[COVERAGE]["guess_at_k"] == pytest.approx(1 - 0.7**32)
    assert claims[COVERAGE]["may_be_luck"] is True
    lost = claims[LOST]
    assert (lost["low"], lost["above_guessing"], lost["may_be_luck"]) == (40, 0, True)
    assert lost["guesses_would_solve"] == pytest.approx(40 * (1 - 0.7**64))
    surer = problems.with_columns(guess_rate=pl.lit(0.001))
    compared = compared._replace(floor=Floor(guess_floor(surer, 64), surer))
    claims = {claim["kind"]: claim for claim in pair_claims(compared, 0.95, 0.1, "half")}
    assert not claims[LOST]["may_be_luck"]
    assert claims[LOST]["above_guessing"] == 40


def test_corrected_verdicts_are_those_of_holm_and_of_benjamini_and_hochberg():
    p = [0.004, 0.02, 0.03, 0.2]
    found = corrected([{"p": value, "verdict": "supported" if value <= 0.05 else "undecided"} for value in p], 0.95)
    assert [claim["holm_p"] for claim in found] == pytest.approx([0.016, 0.06, 0.06, 0.2])
    assert [claim["fdr_p"] for claim in found] == pytest.approx([0.016, 0.04, 0.04, 0.2])
    assert [claim["holm"] for claim in found] == ["supported", "undecided", "undecided", "undecided"]
    assert [claim["fdr"] for claim in found] == ["supported"] * 3 + ["undecided"]


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(
    ("n", "base", "tuned"),
    [
        (4, [1], [3]),
        (1, [0], [1]),
        (1, [0, 1, 1], [1, 1, 0]),
        (8, [8] * 5, [8] * 5),
        (8, [0] * 5, [0] * 5),
        ([8, 4, 16], [1, 2, 3], [0, 4, 3]),
    ],
)
def test_claims_of_any_counts_can_be_stated(n, base, tuned):
    """One problem, one sample, all or nothing solved: no warning, no NaN, every estimate in its interval."""
    base, tuned = counts(n, base), counts(n, tuned)
    pair = pair_counts(base, tuned)
    curves, found, _ = compare(pair, 0.95)
    names = {"benchmark": "a", "decoding": "t", "base": "x", "tuned": "y"}
    pairs = [Compared(names | {"benchmark": name}, curves, found, overlap(pair), {}) for name in "ab"]
    spec = {"level": 0.95, "rate": 0.01, "large_k": "half", "topped_up": [], "streams": {"a": "a", "b": "b"}}
    claims = all_claims(pairs, spec)
    json.dumps(as_json(claims, {}, spec), allow_nan=False)
    assert all(claim["low"] <= claim["estimate"] <= claim["high"] for claim in claims)
    wrong = pl.DataFrame({"problem_id": ["p0"], "answer": ["x"], "samples": [base["n"][0] - base["c"][0]]})
    assert metrics(base, wrong.filter(pl.col("samples") > 0), 0.95)["low"].is_not_nan().all()


@pytest.mark.parametrize(
    ("said", "kind", "follows"),
    [
        ({COVERAGE: ("supported", -0.1)}, OVERTAKES, True),
        ({BETTER: ("refuted", -0.1)}, OVERTAKES, True),
        ({COVERAGE: ("supported", 0.1)}, OVERTAKES, False),
        ({COVERAGE: ("undecided", -0.1)}, OVERTAKES, False),
        ({OVERTAKES: ("refuted", math.inf)}, COVERAGE, True),
        ({OVERTAKES: ("refuted", math.inf)}, BETTER, True),
        ({OVERTAKES: ("supported", 5)}, COVERAGE, False),
    ],
)
def test_what_follows_from_a_decision_on_the_same_pair_is_decided_with_it(said, kind, follows):
    names = {"benchmark": "m", "decoding": "t", "base": "b", "tuned": "t", "n": 64}
    decided = {kind: ("undecided", -0.1)} | said
    claims = [
        names | {"kind": one, "holm": holm, "holm_p": 0.03 if one in said else 0.2, "estimate": size, "k": 32}
        for one, (holm, size) in decided.items()
    ]
    found = with_consequences(claims)[0]
    assert (found["holm"], found["holm_p"]) == (("supported", 0.03) if follows else ("undecided", 0.2))
    beyond = [
        claim | ({"k": 33} if claim["kind"] == COVERAGE else {}) for claim in claims
    ]  # `large_k` may be above n/2
    assert (with_consequences(beyond)[0]["holm"] == "supported") == (follows and COVERAGE not in decided)
    elsewhere = [claims[0], *(claim | {"benchmark": "other"} for claim in claims[1:])]
    assert with_consequences(elsewhere) == elsewhere


def test_holms_correction():
    assert holm(np.array([0.04, 0.01, 0.03])) == pytest.approx([0.06, 0.03, 0.06])


def test_three_valued_sets():
    assert status(np.array([1024, 128, 128, 128]), np.array([0, 0, 30, 1]), 0.01, 0.95).tolist() == [
        "not at this rate",
        "undecided",
        "solvable",
        "undecided",
    ]


def test_unequal_budgets_are_matched_where_asked():
    pair = pair_counts(counts(1000, [0, 500, 1000]), counts(100, [0, 50, 100]))
    with pytest.raises(InputError, match="match_budgets"):
        overlap(pair)
    matched = overlap(pair, match_budgets=True)
    assert matched["n_base"].to_list() == matched["n_tuned"].to_list() == [100] * 3
    assert matched["c_base"].to_list()[::2] == [0, 100]
    assert 30 < matched["c_base"][1] < 70
    assert matched["c_tuned"].to_list() == [0, 50, 100]


def test_an_incomplete_pair_is_compared_on_what_both_have():
    base, tuned = counts([8, 8, 8], [4, 0, 1]), counts([8, 4, 8], [4, 2, 1])
    base, tuned = base.filter(pl.col("problem_id") != "p2"), tuned.filter(pl.col("problem_id") != "p0")
    with pytest.raises(InputError, match="add `incomplete: true` to the pair to compare on the problems"):
        pair_counts(base, tuned)
    pair = pair_counts(base, tuned, incomplete=True)
    problems = overlap(pair, match_budgets=True)
    assert problems.select("problem_id", "n_base", "n_tuned").rows() == [("p1", 4, 4)]
    assert shared(base, tuned, problems) == "1 of 3 problems, which both have, with the smaller n of each: 4"
    assert len(compare(pair, 0.95)[0]) == 4  # k up to the smallest n
    with pytest.raises(InputError, match="no samples of the"):
        pair_counts(base.head(1), tuned.tail(1), incomplete=True)


def test_counts_that_cannot_be_are_refused():
    good = counts(8, [1, 2])
    with pytest.raises(InputError, match="'p0' appears twice in the counts of the tuned model"):
        pair_counts(good, pl.concat([good, good.head(1)]))
    with pytest.raises(InputError, match="'p1': c_base is not a number"):
        pair_counts(good.with_columns(c=pl.Series([1.0, np.nan])), good)
    with pytest.raises(ValueError, match="row 1: c = nan is not a whole number"):
        compare(pair_counts(good, good).with_columns(c_base=pl.Series([1.0, np.nan])), 0.95)


def test_transitions_hold_every_problem_once():
    table = transitions(overlap(pair_counts(counts(10, [0, 1, 10, 5]), counts(10, [0, 0, 10, 6]))))
    assert table.sum() == 4
    assert (table[0, 0], table[1, 0], table[10, 10], table[5, 6]) == (1, 1, 1, 1)


def test_the_posterior_equals_a_sum_over_its_grid():
    """Brute force: P(counts | never, a, b) of binomials mixed by scipy's beta-binomial, one grid point at a time."""
    n, c = np.array([6, 6, 9, 6]), np.array([0, 2, 5, 0])
    found, at = posterior(n, c, np.random.default_rng(0)), np.array([1, 6, 40])
    total, expected = 0.0, 0.0
    a, b = np.broadcast_arrays(A, B)
    for never in NEVER:
        likelihood = math.prod(
            (right == 0) * never + (1 - never) * betabinom.pmf(right, samples, a, b)
            for samples, right in zip(n, c, strict=True)
        )
        missed = np.array([betabinom.pmf(0, k, a, b) for k in at])
        total, expected = total + likelihood.sum(), expected + (likelihood * (1 - never) * (1 - missed)).sum((1, 2))
    assert coverage_at(found, at).mean(0) == pytest.approx(expected / total, abs=0.015)


def test_what_lies_beyond_n_is_predicted_withheld_and_checked():
    rng = np.random.default_rng(3)
    p = np.where(rng.random(300) < 0.2, 0, rng.beta(0.5, 3, size=300))
    n, c = np.full(300, 128), rng.binomial(128, p)
    truth = 0.8 * (1 - np.prod((3 + np.arange(1024)) / (3.5 + np.arange(1024))))
    curve, facts = extrapolate(n, c, 0.95, 8)
    last, fact = curve.row(-1, named=True), facts.row(0, named=True)
    assert last["k"] == 1024
    assert last["low"] <= truth <= last["high"]
    assert last["high"] - last["low"] < 0.2
    assert abs(fact["held_out_error"]) < 0.08
    assert (fact["held_out_factor"], fact["solved"], fact["withheld"]) == (8, (c > 0).sum(), False)
    assert fact["chao2_low"] <= fact["chao2"] <= fact["chao2_high"] <= 1
    assert fact["observed"] <= fact["chao2"]

    curve, facts = extrapolate(n[:30], np.array([9, 1, 1] + [0] * 27), 0.95, 8)  # three solved
    assert curve["k"].to_list()[-1] == 1024
    assert curve.drop("k").null_count().row(0) == (len(curve),) * 3
    assert facts.row(0, named=True).items() >= {"withheld": True, "solved": 3, "a": None, "observed": 0.1}.items()
    curve, facts = extrapolate(np.full(30, 6), np.full(30, 6), 0.95, 8)  # all solved; too few samples for a check
    assert curve.row(-1, named=True)["high"] == 1
    assert facts["held_out_factor"].item() is facts["held_out_error"].item() is None


def test_chao2_by_hand_and_as_a_lower_bound():
    assert chao2(10, np.array([0] * 50 + [1] * 4 + [2] * 2 + [9])) == pytest.approx(7 + 0.9 * 4 * 3 / 6)
    rng = np.random.default_rng(4)
    p = rng.beta(0.35, 2.5, size=500)
    found = np.mean([chao2(128, rng.binomial(128, p)) for _ in range(50)])
    assert (1 - (1 - p) ** 128).sum() < found <= 500


def test_a_plan_names_undecided_problems_and_how_many_samples_they_need():
    models = {"base": counts(64, [0, 1, 40]), "tuned": counts(64, [0, 30, 40])}
    found = find_undecided(models, rate=0.02, level=0.95)
    assert found["problem_id"].to_list() == ["p0", "p1"]
    assert found["undecided"].to_list() == ["base tuned", "base"]
    more = found["more"][0]
    assert status(np.array([64 + more]), np.array([0]), 0.02, 0.95)[0] == "not at this rate"
    assert status(np.array([int(0.95 * (64 + more))]), np.array([0]), 0.02, 0.95)[0] == "undecided"
    assert needed(1000, 20, 0.02, 0.95) is None  # on the threshold: no number of samples decides


def test_equal_budgets_after_a_top_up_leave_the_sets_fair():
    base, tuned = counts([64, 128], [3, 1]), counts([64, 128], [2, 0])
    problems = overlap(pair_counts(base, tuned))
    assert problems["category"].to_list() == ["both", "base only"]
    assert solvable_sets(problems)["mcnemar_p"] == 1
