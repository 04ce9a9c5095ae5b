"""Answers of mathematics and of questions about images: anywhere in a response (answers.py)."""

from boundary.verifying.answers import answer_of
from boundary.verifying.grading import Context


def extract(text: str, finished: bool = True, context: Context | None = None) -> str | None:
    """The answer of a response as a box, or the sentence at its end that contains it; see answers.py."""
    context = context or Context()
    return answer_of(text, finished, context.form, context.thinking)
