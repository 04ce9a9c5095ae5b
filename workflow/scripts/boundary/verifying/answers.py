"""The place of the answer in a response: one rule for mathematics and images; parts of it also serve programs.

Outside of thoughts (thoughts.py), an answer in the form that the prompt asked for takes precedence, then the last mark,
then the end of the text. String search in time linear in the text; parses nothing.
"""

import itertools
import re
from array import array
from collections.abc import Iterator
from typing import NamedTuple

from boundary.verifying.boxes import OPENING, boxed
from boundary.verifying.thoughts import after_thought, holds

BOX = ("\\boxed{", "\\fbox{")
BRACES = re.compile(r"\\(?:boxed|fbox)\{|\\.|[{}]", re.DOTALL)
LAST_RESORT = re.compile(r"\\(?:boxed|fbox)\{([^{}\\\n]*)\\\}")  # \boxed{185\}, where nothing else closes


def last_boxed(text: str) -> str | None:
    """Content of the last \\boxed{...} (or \\fbox) that closes and is not empty, without surrounding blanks.

    Of all boxes that close, the one that opens last; None where there is none. Escaped braces do not count.
    """
    found = _last_box(text)
    return found and text[slice(*found)].strip()


JOINT = re.compile(
    r"\}(?:\s|\$|\\[()\[\]])*"
    r"(?:(?:[,;]|\\q?quad|\\text\{[^{}]*\b(?:and|or)\b[^{}]*\}|\band\b|\bor\b)(?:\s|\$|\\[()\[\],;])*)*"
    r"(?:[a-zA-Z](?:_\{?\w\}?)?\s*=\s*)?$"
)
MOST_JOINED = 16


def joined_boxes(text: str) -> tuple[str, int] | None:
    """The last box with the boxes of the same list, as in `\\boxed{1} and \\boxed{2}`, and where it ends."""
    found = _last_box(text)
    if found is None:
        return None
    contents: list[str] = []
    end = found[1] + 1
    while found and len(contents) < MOST_JOINED:
        begin, close = found
        contents.insert(0, text[begin:close].strip())
        opening = _opening(text, begin)
        if _opening(text, opening) < 0:
            break
        joint = JOINT.search(text, max(0, opening - 200), opening)
        between = joint and joint.group()[1:]
        if not joint or (between and not re.search(r"[,;]|and|or|quad", between)):
            break
        before = _last_box(text[: joint.start() + 1])
        found = before if before and before[1] == joint.start() else None
    return ", ".join(dict.fromkeys(contents)), end


def _last_box(text: str) -> tuple[int, int] | None:
    opening = _opening(text, len(text))
    if opening < 0:
        return None
    if found := _innermost_last(text, opening) or _innermost_last(text, 0):  # nearly always the last one closes
        return found
    escaped = LAST_RESORT.match(text, opening)
    return escaped and escaped.span(1)


def _opening(text: str, end: int) -> int:
    """Where the last box of text[:end] opens; -1 where none does."""
    return max(text.rfind(BOX[0], 0, end), text.rfind(BOX[1], 0, end))


def _innermost_last(text: str, start: int) -> tuple[int, int] | None:
    """One pass over the braces from `start` on."""
    open_braces = array("q")  # where the content begins; negative where it is no box
    begin = end = -1
    for match in BRACES.finditer(text, start):
        token = match.group()
        if token in BOX or token == "{":
            open_braces.append(-match.end() if token == "{" else match.end())
        elif token == "}" and open_braces:
            opened = open_braces.pop()
            if opened > max(begin, 0) and text[opened : match.start()].strip():
                begin, end = opened, match.start()
                if start > 0:
                    break  # the last box itself
    return (begin, end) if begin >= 0 else None


# --- prompts, and answers that are taken back ------------------------------------------------------------------------


def open_box(prompt: str) -> str:
    """The box at the end of a prompt, which the response fills; nothing if the prompt ends with none."""
    return next((box for box in BOX if prompt.rstrip().endswith(box)), "")


# in a response that was cut off: what goes on to doubt an answer takes it back
DOUBT = re.compile(
    r"^\W*\?|\b(?:wait|hmm+|(?:double[- ]?)?check(?:ing)?|verify(?:ing)?|(?:not|am I) (?:so )?sure|reconsider|"
    r"try again|(?:may|might|could|can)(?: not|n't)? be)\b",
    re.IGNORECASE,
)
SOON = 200  # characters after an answer


def is_doubted(rest: str) -> bool:
    """Whether a truncated text doubts an answer right after giving it."""
    return DOUBT.search(rest.lstrip("}$) ")[:SOON]) is not None


# --- marks -----------------------------------------------------------------------------------------------------------

