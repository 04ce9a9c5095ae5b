"""Verification: every sample gets a verdict, every distinct (problem, answer) is graded once, in killable processes."""

import logging
import multiprocessing
from collections.abc import Sequence
from concurrent.futures import TimeoutError as TimedOut

import polars as pl
from pebble import ProcessExpired, ProcessPool

from boundary import grading
from boundary.answers import last_boxed
from boundary.errors import InputError

log = logging.getLogger(__name__)

SCHEMA = {
    "problem_id": pl.String,
    "sample_index": pl.Int64,
    "grader": pl.String,
    "answer": pl.String,
    "correct": pl.Boolean,
    "reason": pl.String,  # match, mismatch, no answer, truncated, timeout, error
}


def verify(
    samples: pl.DataFrame, problems: pl.DataFrame, grader_name: str, *, workers: int, seconds: float
) -> pl.DataFrame:
    """Verdicts of one grader on `samples`, in their order.

    samples: problem_id, sample_index, text, finish_reason. problems: a normalised benchmark. seconds: wall time that
    one answer may take. A response that was cut off before it boxed anything is `truncated`, without guessing.
    """
    golds = dict(problems.select("problem_id", "answers").iter_rows())
    unknown = set(samples["problem_id"]) - golds.keys()
    if unknown:
        raise InputError(f"samples of problem {min(unknown)!r}, which is not in the benchmark")
    grader = grading.grader(grader_name)
    keys: list[tuple[str, str] | str] = []  # (problem_id, answer), or the reason why there is none
    for problem_id, text, finish_reason in samples.select("problem_id", "text", "finish_reason").iter_rows():
        answer = grader.extract(text)
        if finish_reason == "length" and last_boxed(text) is None:
            keys.append("truncated")
        else:
            keys.append("no answer" if answer is None else (problem_id, answer))
    distinct = sorted({key for key in keys if isinstance(key, tuple)})
    log.info("%d samples, %d distinct answers to grade with %s", len(keys), len(distinct), grader_name)
    reasons = grade_all(grader_name, [(golds[p], answer) for p, answer in distinct], workers=workers, seconds=seconds)
    verdicts = dict(zip(distinct, reasons, strict=True))
    reason = [verdicts[key] if isinstance(key, tuple) else key for key in keys]
    return pl.DataFrame(
        {
            "problem_id": samples["problem_id"],
            "sample_index": samples["sample_index"],
            "grader": [grader_name] * len(keys),
            "answer": [key[1] if isinstance(key, tuple) else None for key in keys],
            "correct": [r == "match" for r in reason],
            "reason": reason,
        },
        schema=SCHEMA,
    )


def grade_all(grader_name: str, pairs: Sequence[tuple[list[str], str]], *, workers: int, seconds: float) -> list[str]:
    """`match`, `mismatch`, `timeout` or `error` for every (golds, answer).

    An answer that ran out of time or took its worker down is graded once more, alone, before that counts.
    """
    reasons = _grade(grader_name, pairs, workers, seconds)
    again = [i for i, reason in enumerate(reasons) if reason in ("timeout", "error")]
    if again:
        log.warning("%d answers hung or crashed their worker; grading them once more, one at a time", len(again))
        for i, reason in zip(again, _grade(grader_name, [pairs[i] for i in again], 1, seconds), strict=True):
            reasons[i] = reason
    return reasons


def _grade(grader_name: str, pairs, workers: int, seconds: float) -> list[str]:
    context = multiprocessing.get_context("forkserver")
    reasons = []
    with ProcessPool(workers, initializer=grading.grader, initargs=(grader_name,), context=context) as pool:
        futures = [
            pool.schedule(_grade_one, args=(grader_name, golds, answer), timeout=seconds) for golds, answer in pairs
        ]
        for future in futures:
            try:
                reasons.append("match" if future.result() else "mismatch")
            except TimedOut:
                reasons.append("timeout")
            except (ProcessExpired, Exception) as error:  # whatever untrusted text makes a grader do
                log.warning("an answer made %s fail: %s: %.200s", grader_name, type(error).__name__, error)
                reasons.append("error")
    return reasons


def _grade_one(grader_name: str, golds: list[str], answer: str) -> bool:
    grader = grading.grader(grader_name)
    return any(grader.grade(gold, answer) for gold in golds)
