"""Samples with fewer tokens, or episodes with fewer turns: the samples of a decoding with `cut`."""

import json
from collections.abc import Callable
from pathlib import Path

import polars as pl

from boundary.contracts import Cuts, SampleSpec
from boundary.files import store
from boundary.importing.episodes import first_turns
from boundary.sampling.lengths import cut_sample
from boundary.sampling.samples import as_rows, as_samples, schema_of


def source_of(spec: SampleSpec) -> dict:
    """The spec of the samples behind those of `spec`, as `Sampling.spec` made it."""
    source = {key: value for key, value in spec.items() if key != "cut"}
    return source | {"decoding": spec["decoding"] | {"max_tokens": spec["cut"]["max_tokens"]}}


def cut_samples(path: str | Path, spec: SampleSpec, tokenizer: Callable) -> tuple[pl.DataFrame, dict]:
    """The samples in `path` with the max_tokens of `spec`, and how they were made.

    A response that ended within the limit is unchanged; the text of a longer one is tokenised again and cut. The facts
    have `other_max_tokens`: the number of cut responses, and of those whose text has another number of tokens than were
    sampled (`cut_uncertain`). tokenizer: gives that of the model, called only if something is cut. InputError if `path`
    has samples of another spec.
    """
    store.require_spec(path, source_of(spec))
    limit, schema = spec["decoding"]["max_tokens"], [*schema_of(spec), "prompt_hash"]
    columns, facts, pieces = list(schema_of(spec)), {"cut": 0, "cut_uncertain": 0}, []
    for batch in store.batches(path, schema):
        samples = []
        for sample in as_samples(batch.select(columns).iter_rows(), columns):
            if sample.tokens > limit:
                sample, certain = cut_sample(sample, limit, tokenizer())
                facts["cut"] += 1
                facts["cut_uncertain"] += not certain
            samples.append(sample)
        cut = pl.DataFrame(list(as_rows(samples, columns)), schema=schema_of(spec), orient="row")
        pieces.append(cut.with_columns(batch["prompt_hash"]))
    return pl.concat(pieces), store.about(path)["made_with"] | {"other_max_tokens": facts}


def said(samples: int, limit: int, facts: Cuts) -> str:
    """The number of cut samples, in a line of the log."""
    share = facts["cut_uncertain"] / max(1, facts["cut"])
    return (
        f"{facts['cut']:,} of {samples:,} samples are cut after {limit} tokens; the text of {facts['cut_uncertain']:,} "
        f"of these ({share:.1%}) makes another number of tokens than were sampled: there the cut may be a token off"
    )


def cut_episodes(path: str | Path, spec: SampleSpec) -> tuple[pl.DataFrame, dict]:
    """The imported episodes in `path` after the `turns` of `spec`, and how they were made.

    An episode that ended by then is unchanged, and one that was solved by then keeps its result. Any other is cut
    there, without an answer or score. Sampling with that limit would give the same if the agent does not know it, no
    other limit ends episodes, and a solved task stays solved (arXiv 2604.14877). `cut`: number of cut episodes, and of
    all. InputError if `path` has samples of another spec.
    """
    store.require_spec(path, {key: value for key, value in spec.items() if key != "cut"})
    most, schema = spec["cut"]["turns"], schema_of(spec) | {"prompt_hash": pl.String}
    pieces, number = [], 0
    for batch in store.batches(path, list(schema)):
        longer = pl.col("turns") > most
        over = longer & (pl.col("solved_turn").fill_null(most + 1) > most)
        shown = [_within(messages, most) for messages in batch["messages"]]
        lost = [pl.when(over).then(None).otherwise(name).alias(name) for name in ("tokens", "score") if name in schema]
        ended = [
            pl.when(over).then(pl.lit(value)).otherwise(name).alias(name)
            for name, value in (("text", ""), ("finish_reason", "length"))
        ]
        cut = batch.with_columns(*lost, *ended, pl.when(longer).then(most).otherwise("turns").alias("turns"))
        pieces.append(cut.with_columns(pl.Series("messages", shown, pl.String)).select(*schema))
        number += batch.filter(over).height
    found = pl.concat(pieces)
    return found, store.about(path)["made_with"] | {"cut": [number, len(found)]}


def _within(messages: str, turns: int) -> str:
    """The messages of an episode, in JSON, up to the end of a turn."""
    return json.dumps(first_turns(json.loads(messages), turns), ensure_ascii=False)
