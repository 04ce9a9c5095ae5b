"""Expressions that a response marks as its answer."""

from boundary.verifying.answers import Mark, last_boxed, located
from boundary.verifying.grading import Context


def extract(text: str, finished: bool = True, context: Context | None = None) -> str | None:
    """What a response marks as its answer."""
    context = context or Context()
    mark = located(text, finished, context.form, context.thinking)
    return (last_boxed(mark.content) or mark.content) if isinstance(mark, Mark) else None
