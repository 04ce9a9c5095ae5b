"""The grader of multiple choice: whether the letter of the chosen option (finding/choice.py) is a right one."""

from boundary.contracts import Gold
from boundary.verifying.boxes import unboxed
from boundary.verifying.grading import Limits, Verdict, match_if

name = "choice"
version = 1
LIMITS = ()


def check_gold(gold: Gold) -> None:
    """ValueError if a right answer is not the letter of an option."""
    letters = [chr(ord("A") + place) for place in range(len(gold["options"]))]
    for answer in gold["answers"]:
        if answer not in letters:
            raise ValueError(f"it is none of the letters {letters[0]} to {letters[-1]}")


def grade(gold: Gold, answer: str, limits: Limits | None = None) -> Verdict:
    """Whether `answer`, which may be in a box, is the letter of a right option, in the benchmark's own order."""
    answer = unboxed(answer) or answer
    one_letter = len(answer) == 1 and "A" <= answer <= "Z"
    return match_if(answer in gold["answers"], None if one_letter else "it is no single one of the options")
