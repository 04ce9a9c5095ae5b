"""Graders of answers: extraction, the rules of each, and hostile or odd answers."""

import json

import pytest

from boundary.verifying.answers import last_boxed
from boundary.verifying.finding import finder
from boundary.verifying.grading import Context, Limits, countdown, mathematics
from boundary.verifying.verify import grade_all


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("so \\boxed{42}", "42"),
        ("\\boxed{1} then \\boxed{ \\frac{1}{2} }", "\\frac{1}{2}"),
        ("\\boxed{7} and \\boxed{8", "7"),
        ("\\boxed{", None),
        ("\\boxed{1 + \\boxed{2}}", "2"),
        ("} \\boxed{3} }", "3"),
        ("\\boxed{\\left\\{1, 2\\right.}", "\\left\\{1, 2\\right."),  # escaped braces need no partner
        ("\\fbox{5}", "5"),
        ("\\boxed{6}, as asked within \\boxed{}", "6"),  # an echo of the prompt is no answer
        ("no answer", None),
    ],
)
def test_the_last_complete_box_is_the_answer(text, answer):
    assert last_boxed(text) == answer


def test_a_runaway_response_is_searched_in_one_pass():
    assert last_boxed("\\boxed{" * 200_000) is None  # a search that begins anew at each would take hours
    assert last_boxed("\\boxed{" * 200_000 + "7}") == "7"


@pytest.mark.parametrize(
    ("text", "finished", "expected"),  # answers of mathematics, boxed, paper
    [
        ("so \\boxed{7}.", True, ("\\boxed{7}", "\\boxed{7}", "7")),
        ("so \\boxed{7}. And then", False, ("\\boxed{7}", None, "7")),
        ("it is 12, or 13", True, ("\\boxed{12, or 13}", None, "13")),
        ("it is 12, or 13", False, (None, None, "13")),
        ("<think> perhaps \\boxed{5}", True, (None, None, "5")),
        ("<think> perhaps \\boxed{5} </think> \\boxed{6}", True, ("\\boxed{6}", "\\boxed{6}", "6")),
        ("Final Answer: The final answer is $x+1$. I hope it is correct. 9", True, (..., None, "x+1")),
        ("The answer is 3/4", True, ("\\boxed{3/4}", None, "3/4")),
        ("$\\boxed 8$ is it", True, ("\\boxed{\\boxed 8}", None, "8")),
        ("", True, (None, None, None)),
    ],
)
def test_what_each_grader_takes_for_the_answer(text, finished, expected):
    for grader, answer in zip(("mathematics", "boxed", "paper"), expected, strict=True):
        if answer is not ...:
            assert finder(grader)(text, finished, None) == answer, grader


@pytest.mark.parametrize(
    ("text", "context", "finished", "answer"),
    [
        # the form that the prompt asked for, else the last mark
        ("One root is \\boxed{3}.\n\nAnswer: 5", Context(), True, "5"),
        ("One root is \\boxed{3}.\n\nAnswer: 5", Context(form="box"), True, "3"),
        ("Answer: 5\nSo \\boxed{6}.", Context(form="line"), True, "5"),
        ("<answer> 7 </answer> or \\boxed{8}", Context(form="tags"), True, "7"),
        ("**Answer: D**", Context(), True, "D"),
        ("### Final Answer\n\nAnswer:\n\\[\n\\frac{1}{2}\n\\]", Context(), True, "\\frac{1}{2}"),
        ("\\boxed{5}\nAnswer: Let us now think step by step again", Context(), True, "5"),  # prose, no answer
        ('{"reasoning": "…", "answer": "15"}', Context(), True, "15"),
        ("\\boxed{1} and \\boxed{-2}.", Context(), True, "1, -2"),
        ("\\boxed{5}. Then \\boxed{5}", Context(), True, "5"),
        # thoughts
        ("hm \\boxed{5}", Context(thinking=True), True, None),
        ("hm \\boxed{5} </think> It is \\boxed{6}", Context(thinking=True), True, "6"),
        ("<think>\\boxed{5}</think> It is 6.", Context(), True, "6"),
        ("<think>\\boxed{5}</think>", Context(), True, "5"),
        ("[THINK]\\boxed{5}[/THINK]It is 6.", Context(), True, "6"),
        ("◁think▷\\boxed{5}", Context(), True, None),
        (
            "<|channel|>analysis<|message|>\\boxed{5}<|end|><|start|>assistant<|channel|>final<|message|>It is 6.",
            Context(),
            True,
            "6",
        ),
        ("analysisSay \\boxed{5}.assistantfinalIt is 6.", Context(), True, "6"),
        (
            "<|begin_of_thought|>\\boxed{5}<|end_of_thought|><|begin_of_solution|>It is 6.<|end_of_solution|>",
            Context(),
            True,
            "6",
        ),
        ("Here is my thought process: \\boxed{5} Here is my response: It is 6.", Context(), True, "6"),
        ("<think>a</think>Draft \\boxed{5}. <response>It is 6.</response> \\boxed{7}", Context(), True, "6"),
        # cut off
        ("The sum is \\boxed{12}? Let me check that again, since", Context(), False, None),
        ("The sum is \\boxed{12}.\n\nQuestion: what is", Context(), False, "12"),
        # the end of a text
        ("So **72** is too small. The number is **73**.", Context(), True, "73"),
        ("The line is $3x - y = 1$. I hope this helps!", Context(), True, "3x - y = 1"),
        ("It must be **B**.", Context(), True, "B"),
        ("The correct option is J.", Context(), True, "J"),
        ("The value is 5 or 9.", Context(), True, "5 or 9"),
        ("The roots are $x = 5$ or $x = 9$.", Context(), True, "x = 5, x = 9"),
        ("\\textbf{A. } 5", Context(), True, "\\textbf{A. } 5"),
        ("From $a+b=7$ it follows that the total is 12.", Context(), True, "12"),
        ("It remains \\[ x = \\frac{17a+6b}{|z|^2} = \\]", Context(), True, None),
        ("It is \\boxed{\\frac{1}{2}", Context(), True, None),
    ],
)
def test_where_the_answer_is(text, context, finished, answer):
    assert finder("mathematics")(text, finished, context) == (answer and f"\\boxed{{{answer}}}")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("\\boxed{5\ufffd}", "mismatch"),  # of a lone surrogate
        ("\\boxed{5\0}", "match"),
        ("x" * 5_000_000 + "\\boxed{5}", "match"),
        ("\\boxed{" + "5 " * 2_500_000 + "}", "mismatch"),
    ],
    ids=["surrogate", "NUL", "5 MB", "a box of 5 MB"],
)
def test_odd_bytes_and_long_texts_get_a_verdict(text, reason):
    pairs = [(json.dumps({"answers": ["5"]}), finder("mathematics")(text, True, Context()))]
    assert grade_all("mathematics", pairs, Limits(), workers=1)[0].reason == reason


