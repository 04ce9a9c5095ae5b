"""Check of graders with gold answers: a gold must match its other spellings, and neither near misses nor other golds.

It is separate from building a benchmark, which decides what is sampled: this only reports where verdicts are less
certain.
"""

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import numpy as np
import polars as pl

from boundary.contracts import Gold
from boundary.errors import InputError
from boundary.verifying import grading
from boundary.verifying.finding import as_response, finder
from boundary.verifying.grading import Limits
from boundary.verifying.mathematics import exact, read, written_alike
from boundary.verifying.verify import grade_all

MOST_CROSSED = 4_000  # pairs of a gold with the gold of another problem; drawn at random where there are more
READ = ("math", "visual")  # verifiers whose golds are read
SHOWN = 5  # golds that a message names
LONGEST = 18  # digits of a decimal that is written out
SCHEMA = {
    "grader": pl.String,
    "problem_id": pl.String,
    "kind": pl.String,  # spelling, near miss, other problem
    "how": pl.String,  # which spelling or near miss; the other problem
    "gold": pl.String,
    "answer": pl.String,  # what was tried
    "passed": pl.Boolean,
}


def drawn(every: int, most: int) -> Sequence[int]:
    """Numbers of pairs: all of `every`, or `most` of them at random, in order."""
    if every <= most:
        return range(every)
    return sorted(np.random.default_rng(0).choice(every, most, replace=False).tolist())


def comparing(graders: Sequence[str]) -> list[str]:
    """The graders that read gold answers as mathematics, each rule of comparison once.

    Others are exact: an answer to another problem that they accept is really right there.
    """
    modules = {name: grading.grader(name) for name in graders}
    rules = {name: module.grade for name, module in modules.items() if getattr(module, "READS_MATHEMATICS", False)}
    first = {rule: name for name, rule in reversed(rules.items())}
    return [name for name, rule in rules.items() if first[rule] == name]


def check_golds(
    problems: pl.DataFrame, graders: Sequence[str], limits: Limits, *, workers: int, cache: Path | None = None
) -> pl.DataFrame:
    """Every attempt, see SCHEMA. problems: problem_id, gold. A benchmark whose golds are not answers has none."""
    golds = [(problem_id, gold, json.loads(gold)) for problem_id, gold in problems.select("problem_id", "gold").rows()]
    golds = [entry for entry in golds if entry[2].get("answers") and not entry[2].get("type")]
    tries = [row for problem_id, text, gold in golds for row in _of_one(problem_id, text, gold["answers"][0], gold)]
    tries += list(_crossed(golds))
    rows = []
    for name in comparing(graders):
        find = finder(name)
        answers = [find(as_response(name, answer), True, None) for *_, answer in tries]
        kept = [(row, answer) for row, answer in zip(tries, answers, strict=True) if answer is not None]
        pairs = [(text, answer) for (_, text, *_), answer in kept]
        verdicts = grade_all(name, pairs, limits, workers=workers, cache=cache)
        for ((problem_id, _, kind, how, gold, answer), _), verdict in zip(kept, verdicts, strict=True):
            passed = (verdict.reason == "match") == (kind == "spelling")
            rows.append((name, problem_id, kind, how, gold, answer, passed))
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


def golds_read(problems: pl.DataFrame) -> list[tuple[str, str]]:
    """problem_id and gold of the problems whose gold answers are read as mathematics. problems: with verifier."""
    return problems.filter(pl.col("verifier").is_in(READ)).select("problem_id", "gold").rows()


