"""Benchmarks: rows of any source brought into one normal form.

Columns: problem_id, question, answers (list of gold answers), verifier, stratum (difficulty, nullable), guess_rate
(exact chance of one blind guess, nullable), metadata (JSON text).
"""

import importlib
import json
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
    rows = [{"verifier": entry["verifier"], "metadata": "{}", "row": i, **row} for i, row in enumerate(rows, start=1)]
    check(rows, where)
    return pl.DataFrame(rows, schema=SCHEMA)


def rows_of_file(entry: dict) -> list[dict]:
    """Rows of a jsonl, parquet or csv file under the entry's column mapping and filter."""
    path = Path(entry["file"])
    columns = {key: entry[key] for key in ("id", "question", "answer") if key in entry}
    rows = []
    for number, row in enumerate(read_rows(path), start=1):
        for key, column in [*columns.items(), *(("filter", column) for column in entry.get("filter", {}))]:
            if column not in row:
                raise InputError(
                    f"{path}, row {number} has no column {column!r} (key `{key}`); it has {', '.join(row)}"
                )
        if any(row[column] not in _as_list(allowed) for column, allowed in entry.get("filter", {}).items()):
            continue
        question = str(row[columns["question"]] or "")
        answers = [str(answer) for answer in _as_list(row[columns["answer"]]) if answer is not None]
        if not question.strip():
            raise InputError(f"{path}, row {number}: column {columns['question']!r} is empty")
        if not answers or not all(answer.strip() for answer in answers):
            raise InputError(f"{path}, row {number}: column {columns['answer']!r} is empty")
        problem_id = str(row[columns["id"]]) if "id" in columns else f"{path.stem}-{number - 1:05d}"
        rows.append({"problem_id": problem_id, "question": question, "answers": answers, "row": number})
    return rows


def _as_list(value) -> list:
    return value if isinstance(value, list) else [value]


def read_rows(path: Path) -> list[dict]:
    """Rows as they stand in the file: types are never guessed from other rows, and those of a csv file stay text."""
    if path.stat().st_size == 0:
        raise InputError(f"{path} is empty")
    try:
        if path.suffix == ".csv":
            return pl.read_csv(path, infer_schema=False).to_dicts()
        if path.suffix == ".parquet":
            return pl.read_parquet(path).to_dicts()
    except pl.exceptions.PolarsError as error:
        raise InputError(f"{path} cannot be read as {path.suffix[1:]}: {error}") from error
    rows = []
    for number, line in enumerate(path.read_text().splitlines(), start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except json.JSONDecodeError as error:
            raise InputError(f"{path}, row {number} is not JSON: {error}") from error
        if not isinstance(row, dict):
            raise InputError(f"{path}, row {number} is not a JSON object")
        rows.append(row)
    return rows


def check(rows: list[dict], where: str) -> None:
    """InputError for duplicate problem ids, or gold answers that their own grader cannot read."""
    seen: dict[str, int] = {}
    for row in rows:
        if (first := seen.setdefault(row["problem_id"], row["row"])) != row["row"]:
            raise InputError(f"{where}: problem_id {row['problem_id']!r} stands in rows {first} and {row['row']}")
        for grader in grading.graders_of(row["verifier"]):
            for gold in row["answers"]:
                try:
                    grader.check_gold(gold)
                except ValueError as error:
                    raise InputError(
                        f"{where}, row {row['row']}: {grader.name} cannot read the gold answer {gold!r}: {error}"
                    ) from error
