"""Multiple choice: which option a response chose, in words, by its letter or by its text."""

import json
import time

import numpy as np
import polars as pl
import pytest

from boundary.analysis.counts import count
from boundary.analysis.guess import guess_curve, largest_claimed
from boundary.analysis.passk import pass_at_k
from boundary.verifying.finding.choice import chosen, extract
from boundary.verifying.grading import Context, Limits
from boundary.verifying.verify import verify

OPTIONS = ["17 m/s", "42 m/s", "B-cells", "None of the above"]
RESPONSES = {
    "A": ["The best answer among the options is A because it is fast.", "(a)", "17 m/s"],
    "B": [
        r"\boxed{B}", r"\boxed{(B)}", r"\boxed{\text{B}}", r"\boxed{B. 42 m/s}", r"\boxed{42 m/s}", r"$\mathbf{B}$",
        "The answer is B.", "Therefore, (B) is the right choice because of x.", "B", "B) 42 m/s", "Answer: B",
        "Answer: 42 m/s", "**Answer: B**", "The final answer is **B. 42 m/s**.", "The answer is 42 m/s.",
        "The answer is B. Option A is wrong because it ignores gravity.", "<answer>B</answer>", '{"answer": "B"}',
        "The answer to whether x is y is B.", "The answer is\n\nB",
        "It is not A. The answer is not A. So B is correct.",
    ],
    "C": ["I would choose C.", "B-cells", r"So v = \boxed{13}. Therefore the answer is (C)."],
    "D": ["My answer: (D) None of the above", "None of the above", "So option D is correct."],
}  # fmt: skip
NO_LETTER = [
    "The answer is A or B.", r"\boxed{A. 42 m/s}", r"\boxed{B, C}", r"\boxed{E}", "The answer is A simple machine.",
    "A. wrong because x\nB. wrong as well\nC. no\nD. no", "A. 17 m/s\nB. 42 m/s\nC. B-cells\nD. None of the above",
    "The answer is not A.", "I do not know.", "Hence B-cells, or T-cells.",
]  # fmt: skip


@pytest.mark.parametrize(("letter", "text"), [(letter, text) for letter, all_ in RESPONSES.items() for text in all_])
def test_an_option_is_known_by_letter_sentence_or_text(letter, text):
    assert chosen(extract(text), OPTIONS) == letter


@pytest.mark.parametrize("text", NO_LETTER)
def test_what_names_no_single_option_is_none(text):
    found = chosen(extract(text), OPTIONS)
    assert found is None or found not in ("A", "B", "C", "D")


def test_a_response_that_was_cut_off_has_an_answer_only_where_it_marked_one():
    assert extract("The answer is B", finished=False) is None
    assert chosen(extract(r"So \boxed{B}", finished=False), OPTIONS) == "B"
    assert extract(r"<think>\boxed{B}", finished=True, context=Context(thinking=True)) is None


@pytest.mark.parametrize(
    "text", [" " * 100_000, "(" * 100_000, "answer is " * 20_000, "\\text{" * 50_000, "A " * 50_000, "choose " * 30_000]
)
def test_finding_an_option_takes_linear_time(text):
    started = time.process_time()
    said = extract(text)
    if said:
        chosen(said, OPTIONS)
    assert time.process_time() - started < 1


def test_guessed_letters_give_the_floor_also_where_the_number_of_options_varies():
    """From the text of responses to counts: the mean of 1 - (1 - rate)^k, within five of its standard errors."""
    rng, n = np.random.default_rng(48), 64
    options = {f"p{i}": [f"{i} is {j}" for j in range(3 + i % 8)] for i in range(240)}
    golds = {name: json.dumps({"answers": [chr(65 + i % len(texts))], "options": texts})
             for i, (name, texts) in enumerate(options.items())}  # fmt: skip
    rows = [
        (name, index, 1, f"The answer is {chr(65 + rng.integers(len(texts)))}.", "stop")
        for name, texts in options.items()
        for index in range(n)
    ]
    columns = ["problem_id", "sample_index", "tokens", "text", "finish_reason"]
    samples = pl.DataFrame(rows, schema=columns, orient="row")
    contexts = dict.fromkeys(options, Context())
    verdicts = verify([samples], golds, contexts, ["choice"], Limits(), workers=1, options=options)
    assert verdicts["reason"].is_in(["match", "mismatch"]).all()
    counts = count(verdicts)
    curve = pass_at_k(counts["n"].to_numpy(), counts["c"].to_numpy(), 16)
    rates = np.array([1 / len(texts) for texts in options.values()])
    floor, error = guess_curve(rates, 16), curve.std(0, ddof=1) / np.sqrt(len(options))
    assert (np.abs(curve.mean(0) - floor) < 5 * np.maximum(error, 1e-4)).all()


def test_coverage_is_claimed_at_the_largest_k_whose_floor_is_at_most_a_half():
    for options, largest in ((2, 1), (4, 2), (10, 6)):
        assert largest_claimed(np.full(30, 1 / options), 64) == largest
    assert largest_claimed(np.full(30, 1 / 10), 4) == 4