def unread(golds: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Gold answers that no rule of mathematics/ reads, by problem_id: the answer, and the rule that failed.

    golds: problem_id, JSON text. Golds that are compared as words or lists need not be read.
    """
    found: dict[str, str] = {}
    for problem_id, text in golds:
        gold = json.loads(text)
        for answer in () if gold.get("type") else gold.get("answers", ()):
            if (rule := read(answer).rule) is not None:
                found.setdefault(problem_id, f"{answer!r:.100}: {rule}")
    return found


def readings(name: str, problems: pl.DataFrame) -> str:
    """How every gold answer of a benchmark is read, one per line, and at the end the number of each kind."""
    lines: list[str] = []
    kinds: Counter[str] = Counter()
    for problem_id, text in golds_read(problems):
        gold = json.loads(text)
        for answer in gold.get("answers", ()):
            found = read(answer)
            kind = f"compared as {gold['type']}" if gold.get("type") else " or ".join(r.kind for r in found.readings)
            kinds[kind] += 1
            said = [kind, " ".join(sorted(found.symbols)) and f"in {' '.join(sorted(found.symbols))}", found.unit or ""]
            lines.append("\t".join([problem_id, ", ".join(filter(None, said)), found.rule or "", repr(answer)]))
    every = ", ".join(f"{count} {kind}" for kind, count in kinds.most_common())
    return "\n".join([name, *lines, f"{name}: {every or 'no golds that are read'}"])


def require_read(benchmark: str, golds: Iterable[tuple[str, str]], kept: str | list[str]) -> None:
    """InputError if gold answers cannot be read, except those of `kept`: problem ids, or `keep` for all."""
    wrong = {} if kept == "keep" else {name: said for name, said in unread(golds).items() if name not in kept}
    if wrong:
        shown = "; ".join(f"problem {name!r}, {said}" for name, said in list(wrong.items())[:SHOWN])
        raise InputError(
            f"benchmark {benchmark}: {len(wrong)} gold answers are no mathematics, choice, time or short text: "
            f"{shown}{'; ...' if len(wrong) > SHOWN else ''}. Fix them, or accept them unchanged, so that only "
            f"the same text is right: benchmarks.{benchmark}.unreadable_golds: keep, or a list of the ids"
        )


def _of_one(problem_id: str, text: str, gold: str, entry: dict) -> Iterator[tuple]:
    for how, answer in spellings(gold):
        yield problem_id, text, "spelling", how, gold, answer
    if entry.get("tolerance") is None and entry.get("precision") is None:
        for how, answer in near_misses(gold):
            if not any(written_alike(answer, right) for right in entry["answers"]):
                yield problem_id, text, "near miss", how, gold, answer


def _crossed(golds: list[tuple[str, str, Gold]]) -> Iterator[tuple]:
    number = len(golds)
    for place in drawn(number * (number - 1), MOST_CROSSED):
        i, j = divmod(place, number - 1)
        (problem_id, text, gold), (other_id, _, other) = golds[i], golds[j + (j >= i)]
        answer = other["answers"][0]
        if not any(written_alike(answer, right) for right in gold["answers"]):
            yield problem_id, text, "other problem", other_id, gold["answers"][0], answer


# --- spellings and near misses ---------------------------------------------------------------------------------------

ONE_EXPRESSION = re.compile(
    r"(?!.*(?:[,;=<>_%]|\\(?:text|mbox|pm|in|cup|infty|begin|circ|le|ge|ne|quad|math)))[^$]*[0-9a-z})]$"
)


def spellings(gold: str) -> Iterator[tuple[str, str]]:
    """Other ways to write a gold answer, with their names."""
    bare = gold.strip().strip("$")
    yield "in dollars", f"${bare}$"
    if (number := exact(bare)) is not None:
        yield from _of_number(bare, *number)
    elif ONE_EXPRESSION.fullmatch(bare):
        yield "x =", f"x = {bare}"
    if "\\frac" in bare:
        yield "dfrac", bare.replace("\\frac", "\\dfrac")
    if re.fullmatch(r"[(\[].*[)\]]", bare) and "\\left" not in bare:
        yield "left and right", f"\\left{bare[:-1]}\\right{bare[-1]}"


def _of_number(bare: str, value: Fraction, decimal: bool) -> Iterator[tuple[str, str]]:
    yield "x =", f"x = {bare}"
    yield "with a unit", f"{bare} \\text{{ cm}}"
    sign, size = ("-" if value < 0 else ""), abs(value)
    if bare.startswith("-"):
        yield "unicode minus", f"\N{MINUS SIGN}{bare[1:]}"
    if size.denominator == 1 and 1000 <= size < 10**LONGEST:
        for how, mark in (("commas", ","), ("braced commas", "{,}"), ("thin spaces", "\\,"), ("spaces", "\\ ")):
            yield f"thousands with {how}", sign + f"{size.numerator:,}".replace(",", mark)
    if size.denominator != 1 and size.numerator < 10**LONGEST and size.denominator < 10**LONGEST:
        yield "fraction", f"{sign}\\frac{{{size.numerator}}}{{{size.denominator}}}"
        yield "slash", f"{sign}{size.numerator}/{size.denominator}"
    if terminates(value) and (written := _written_out(size)) is not None:
        yield "decimal", sign + written
        yield "another zero", sign + (written if "." in written else f"{written}.0") + "0"
    if terminates(value) and size and (decimal or size >= 10_000 or size < Fraction(1, 100)):
        mantissa, exponent = _scientific(size)
        for how, between in (
            ("times", " \\times 10^{{{}}}"),
            ("cdot", " \\cdot 10^{{{}}}"),
            ("E", "E{}"),
            ("e", "e{}"),
        ):
            yield f"scientific with {how}", f"{sign}{mantissa}{between.format(exponent)}"


def terminates(value: Fraction) -> bool:
    """Whether a fraction is a finite decimal."""
    rest = value.denominator
    for prime in (2, 5):
        while rest % prime == 0:
            rest //= prime
    return rest == 1


def _as_decimal(value: Fraction) -> Decimal:
    """The finite decimal that a fraction is."""
    places = 0
    while (value * 10**places).denominator != 1:
        places += 1
    return Decimal((value * 10**places).numerator).scaleb(-places)


def _written_out(value: Fraction) -> str | None:
    text = f"{_as_decimal(value):f}"
    return text if len(text) <= LONGEST + 2 else None


def _scientific(value: Fraction) -> tuple[str, int]:
    digits = _as_decimal(value).normalize()
    exponent = digits.adjusted()
    return f"{digits.scaleb(-exponent):f}", exponent


def near_misses(gold: str) -> Iterator[tuple[str, str]]:
    """Answers that are slightly wrong."""
    bare = gold.strip().strip("$")
    number = exact(bare)
    if number is not None:
        value = number[0]
        if value:
            yield "sign flipped", bare.lstrip("- +") if value < 0 else f"-{bare}"
        if last := re.search(r"\d(?!.*\d)", bare):
            yield "last digit changed", f"{bare[: last.start()]}{(int(last.group()) + 1) % 10}{bare[last.end() :]}"
        if value and terminates(value) and (number[1] or abs(value) >= 10_000):
            mantissa, exponent = _scientific(abs(value))
            yield "exponent off by one", f"{'-' if value < 0 else ''}{mantissa} \\times 10^{{{exponent + 1}}}"
    elif ONE_EXPRESSION.fullmatch(bare):
        yield "sign flipped", f"-({bare})"
        yield "one more", f"{bare} + 1"