LINE = re.compile(
    r"^[ \t>#*_-]*(?:the |my )?(?:final |correct )?answer(?: is)?[ \t*_]*[:：][ \t*_]*(?:\n[ \t]*){0,2}(\S[^\n]*)"
    r"|^#{4}[ \t]+(\S[^\n]*)",
    re.IGNORECASE | re.MULTILINE,
)
TAG = re.compile(r"<(?P<closes>/?)answer>|<\|(?P<box>begin|end)_of_box\|>")
JSON = re.compile(r"""["'](?:final[_ ])?answer["']\s*:\s*(?:"((?:[^"\\\n]|\\.)*)"|'([^'\n]*)'|(-?[\d.][\w.+-]*))""")
MOST_WORDS = 3  # of a line that is no mathematics: `Answer: Let us think step by step.` gives none


class Mark(NamedTuple):
    """An answer that a text marks: the form, its content, and where it ends."""

    form: str
    content: str
    end: int


class Tagged(NamedTuple):
    """The text between two tags, and the end of the second."""

    content: str
    end: int


def tagged(text: str) -> Iterator[Tagged]:
    """The content of <answer> tags, from the last that opens, or of those of a box, from the first; none inside
    another."""
    opened: dict[bool, int] = {}  # whether it is a box -> where the content begins
    for tag in TAG.finditer(text):
        is_box = tag["box"] is not None
        if tag["box"] == "begin":
            opened.setdefault(is_box, tag.end())
        elif not is_box and not tag["closes"]:
            opened[is_box] = tag.end()
        elif is_box in opened:
            yield Tagged(text[opened[is_box] : tag.start()], tag.end())
            opened.clear()


def marked(text: str, form: str | None = None) -> Mark | None:
    """The answer that a text marks; None if it marks none.

    form: the mark that the prompt asked for, which takes precedence; else the mark that ends last.
    """
    found = list(_marks(text))
    if len(found) < 2:  # as nearly always
        return found[0] if found else None
    asked = [mark for mark in found if mark.form == form]
    return max(asked or found, key=lambda mark: mark.end, default=None)


def _marks(text: str) -> Iterator[Mark]:
    """The last answer in each form."""
    if box := joined_boxes(text):
        yield Mark("box", *box)
    if not holds(text.lower(), SIGNS):
        return
    for form, pattern, content in FORMS:
        for match in reversed(list(pattern.finditer(text))):
            group = match.lastindex or 0
            display = form == "line" and DISPLAY.match(text, match.start(group))
            if answer := content(display.group() if display else match[group]):
                yield Mark(form, answer, match.end())
                break
    for found in reversed(list(tagged(text))):
        if found.content.strip():
            yield Mark("tags", found.content.strip(), found.end)
            break


def _of_line(line: str) -> str | None:
    """None where a line is prose."""
    return line if re.search(r"[\d\\$]", line) or len(line.split()) <= MOST_WORDS else None


def _of_json(value: str) -> str:
    return value.replace("\\\\", "\\").replace('\\"', '"').strip()


FORMS = (("line", LINE, _of_line), ("json", JSON, _of_json))
SIGNS = ("answer", "####", "<|end_of_box|>")  # one of which a text holds where one of these matches


def _of_prose(text: str) -> str | None:
    """What a few words give as the answer, without Markdown and full stop; a sentence where it holds more than that."""
    if box := joined_boxes(text):
        return boxed(box[0])
    content = text.strip().strip("*_` \t").removesuffix(".").strip("*_` \t\n")
    if not content or len(content) > LONGEST_SENTENCE:
        return content or None
    if re.search(r"\b[a-zA-Z]{2,}\b \b[a-zA-Z]{2,}\b", re.sub(r"\\\w+\{[^{}]*\}", "", content)):
        return _exactly(content) or content
    formula = MATHEMATICS.fullmatch(content)
    return boxed(next(filter(None, formula.groups())).strip() if formula else content)


# --- the end of a text -----------------------------------------------------------------------------------------------

