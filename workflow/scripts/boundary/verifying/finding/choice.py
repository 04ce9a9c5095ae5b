"""The option of a multiple choice that a response chose: by its letter, by a sentence with the letter, or by its text.

`extract` finds the answer of a response without knowing the options; `chosen` maps it to an option of the problem.
"""

import re
from collections.abc import Sequence

from boundary.verifying.answers import TAIL, Mark, located
from boundary.verifying.boxes import boxed, unboxed
from boundary.verifying.grading import Context
from boundary.verifying.thoughts import after_thought

# of texts that are `tidy`
LETTER = r"[(\[]?([A-Z])[)\]]?"
NAMED = r"(?i:(?:the )?(?:correct |final |right |best )?(?:option|choice|answer|letter):? )?"
ALONE = re.compile(rf"{NAMED}{LETTER.replace('A-Z', 'A-Za-z')} ?[.:,)]?")
WITH_TEXT = re.compile(rf"{NAMED}{LETTER}(?:[.:)]| [-–] |(?<=[)\]])) ?(\S.*)", re.DOTALL)
ENDS = r"(?= ?(?:$|[.,;:!)(\n]|\b(?:because|since|as|which|is)\b))"
STARTS = re.compile(rf"(?:(?:option|choice|answer|letter) )?{LETTER}{ENDS}")
ANSWER = re.compile(r"\b(?:answer|choice|option|solution)\b", re.IGNORECASE)
IS = re.compile(r"(?:\b(?:is|be)\b|:) ?(?:(?:therefore|thus|clearly|simply|indeed),? )*", re.IGNORECASE)
IS_RIGHT = re.compile(
    rf"(?:\b(?i:option|choice|answer|letter) |(?<![\w'])){LETTER} (?:is|must be|seems) "
    r"(?:(?:indeed|therefore|thus|clearly) )?(?:the )?(?:correct|right|best|most (?:likely|appropriate|accurate))\b"
)
CHOOSES = re.compile(rf"\b(?i:choose|select|pick|go with|chose) (?i:option |choice |answer |letter )?{LETTER}{ENDS}")
BARE = re.compile(r"(?<![\w'])[A-Z](?![\w'])")
SENTENCE = re.compile(r"(?<=[.!?])(?<!\b[A-Z]\.) |\n")
MACRO = re.compile(r"\\(?:text|mathrm|textbf|mathbf|boxed)\{([^{}]*)\}")
MARKS = re.compile(r"[*_$`\"]|\\[()]")
LONGEST = 2000  # characters of an answer


def extract(text: str, finished: bool = True, context: Context | None = None) -> str | None:
    """The answer that a response marks, as a box in the first line, and the text after it; for a response without a
    mark, its end."""
    context = context or Context()
    found = located(text, finished, context.form, context.thinking)
    if not isinstance(found, Mark):
        return (found.strip()[-TAIL:] or None) if found else None
    inner = unboxed(found.content)
    said = " ".join((found.content if inner is None else inner).split())[:LONGEST]
    parts = after_thought(text, context.thinking)
    rest = parts[0][found.end :].strip("}$ \n.")[-TAIL:] if finished and parts else ""
    return f"{boxed(said)}\n{rest}".strip()


def option(said: str, options: Sequence[str]) -> int | str | None:
    """The place of the chosen option; the text itself if it is no single option; None if nothing is chosen.

    said: of `extract`. options: their texts in the order that the model saw. A letter takes precedence over the text of
    an option, and a letter next to the text of another option is none of them.
    """
    texts = [plain(text) for text in options]
    head, _, rest = said.partition("\n")
    marked = unboxed(head)
    if (place := _exactly(tidy(said if marked is None else marked), texts)) is not None:
        return place
    said = said if marked is None else f"{marked}\n{rest}".strip()
    sentences = list(filter(None, SENTENCE.split(tidy(said))))
    for sentence in reversed(sentences):
        if (found := _in_sentence(sentence, texts)) is not None:
            return found
    lines = {place for sentence in sentences if (place := _exactly(sentence, texts, strictly=True)) is not None}
    if len(lines) == 1:
        return lines.pop()
    return said if len(said) < TAIL and len(sentences) == 1 else None


def _exactly(said: str, texts: list[str], strictly: bool = False) -> int | None:
    """The option that a text is: its letter, letter and text, or text. strictly: no other text behind a letter."""
    whole = plain(said)
    if (found := ALONE.fullmatch(said)) and (place := _place(found[1], texts)) is not None:
        return place
    if whole in texts:
        return texts.index(whole)
    if (found := WITH_TEXT.fullmatch(said)) and (place := _place(found[1], texts)) is not None:
        rest = plain(found[2])
        if rest == texts[place] or (rest not in texts and not strictly and "\n" not in said):
            return place
    return None


def _in_sentence(sentence: str, texts: list[str]) -> int | str | None:
    """The option that a sentence calls the answer; the sentence where it names several."""
    if said := ANSWER.search(sentence):
        rests = [sentence[found.end() :] for found in IS.finditer(sentence, said.end())]
        for rest in reversed(rests):
            if (place := _exactly(rest, texts)) is not None:
                return place
            if (found := STARTS.match(rest)) and (place := _place(found[1], texts)) is not None:
                return place
        if rests and len(set(BARE.findall(rests[0]))) > 1 and " not " not in sentence:
            return sentence
    letters = {match[1] for pattern in (IS_RIGHT, CHOOSES) for match in pattern.finditer(sentence)}
    return _place(letters.pop(), texts) if len(letters) == 1 else None


def _place(letter: str, texts: list[str]) -> int | None:
    place = ord(letter.upper()) - ord("A")
    return place if place < len(texts) else None


def tidy(text: str) -> str:
    """A text without Markdown and LaTeX markup, with single blanks between words, and without empty lines."""
    bare = MARKS.sub("", MACRO.sub(r"\1", text))
    return "\n".join(" ".join(line.split()) for line in bare.splitlines() if line.strip())


def plain(text: str) -> str:
    """A text in the form in which options are compared: tidy, without case, white space, quotes and a full stop."""
    return "".join(tidy(text).split()).strip("'").removesuffix(".").casefold()


def chosen(said: str, options: Sequence[str], order: Sequence[int] | None = None) -> str | None:
    """The chosen `option` as its letter in the benchmark's own order, else the text itself.

    options: in that order. order: the option at each place that the model saw; unchanged, if not given.
    """
    places = range(len(options)) if order is None else order
    found = option(said, [options[place] for place in places])
    return chr(ord("A") + places[found]) if isinstance(found, int) else found


def as_response(answer: str) -> str:
    """A response that gives a letter."""
    return f"\\boxed{{{answer}}}"
