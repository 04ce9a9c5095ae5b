"""One job: the responses of a model to the problems of a benchmark, with their probabilities."""

import logging
from pathlib import Path
from typing import cast

import polars as pl

from boundary.contracts import ExploreSpec, Fetched, ScoringSetup
from boundary.files import store
from boundary.sampling.engines import open_engine, prompt_ids
from boundary.sampling.engines.transformers import Engine
from boundary.sampling.job import SAMPLES, on_devices
from boundary.sampling.trained import require_same, used_weights
from boundary.truth.expansion import Found, expand

log = logging.getLogger(__name__)

SCHEMA = {"problem_id": pl.String, "text": pl.String, "tokens": pl.Int64}
SCHEMA |= {"finish_reason": pl.String, "probability": pl.Float64}  # as of samples, so that graders read it


def run(
    output: Path,
    names: dict[str, str],
    prompts: pl.DataFrame,
    spec: ExploreSpec,
    setup: ScoringSetup,
    fetched: Fetched,
    threads: int,
) -> None:
    """Make `output`: a row per response, with its `probability`. Each row also has its problem's mass `missed` and
    number of prefixes `followed`. prompts: of the model. setup, fetched: as for sampling."""
    trained = used_weights(spec["model"], setup)
    require_same(SAMPLES / names["model"], spec["model"], trained)
    _, folder, model = on_devices(spec["model"], setup, fetched, threads)
    decoding, texts = spec["decoding"], prompts["prompt"].to_list()
    engine = cast(Engine, open_engine("transformers", folder, model, {}, set(texts), decoding))
    tokens = [prompt_ids(engine.tokenizer, text) for text in texts]
    found = expand(engine.model, tokens, decoding, engine.ends.tolist(), spec["unexplored"], spec["prefixes"])
    log.info("%d prefixes followed, largest mass missed %.2g", found.followed.sum(), found.missed.max())
    rows = responses(found.found, prompts["problem_id"].to_list(), engine.tokenizer)
    facts = prompts.select("problem_id", "prompt_hash").with_columns(
        missed=pl.Series(found.missed), followed=pl.Series(found.followed)
    )
    rows = facts.join(rows, on="problem_id", how="left", maintain_order="left_right")
    store.write(with_empty(rows), output, spec, engine.description | trained, names)


def responses(found: list[Found], problems: list[str], tokenizer) -> pl.DataFrame:
    """A row per response, those of a problem numbered. problems: the id of every prompt."""
    columns = {
        "problem_id": [problems[one.prompt] for one in found],
        "text": [tokenizer.decode(one.tokens, skip_special_tokens=True) for one in found],
        "tokens": [len(one.tokens) for one in found],
        "finish_reason": ["stop" if one.ended else "length" for one in found],
        "probability": [one.probability for one in found],
    }
    frame = pl.DataFrame(columns, schema={name: SCHEMA[name] for name in columns})
    return frame.with_columns(sample_index=pl.int_range(pl.len()).over("problem_id"))


def with_empty(rows: pl.DataFrame) -> pl.DataFrame:
    """Add an empty response of probability 0 to problems without a likely enough response, because graders need one
    for every problem."""
    nothing = {"sample_index": 0, "text": "", "tokens": 0, "finish_reason": "length", "probability": 0.0}
    return rows.with_columns(pl.col(name).fill_null(value) for name, value in nothing.items())
