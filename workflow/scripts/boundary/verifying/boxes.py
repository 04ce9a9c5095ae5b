"""An answer as a box: how extraction hands on what is exactly the answer, apart from a sentence that holds it."""

OPENING = "\\boxed{"


def boxed(content: str) -> str:
    """An answer in a box."""
    return f"{OPENING}{content}}}"


def unboxed(answer: str) -> str | None:
    """What `boxed` boxed; None of anything else."""
    return answer[len(OPENING) : -1] if answer.startswith(OPENING) and answer.endswith("}") else None
