"""The rest of a question, as a response goes on with it."""

from boundary.verifying.grading import Context


def extract(text: str, finished: bool = True, context: Context | None = None) -> str | None:
    """All of a response, with single blanks: what comes after the rest of a question does not matter."""
    return " ".join(text.split()) or None


def as_response(answer: str) -> str:
    """A response that gives this answer."""
    return answer
