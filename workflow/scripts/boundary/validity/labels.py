"""Labels of responses by reviewers, their majority, and their agreement."""

import itertools
from pathlib import Path

import numpy as np
import polars as pl

from boundary.analysis.distributions import t_ppf
from boundary.errors import InputError
from boundary.files.rows import read_json, read_rows, require_columns
from boundary.schema import Schema
from boundary.validity.judges import vote

LABELS = ("valid", "invalid", "unsure")
SCHEMA: Schema = {
    "id": pl.String,
    "reviewer": pl.String,
    "label": pl.String,
    "judge": pl.Boolean,  # a model, no person
}


def read_labels(path: Path) -> pl.DataFrame:
    """The labels of a file from the review sheet or a judge's run: SCHEMA, the last one of each reviewer.

    A row is {id, label}, with `reviewer` (else the name of the file) and `time`, which orders labels; without it the
    order of the file counts. InputError for an invalid row.
    """
    rows = read_json(path) if path.suffix == ".json" else read_rows(path)
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise InputError(f"{path}: not a list of labels such as the review sheet exports")
    if rows and "resps" in rows[0]:
        try:
            rows = [vote(row, path) for row in rows]
        except (LookupError, TypeError, AttributeError) as error:
            raise InputError(f"{path}: not samples of a judge as `snakemake export` writes them ({error!r})") from error
    for number, row in enumerate(rows, start=1):
        require_columns(row, [("id", "id"), ("label", "label")], path, number)
        if row["label"] not in LABELS:
            raise InputError(f"{path}, row {number}: label = {row['label']!r}: must be one of {', '.join(LABELS)}")
    rows = sorted(rows, key=lambda row: str(row.get("time") or ""))
    said = [(str(row["id"]), str(row.get("reviewer") or path.stem), row["label"], "judge" in row) for row in rows]
    return last_said(pl.DataFrame(said, schema=SCHEMA, orient="row"))


def last_said(labels: pl.DataFrame) -> pl.DataFrame:
    """The last label of each reviewer on each response."""
    return labels.unique(["id", "reviewer"], keep="last", maintain_order=True)


def majority(labels: pl.DataFrame) -> pl.DataFrame:
    """The majority label of a response, by id: `valid`, `invalid`, or null without more than half of the votes."""
    votes = labels.group_by("id", maintain_order=True).agg(
        reviewers=pl.len(), **{name: (pl.col("label") == name).sum() for name in LABELS}
    )
    valid, invalid = (2 * pl.col(name) > pl.col("reviewers") for name in ("valid", "invalid"))
    label = pl.when(valid).then(pl.lit("valid")).when(invalid).then(pl.lit("invalid"))
    return votes.with_columns(verdict=label)


def decide(labels: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """`majority` of people if there are any, else of judges; `judge` tells which."""
    people, judges = (majority(labels.filter(pl.col("judge") == is_judge)) for is_judge in (False, True))
    alone = judges.join(people, on="id", how="anti").with_columns(judge=True)
    return people, judges, pl.concat([people.with_columns(judge=False), alone])


def agreement(labels: pl.DataFrame, level: float) -> dict[str, float | None]:
    """Cohen's kappa (1960, doi 10.1177/001316446002000104), the mean over pairs of reviewers.

    kappa, kappa_low, kappa_high, kappa_n: responses with labels of at least two reviewers; null if there are none, or
    if all labels are the same and kappa is 0 / 0. labels: SCHEMA and problem_id. The interval is Student's t of a
    jackknife over problems (Tukey 1958), because responses to one problem are alike.
    """
    several = labels.filter(pl.len().over("id") > 1)
    empty: dict[str, float | None] = dict.fromkeys(("kappa", "kappa_low", "kappa_high"))
    empty["kappa_n"] = several["id"].n_unique()
    value = _mean_kappa(several)
    if value is None:
        return empty
    problems = several["problem_id"].unique(maintain_order=True)
    every = (_mean_kappa(several.filter(pl.col("problem_id") != problem)) for problem in problems)
    without = [kappa for kappa in every if kappa is not None]
    if len(problems) < 2 or len(without) < len(problems):
        return empty | {"kappa": value}
    error = np.sqrt((len(problems) - 1) * np.var(without))
    half = t_ppf((1 + level) / 2, len(problems) - 1) * error
    return empty | {"kappa": value, "kappa_low": max(-1.0, value - half), "kappa_high": min(1.0, value + half)}


def _mean_kappa(labels: pl.DataFrame) -> float | None:
    table = labels.pivot("reviewer", index="id", values="label")
    pairs = itertools.combinations([name for name in table.columns if name != "id"], 2)
    every = (_kappa(table.select(first=a, second=b).drop_nulls()) for a, b in pairs)
    found = [kappa for kappa in every if kappa is not None]
    return float(np.mean(found)) if found else None


def _kappa(both: pl.DataFrame) -> float | None:
    if both.is_empty():
        return None
    first, second = (both[name].to_numpy() for name in ("first", "second"))
    shares = ([(said == label).mean() for label in LABELS] for said in (first, second))
    by_chance = float(np.dot(next(shares), next(shares)))
    return None if by_chance == 1 else float(((first == second).mean() - by_chance) / (1 - by_chance))
