"""Guesses, probes and overlap, against numbers by hand and by brute force."""

import itertools
import json
from math import comb

import numpy as np
import polars as pl
import pytest

from boundary.analysis.guess import guess_floor
from boundary.errors import InputError
from boundary.screening.contamination import contamination, training_prompts
from boundary.screening.guesses import above_guessing, guess_rates, of_other_problems
from boundary.screening.overlap import largest_shares, leading, rouge_l
from boundary.screening.probes import cut, probes
from boundary.screening.subsets import subset
from boundary.verifying.finding import finder
from boundary.verifying.grading import continuation


def counts(n: int, correct: list[int]) -> pl.DataFrame:
    return pl.DataFrame({"problem_id": [f"p{i}" for i in range(len(correct))], "n": n, "c": correct})


def test_guessable_is_what_guesses_hit_now_and_then():
    found = guess_rates(counts(200, [0, 1, 9, 10, 200]), below=0.05, level=0.95)
    assert found["guessable"].to_list() == [False, True, True, False, False]
    assert found.select("low", "high").row(0) == pytest.approx((0, 1 - 0.025 ** (1 / 200)))  # closed form at c = 0
    assert found.select("low", "high").row(4) == pytest.approx((0.025 ** (1 / 200), 1))
    low, high = found.select("low", "high").row(2)
    for rate, hits in ((low, range(9, 201)), (high, range(10))):  # each tail has just 2.5%
        assert sum(comb(200, c) * rate**c * (1 - rate) ** (200 - c) for c in hits) == pytest.approx(0.025)


def test_the_floor_of_sampled_guesses_is_their_pass_at_k_on_the_problems_that_are_there():
    class Sampled:
        frame = guess_rates(counts(4, [0, 1, 2, 4]), 0.05, 0.95)

    problems = pl.DataFrame({"problem_id": ["p2", "p1"], "guess_rate": [0.9, 0.9]})  # sampled ones win
    floor = guess_floor(problems, 6, [Sampled])
    for k in range(1, 5):
        draws = [[any(d < c for d in drawn) for drawn in itertools.combinations(range(4), k)] for c in (2, 1)]
        assert floor[k - 1] == pytest.approx(np.mean(draws))
    assert np.isnan(floor[4:]).all()


def test_solves_above_guessing_are_told_from_lucky_ones():
    guesses = guess_rates(counts(100, [0, 3, 3, 50]), 0.05, 0.95)
    found = above_guessing(counts(100, [40, 5, 30, 55]), guesses, 0.95)
    assert found["above"].to_list() == [True, False, True, False]
    total = comb(200, 100)
    tail = sum(comb(8, c) * comb(192, 100 - c) for c in range(5, 9)) / total  # Fisher, by counting
    assert found["above_p"][1] == pytest.approx(tail)
    assert found["above_holm"][3] == pytest.approx(2 * found["above_p"][3])  # the second largest of four


def test_answers_to_other_problems_are_guesses():
    problems = pl.DataFrame({"problem_id": ["a", "b", "c"], "gold": [json.dumps({"answers": [g]}) for g in "779"]})
    right = pl.DataFrame({"problem_id": ["a", "b", "c"], "n": 10, "c": [4, 0, 1]})
    wrong = [("a", "9", 3), ("b", "7.5", 2), ("b", " 9 ", 5), ("c", "7", 6)]  # the others gave no answer
    wrong = pl.DataFrame(wrong, schema=["problem_id", "answer", "samples"], orient="row")
    found = of_other_problems(right, wrong, problems)
    assert found.rows() == [("a", 14, 6), ("b", 14, 10), ("c", 14, 8)]


QUESTION = "Let $x$ be  a real\nnumber. Find the   largest value."


def test_a_question_is_cut_between_words_and_kept_as_it_is_written():
    first, rest = cut(QUESTION, 0.6)
    assert (first, rest) == ("Let $x$ be  a real\nnumber.", "Find the   largest value.")
    assert cut("two words", 0.99) == ("two", "words")
    assert cut("two words", 0.01) == ("two", "words")
    assert cut("one", 0.6) is None


def problems(*questions: str) -> pl.DataFrame:
    names = [f"p{i}" for i in range(len(questions))]
    return pl.DataFrame({"problem_id": names, "question": questions, "gold": '{"answers": ["1"]}', "images": None})


