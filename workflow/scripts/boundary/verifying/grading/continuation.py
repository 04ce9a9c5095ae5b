"""The grader of probes: whether a response begins with the rest of the question, word by word."""

from boundary.contracts import Gold
from boundary.verifying.grading import Limits, Verdict, match_if

name = "continuation"
version = 1
LIMITS = ()


def check_gold(gold: Gold) -> None:
    """ValueError if there is nothing to continue."""
    if not all(answer.split() for answer in gold["answers"]):
        raise ValueError("it has no words")


def grade(gold: Gold, answer: str, limits: Limits | None = None) -> Verdict:
    """Whether `answer` begins with the words of the rest."""
    words = answer.split()
    rests = (rest.split() for rest in gold["answers"])
    return match_if(any(words[: len(rest)] == rest for rest in rests))
