"""Contamination: which questions a model may have seen in training, by its continuations and its training prompts."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path

import polars as pl

from boundary.errors import InputError
from boundary.files.rows import read_rows
from boundary.screening.overlap import largest_shares, leading, rouge_l

SCHEMA = {
    "problem_id": pl.String,
    "model": pl.String,  # null where none was asked
    "words": pl.Int64,  # of the rest
    "exact": pl.Boolean,
    "leading": pl.Float64,
    "rouge_l": pl.Float64,
    "found": pl.Float64,  # the largest share of the question's word sequences in one training prompt
    "training_row": pl.Int64,
    "duplicate": pl.Boolean,
    "contaminated": pl.Boolean,
}


def contamination(
    problems: pl.DataFrame,
    probe: pl.DataFrame | None,
    samples: Mapping[str, pl.DataFrame],
    prompts: Iterable[str] | None,
    words: int,
    overlap: float,
) -> pl.DataFrame:
    """A row for every problem and model, see SCHEMA; null for what was not checked.

    problems, probe: problem_id, and question or gold. samples: problem_id and text of the continuations, by model.
    prompts: of training, or None. A problem is contaminated if any model continues it word by word, or if one training
    prompt has `overlap` or more of its sequences of `words` words, or exactly its words.
    """
    frame = problems.select("problem_id")
    continued = [] if probe is None else [_continued(probe, model, texts) for model, texts in samples.items()]
    if continued:
        frame = frame.join(pl.concat(continued), on="problem_id", how="left", maintain_order="left")
    if prompts is not None:
        shares = largest_shares(dict(problems.select("problem_id", "question").rows()), prompts, words)
        rows = [(name, *found) for name, found in shares.items()]
        columns = {key: SCHEMA[key] for key in ("problem_id", "found", "training_row", "duplicate")}
        found = pl.DataFrame(rows, schema=columns, orient="row")
        frame = frame.join(found, on="problem_id", how="left", maintain_order="left")
    missing = [pl.lit(None, dtype=kind).alias(name) for name, kind in SCHEMA.items() if name not in frame.columns]
    seen = pl.col("exact").fill_null(False).any().over("problem_id")
    trained = (pl.col("found") >= overlap).fill_null(False) | pl.col("duplicate").fill_null(False)
    return frame.with_columns(missing).with_columns(contaminated=seen | trained).select(list(SCHEMA))


def _continued(probe: pl.DataFrame, model: str, texts: pl.DataFrame) -> pl.DataFrame:
    """How each continuation of a model agrees with the rest of its question; of more words the first as many."""
    rests = {name: json.loads(gold)["answers"][0].split() for name, gold in probe.select("problem_id", "gold").rows()}
    rows = []
    for name, text in texts.select("problem_id", "text").rows():
        rest, given = rests[name], text.split()[: len(rests[name])]
        rows.append((name, model, len(rest), given == rest, leading(rest, given), rouge_l(rest, given)))
    columns = {key: SCHEMA[key] for key in ("problem_id", "model", "words", "exact", "leading", "rouge_l")}
    return pl.DataFrame(rows, schema=columns, orient="row")


def training_prompts(path: Path, column: str) -> Iterable[str]:
    """The prompts of a file, row by row: texts, or chats with all their messages."""
    for number, row in enumerate(read_rows(path), start=1):
        if column not in row:
            raise InputError(f"{path}, row {number} has no column {column!r}; it has {', '.join(row)}")
        prompt = row[column]
        if isinstance(prompt, list):
            prompt = "\n".join(str(turn.get("content") if isinstance(turn, dict) else turn) for turn in prompt)
        yield str(prompt or "")
