"""Samples under another max_tokens: taken as they are, cut, or continued, so that only the difference is paid for.

A response that ended by itself within the new limit is the same under both limits. Where the limit was lowered, a
longer one is cut at the token. Where it was raised, one that was cut off goes on from its text, with random numbers of
its own. Token ids are not stored: a text is tokenised again, and where that does not give as many tokens as were
sampled, the cut may be a token off; such samples are counted.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from boundary.contracts import SampleSpec
from boundary.errors import InputError
from boundary.files import store
from boundary.sampling.samples import SCHEMA, schema_of
from boundary.sampling.templates import by_chat

COLUMNS = [*SCHEMA, "logprobs"]  # the last where the decoding keeps them


@dataclass
class Reused:
    """rows: (problem, index) -> row of `schema_of(spec)`. continued: likewise, of those that go on, by their tokens.

    facts: for the metadata of the block, how many samples were cut, continued, and cut at a token that is not certain.
    """

    rows: dict[tuple, tuple] = field(default_factory=dict)
    continued: dict[tuple, tuple] = field(default_factory=dict)
    facts: dict = field(default_factory=dict)


def of_other_lengths(files: Iterable[Path], spec: SampleSpec) -> Iterator[tuple[Path, int]]:
    """The files whose spec is this one but for max_tokens, which is given with each."""
    for path in files:
        try:
            found = store.about(path)["spec"]
        except InputError:
            continue
        if "decoding" not in found:
            continue
        longest = found["decoding"].get("max_tokens")
        alike = found | {"decoding": found["decoding"] | {"max_tokens": spec["decoding"]["max_tokens"]}}
        if alike == spec and longest != spec["decoding"]["max_tokens"]:
            yield path, longest


def reuse(
    files: Iterable[Path], spec: SampleSpec, wanted: pl.DataFrame, done: set[tuple], tokenizer: Callable | None
) -> Reused:
    """What `files` of other lengths hold of the samples of `wanted` (see `blocks.asked`) that are not `done`.

    tokenizer: gives the model's tokenizer, and is called only where something is cut; without one nothing is. Nothing
    goes on through a chat endpoint, where a text is not all that the model said: it may have thought before. A sample
    that is there under two lengths is taken from the longer one.
    """
    reused, limit = Reused(), spec["decoding"]["max_tokens"]
    columns, cut, uncertain = list(schema_of(spec)), 0, 0
    at = {name: columns.index(name) for name in columns}
    for path, _ in sorted(of_other_lengths(files, spec), key=lambda found: -found[1]):
        try:
            sampled = pl.concat(store.batches(path, list(dict.fromkeys([*columns, *wanted.columns]))))
        except InputError:
            continue
        found = sampled.join(wanted, on=wanted.columns, how="semi", maintain_order="left")
        for row in found.select(columns).iter_rows():
            key = row[:2]
            if key in done or key in reused.rows or key in reused.continued:
                continue
            if row[at["tokens"]] > limit:
                if tokenizer is None:
                    continue
                row, certain = cut_row(row, at, limit, tokenizer())
                cut, uncertain = cut + 1, uncertain + (not certain)
                reused.rows[key] = row
            elif row[at["finish_reason"]] == "length" and row[at["tokens"]] < limit:
                if not ("model" in spec and by_chat(spec["model"])):
                    reused.continued[key] = row
            else:
                reused.rows[key] = row
    if reused.rows or reused.continued:
        reused.facts = {"cut": cut, "cut_uncertain": uncertain, "continued": len(reused.continued)}
    return reused


def cut_row(row: tuple, at: dict[str, int], limit: int, tokenizer) -> tuple[tuple, bool]:
    """A row cut at `limit` tokens, and whether its text has just as many tokens as were sampled."""
    ids = tokenizer(row[at["text"]], add_special_tokens=False)["input_ids"]
    spoken = row[at["tokens"]] - (row[at["finish_reason"]] == "stop")  # the end token is no part of the text
    changed = list(row)
    changed[at["text"]] = tokenizer.decode(ids[:limit], skip_special_tokens=True)
    changed[at["tokens"]], changed[at["finish_reason"]] = limit, "length"
    logprobs = row[at["logprobs"]][:limit] if "logprobs" in at else None
    changed[at["cumulative_logprob"]] = None if logprobs is None else sum(logprobs)
    if logprobs is not None:
        changed[at["logprobs"]] = logprobs
    return tuple(changed), len(ids) == spoken


def joined(earlier: tuple, later: tuple) -> tuple:
    """The row of a sample that went on: its beginning, and what was sampled after it. The seed is the first one."""
    at, row = {name: place for place, name in enumerate(COLUMNS[: len(earlier)])}, list(earlier)
    row[at["text"]] += later[at["text"]]
    row[at["tokens"]] += later[at["tokens"]]
    row[at["finish_reason"]] = later[at["finish_reason"]]
    sums = [part[at["cumulative_logprob"]] for part in (earlier, later)]
    row[at["cumulative_logprob"]] = None if None in sums else sum(sums)
    if "logprobs" in at:
        row[at["logprobs"]] = [*earlier[at["logprobs"]], *later[at["logprobs"]]]
    return tuple(row)
