"""Gold answers and solutions, tried before anything is sampled: a gold must be accepted by its own graders."""

import functools
import logging
import math
from typing import Any

from boundary.contracts import Gold, ProblemRow
from boundary.errors import InputError
from boundary.verifying import grading
from boundary.verifying.finding import as_response, finder
from boundary.verifying.grading import Limits, Verdict, code
from boundary.verifying.verifiers import VERIFIERS
from boundary.verifying.workers import Failure, killable_map

log = logging.getLogger(__name__)


def add_outputs(rows: list[ProblemRow], limits: Limits, workers: int) -> dict[str, str]:
    """Run the problems' own solutions. If a gold has no expected outputs, it gets theirs. Returns the problems whose
    solution failed."""
    every: list[Any] = [*rows]
    programs = [(row, row.pop(kind)) for row in every for kind in ("solution", "also") if row.get(kind)]
    flags: dict[str, str] = {}
    items = [(row["gold"], program) for row, program in programs]
    found = dict(_in_workers(functools.partial(_outputs, limits), items, None, limits, workers))
    for i, (row, _) in enumerate(programs):
        gold, result = row["gold"], found[i]
        if not isinstance(result, tuple) or isinstance(result, Verdict):
            flags[row["problem_id"]] = f"left out, its own solution fails: {result.detail or result.reason}"
            continue
        inputs, outputs, cpu = result
        if inputs is not None:
            gold["tests"]["inputs"] = inputs
        if gold.get("expected") is None or gold.get("computed"):
            gold.setdefault("expected", []).append(outputs)
            gold["computed"] = True
        needed = max(code.LEAST_SECONDS, math.ceil(code.TIME_FACTOR * cpu))
        gold["cpu_seconds"] = max(needed, gold.get("cpu_seconds", 0))
    return flags


def try_golds(rows: list[ProblemRow], where: str, limits: Limits, workers: int) -> dict[str, str]:
    """Verify every gold answer by its own graders; InputError if the default grader can read hardly any."""
    flags: dict[str, list[str]] = {}
    if rows[0]["verifier"] == "none":
        return {}
    for number, grader in enumerate(map(grading.grader, VERIFIERS[rows[0]["verifier"]])):
        if rows[0]["gold"].get("answers") is None:
            continue
        tries = functools.partial(_try_gold, grader.name, limits)
        golds = [row["gold"] for row in rows]
        seconds = limits.seconds if "seconds" in grader.LIMITS else None
        results = dict(_in_workers(tries, golds, seconds, limits, workers, grading.modules(grader.name)))
        wrong = {i: problem for i, problem in sorted(results.items()) if problem is not None}
        if number == 0 and len(wrong) > len(rows) / 2:
            i, problem = next(iter(wrong.items()))
            raise InputError(
                f"{where}, row {rows[i]['row']}: {_said(problem)}; so do {len(wrong)} of {len(rows)} rows. "
                "Is this the column of the answers, and the right verifier?"
            )
        for i, problem in wrong.items():
            flags.setdefault(rows[i]["problem_id"], []).append(_said(problem))
    return {problem_id: "; ".join(said) for problem_id, said in flags.items()}


def _said(problem: str | Failure) -> str:
    return problem if isinstance(problem, str) else f"trying its gold answer ends in {problem.reason}"


def _in_workers(function, items: list, seconds: float | None, limits: Limits, workers: int, preload=()):
    options = {"workers": workers, "seconds": seconds, "memory_mb": limits.memory_mb, "preload": preload}
    return killable_map(function, items, **options)


def _outputs(limits: Limits, item: tuple[Gold, str]) -> tuple[list[str] | None, list[str], float] | Verdict:
    """Inputs where the gold has none of its own, outputs, and CPU seconds; or why its solution fails."""
    gold, program = item
    inputs = code.asked(gold, program, limits) if "asserted" in gold else None
    if isinstance(inputs, Verdict):
        return inputs
    if inputs is not None:
        gold = gold | {"tests": gold["tests"] | {"inputs": inputs}}
    found = code.outputs(gold, program, limits)
    if isinstance(found, Verdict):
        return found
    outputs, seconds = found
    return inputs, outputs, seconds


def _try_gold(grader_name: str, limits: Limits, gold: Gold) -> str | None:
    """Why a grader cannot use a gold; None where it can."""
    grader = grading.grader(grader_name)
    try:
        grader.check_gold(gold)
    except ValueError as error:
        return f"{grader_name} cannot read the gold answer {gold['answers'][0]!r}: {error}"
    for answer in gold["answers"]:
        extracted = finder(grader_name)(as_response(grader_name, answer), True, None)
        if extracted is None or grader.grade(gold, extracted, limits).reason != "match":
            return f"{grader_name} does not accept the gold answer {answer!r} as an answer"
    return None