TAIL = 1000  # characters searched where nothing is marked
LONGEST_SENTENCE = 2000  # characters; what is longer is kept whole
DISPLAY = re.compile(r"\\\[.*?\\\]|\$\$.*?\$\$|\\begin\{(\w+\*?)\}.*?\\end\{\1\}", re.DOTALL)
SENTENCE = re.compile(r"(?<=[.!?])(?<!\b[A-Z]\.)(?:[*_)\"']*)\s+|\s*\n\s*")
SAYS = re.compile(
    r"\b(?:answer|result|solution|value|total|option|choice)s?\b[^.:=\n]{0,60}?(?:\bis\b|\bare\b|\bequals\b|:)"
    r"(?: (?:equal to|simply|just))?[\s:*]*",
    re.IGNORECASE,
)
REASON = re.compile(r",? (?:because|since|as|when|if|for which|which|so that|after|where)\b", re.IGNORECASE)
IS = re.compile(r"^.*\b(?:is|are|equals|be)\b[ :]+", re.IGNORECASE | re.DOTALL)
MATHEMATICS = re.compile(r"\\\[(.+?)\\\]|\$\$(.+?)\$\$|(?<![\\\d])\$([^$\n]+?)(?<!\\)\$|\\\((.+?)\\\)", re.DOTALL)
BOLD = re.compile(r"\*\*([^*\n]+)\*\*")
CHOICE = re.compile(r"\s*(?:\(([A-Z])\)|([A-Z])(?:\.(?=\s|$)|\s*$))")
JOINED = re.compile(r"\s*,?\s*(?:\b(?:and|or)\b)?\s*")  # between formulas of one list
AND_OR = re.compile(r"\b(?:and|or)\b")
FORMULA = re.compile(r"(?:[\d\s+\-*/^=<>().,|]|\\[a-z]+|[{}_]|(?<![a-zA-Z])[a-zA-Z](?![a-zA-Z]))+")
UNFINISHED = re.compile(r"(?:[=+*/^<≈:-]|\\(?:approx|times|cdot|le|leq|ge|geq|equiv)|\\frac\{[^{}]*\})[\s$.\\\])}]*$")


def said_last(text: str) -> str | None:
    """The sentence or formula at the end of a text that contains its answer; a box if it is exactly the answer.

    None if the text ends in an unfinished formula.
    """
    tail = DISPLAY.sub(lambda match: " ".join(match.group().split()), text[-TAIL:].strip())
    sentences = [sentence for sentence in SENTENCE.split(tail) if sentence and sentence.strip()]
    for sentence in reversed(sentences):
        if not re.search(r"\d|\\[a-z(\[]|\$.*\$|\*\*", sentence) and not SAYS.search(sentence):
            continue  # a polite closing
        if UNFINISHED.search(BOLD.sub(r"\1", sentence)) or OPENING in sentence:
            return None  # or a box that never closed
        return _exactly(sentence) or sentence.strip()
    return (sentences[-1].strip() or None) if sentences else None


def _exactly(sentence: str) -> str | None:
    """What a sentence gives as its answer, boxed, where that can be told."""
    if len(sentence) > LONGEST_SENTENCE:
        return None
    says = max(SAYS.finditer(sentence), key=re.Match.end, default=None)
    said = sentence[says.end() :] if says else sentence
    if says and (reason := REASON.search(said)) and reason.start() > 0:
        said = said[: reason.start()]
    if (letter := CHOICE.match(said)) and says:
        return boxed(letter[1] or letter[2])
    after = IS.sub("", said)
    said = after if re.search(r"\d|\\[a-z]|\$|\*\*", after) else said
    formulas = list(MATHEMATICS.finditer(said))
    bold = BOLD.findall(said)
    if bold and re.search(r"[\d\\$]|^\(?[A-Z]\)?\.?$", bold[-1].strip()) and not formulas:
        return boxed(bold[-1].strip())
    if formulas:
        return boxed(
            ", ".join(next(filter(None, match.groups())).strip() for match in _listed(formulas, said, bool(says)))
        )
    plainly = said.strip().rstrip(".").strip("* ")
    if re.search(r"[\d=]", plainly) and all(FORMULA.fullmatch(part) for part in AND_OR.split(plainly)):
        return boxed(plainly)
    return None


def _listed(formulas: list[re.Match], text: str, first: bool) -> list[re.Match]:
    """The first formula of a text, or the last, with those that stand in one list with it."""
    formulas = formulas if first else formulas[::-1]
    kept = formulas[:1]
    for one, other in itertools.pairwise(formulas):
        before, after = (one, other) if first else (other, one)
        between = text[before.end() : after.start()]
        if not between.strip() or not JOINED.fullmatch(between):
            break
        kept.append(other)
    return kept if first else kept[::-1]


def located(text: str, finished: bool, form: str | None, thinking: bool) -> Mark | str | None:
    """The answer that a response marks; for a finished response without a mark, the text after its thought.

    A truncated response has an answer only if it marked one and did not doubt it afterwards. form, thinking: of its
    prompt, see `marked` and `after_thought`.
    """
    parts = after_thought(text, thinking)
    if parts is None:
        return None
    after, before = parts
    mark = marked(after, form)
    if mark:
        return None if not finished and is_doubted(after[mark.end :]) else mark
    if not finished:
        return None
    return after if after.strip() else marked(before, form)


def answer_of(text: str, finished: bool, form: str | None, thinking: bool) -> str | None:
    """The answer of a response in mathematics: as a box, or the sentence that contains it; None if it gives none."""
    found = located(text, finished, form, thinking)
    if isinstance(found, Mark):
        return boxed(found.content) if found.form == "box" else _of_prose(found.content)
    return said_last(found) if found else None
