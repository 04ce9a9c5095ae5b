"""Answers to procedural tasks, preferably in <answer> tags."""

from boundary.verifying.answers import Mark, located
from boundary.verifying.grading import Context


def extract(text: str, finished: bool = True, context: Context | None = None) -> str | None:
    """The answer that a response marks, preferably in <answer> tags, else the last line of a finished response."""
    context = context or Context()
    found = located(text, finished, context.form or "tags", context.thinking)
    return found.content if isinstance(found, Mark) else found and found.strip().splitlines()[-1].strip()


def as_response(answer: str) -> str:
    """A response that gives this answer."""
    return f"<answer>{answer}</answer>"