def test_a_probe_leaves_out_what_cannot_be_cut():
    made = probes(problems("one", QUESTION), 0.6)
    assert made["problem_id"].to_list() == ["p1"]
    assert json.loads(made["gold"][0]) == {"answers": ["Find the   largest value."]}
    with pytest.raises(InputError, match="two words"):
        probes(problems("one", "more"), 0.6)


def test_a_continuation_must_begin_with_every_word_of_the_rest():
    gold = {"answers": ["Find the   largest value."]}
    for response, reason in (
        (" Find the\nlargest value. The answer is 3.", "match"),
        (" Find the largest value", "mismatch"),
        (" find the largest value.", "mismatch"),
        (" Find the", "mismatch"),
    ):
        assert continuation.grade(gold, finder("continuation")(response, False, None)).reason == reason
    assert finder("continuation")(" \n", True, None) is None


def test_overlap_of_continuations():
    rest = ["a", "b", "c", "d"]
    assert leading(rest, ["a", "b", "x", "d"]) == 0.5
    assert leading(rest, []) == rouge_l(rest, []) == 0
    assert rouge_l(rest, ["b", "d"]) == pytest.approx(2 * 2 / (4 + 2))
    rng = np.random.default_rng(0)
    for _ in range(20):
        one, other = (list(rng.choice(list("abc"), rng.integers(1, 8))) for _ in range(2))
        common = max(
            size
            for size in range(len(one) + 1)
            if size == 0
            or {tuple(one[i] for i in kept) for kept in itertools.combinations(range(len(one)), size)}
            & {tuple(other[i] for i in kept) for kept in itertools.combinations(range(len(other)), size)}
        )
        assert rouge_l(one, other) == pytest.approx(2 * common / (len(one) + len(other)))


def test_sequences_are_looked_for_in_single_prompts():
    questions = {"long": "One two three four five.", "short": "Six, seven?", "new": "nothing of the kind here"}
    prompts = ["one TWO three; four!", "three four five", "so: six seven", "six seven"]
    assert largest_shares(questions, prompts, 3) == {
        "long": (pytest.approx(2 / 3), 0, False),  # not three of three, though two prompts together have all
        "short": (1.0, 3, True),
        "new": (0.0, None, False),
    }


def test_a_problem_is_contaminated_by_a_word_for_word_continuation_or_a_training_prompt(tmp_path):
    asked = problems("a b c d e", "f g h i j", "k l m n o", "single")
    probe = probes(asked, 0.6)
    texts = {"base": [" d e f", " i x", "n o"], "tuned": [" d", "", " n"]}
    samples = {m: pl.DataFrame({"problem_id": probe["problem_id"], "text": t}) for m, t in texts.items()}
    file = tmp_path / "train.jsonl"
    rows = [{"prompt": [{"role": "user", "content": "Solve: F, g, h."}]}, {"prompt": "z"}]
    file.write_text("\n".join(map(json.dumps, rows)))
    found = contamination(asked, probe, samples, training_prompts(file, "prompt"), words=2, overlap=0.5)
    by_model = found.filter(pl.col("model").is_not_null()).sort("model", "problem_id")
    assert by_model["exact"].to_list() == [True, False, True, False, False, False]
    assert by_model["leading"].to_list() == [1.0, 0.5, 1.0, 0.5, 0.0, 0.5]
    said = dict(found.select("problem_id", "contaminated").unique().rows())
    assert said == {"p0": True, "p1": True, "p2": True, "p3": False}  # p1: 2 of its 4 pairs of words
    assert len(found) == 7  # the question that cannot be cut has one row, without a model
    alone = contamination(asked, None, {}, ["f g h i j"], words=8, overlap=1)
    assert alone.filter("duplicate")["problem_id"].to_list() == ["p1"]
    with pytest.raises(InputError, match="row 1 has no column 'question'"):
        list(training_prompts(file, "question"))


def test_a_subset_is_what_is_left_and_never_nothing():
    asked, screened = problems("a b", "c d"), pl.DataFrame({"problem_id": ["p0", "p1"], "guessable": [True, False]})
    assert subset(asked, screened, {"of": "it", "drop": "guessable"})["problem_id"].to_list() == ["p1"]
    assert subset(asked, screened, {"of": "it", "keep": "guessable"})["problem_id"].to_list() == ["p0"]
    with pytest.raises(InputError, match="none of the 1 problems of it are guessable"):
        subset(asked[1:], screened, {"of": "it", "keep": "guessable"})
