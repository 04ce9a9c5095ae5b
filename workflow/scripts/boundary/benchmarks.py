"""Benchmarks: rows of any source brought into one normal form.

Columns: problem_id, question, answers (list of gold answers), verifier, stratum (difficulty, nullable), guess_rate
(exact chance of one blind guess, nullable), metadata (JSON text).
"""

import importlib
from pathlib import Path

import polars as pl

from boundary import grading
from boundary.errors import InputError

SCHEMA = {
    "problem_id": pl.String,
    "question": pl.String,
    "answers": pl.List(pl.String),
    "verifier": pl.String,
    "stratum": pl.String,
    "guess_rate": pl.Float64,
    "metadata": pl.String,
}


def build(name: str, entry: dict) -> pl.DataFrame:
    """The normalised benchmark of a resolved config entry. InputError names file, column and row."""
    if entry["source"] == "zoo":
        task = importlib.import_module(f"boundary.zoo.{entry['task']}")
        rows = task.benchmark(entry["problems"], entry["seed"])
        where = f"benchmark {name}"
    else:
        rows = rows_of_file(entry)
        where = f"benchmark {name}, {entry['file']}"
    if not rows:
        kept = f" after filter {entry['filter']}" if entry.get("filter") else ""
        raise InputError(f"{where}: no problems{kept}")
    frame = pl.DataFrame([{"verifier": entry["verifier"], **row} for row in rows], schema=SCHEMA)
    check(frame, where)
    return frame


def rows_of_file(entry: dict) -> list[dict]:
    """Rows of a jsonl, parquet or csv file under the entry's column mapping and filter."""
    path = Path(entry["file"])
    table = read_table(path)
    for key in ("id", "question", "answer"):
        if key in entry and entry[key] not in table.columns:
            raise InputError(f"{path} has no column {entry[key]!r} (key `{key}`); it has {', '.join(table.columns)}")
    table = table.with_row_index("_row", offset=1)
    for column, allowed in entry.get("filter", {}).items():
        if column not in table.columns:
            raise InputError(f"{path} has no column {column!r} (key `filter`); it has {', '.join(table.columns[1:])}")
        table = table.filter(pl.col(column).is_in(allowed if isinstance(allowed, list) else [allowed]))
    rows = []
    for row in table.iter_rows(named=True):
        question, answer = row[entry["question"]], row[entry["answer"]]
        answers = [str(a) for a in answer] if isinstance(answer, list) else [str(answer)] if answer is not None else []
        if not str(question or "").strip():
            raise InputError(f"{path}, row {row['_row']}: column {entry['question']!r} is empty")
        if not answers or not all(a.strip() for a in answers):
            raise InputError(f"{path}, row {row['_row']}: column {entry['answer']!r} is empty")
        problem_id = row[entry["id"]] if "id" in entry else f"{path.stem}-{row['_row'] - 1:05d}"
        rows.append({"problem_id": str(problem_id), "question": str(question), "answers": answers, "metadata": "{}"})
    return rows


def read_table(path: Path) -> pl.DataFrame:
    readers = {".jsonl": pl.read_ndjson, ".parquet": pl.read_parquet, ".csv": pl.read_csv}
    if path.stat().st_size == 0:
        raise InputError(f"{path} is empty")
    try:
        return readers[path.suffix](path)
    except pl.exceptions.PolarsError as error:
        raise InputError(f"{path} cannot be read as {path.suffix[1:]}: {error}") from error


def check(frame: pl.DataFrame, where: str) -> None:
    """InputError for duplicate problem ids, or gold answers that their own grader cannot read."""
    seen: dict[str, int] = {}
    for row, problem_id in enumerate(frame["problem_id"], start=1):
        if problem_id in seen:
            raise InputError(f"{where}: problem_id {problem_id!r} stands in rows {seen[problem_id]} and {row}")
        seen[problem_id] = row
    for row in frame.iter_rows(named=True):
        for grader in grading.graders_of(row["verifier"]):
            for gold in row["answers"]:
                try:
                    grader.check_gold(gold)
                except ValueError as error:
                    raise InputError(
                        f"{where}: {grader.name} cannot read the gold answer {gold!r} of {row['problem_id']}: {error}"
                    ) from error
