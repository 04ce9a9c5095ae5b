"""Where the answer of a response is: the content of its last complete \\boxed{}."""

import re

OPENING = "\\boxed{"
BRACES = re.compile(r"\\boxed\{|[{}]")


def last_boxed(text: str) -> str | None:
    """Content of the last \\boxed{...} whose braces close, without surrounding blanks; None where there is none.

    One pass over the braces: of all boxes that close, the one that opens last.
    """
    open_braces: list[tuple[int, bool]] = []  # where the content begins, and whether it is a box
    begin = end = -1
    for match in BRACES.finditer(text):
        if match.group() != "}":
            open_braces.append((match.end(), match.group() == OPENING))
        elif open_braces:
            start, is_box = open_braces.pop()
            if is_box and start > begin:
                begin, end = start, match.start()
    return text[begin:end].strip() if begin >= 0 else None
