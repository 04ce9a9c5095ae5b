"""Rows of a figure or a comparison: those of one grader, model by model."""

from collections.abc import Callable, Iterable, Mapping

import polars as pl

from boundary.analysis.clusters import joined
from boundary.contracts import FigureSpec
from boundary.errors import InputError


def of_grader(frame: pl.DataFrame, grader: str) -> pl.DataFrame:
    """The rows of one grader. InputError if the frame has none."""
    rows = frame.filter(grader=grader)
    if not len(rows):
        known = ", ".join(frame["grader"].unique(maintain_order=True))
        raise InputError(f"there are no verdicts of grader {grader!r}, only of {known}; run verification again")
    return rows


def in_clusters(result, given: Mapping, spec: Mapping) -> pl.DataFrame:
    """The rows of a result with the cluster of each problem, if clusters of its benchmark are known.

    given: with `clusters` of whole benchmarks, of `store.results`. spec: `whole_of`, the benchmark of which this is a
    subset.
    """
    found = {clusters.names["benchmark"]: clusters.frame for clusters in given.get("clusters", ())}
    whole = spec["whole_of"][result.names["benchmark"]] if found else None
    return joined(result.frame, [found[whole]] if whole in found else [])


def by_model(spec: FigureSpec, results: Iterable) -> dict[str, pl.DataFrame]:
    """Frames of the models of a figure, in its order, by name: the rows of the figure's grader.

    results: of `store.results`, in the order of the models.
    """
    names = (model["name"] for model in spec["models"])
    return {name: of_grader(result.frame, spec["grader"]) for name, result in zip(names, results, strict=True)}


def each_grader(counts: list[pl.DataFrame], make: Callable[..., tuple[pl.DataFrame, ...]]) -> tuple[pl.DataFrame, ...]:
    """The frames of make(counts of one grader, ...) for every grader; frames at the same place are concatenated.

    counts: one frame, or one per run. Each result has columns grader, n (the smallest), problems.
    """
    found: list[list[pl.DataFrame]] = []
    for grader in counts[0]["grader"].unique(maintain_order=True):
        rows = [of_grader(frame, grader) for frame in counts]
        facts = {
            "grader": grader,
            "n": min(int(frame["n"].to_numpy().min()) for frame in rows),
            "problems": len(rows[0]),
        }
        columns = {key: pl.lit(value) for key, value in facts.items()}
        found.append([frame.with_columns(**columns) for frame in make(*rows)])
    return tuple(pl.concat(frames) for frames in zip(*found, strict=True))


def of_curves(results: Iterable, graders: dict[str, str]) -> list[tuple[str, str, str, pl.DataFrame]]:
    """(model, benchmark, decoding, rows of the benchmark's grader) of every result. graders: by benchmark."""
    found = []
    for result in results:
        model, benchmark, decoding = (result.names[key] for key in ("model", "benchmark", "decoding"))
        found.append((model, benchmark, decoding, of_grader(result.frame, graders[benchmark])))
    return found
