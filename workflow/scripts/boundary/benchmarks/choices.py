"""Multiple choice: the options of a problem in an order that is drawn once, their letters, and the chance of a
guess."""

import hashlib
import json
import string

from boundary.contracts import Benchmark

LETTERS = string.ascii_uppercase
FEWEST = 2  # options of a problem


def columns_of(entry: Benchmark) -> list[str]:
    """The columns of the options: one with a list, or one for each."""
    named = entry.get("choices", [])
    return [named] if isinstance(named, str) else named


def chosen(entry: Benchmark, row: dict) -> tuple[list[str], int]:
    """The options of a row in the order of its file, without empty ones, and the place of the right one.

    entry: `choices`, a column with a list (in JSON if it is text) or a column for each option; `answer`, a column that
    is one of these, or that has the right option's letter, its place from 0 (a number), or its text. ValueError says
    what does not fit, also if an answer has two different readings.
    """
    named, columns = entry["choices"], columns_of(entry)
    listed = _listed(row[named], named) if isinstance(named, str) else [row[column] for column in columns]
    texts = ["" if text is None else str(text).strip() for text in listed]
    right = columns.index(entry["answer"]) if _is_option(entry) else _place(row[entry["answer"]], texts)
    kept = [place for place, text in enumerate(texts) if text]
    if not FEWEST <= len(kept) <= len(LETTERS):
        raise ValueError(f"it has {len(kept)} options, and there must be {FEWEST} to {len(LETTERS)}")
    if right not in kept:
        raise ValueError("the right option is empty")
    if len({texts[place] for place in kept}) == 1:
        raise ValueError(f"all its options are {texts[right]!r:.80}")
    return [texts[place] for place in kept], kept.index(right)


def _is_option(entry: Benchmark) -> bool:
    return isinstance(entry["choices"], list) and entry["answer"] in entry["choices"]


def _listed(value, column: str) -> list:
    if isinstance(value, str) and value.lstrip().startswith("["):
        value = json.loads(value)
    if not isinstance(value, list):
        raise ValueError(f"column {column!r} holds no list of options")
    return value


def _place(answer, texts: list[str]) -> int:
    """The place of the option that an answer names."""
    if isinstance(answer, int) and not isinstance(answer, bool):
        if not 0 <= answer < len(texts):
            raise ValueError(f"its answer {answer} is the place of none of {len(texts)} options, from 0")
        return answer
    said = str(answer or "").strip()
    letter = said.strip("().").upper()
    readings = {LETTERS.index(letter)} if len(letter) == 1 and letter in LETTERS[: len(texts)] else set()
    if said in texts and not readings & {place for place, text in enumerate(texts) if text == said}:
        readings.add(texts.index(said))
    if len(readings) != 1:
        why = (
            "is a letter and the text of another option"
            if readings
            else "is neither a letter nor the text of an option"
        )
        raise ValueError(f"its answer {said!r:.80} {why}")
    return readings.pop()


def problem(problem_id: str, stem: str, options: list[str], right: int, seed: int) -> dict:
    """The parts of a problem: the question with its options under letters, the right letters (all of equal options),
    the options as shown, the chance of one blind guess, and the stem.

    The order is that of digests of seed, problem and place, so it depends on no other problem.
    """
    digest = lambda place: hashlib.blake2b(f"{seed}/{problem_id}/{place}".encode(), digest_size=16).digest()  # noqa: E731
    order = sorted(range(len(options)), key=digest)
    shown = [options[place] for place in order]
    answers = [LETTERS[at] for at, text in enumerate(shown) if text == options[right]]
    return {
        "question": f"{stem}\n\n{lettered(shown)}",
        "answers": answers,
        "gold": {"options": shown},
        "guess_rate": len(answers) / len(shown),
        "metadata": json.dumps({"stem": stem}),
    }


def lettered(options: list[str]) -> str:
    """Options as a question shows them, one a line."""
    return "\n".join(f"{LETTERS[at]}. {text}" for at, text in enumerate(options))
