"""The correct responses of the models of a condition to the problems that each rarely solves, in one frame."""

from collections.abc import Mapping, Sequence

import polars as pl

from boundary.analysis.select import of_grader
from boundary.contracts import ReviewSpec
from boundary.files import store
from boundary.validity.responses import COLUMNS, SCHEMA, correct_responses, rarely_solved


def listed(files: Mapping[str, Sequence[str]], spec: ReviewSpec, names: Mapping[str, str]) -> pl.DataFrame:
    """model, and SCHEMA of `responses`, model by model; only part of a block is in memory.

    files: `counts`, of every model, and for the model at place i `samples_i` and `verdicts_i`, of every block. spec:
    models; grader; below; samples: the spec of the samples of every model. names: benchmark and decoding.
    """
    found = [pl.DataFrame(schema={"model": pl.String, **SCHEMA})]
    for place, (model, counts) in enumerate(zip(spec["models"], files["counts"], strict=True)):
        problems = rarely_solved(of_grader(store.read(counts), spec["grader"]), spec["below"])
        about = {"model": model, **names}
        for samples, verdicts in zip(files[f"samples_{place}"], files[f"verdicts_{place}"], strict=True):
            store.require_spec(verdicts, spec["samples"][place])
            judged = store.read(verdicts)
            for batch in store.batches(samples, COLUMNS):
                rare = correct_responses(batch, judged, spec["grader"], problems, about)
                found.append(rare.select(pl.lit(model).alias("model"), *SCHEMA))
    return pl.concat(found)


def by_model(responses: pl.DataFrame, models: Sequence[str]) -> dict[str, pl.DataFrame]:
    """The rows of `listed` of each of these models."""
    return {model: responses.filter(model=model).drop("model") for model in models}
