"""Benchmarks: rows of any source brought into one normal form.

Columns: problem_id, question, gold (JSON text: what the graders compare with), verifier, stratum (difficulty,
nullable), guess_rate (exact chance of one blind guess, nullable), metadata (JSON text), images (their bytes, nullable).
"""

import functools
import gzip
import importlib
import io
import json
import logging
import math
import operator
from pathlib import Path

import numpy as np
import polars as pl
from PIL import Image

from boundary import grading, procedural
from boundary.errors import InputError
from boundary.formats import FORMATS
from boundary.grading import Limits, Verdict, code
from boundary.transforms import TRANSFORMS
from boundary.workers import Failure, killable_map

log = logging.getLogger(__name__)

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
COLUMN_KEYS = ("id", "question", "answer", "image", "stratum", "tolerance", "precision", "type")
GOLD_COLUMNS = ("tolerance", "precision", "type")  # config keys that name a column for a part of the gold


def build(
    name: str, entry: dict, files: list[Path], limits: Limits, workers: int = 1
) -> tuple[pl.DataFrame, dict[str, str]]:
    """The normalised benchmark of a resolved config entry, and what is wrong with single problems, by problem_id.

    files: what it is made of, in this order. Every gold is tried first: a gold answer must be right by its own graders,
    a solution must run. A problem whose own solution fails is left out; one whose gold answer a grader cannot verify
    stays. Both are reported. InputError names file, column and row.
    """
    if entry["source"] == "zoo":
        task = importlib.import_module(f"boundary.zoo.{entry['task']}")
        rows = [{"row": i, **row} for i, row in enumerate(task.benchmark(entry["problems"], entry["seed"]), start=1)]
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


def rows_of_file(entry: dict, path: Path) -> list[dict]:
    """Rows of a jsonl, parquet or csv file, by the entry's format or its column mapping, that pass its filter."""
    keys = ("id",) if entry["verifier"] == "none" else COLUMN_KEYS
    columns = {key: entry[key] for key in keys if key in entry}
    rows = []
    for number, row in enumerate(read_rows(path), start=1):
        for key, column in [*columns.items(), *(("filter", column) for column in entry.get("filter", {}))]:
            if column not in row:
                raise InputError(
                    f"{path}, row {number} has no column {column!r} (key `{key}`); it has {', '.join(row)}"
                )
        if not all(_allowed(row[column], allowed) for column, allowed in entry.get("filter", {}).items()):
            continue
        read = _row_of_format if "format" in entry else _row_of_columns
        rows.append(read(entry, columns, row, path, number) | {"row": number})
    return rows


def _allowed(value, allowed: list | dict) -> bool:
    """Whether a value is in a list, or in a range, both ends included; dates as far as the bound says."""
    if isinstance(allowed, list):
        return value in allowed
    for end, outside in (("from", operator.lt), ("to", operator.gt)):
        if end in allowed:
            bound = allowed[end]
            if outside(str(value)[: len(bound)] if isinstance(bound, str) else value, bound):
                return False
    return True


def _row_of_format(entry: dict, columns: dict, row: dict, path: Path, number: int) -> dict:
    try:
        return FORMATS[entry["format"]](row)
    except KeyError as error:
        raise InputError(f"{path}, row {number} has no column {error}, which format {entry['format']} needs") from error
    except Exception as error:
        raise InputError(f"{path}, row {number} is not of format {entry['format']}: {error}") from error


def _row_of_columns(entry: dict, columns: dict, row: dict, path: Path, number: int) -> dict:
    values = {key: row[column] for key, column in columns.items()}
    if entry["verifier"] == "none":
        return {"problem_id": str(values["id"]), "question": "", "gold": {}}
    for key, names in entry.get("transform", {}).items():
        for name in names:
            try:
                values[key] = TRANSFORMS[name](values[key])
            except (ValueError, TypeError, AttributeError) as error:
                shown = str(values[key])[:60]
                raise InputError(
                    f"{path}, row {number}: column {columns[key]!r} = {shown!r} cannot be read by {name}: {error}"
                ) from error
    question = str(values["question"] or "")
    answers = [str(answer) for answer in _as_list(values["answer"]) if answer is not None]
    if not question.strip():
        raise InputError(f"{path}, row {number}: column {columns['question']!r} is empty")
    if not answers or not all(answer.strip() for answer in answers):
        raise InputError(f"{path}, row {number}: column {columns['answer']!r} is empty")
    gold = {}
    for key in GOLD_COLUMNS:
        if values.get(key) not in (None, ""):
            try:
                gold[key] = {"tolerance": float, "precision": lambda v: int(float(v)), "type": str}[key](values[key])
            except ValueError as error:
                raise InputError(f"{path}, row {number}: column {columns[key]!r} = {values[key]!r}: {error}") from error
    problem_id = str(values["id"]) if "id" in columns else f"{path.stem}-{number - 1:05d}"
    read = {"problem_id": problem_id, "question": question, "answers": answers, "gold": gold}
    if "stratum" in values:
        read["stratum"] = str(values["stratum"])
    if "image" in values:
        read["images"] = [_image(values["image"], path, number)]
    return read