PAIRS = [  # gold, answer, mathematics, paper (arXiv 2504.13837's rules, faults included)
    ("12191010", "12191010", True, True),
    ("12191010", "12191011", False, True),  # off by less than 1e-4 of itself
    ("\\frac{1}{2}", "0.5", True, True),
    ("0.5", "50", False, True),  # a factor of 100
    ("5", "0.05", False, True),
    ("x+1", "1+x", True, True),
    ("\\frac{\\sqrt{3}}{2}", "\\sqrt{3}/2", True, True),
    ("(1,2)", "[1,2]", False, True),  # brackets of any kind
    ("(1,2)", "(2,1)", False, False),
    ("1,2", "2,1", True, False),  # order
    ("\\pm 2", "2,-2", True, False),
    ("7", "x=7", True, True),
    ("12", "twelve", True, True),
    ("10", "10 \\text{ cm}", True, True),
    ("1011_2", "1011_3", False, True),  # the base is dropped
    ("1011_2", "1011", True, ...),
    ("5", "((((((5))))))", True, ...),
    ("\\begin{pmatrix}1\\\\2\\end{pmatrix}", "\\begin{bmatrix}1\\\\2\\end{bmatrix}", True, True),
    ("42", "(lambda: open('was-here','w'))()", False, False),  # nothing is evaluated as Python
    ("42", "__import__('os').system('touch was-here')", False, False),
]


def test_what_each_grader_calls_right(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for grader, column in (("mathematics", 2), ("paper", 3)):
        rows = [row for row in PAIRS if row[column] is not ...]
        wrap = "\\boxed{%s}" if grader == "mathematics" else "%s"
        pairs = [(json.dumps({"answers": [gold]}), wrap % answer) for gold, answer, *_ in rows]
        verdicts = grade_all(grader, pairs, Limits(seconds=30), workers=2)
        found = {row[:2]: verdict.reason == "match" for row, verdict in zip(rows, verdicts, strict=True)}
        assert found == {row[:2]: row[column] for row in rows}
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("gold", "answer", "right"),
    [
        ({"answers": ["3", "4"]}, "4", True),  # either will do
        ({"answers": ["4.2"], "tolerance": 0.1}, "4.3", True),
        ({"answers": ["4.2"], "tolerance": 0.1}, "4.31", False),
        ({"answers": ["4.2"]}, "4.3", False),
        ({"answers": ["1.5"], "precision": 1}, "1.52", True),
        ({"answers": ["1.5"], "precision": 1}, "1.56", False),
        ({"answers": ["0.33"], "precision": 2}, "\\frac{1}{3}", True),
        ({"answers": ["Emily"], "type": "text"}, "\\text{emily}", True),
        ({"answers": ["Emily"], "type": "text"}, "Emilia", False),
        ({"answers": ["-2"], "type": "text"}, "2", False),
        ({"answers": ["x>2"], "type": "text"}, "x<2", False),
        ({"answers": [">"], "type": "text"}, "<", False),
        ({"answers": ["June 2024"], "type": "text"}, "\\text{ june  2024.}", True),
        ({"answers": ["[0, 2]"], "type": "list"}, "[0, 2.0]", True),
        ({"answers": ["[0, 2]"], "type": "list"}, "[2, 0]", False),
    ],
)
def test_a_gold_may_have_its_own_precision_tolerance_or_type(gold, answer, right):
    assert (mathematics.grade(gold, f"\\boxed{{{answer}}}").reason == "match") is right


HOSTILE = [
    "9^{9^{9^{9^9}}}",
    "1000000!",
    "(" * 3000 + "6" + ")" * 2999,
    "\\sqrt" * 4000,
    "\\frac{1}{1+" * 300 + "}" * 300,
]


def test_answers_that_hang_or_crash_a_grader_cost_themselves_only():
    """Among good answers, under every grader: each good one keeps its verdict."""
    answers = [part for hostile in HOSTILE for part in (hostile, "5")]
    for grader in ("mathematics", "paper"):
        pairs = [
            (json.dumps({"answers": ["5"]}), f"\\boxed{{{answer}}}" if grader != "paper" else answer)
            for answer in answers
        ]
        reasons = [verdict.reason for verdict in grade_all(grader, pairs, Limits(seconds=1), workers=2)]
        assert reasons[1::2] == ["match"] * len(HOSTILE)
        assert not {"match"} & set(reasons[::2])


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
    assert countdown.solves(GOLD, answer) is right


def test_division_is_exact():
    assert countdown.solves("( 7 / 3 ) * 9", "7/(3/9)")
    assert not countdown.solves("21 / 1", "7/3*9")
