"""Claims that are asked for: against the base's best prompt, and against its majority vote."""

import itertools

import numpy as np
import polars as pl
import pytest

from boundary.analysis.claims import Compared, pair_claims, sentence
from boundary.analysis.comparison import compare
from boundary.analysis.decisions import REFUTED, SUPPORTED, UNDECIDED
from boundary.analysis.kinds import ABOVE_VOTE, BEST_PROMPT, BEST_PROMPT_COVERAGE
from boundary.analysis.pairs import overlap, pair_counts
from boundary.analysis.parts import specifications
from boundary.analysis.rivals import above_vote, best_prompt
from boundary.analysis.specification_curve import OWN

NAMES = {"benchmark": "b", "decoding": "d", "base": "m", "tuned": "t"}


def counts(*right, n=10, silent=0):
    ids = [f"p{place}" for place in range(len(right))]
    known = pl.DataFrame({"problem_id": ids, "grader": "g", "n": n, "c": right})
    unknown = (pl.lit(0, pl.Int64).alias(name) for name in ("truncated", "interrupted", "failed"))
    return known.with_columns(*unknown, no_answer=pl.lit(silent, pl.Int64))


def spread(mean, problems=40):
    return counts(*(int(mean + place % 3 - 1) for place in range(problems)))


def decided(base, tuned):
    """The claims about the best prompt that these curves lead to."""
    own = next(iter(base.values()))
    pair = pair_counts(own, tuned)
    rows = [row for kind in (BEST_PROMPT, BEST_PROMPT_COVERAGE) for row in best_prompt(kind, base, tuned, "half", 0.95)]
    curves, crossing, _ = compare(pair, 0.95)
    made = Compared(NAMES, curves, crossing, overlap(pair), {}, choices=pl.DataFrame(rows))
    return {claim["kind"]: claim for claim in pair_claims(made, 0.95, 0.05, "half")}


@pytest.mark.parametrize(
    ("means", "decision", "closest"),
    [((2, 4, 3), SUPPORTED, "b"), ((2, 6, 3), UNDECIDED, "b"), ((2, 3, 8), REFUTED, "c"), ((8, 2, 3), REFUTED, "a")],
)
def test_the_base_is_beaten_under_its_best_prompt_only_where_it_is_under_every_one(means, decision, closest):
    base = {name: spread(mean) for name, mean in zip("abc", means, strict=True)}
    claim = decided(base, spread(6))[BEST_PROMPT]
    smallest = min(6 - mean for mean in means) / 10
    assert (claim["verdict"], claim["closest"], claim["rivals"]) == (decision, closest, 3)
    assert claim["estimate"] == pytest.approx(smallest)
    assert claim["of_own"] == pytest.approx((6 - means[0]) / 10)
    assert claim["low"] <= smallest <= claim["high"]
    assert (claim["p"] <= 0.05) == (decision != UNDECIDED)
    assert sentence(claim) == "tuned is better at k=1 than base under its best prompt of 3"


def test_its_p_is_the_largest_and_refuting_is_corrected_for_the_number_of_prompts():
    rng = np.random.default_rng(3)
    base = {name: counts(*rng.integers(0, 6, 30)) for name in "abcd"}
    tuned = counts(*rng.integers(2, 9, 30))
    rows = pl.DataFrame(best_prompt(BEST_PROMPT, base, tuned, "half", 0.95))
    claim = decided(base, tuned)[BEST_PROMPT]
    assert claim["p"] == rows["p"].max()
    assert (rows["p_best"] >= rows["p"] - 0.005).all()
    alone = [pair_counts(frame, tuned) for frame in base.values()]
    assert rows["p"].to_list() == pytest.approx([compare(pair, 0.95)[0]["p"][0] for pair in alone])
    assert {row["k"] for row in best_prompt(BEST_PROMPT_COVERAGE, base, tuned, "half", 0.95)} == {5}


def maj_by_hand(right, wrong, silent, k):
    answers = ["right"] * right + [name for name, times in wrong.items() for _ in range(times)] + [None] * silent
    shares = []
    for chosen in itertools.combinations(answers, k):
        votes = {answer: chosen.count(answer) for answer in set(chosen) - {None}}
        most = max(votes.values(), default=0)
        first = [answer for answer, times in votes.items() if times == most]
        shares.append(("right" in first) / len(first) if first else 0)
    return np.mean(shares)


def test_one_sample_against_the_majority_of_the_base_by_all_subsets():
    base, tuned = counts(3, 1, 0, n=8, silent=2), counts(4, 8, 0, n=8)
    wrong = {"p0": {"x": 2, "y": 1}, "p1": {"x": 5}, "p2": {"z": 6}}
    rows = [(problem, answer, times) for problem, of in wrong.items() for answer, times in of.items()]
    found = above_vote(
        base, tuned, pl.DataFrame(rows, schema=["problem_id", "answer", "samples"], orient="row"), 0.95, False
    )
    votes = [maj_by_hand(c, wrong[f"p{i}"], 2, 4) for i, c in enumerate((3, 1, 0))]
    assert found["k"] == 4
    assert found["estimate"] == pytest.approx(np.mean([0.5, 1, 0]) - np.mean(votes), abs=0.005)


def test_without_answers_there_is_no_vote():
    nothing = pl.DataFrame(schema={"problem_id": pl.String, "answer": pl.String, "samples": pl.Int64})
    base = counts(3, 1, n=8)
    assert above_vote(base, base, nothing, 0.95, False) == {}
    assert above_vote(base.with_columns(no_answer=pl.lit(None, pl.Int64)), base, nothing, 0.95, False) == {}
    assert above_vote(counts(8, 6, n=8).with_columns(no_answer=pl.Series([0, 2])), base, nothing, 0.95, False)["k"] == 4


def test_the_specification_curve_has_a_row_for_every_combination_of_prompts():
    base, tuned = {"own": spread(3), "b": spread(4)}, {"own": spread(6), "c": spread(7)}
    frames = {
        "base": [base["own"]],
        "tuned": [tuned["own"]],
        "base_others": [base["b"]] * 2,
        "tuned_others": [tuned["c"]],
    }
    frames |= {"guesses": [], "contamination": []}
    frames["problems"] = [
        base["own"].select("problem_id", stratum=pl.lit(None, pl.String), guess_rate=pl.lit(None, pl.Float64))
    ]
    spec = {"level": 0.95, "large_k": "half", "grader": "g"}
    asked = {"own": {"base": ["a", "t1"], "tuned": ["a", "t1"]}, "claims": [BEST_PROMPT]}
    asked["others"] = {"base": [["b", "t1"], ["b", "t2"]], "tuned": [["c", "t1"]]}
    (made,) = specifications(frames, spec | asked)
    better = dict(
        made.frame.filter(claim="better", stratum="all", filter="all", k=1).select("prompts", "estimate").rows()
    )
    others = {"base b, tuned a": 0.2, "base a, tuned c": 0.4, "base b, tuned c": 0.3}
    assert better == {OWN: pytest.approx(0.3)} | {name: pytest.approx(value) for name, value in others.items()}
    assert made.frame.filter(claim=BEST_PROMPT)["prompts"].to_list() == ["a", "b", "b, t2"]
    (plain,) = specifications({**frames, "base_others": [], "tuned_others": []}, spec)
    assert plain.frame["prompts"].unique().to_list() == [OWN]
    assert ABOVE_VOTE not in plain.frame["claim"]
