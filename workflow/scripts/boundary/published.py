"""Published numbers beside ours."""

import polars as pl

COLUMNS = ("source", "benchmark", "decoding", "model", "k", "published", "ours", "low", "high", "inside", "n", "note")


def beside(published: pl.DataFrame, curves: list[tuple[str, str, str, pl.DataFrame]]) -> pl.DataFrame:
    """One row for each published cell that a run covers, under every decoding.

    published: source, model, benchmark, k, value, note. curves: (model, benchmark, decoding, frame of k, estimate, low,
    high, n), of the benchmark's grader.
    """
    found = []
    for model, benchmark, decoding, curve in curves:
        ours = curve.select("k", "low", "high", "n", ours="estimate", decoding=pl.lit(decoding))
        found.append(published.filter(model=model, benchmark=benchmark).join(ours, on="k", maintain_order="left"))
    inside = pl.col("published").is_between(pl.col("low"), pl.col("high"))
    return pl.concat(found).rename({"value": "published"}).with_columns(inside=inside).select(COLUMNS)


def problems_beside(solved: pl.DataFrame, counts: list[tuple[str, str, str, pl.DataFrame]]) -> pl.DataFrame:
    """One row for each problem that was published as solved or not and that a run covers: with our n and c.

    solved: source, model, benchmark, problem_id, solved. counts: (model, benchmark, decoding, frame of problem_id, n,
    c).
    """
    found = []
    for model, benchmark, decoding, frame in counts:
        ours = frame.select("problem_id", "n", "c", decoding=pl.lit(decoding))
        found.append(solved.filter(model=model, benchmark=benchmark).join(ours, on="problem_id", maintain_order="left"))
    alike = pl.col("published") == (pl.col("c") > 0)
    table = pl.concat(found).rename({"solved": "published"}).with_columns(agrees=alike)
    return table.select("source", "benchmark", "decoding", "model", "problem_id", "published", "n", "c", "agrees")
