"""The grader of answers that are two integers: the last two of a response, results of written equations among them."""

import re

from boundary.verifying.grading import Context, Limits, Verdict, match_if

NUMBER = r"(?<![\d.])-?\d{1,3}(?:,\d{3})+(?![\d,])|(?<![\d.])-?\d+"
LEFT_SIDE = re.compile(r"\d+\s*[*x×]\s*\d+\s*=")

name = "two_integers"
version = 1
LIMITS = ()


def extract(text: str, finished: bool = True, context: Context | None = None) -> str | None:
    """The last two integers, in one form; None where there are not two."""
    found = [str(int(number.replace(",", ""))) for number in re.findall(NUMBER, LEFT_SIDE.sub(" ", text))]
    return " and ".join(found[-2:]) if len(found) > 1 else None


def as_response(answer: str) -> str:
    """A response that gives this answer."""
    return answer


def check_gold(gold: dict) -> None:
    """ValueError where a gold answer is not two integers."""
    for answer in gold["answers"]:
        if extract(answer) is None:
            raise ValueError(f"{answer!r} is not two integers")


def grade(gold: dict, answer: str, limits: Limits | None = None) -> Verdict:
    """Whether both integers are those of a gold answer, in its order."""
    return match_if(any(extract(right) == answer for right in gold["answers"]))
