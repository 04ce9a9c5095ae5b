"""Answers as arXiv 2504.13837's evaluation finds them, from its description."""

import re

from boundary.verifying.boxes import OPENING, boxed
from boundary.verifying.grading import Context

LONGEST = 300  # characters kept of an answer that no braces or number delimit
HOPE = re.compile(r"final answer is \$(.{0,300}?)\$\. I hope", re.DOTALL)
NUMBER = re.compile(r"-?\d*\.?\d+")


def extract(text: str, finished: bool = True, context: Context | None = None) -> str | None:
    """The first of: Minerva's last sentence, the last `boxed`, `he answer is`, `final answer is`, the last number."""
    hope = HOPE.search(text)
    if hope:
        return hope[1].strip() or None
    if "boxed" in text:
        return _after_box(text[text.rindex("boxed") + len("boxed") :]).strip() or None
    for phrase in ("he answer is", "final answer is", "答案是"):
        if phrase in text:
            return text[text.rindex(phrase) + len(phrase) :][:LONGEST].strip() or None
    last = None
    for last in NUMBER.finditer(text.replace(",", "")):  # noqa: B007
        pass
    return last and last.group()


def _after_box(rest: str) -> str:
    """What is in the braces after `boxed`, closed or not; without braces, what comes before the next $."""
    if not rest.startswith("{"):
        return rest.split("$")[0][:LONGEST]
    depth = 0
    for match in re.finditer(r"[{}]", rest):
        depth += 1 if match.group() == "{" else -1
        if depth == 0:
            return rest[1 : match.start()]
    return rest[1:][:LONGEST]


def as_response(answer: str) -> str:
    """A response that gives this answer, in a box without the dollar signs of some golds, the form in which they are
    compared."""
    return answer if OPENING in answer else boxed(answer.strip("$"))
