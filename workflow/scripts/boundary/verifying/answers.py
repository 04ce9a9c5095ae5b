"""Where the answer of a response is, and its plain form. String search in time linear in the text; parses nothing."""

import re
import unicodedata

OPENING = "\\boxed{"
BOX = ("\\boxed{", "\\fbox{")
BRACES = re.compile(r"\\(?:boxed|fbox)\{|\\.|[{}]", re.DOTALL)


def last_boxed(text: str) -> str | None:
    """Content of the last \\boxed{...} (or \\fbox) that closes and is not empty, without surrounding blanks.

    Of all boxes that close, the one that opens last; None where there is none. Escaped braces do not count.
    """
    opening = max(map(text.rfind, BOX))
    if opening < 0:
        return None
    return _innermost_last(text, opening) or _innermost_last(text, 0)  # nearly always the last one closes


def _innermost_last(text: str, start: int) -> str | None:
    """One pass over the braces from `start` on."""
    open_braces: list[tuple[int, bool]] = []  # where the content begins, and whether it is a box
    begin = end = -1
    for match in BRACES.finditer(text, start):
        token = match.group()
        if token in BOX or token == "{":
            open_braces.append((match.end(), token != "{"))
        elif token == "}" and open_braces:
            opened, is_box = open_braces.pop()
            if is_box and opened > begin and text[opened : match.start()].strip():
                begin, end = opened, match.start()
                if start > 0:
                    break  # the last box itself
    return text[begin:end].strip() if begin >= 0 else None


def still_thinking(text: str) -> bool:
    """Whether the response opened a <think> that it never closed: what is boxed in there is no answer yet."""
    return text.rfind("<think>") > text.rfind("</think>")


INVISIBLE = dict.fromkeys([*range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x206A), 0xFEFF])
VULGAR_FRACTION = re.compile(r"(\d+)⁄(\d+)")
ROOT = re.compile(r"√\s*(\d+|[a-z]\b|\([^()]*\))")


def plain(answer: str) -> str:
    """An answer without typographic disguise: no invisible characters, ASCII digits, ½ and √2 as LaTeX, one pair of
    the parentheses around a whole ((...))."""
    if not answer.isascii():
        answer = unicodedata.normalize("NFKC", answer.translate(INVISIBLE))
        answer = ROOT.sub(r"\\sqrt{\1}", VULGAR_FRACTION.sub(r"\\frac{\1}{\2}", answer))
    return _without_repeated_parentheses(answer)


def _without_repeated_parentheses(answer: str) -> str:
    text = answer.replace("\\left(", "(").replace("\\right)", ")")
    if not text.startswith("(("):
        return answer
    opened, closes = [], {}
    for i, character in enumerate(text):
        if character == "(":
            opened.append(i)
        elif character == ")" and opened:
            closes[opened.pop()] = i
    layers = 0
    while closes.get(layers) == len(text) - 1 - layers:
        layers += 1
    return text[layers - 1 : len(text) - layers + 1] if layers > 1 else answer
