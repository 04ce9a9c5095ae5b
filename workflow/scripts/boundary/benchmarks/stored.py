"""Benchmarks on disk, written and read without holding all tests of programs, which may be gigabytes, in memory.

Columns: problem_id, question, gold (JSON text: what graders compare with), verifier, stratum (difficulty, nullable),
guess_rate (exact chance of one blind guess, nullable), metadata (JSON text), images (their bytes, nullable).
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import polars as pl

from boundary.errors import InputError
from boundary.files import store
from boundary.schema import Schema
from boundary.verifying.memory import LARGEST

SCHEMA: Schema = {
    "problem_id": pl.String,
    "question": pl.String,
    "gold": pl.String,
    "verifier": pl.String,
    "stratum": pl.String,
    "guess_rate": pl.Float64,
    "metadata": pl.String,
    "images": pl.List(pl.Binary),
}
GOLD = list(SCHEMA).index("gold")
AT_ONCE = 8 << 20  # bytes of the file that are in memory


def write(
    rows: Iterable[tuple], path: str, spec: Mapping[str, Any], made_with: dict, names: Mapping[str, str] | None = None
) -> None:
    """Write the rows of a benchmark. Its facts are `made_with`, and the number of characters of its largest gold."""
    facts = made_with | {LARGEST: 0}

    def measured(row: tuple) -> tuple:
        facts[LARGEST] = max(facts[LARGEST], len(row[GOLD]))
        return row

    store.write_rows(map(measured, rows), SCHEMA, path, spec, facts, names)


def read(path: str, columns: Iterable[str]) -> pl.DataFrame:
    """These columns of the problems. The gold of programs, which is their tests, is `{}`."""
    columns = list(columns)
    if "gold" not in columns or "code" not in store.read(path, ["verifier"])["verifier"]:
        return store.read(path, columns)
    frame = store.read(path, [column for column in columns if column != "gold"])
    return frame.with_columns(gold=pl.lit("{}")).select(columns)


def require_golds(path: str) -> None:
    """InputError where the benchmark came with a bundle that left out what its problems say: no grader can go by it."""
    first = next(store.batches(path, ["question", "verifier"], most_rows=1))
    if len(first) and not first["question"][0] and first["verifier"][0] != "none":  # of which only ids are known
        raise InputError(
            f"{path}: its questions, answers and tests are not in this bundle (`publish: false`), so nothing is graded "
            "again: the verdicts that came with it are kept as they are"
        )


def pieces(path: str, columns: Iterable[str]) -> Iterator[pl.DataFrame]:
    """These columns of the problems, a few at a time: tests may be small on disk and large in memory."""
    largest = store.about(path)["made_with"].get(LARGEST, 0)  # benchmarks built before it was said do not say it
    return store.batches(path, columns, most_bytes=AT_ONCE, most_rows=store.in_a_group(largest))


def rows(path: str) -> Iterator[tuple]:
    """The rows of a benchmark as `write` takes them, a few at a time."""
    for piece in pieces(path, SCHEMA):
        yield from piece.iter_rows()
