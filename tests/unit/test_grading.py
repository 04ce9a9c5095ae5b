"""Verification: exact, killable, and each distinct answer once."""

import os
import time

import polars as pl
import pytest

from boundary import verification
from boundary.answers import last_boxed
from boundary.grading import countdown
from boundary.verification import grade_all, verify


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("so \\boxed{42}", "42"),
        ("\\boxed{1} then \\boxed{ \\frac{1}{2} }", "\\frac{1}{2}"),
        ("\\boxed{7} and \\boxed{8", "7"),
        ("\\boxed{", None),
        ("\\boxed{1 + \\boxed{2}}", "2"),
        ("} \\boxed{3} }", "3"),
        ("no answer", None),
    ],
)
def test_the_last_complete_box_is_the_answer(text, answer):
    assert last_boxed(text) == answer


def test_a_runaway_response_is_searched_in_one_pass():
    assert last_boxed("\\boxed{" * 200_000) is None  # a search that begins anew at each would take hours
    assert last_boxed("\\boxed{" * 200_000 + "7}") == "7"


GOLD = "( 3 + 4 ) * 5"


@pytest.mark.parametrize(
    ("answer", "right"),
    [
        ("5*(4+3)", True),
        ("5 \\times (3+4)", True),
        ("(3+4)*5*1", False),  # a number too many
        ("3+4*5", False),  # another value
        ("35", False),  # not the given numbers
        ("(3+4)*5 = 35", False),
        ("5**1*7", False),
        ("(3+4)*5/0", False),
        ("3+4)*5(", False),
        ("__import__('os').system('touch /tmp/pwned')", False),
        ("(" * 150 + "3" + ")" * 150, False),
        ("9" * 5000, False),
        ("", False),
    ],
)
def test_countdown_accepts_exactly_what_the_rules_say(answer, right):
    assert countdown.grade(GOLD, answer) is right


def test_division_is_exact():
    assert countdown.grade("( 7 / 3 ) * 9", "7/(3/9)")
    assert not countdown.grade("21 / 1", "7/3*9")


def test_math_golds_and_answers():
    pairs = [
        (["12"], "\\boxed{12}", "match"),
        (["12191010"], "\\boxed{12191010}", "match"),
        (["12191010"], "\\boxed{12191011}", "mismatch"),
        (["\\frac{1}{2}"], "\\boxed{0.5}", "match"),
        (["3", "4"], "\\boxed{4}", "match"),  # either gold answer will do
    ]
    reasons = grade_all("math_verify", [(golds, answer) for golds, answer, _ in pairs], workers=2, seconds=30)
    assert reasons == [reason for *_, reason in pairs]


def hostile_grade(grader_name, golds, answer):
    """What untrusted text may make a grader do."""
    match answer:
        case "hang":
            time.sleep(600)
        case "crash":
            os._exit(9)
        case "raise":
            raise RuntimeError(answer)
    return answer in golds


def test_a_hanging_or_crashing_answer_costs_its_own_verdict_only(monkeypatch):
    monkeypatch.setattr(verification, "_grade_one", hostile_grade)
    answers = ["a", "hang", "b", "crash", "a", "raise", "a"]
    reasons = grade_all("countdown", [(["a"], answer) for answer in answers], workers=2, seconds=2)
    assert reasons == ["match", "timeout", "mismatch", "error", "match", "error", "match"]


def test_each_distinct_answer_is_graded_once_and_reasons_are_kept(monkeypatch):
    graded = []

    def grade_all_spy(grader_name, pairs, **_):
        graded.extend(pairs)
        return ["match" if answer in golds else "mismatch" for golds, answer in pairs]

    monkeypatch.setattr(verification, "grade_all", grade_all_spy)
    problems = pl.DataFrame({"problem_id": ["p", "q"], "answers": [["1 + 2"], ["2 + 2"]]})
    rows = [("p", "\\boxed{1 + 2}", "stop"), ("p", "\\boxed{2 + 1}", "stop"), ("p", "\\boxed{1 + 2}", "stop")]
    rows += [
        ("q", "\\boxed{1 + 2}", "stop"),
        ("q", "so 2 + 2", "length"),
        ("q", "", "stop"),
        ("p", "\\boxed{1 + 2}", "length"),
    ]
    samples = pl.DataFrame(
        [(problem, i, text, reason) for i, (problem, text, reason) in enumerate(rows)],
        schema=["problem_id", "sample_index", "text", "finish_reason"],
        orient="row",
    )
    verdicts = verify(samples, problems, "countdown", workers=1, seconds=5)
    assert sorted(graded) == [(["1 + 2"], "1 + 2"), (["1 + 2"], "2 + 1"), (["2 + 2"], "1 + 2")]
    expected = ["match", "mismatch", "match", "mismatch", "truncated", "no answer", "match"]
    assert verdicts["reason"].to_list() == expected
    assert verdicts["correct"].to_list() == [reason == "match" for reason in expected]
