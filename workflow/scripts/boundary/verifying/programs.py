"""Where the program of a response is. String search in time linear in the text; runs nothing."""

import re

FENCE = re.compile(r"^[ \t]*```[^\n]*$", re.MULTILINE)
# a completion of a function ends where its level is left (Chen et al. 2021, arXiv 2107.03374, section 2.2)
OUTSIDE = re.compile(r"\n(?=class |def |#|if |print|@|assert |from |import |```|<\|)")


def opens_fence(prompt: str) -> bool:
    """Whether a prompt ends inside a code fence, so that the response begins with code."""
    return len(FENCE.findall(prompt)) % 2 == 1


def fenced(text: str, *, open_fence: bool = False, defines: str | None = None) -> str | None:
    """The code of a fenced block: the last that defines `defines`, else the last; None where no block closes.

    open_fence: the prompt opened a fence already, so the code runs from the first line to the fence that closes it.
    """
    fences = list(FENCE.finditer(text))
    if open_fence:
        begins_anew = fences and not text[: fences[0].start()].strip() and fences[0].group().strip() != "```"
        if fences and not begins_anew:
            return text[: fences[0].start()]
    blocks = [text[a.end() : b.start()].lstrip("\n") for a, b in zip(fences[::2], fences[1::2], strict=False)]
    defining = [block for block in blocks if defines and re.search(rf"^\s*(def|class)\s+{defines}\b", block, re.M)]
    return (defining or blocks or [None])[-1]


def completed(prompt: str, text: str) -> str:
    """A prompt that is code, with the response that goes on with it, up to where the response leaves the function."""
    return prompt + OUTSIDE.split(text, maxsplit=1)[0]
