"""An answer as a box: how extraction marks a text that is exactly the answer, unlike a sentence that contains it."""

OPENING = "\\boxed{"


def boxed(content: str) -> str:
    """An answer in a box."""
    return f"{OPENING}{content}}}"


def unboxed(answer: str) -> str | None:
    """The content of `boxed`; None for anything else."""
    return answer[len(OPENING) : -1] if answer.startswith(OPENING) and answer.endswith("}") else None
