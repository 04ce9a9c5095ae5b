"""Benchmarks: rows of any source brought into one normal form.

Columns: problem_id, question, gold (JSON text: what the graders compare with), verifier, stratum (difficulty,
nullable), guess_rate (exact chance of one blind guess, nullable), metadata (JSON text), images (their bytes, nullable).
"""

import importlib
import json
import logging
from pathlib import Path

import numpy as np
import polars as pl

from boundary.benchmarks import procedural
from boundary.benchmarks.golds import add_outputs, try_golds
from boundary.benchmarks.rows import rows_of_file
from boundary.errors import InputError
from boundary.verifying.grading import Limits

log = logging.getLogger(__name__)

LIMITS = Limits()  # of trying golds and solutions: fixed, so that a benchmark is made of its spec alone
SCHEMA = {
    "problem_id": pl.String,
    "question": pl.String,
    "gold": pl.String,
    "verifier": pl.String,
    "stratum": pl.String,
    "guess_rate": pl.Float64,
    "metadata": pl.String,
    "images": pl.List(pl.Binary),
}


def build(
    name: str, entry: dict, files: list[Path], limits: Limits, workers: int = 1
) -> tuple[pl.DataFrame, dict[str, str]]:
    """The normalised benchmark of a resolved config entry, and what is wrong with single problems, by problem_id.

    entry: of config, or the benchmark's spec. files: what it is made of, in order. Every gold is tried first: a gold
    answer must be right by its own graders, a solution must run. A problem whose own solution fails is left out; one
    whose gold answer a grader cannot verify stays. Both are reported. InputError names file, column and row.
    """
    if entry["source"] == "zoo":
        task = importlib.import_module(f"boundary.zoo.tasks.{entry['task']}")
        asked = {name: entry[key] for key, name in (("set", "kind"), ("largest", "largest")) if key in entry}
        problems = task.benchmark(entry["problems"], entry["seed"], **asked)
        rows = [{"row": i, **row} for i, row in enumerate(problems, start=1)]
        where = f"benchmark {name}"
    elif entry["source"] == "reasoning_gym":
        rows = procedural.problems(entry["reasoning_gym"], entry["problems"], entry["seed"], entry.get("options", {}))
        where = f"benchmark {name}"
    else:
        rows = [row for path in files for row in rows_of_file(entry, path)]
        where = f"benchmark {name}, {', '.join(str(path) for path in files)}"
        rows = _checked_number(rows, entry, where)
    rows = [{"verifier": entry["verifier"], "metadata": "{}", **row} for row in rows]
    require_distinct_ids(rows, where)
    for row in rows:
        if "answers" in row:
            row["gold"] = {"answers": row.pop("answers")} | row.get("gold", {})
    flags = add_outputs(rows, limits, workers)
    rows = [row for row in rows if row["problem_id"] not in flags]
    if not rows:
        raise InputError(f"{where}: no problem's own solution runs; the first: {next(iter(flags.values()))}")
    flags |= try_golds(rows, where, limits, workers)
    for row in rows:
        row["gold"] = json.dumps({key: value for key, value in row["gold"].items() if key != "computed"})
    for problem_id, flag in flags.items():
        log.warning("%s: problem %s: %s", where, problem_id, flag)
    return pl.DataFrame(rows, schema=SCHEMA), flags


def _checked_number(rows: list[dict], entry: dict, where: str) -> list[dict]:
    """The rows, or their seeded `part`. InputError where there are none, or not the number the entry expects."""
    if not rows:
        kept = f" after filter {entry['filter']}" if entry.get("filter") else ""
        raise InputError(f"{where}: no problems{kept}")
    if part := entry.get("part"):
        if sum(part["sizes"]) != len(rows):
            raise InputError(f"{where}: part.sizes add up to {sum(part['sizes'])}, and there are {len(rows)} rows")
        order = np.random.default_rng(part["seed"]).permutation(len(rows))
        start = sum(part["sizes"][: part["index"]])
        rows = [rows[i] for i in sorted(order[start : start + part["sizes"][part["index"]]])]
    if entry.get("problems", len(rows)) != len(rows):
        raise InputError(
            f"{where}: {len(rows)} problems, and `problems` expects {entry['problems']}: another file, another "
            "revision, or a filter that does not fit"
        )
    return rows


def require_distinct_ids(rows: list[dict], where: str) -> None:
    seen: dict[str, int] = {}
    for row in rows:
        if (first := seen.setdefault(row["problem_id"], row["row"])) != row["row"]:
            raise InputError(f"{where}: problem_id {row['problem_id']!r} is in rows {first} and {row['row']}")