def _image(value, path: Path, number: int) -> bytes:
    """The bytes of an image: as they stand in a column, or of the file that a column names."""
    if isinstance(value, dict):  # how the datasets library keeps images in parquet
        value = value.get("bytes") or value.get("path")
    if isinstance(value, str):
        try:
            value = path.parent.joinpath(value).read_bytes()
        except OSError as error:
            raise InputError(f"{path}, row {number}: the image {value!r} cannot be read: {error}") from error
    try:
        Image.open(io.BytesIO(value)).verify()
    except (OSError, SyntaxError, TypeError) as error:
        raise InputError(f"{path}, row {number}: the image is none that can be read: {error}") from error
    return value


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
    try:
        text = gzip.decompress(path.read_bytes()).decode() if path.suffix == ".gz" else path.read_text()
    except (OSError, EOFError, UnicodeDecodeError) as error:
        raise InputError(f"{path} cannot be read: {error}") from error
    rows = []
    for number, line in enumerate(text.split("\n"), start=1):
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


def require_distinct_ids(rows: list[dict], where: str) -> None:
    seen: dict[str, int] = {}
    for row in rows:
        if (first := seen.setdefault(row["problem_id"], row["row"])) != row["row"]:
            raise InputError(f"{where}: problem_id {row['problem_id']!r} stands in rows {first} and {row['row']}")


def add_outputs(rows: list[dict], limits: Limits, workers: int) -> dict[str, str]:
    """Run the problems' own solutions; where a gold has no expected outputs, theirs become it. Returns who failed."""
    programs = [(row, row.pop(kind)) for row in rows for kind in ("solution", "also") if row.get(kind)]
    flags: dict[str, str] = {}
    items = [(row["gold"], program) for row, program in programs]
    found = dict(_in_workers(functools.partial(_outputs, limits), items, None, limits, workers))
    for i, (row, _) in enumerate(programs):
        gold, result = row["gold"], found[i]
        if not isinstance(result, tuple) or isinstance(result, Verdict):
            flags[row["problem_id"]] = f"left out, its own solution fails: {result.detail or result.reason}"
            continue
        outputs, cpu = result
        if gold.get("expected") is None or gold.get("computed"):
            gold.setdefault("expected", []).append(outputs)
            gold["computed"] = True
        needed = max(code.LEAST_SECONDS, math.ceil(code.TIME_FACTOR * cpu))
        gold["cpu_seconds"] = max(needed, gold.get("cpu_seconds", 0))
    return flags


def try_golds(rows: list[dict], where: str, limits: Limits, workers: int) -> dict[str, str]:
    """Verify every gold answer by its own graders; InputError where the default grader can read hardly any."""
    flags: dict[str, list[str]] = {}
    if rows[0]["verifier"] == "none":
        return {}
    for number, grader in enumerate(grading.graders_of(rows[0]["verifier"])):
        if rows[0]["gold"].get("answers") is None:
            continue
        tries = functools.partial(_try_gold, grader.name, limits)
        golds = [row["gold"] for row in rows]
        seconds = limits.seconds if "seconds" in grader.LIMITS else None
        results = dict(_in_workers(tries, golds, seconds, limits, workers, [grader.__name__]))
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


def _outputs(limits: Limits, item: tuple[dict, str]) -> tuple[list[str], float] | Verdict:
    return code.outputs(*item, limits)


def _boxed(answer: str) -> str:
    return answer if "\\boxed{" in answer else f"\\boxed{{{answer}}}"


def _try_gold(grader_name: str, limits: Limits, gold: dict) -> str | None:
    """Why a grader cannot use a gold; None where it can."""
    grader = grading.grader(grader_name)
    try:
        grader.check_gold(gold)
    except ValueError as error:
        return f"{grader_name} cannot read the gold answer {gold['answers'][0]!r}: {error}"
    for answer in gold["answers"]:
        extracted = grader.extract(getattr(grader, "as_response", _boxed)(answer), True, None)
        if extracted is None or grader.grade(gold, extracted, limits).reason != "match":
            return f"{grader_name} does not accept the gold answer {answer!r} as an answer"
    return None
