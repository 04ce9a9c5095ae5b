"""The strict grader of mathematics: only what a finished response boxes counts; compared like math_verify."""

from boundary.verifying.answers import last_boxed, still_thinking
from boundary.verifying.grading import Context, math_verify
from boundary.verifying.grading.math_verify import LIMITS, check_gold, grade  # noqa: F401

name = "boxed"
version = math_verify.version


def extract(text: str, finished: bool = True, context: Context | None = None) -> str | None:
    """The last complete \\boxed{} of a finished response, with its braces."""
    boxed = last_boxed(text) if finished and not still_thinking(text) else None
    return None if boxed is None else f"{math_verify.OPENING}{boxed}}}"
