"""A model as the judge: its votes, and how often the corrected CoT-pass@1 holds the truth."""

import json

import numpy as np
import polars as pl

from boundary.benchmarks.rows import rows_of_file
from boundary.validity.cot_passk import curve, judged_problems
from boundary.validity.judges import Errors, corrected, errors, questions
from boundary.validity.labels import SCHEMA, decide, read_labels


def test_what_a_judge_is_asked_is_a_benchmark(tmp_path):
    shown = pl.DataFrame({"id": ["a"], "problem_id": ["p"], "text": ["so {question} 42"]})
    asked = questions(shown, {"p": {"question": "What?", "golds": ["42", "42.0"], "images": []}})
    asked.write_ndjson(tmp_path / "asked.jsonl")
    entry = {"verifier": "math"} | {key: key for key in ("id", "question", "answer", "type")}
    (row,) = rows_of_file(entry, tmp_path / "asked.jsonl")
    assert row["problem_id"] == "a"
    assert row["question"] == "### Problem\nWhat?\n\n### Right answer\n42 or 42.0\n\n### Response\nso {question} 42"


def test_votes_are_the_samples_of_the_judge_and_no_answer_is_unsure(tmp_path):
    said = ["It holds. \\boxed{valid}", "\\boxed{ Invalid }", "I do not know", "<think>\\boxed{valid}"]
    lines = [
        {"problem_id": "a", "sample_index": i, "resps": [[text]], "filtered_resps": [""]} for i, text in enumerate(said)
    ]
    (tmp_path / "judge.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    assert read_labels(tmp_path / "judge.jsonl").rows() == [
        ("a", "judge 0", "valid", True),
        ("a", "judge 1", "invalid", True),
        ("a", "judge 2", "unsure", True),
        ("a", "judge 3", "unsure", True),
    ]


def frame(rows) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


def test_people_win_over_a_judge_whose_errors_are_counted_where_both_spoke():
    people = {"a": "valid", "b": "valid", "c": "invalid", "d": "invalid", "e": "unsure"}
    judge = {"a": "valid", "b": "invalid", "c": "valid", "d": "invalid", "e": "valid", "f": "valid"}
    rows = [(i, "Anna", label, False) for i, label in people.items()]
    rows += [(i, "judge 0", label, True) for i, label in judge.items()]
    of_people, of_judge, verdicts = decide(frame(rows))
    assert errors(of_people, of_judge) == Errors(1, 1, 1, 1)
    assert dict(verdicts.select("id", "judge").iter_rows()) == dict.fromkeys("abcde", False) | {"f": True}
    problems = pl.DataFrame({"problem_id": ["p"], "n": [200], "c": [7]})
    responses = pl.DataFrame({"id": list("abcdefg"), "problem_id": ["p"] * 7})
    found = judged_problems(problems, responses, verdicts).row(0, named=True)
    kinds = ("reviewed", "valid", "undecided", "by_all", "by_any", "by_judge", "valid_to_judge")
    assert [found[kind] for kind in kinds] == [6, 3, 1, 2, 3, 1, 1]


def test_a_judge_that_is_not_better_than_chance_corrects_nothing():
    counts = pl.DataFrame({"problem_id": ["p"], "n": [100], "c": [3]})
    judged = counts.with_columns(reviewed=3, valid=2, by_judge=3, valid_to_judge=2)
    assert corrected(counts, judged, Errors(0, 0, 0, 0), 0.95)["corrected_1"] is None
    assert corrected(counts, judged, Errors(5, 5, 5, 5), 0.95)["corrected_1"] is None
    assert corrected(counts, judged, Errors(60, 0, 6, 0), 0.95)["corrected_1"] is None


def test_a_judges_few_mistakes_do_not_become_coverage():
    """Nothing is valid, and the judge accepts 5% of it: at its word most problems have a valid response among 1,024."""
    rng, n = np.random.default_rng(1), 1024
    c = rng.binomial(n, 0.04, 40)
    called = rng.binomial(c, 0.05)
    counts = pl.DataFrame({"problem_id": [f"p{i}" for i in range(40)], "n": [n] * 40, "c": c})
    nobody = dict.fromkeys(("by_all", "undecided"), 0)
    seen = {"reviewed": c, "valid": called, "by_any": called, "by_judge": c, "valid_to_judge": called}
    judged = counts.with_columns(
        **{name: pl.lit(v) if isinstance(v, int) else v for name, v in (nobody | seen).items()}
    )
    found = curve(counts, judged, 0.95)
    assert found["cot_passk"][-1] > 0.7
    assert found["least"][-1] == 0
    assert found["low"][-1] < 0.05
    assert corrected(counts, judged, Errors(95, 5, 500, 9_500), 0.95)["corrected_1"] < 0.0005


def test_the_correction_is_rogan_and_gladens_and_holds_the_truth():
    """200 reviews by a judge of sensitivity 0.9 and specificity 0.7, measured on 100 responses by people."""
    rng, n, rare, sensitivity, specificity = np.random.default_rng(2), 100, 60, 0.9, 0.7
    ids, held, misses, without = [f"p{i}" for i in range(100)], 0, [], []
    for _ in range(200):
        rates, shares = rng.uniform(0.01, 0.05, rare), rng.beta(0.5, 1, rare)  # 1% valid samples on average
        c = rng.binomial(n, rates)
        valid = rng.binomial(c, shares)
        called = rng.binomial(valid, sensitivity) + rng.binomial(c - valid, 1 - specificity)
        true = rng.binomial(100, 1 / 3)
        both, neither = rng.binomial(true, sensitivity), rng.binomial(100 - true, specificity)
        often = rng.binomial(n, rng.uniform(0.1, 0.9, 40))  # taken as valid
        counts = pl.DataFrame({"problem_id": ids, "n": [n] * 100, "c": np.concatenate([c, often])})
        judged = counts.head(rare).with_columns(reviewed=c, valid=called, by_judge=c, valid_to_judge=called)
        row = corrected(counts, judged, Errors(both, true - both, 100 - true - neither, neither), 0.95)
        held += row["corrected_low_1"] <= (0.01 * rare + 0.5 * 40) / 100 <= row["corrected_high_1"]
        misses.append(row["corrected_1"] - (valid.sum() + often.sum()) / n / 100)
        without.append((called.sum() - valid.sum()) / n / 100)
    assert abs(np.mean(misses)) < 0.1 * np.mean(without)  # no bias, where the judge's own count is far off
    assert held >= 180
