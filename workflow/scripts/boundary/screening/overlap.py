"""Overlap of texts: of a continuation with the rest of the question, and of questions with training prompts."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

NORMAL_WORD = re.compile(r"\w+")


def leading(rest: list[str], given: list[str]) -> float:
    """The share of the words of `rest` with which `given` begins, up to the first different word."""
    same = 0
    for right, word in zip(rest, given, strict=False):
        if word != right:
            break
        same += 1
    return same / len(rest)


def rouge_l(rest: list[str], given: list[str]) -> float:
    """ROUGE-L: F1 of the longest common subsequence of words (Lin 2004, aclanthology.org/W04-1013)."""
    before = [0] * (len(given) + 1)
    for right in rest:
        row = [0]
        for i, word in enumerate(given):
            row.append(before[i] + 1 if word == right else max(before[i + 1], row[i]))
        before = row
    return 2 * before[-1] / (len(rest) + len(given))


def normal_words(text: str) -> tuple[str, ...]:
    """The words of a text in lower case, without punctuation."""
    return tuple(NORMAL_WORD.findall(text.lower()))


def sequences(words: tuple[str, ...], length: int) -> set[tuple[str, ...]]:
    """The sequences of `length` words in a text; of a shorter one, all of it."""
    return {words[i : i + length] for i in range(max(1, len(words) - length + 1))} - {()}


def largest_shares(
    questions: Mapping[str, str], prompts: Iterable[str], length: int
) -> dict[str, tuple[float, int | None, bool]]:
    """For every question: the largest share of its sequences in one prompt, the number of that prompt, and whether both
    are equal.

    questions: by problem_id. length: of a sequence, in words. Prompts are numbered from 0, and read once.
    """
    words = {name: normal_words(question) for name, question in questions.items()}
    whole = {name: sequences(found, length) for name, found in words.items()}
    holders = defaultdict(list)
    for name, found in whole.items():
        for sequence in found:
            holders[sequence].append(name)
    shortest = {len(sequence) for sequence in holders}
    best: dict[str, tuple[float, int | None, bool]] = dict.fromkeys(questions, (0.0, None, False))
    for number, prompt in enumerate(prompts):
        given = normal_words(prompt)
        found = set().union(*(sequences(given, size) for size in shortest)) if shortest else set()
        for name, shared in Counter(name for sequence in found for name in holders.get(sequence, ())).items():
            candidate = shared / len(whole[name]), number, given == words[name]
            if (candidate[2], candidate[0]) > (best[name][2], best[name][0]):
                best[name] = candidate
    return best
