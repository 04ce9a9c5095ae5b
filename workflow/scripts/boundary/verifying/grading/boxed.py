"""The strict grader of mathematics: only what a finished response boxes counts; compared like math_verify."""

from boundary.verifying.answers import after_thought, boxed, last_boxed
from boundary.verifying.grading import Context, math_verify
from boundary.verifying.grading.math_verify import LIMITS, READS_MATHEMATICS, check_gold, grade  # noqa: F401

name = "boxed"
version = math_verify.version


def extract(text: str, finished: bool = True, context: Context | None = None) -> str | None:
    """The last complete \\boxed{} of a finished response, with its braces; none inside an unfinished thought."""
    thinking = context is not None and context.thinking
    inner = last_boxed(text) if finished and after_thought(text, thinking) else None
    return None if inner is None else boxed(inner)
