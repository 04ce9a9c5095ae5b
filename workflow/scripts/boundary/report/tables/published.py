"""Published pass@k next to this run's pass@k for the same model, benchmark and k."""

import polars as pl

from boundary.analysis.select import of_curves
from boundary.contracts import TableSpec
from boundary.files.store import Results

COLUMNS = (
    "source",
    "benchmark",
    "decoding",
    "model",
    "k",
    "published",
    "ours",
    "low",
    "high",
    "inside",
    "n",
    "of",
    "note",
)


def tabulate(given: Results, spec: TableSpec) -> pl.DataFrame:
    """spec: `graders`, by benchmark."""
    published = pl.read_csv(given["published"][0].path, schema_overrides={"k": pl.Int64})
    return beside(published, of_curves(given["curves"], spec["graders"]), spec.get("parts", {}))


def beside(
    published: pl.DataFrame, curves: list[tuple[str, str, str, pl.DataFrame]], parts: dict[str, str]
) -> pl.DataFrame:
    """One row for each published number that a run covers, under every decoding; `of` names the problems of this run.

    published: source, model, benchmark, k, value, note. curves: (model, benchmark, decoding, frame of k, estimate, low,
    high, n), of the benchmark's grader. parts: benchmarks of which only some problems were sampled, and which.
    """
    found = []
    for model, benchmark, decoding, curve in curves:
        of = pl.lit(parts.get(benchmark, "all problems"))
        ours = curve.select("k", "low", "high", "n", ours="estimate", decoding=pl.lit(decoding), of=of)
        found.append(published.filter(model=model, benchmark=benchmark).join(ours, on="k", maintain_order="left"))
    inside = pl.col("published").is_between(pl.col("low"), pl.col("high"))
    return pl.concat(found).rename({"value": "published"}).with_columns(inside=inside).select(COLUMNS)
