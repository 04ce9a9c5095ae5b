"""Where the answer of a response is: the content of its last complete \\boxed{}."""

OPENING = "\\boxed{"


def last_boxed(text: str) -> str | None:
    """Content of the last \\boxed{...} whose braces close, without surrounding blanks; None where there is none."""
    start = text.rfind(OPENING)
    while start >= 0:
        depth, begin = 1, start + len(OPENING)
        for i in range(begin, len(text)):
            depth += (text[i] == "{") - (text[i] == "}")
            if depth == 0:
                return text[begin:i].strip()
        start = text.rfind(OPENING, 0, start)
    return None
