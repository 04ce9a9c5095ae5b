"""Problems that were published as solved or not, with n and c of this run."""

import polars as pl

from boundary.analysis.select import of_curves
from boundary.contracts import TableSpec
from boundary.files.store import Results


def tabulate(given: Results, spec: TableSpec) -> pl.DataFrame:
    """spec: `graders`, by benchmark."""
    solved = pl.read_csv(given["published"][0].path, schema_overrides={"problem_id": pl.String})
    return problems_beside(solved, of_curves(given["counts"], spec["graders"]))


def problems_beside(solved: pl.DataFrame, counts: list[tuple[str, str, str, pl.DataFrame]]) -> pl.DataFrame:
    """One row for each problem that was published as solved or not and that a run covers, with its n and c.

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
