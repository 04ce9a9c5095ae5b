"""Rows of a benchmark's file, by its format or the columns of its entry, with errors that name file and row."""

import io
import logging
import operator
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from PIL import Image

from boundary.benchmarks import choices
from boundary.benchmarks.formats import FIELDS, FORMATS, advice
from boundary.benchmarks.transforms import TRANSFORMS
from boundary.contracts import Benchmark, ProblemRow
from boundary.errors import InputError
from boundary.files.images import image_path
from boundary.files.rows import each_row, require_columns

log = logging.getLogger(__name__)

COLUMN_KEYS = ("id", "question", "answer", "image", "stratum", "tolerance", "precision", "type")
GOLD_COLUMNS: dict[str, Callable[[Any], object]] = {  # config keys that name a column for a part of the gold
    "tolerance": float,
    "precision": lambda value: int(float(value)),
    "type": str,
}


def rows_of_file(entry: Benchmark, path: Path, cluster: str | None = None) -> Iterator[ProblemRow]:
    """Rows of a jsonl, parquet or csv file, by the entry's format or its column mapping, that pass its filter.

    cluster: a further column, which no row may lack.
    """
    named = entry["verifier"] == "none"  # of problems that are only named, a file need not say more
    keys = ("id", "question", "stratum") if named else COLUMN_KEYS
    said: Any = entry
    columns = {key: said[key] for key in keys if key in said}
    needed = [(key, column) for key, column in columns.items() if not named or key == "id"]
    wanted = [*needed, *(("filter", column) for column in entry.get("filter", {}))]
    wanted += [("cluster", cluster)] if cluster else []
    wanted += [("choices", column) for column in choices.columns_of(entry)]
    read = _row_of_format if "format" in entry else _row_of_columns
    for number, row in enumerate(each_row(path), start=1):
        try:
            require_columns(row, wanted, path, number)
        except InputError as error:
            raise InputError(f"{error}{advice(row)}" if "format" not in entry else str(error)) from None
        if number == 1 and (ignored := _ignored(entry, wanted, row)):
            log.info("%s: columns that are not read: %s", path, ", ".join(ignored))
        if all(_allowed(row[column], allowed) for column, allowed in entry.get("filter", {}).items()):
            found: ProblemRow = read(entry, columns, row, path, number) | {"row": number}
            if cluster:
                found["cluster"] = _cluster(row[cluster], cluster, path, number)
            row.clear()  # it may be large, and waits here until the next one is asked for
            yield found


def _cluster(value, column: str, path: Path, number: int) -> str:
    if value is None or value != value or not str(value).strip():
        raise InputError(
            f"{path}, row {number}: column {column!r} (key `cluster`) is empty: each problem is of a family"
        )
    return str(value)


def _ignored(entry: Benchmark, wanted: list[tuple[str, str]], row: dict) -> list[str]:
    """The columns of a row that nothing reads."""
    read = {column for _, column in wanted}
    if "format" in entry:
        read |= {column for columns in FIELDS.get(entry["format"], (row,)) for column in columns}
    return [column for column in row if column not in read]


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


def _row_of_format(entry: Benchmark, columns: dict[str, str], row: dict, path: Path, number: int) -> ProblemRow:
    name = entry["format"]
    fields = FIELDS.get(name)
    given = {column: row[column] for column in (*fields.needed, *fields.read) if column in row} if fields else row
    try:
        return FORMATS[name](given)
    except KeyError as error:
        raise InputError(
            f"{path}, row {number} has no column {error}, which format {name} needs{advice(row)}"
        ) from error
    except Exception as error:
        raise InputError(f"{path}, row {number} is not of format {entry['format']}: {error}") from error


def _row_of_columns(entry: Benchmark, columns: dict[str, str], row: dict, path: Path, number: int) -> ProblemRow:
    values = {key: row[column] for key, column in columns.items() if column in row}
    if entry["verifier"] == "none":
        question = "" if values.get("question") is None else str(values["question"])
        return _named(columns, values, path, number) | {"question": question, "gold": {}}
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
    if "choices" in entry:
        return _row_of_choices(entry, columns, values, row, path, number)
    for answer in _as_list(values["answer"]):
        if isinstance(answer, bool) or answer != answer:
            raise InputError(
                f"{path}, row {number}: column {columns['answer']!r} = {answer!r} is no answer; if it is meant, "
                "write it as text"
            )
    answers = [str(answer) for answer in _as_list(values["answer"]) if answer is not None]
    _require_question(question, columns, path, number)
    if not answers or not all(answer.strip() for answer in answers):
        raise InputError(f"{path}, row {number}: column {columns['answer']!r} is empty")
    gold: Any = {}
    for key in GOLD_COLUMNS:
        if values.get(key) not in (None, ""):
            try:
                gold[key] = GOLD_COLUMNS[key](values[key])
            except ValueError as error:
                raise InputError(f"{path}, row {number}: column {columns[key]!r} = {values[key]!r}: {error}") from error
    return _named(columns, values, path, number) | {"question": question, "answers": answers, "gold": gold}


def _row_of_choices(
    entry: Benchmark, columns: dict[str, str], values: dict, row: dict, path: Path, number: int
) -> ProblemRow:
    """A problem of multiple choice; its answer may have been transformed."""
    named, stem = _named(columns, values, path, number), str(values["question"] or "")
    _require_question(stem, columns, path, number)
    try:
        options, right = choices.chosen(entry, row | {entry["answer"]: values["answer"]})
    except ValueError as error:
        raise InputError(f"{path}, row {number}: {error} (keys `choices` and `answer`)") from error
    asked: Any = choices.problem(named["problem_id"], stem, options, right, entry["seed"])
    return named | asked


def _require_question(question: str, columns: dict[str, str], path: Path, number: int) -> None:
    if not question.strip():
        raise InputError(f"{path}, row {number}: column {columns['question']!r} is empty")


def _named(columns: dict[str, str], values: dict, path: Path, number: int) -> ProblemRow:
    """The id of a problem, and what else is said of it but its question and answer."""
    read: ProblemRow = {"problem_id": str(values["id"]) if "id" in columns else f"{path.stem}-{number - 1:05d}"}
    if "stratum" in values:
        read["stratum"] = str(values["stratum"])
    if "image" in values:
        read["images"] = [_image(values["image"], path, number)]
    return read


def _image(value, path: Path, number: int) -> bytes:
    """The bytes of an image: as they are in a column, or of the file that a column names."""
    if (name := image_path(value)) is not None:
        try:
            value = path.parent.joinpath(name).read_bytes()
        except OSError as error:
            raise InputError(f"{path}, row {number}: the image {name!r} cannot be read: {error}") from error
    elif isinstance(value, dict):
        value = value.get("bytes")
    try:
        Image.open(io.BytesIO(value)).verify()
        Image.open(io.BytesIO(value)).convert("RGB")  # as the engine does: the whole of it, not its frame alone
    except (OSError, SyntaxError, TypeError, ValueError, Image.DecompressionBombError) as error:
        raise InputError(f"{path}, row {number}: the image cannot be read: {error}") from error
    return value


def _as_list(value) -> list:
    return value if isinstance(value, list) else [value]
