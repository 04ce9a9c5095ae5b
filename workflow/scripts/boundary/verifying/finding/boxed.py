"""Only the box of a finished response."""

from boundary.verifying.answers import last_boxed
from boundary.verifying.boxes import boxed
from boundary.verifying.grading import Context
from boundary.verifying.thoughts import after_thought


def extract(text: str, finished: bool = True, context: Context | None = None) -> str | None:
    """The last complete \\boxed{} of a finished response, with its braces; none inside an unfinished thought."""
    parts = after_thought(text, context is not None and context.thinking) if finished else None
    inner = parts and (last_boxed(parts[0]) or last_boxed(text))
    return inner and boxed(inner)
