"""Benchmarks: rows of any source brought into one normal form, see `stored.SCHEMA`."""

import importlib
import json
import logging
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from boundary.benchmarks import procedural
from boundary.benchmarks.golds import add_outputs, try_golds
from boundary.benchmarks.rows import rows_of_file
from boundary.benchmarks.stored import SCHEMA
from boundary.contracts import Benchmark, ProblemRow
from boundary.errors import InputError
from boundary.verifying.grading import Limits

log = logging.getLogger(__name__)

TESTS_ALONE = (
    "livecodebench",
    "apps",
    "taco",
    "code_contests",
)  # formats whose problems have tests and no solution to try them with
LIMITS = Limits()  # of trying golds and solutions: fixed, so that a benchmark is made of its spec alone


def build(
    name: str, entry: Benchmark, files: list[Path], limits: Limits, workers: int = 1
) -> tuple[pl.DataFrame, dict[str, str]]:
    """`build_rows` as one frame, for a benchmark that fits into memory."""
    rows, flags = build_rows(name, entry, files, limits, workers)
    return pl.DataFrame(list(rows), schema=SCHEMA, orient="row"), flags


def build_rows(
    name: str, entry: Benchmark, files: list[Path], limits: Limits, workers: int = 1
) -> tuple[Iterator[tuple], dict[str, str]]:
    """The rows of the normalised benchmark of a resolved config entry, see SCHEMA, and faults of single problems, by
    problem_id.

    entry: of config, or the benchmark's spec. files: its sources, in order. Every gold is tried first: a gold answer
    must be accepted by its own graders, a solution must run. A problem whose own solution fails is left out. A problem
    whose gold answer a grader cannot verify stays. Both are reported. If there is nothing to try (tests without a
    solution), a row is read only when it is needed, because tests may be gigabytes. InputError names file, column and
    row.
    """
    where = f"benchmark {name}"
    if entry["source"] == "zoo":
        task = importlib.import_module(f"boundary.zoo.tasks.{entry['task']}")
        said: Any = entry
        asked = {name: said[key] for key, name in (("set", "kind"), ("largest", "largest")) if key in said}
        problems = task.benchmark(entry["problems"], entry["seed"], **asked)
        found: Iterable[Any] = ({"row": i, **row} for i, row in enumerate(problems, start=1))
    elif entry["source"] == "reasoning_gym":
        found = procedural.problems(entry["reasoning_gym"], entry["problems"], entry["seed"], entry.get("options", {}))
    else:
        where += f", {', '.join(str(path) for path in files)}"
        found = _of_part((row for path in files for row in rows_of_file(entry, path)), entry, where)
    found = _normal(found, entry["verifier"], where, alike=entry["source"] != "file")
    flags: dict[str, str] = {}
    if entry.get("format") not in TESTS_ALONE:
        rows = list(found)
        flags = add_outputs(rows, limits, workers)
        found = rows = [row for row in rows if row["problem_id"] not in flags]
        if not rows:
            raise InputError(f"{where}: no problem's own solution runs; the first: {next(iter(flags.values()))}")
        flags |= try_golds(rows, where, limits, workers)
    for problem_id, flag in flags.items():
        log.warning("%s: problem %s: %s", where, problem_id, flag)
    return map(_finished, found), flags


def _of_part(rows: Iterable[ProblemRow], entry: Benchmark, where: str) -> Iterator[ProblemRow]:
    """The rows, or their seeded `part`. InputError where there are none, or not the number the entry expects."""
    part, chosen = entry.get("part"), None
    if part:
        order = np.random.default_rng(part["seed"]).permutation(sum(part["sizes"]))
        start = sum(part["sizes"][: part["index"]])
        chosen = set(order[start : start + part["sizes"][part["index"]]].tolist())
    every = kept = 0
    for row in rows:
        if chosen is None or every in chosen:
            kept += 1
            yield row
        every += 1
    if not every:
        filtered = f" after filter {entry['filter']}" if entry.get("filter") else ""
        raise InputError(f"{where}: no problems{filtered}")
    if part and sum(part["sizes"]) != every:
        raise InputError(f"{where}: part.sizes add up to {sum(part['sizes'])}, and there are {every} rows")
    if entry.get("problems", kept) != kept:
        raise InputError(
            f"{where}: {kept} problems, and `problems` expects {entry['problems']}: another file, another "
            "revision, or a filter that does not fit"
        )


def _normal(rows: Iterable[ProblemRow], verifier: str, where: str, alike: bool) -> Iterator[ProblemRow]:
    """The rows with all they need. InputError where two have the same problem_id; a warning where two ask the same.

    alike: whether questions may be the same, as in files that are not the user's own. Of those with images they may.
    """
    seen: dict[str, int] = {}
    questions: dict[str, int] = {}
    for row in rows:
        if (first := seen.get(row["problem_id"])) is not None:
            raise InputError(f"{where}: problem_id {row['problem_id']!r} is in rows {first} and {row['row']}")
        seen[row["problem_id"]] = row["row"]
        question = "" if alike or row.get("images") else row["question"]
        if question and (first := questions.setdefault(question, row["row"])) != row["row"]:
            log.warning(
                "%s: rows %d and %d ask the same question; intervals take problems for different ones, so keep one of "
                "them: %r", where, first, row["row"], question[:60],
            )  # fmt: skip
        row.setdefault("verifier", verifier)
        row.setdefault("metadata", "{}")
        if "answers" in row:
            row["gold"] = {"answers": row.pop("answers")} | row.get("gold", {})
        yield row


def _finished(row: ProblemRow) -> tuple:
    """A row as it is written; it loses its gold, which may be large."""
    written: Any = row
    gold = row.pop("gold")
    gold.pop("computed", None)
    written["gold"] = json.dumps(gold)
    del gold
    return tuple(written.pop(column, None) for column in SCHEMA)
