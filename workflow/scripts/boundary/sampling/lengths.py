"""Samples with another max_tokens: reused unchanged, cut, or continued, so that only the difference is sampled.

A response that ended within the new limit is the same under both limits. If the limit was lowered, a longer one is cut
at the token. If it was raised, a truncated one continues from its text, with random numbers of its own. Token ids are
not stored: the text is tokenised again, and if that gives another number of tokens than were sampled, the cut may be a
token off; such samples are counted.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from boundary.contracts import SampleSpec
from boundary.errors import InputError
from boundary.files import store
from boundary.sampling.samples import Sample, as_samples, schema_of
from boundary.sampling.templates import by_chat


@dataclass
class Reused:
    """rows: by (problem, index). continued: likewise, those that continue, by their tokens.

    facts: for the metadata of the block, the numbers of samples that were cut, continued, and cut at an uncertain
    token.
    """

    rows: dict[tuple, Sample] = field(default_factory=dict)
    continued: dict[tuple, Sample] = field(default_factory=dict)
    facts: dict = field(default_factory=dict)


def of_other_lengths(files: Iterable[Path], spec: SampleSpec) -> Iterator[tuple[Path, int]]:
    """The files whose spec differs only in max_tokens, which is given with each."""
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
    """The samples of `wanted` (see `blocks.asked`) that `files` of other lengths have and that are not `done`.

    tokenizer: gives the model's tokenizer, and is called only if something is cut; without one nothing is cut. Nothing
    continues through a chat endpoint, because the text may lack a thought before it. If a sample exists under two
    lengths, the longer one is used.
    """
    reused, limit = Reused(), spec["decoding"]["max_tokens"]
    columns, cut, uncertain = list(schema_of(spec)), 0, 0
    for path, _ in sorted(of_other_lengths(files, spec), key=lambda found: -found[1]):
        try:
            sampled = pl.concat(store.batches(path, list(dict.fromkeys([*columns, *wanted.columns]))))
        except InputError:
            continue
        found = sampled.join(wanted, on=wanted.columns, how="semi", maintain_order="left")
        for sample in as_samples(found.select(columns).iter_rows(), columns):
            key = sample.key
            if key in done or key in reused.rows or key in reused.continued:
                continue
            if sample.tokens > limit:
                if tokenizer is None:
                    continue
                reused.rows[key], certain = cut_sample(sample, limit, tokenizer())
                cut, uncertain = cut + 1, uncertain + (not certain)
            elif sample.finish_reason == "length" and sample.tokens < limit:
                if not ("model" in spec and by_chat(spec["model"])):
                    reused.continued[key] = sample
            else:
                reused.rows[key] = sample
    if reused.rows or reused.continued:
        reused.facts = {"cut": cut, "cut_uncertain": uncertain, "continued": len(reused.continued)}
    return reused


def cut_sample(sample: Sample, limit: int, tokenizer) -> tuple[Sample, bool]:
    """A sample cut at `limit` tokens, and whether its text has exactly as many tokens as were sampled."""
    ids = tokenizer(sample.text, add_special_tokens=False)["input_ids"]
    spoken = sample.tokens - (sample.finish_reason == "stop")  # the end token is no part of the text
    logprobs = None if sample.logprobs is None else sample.logprobs[:limit]
    cut = sample._replace(
        text=tokenizer.decode(ids[:limit], skip_special_tokens=True),
        tokens=limit,
        finish_reason="length",
        cumulative_logprob=None if logprobs is None else sum(logprobs),
        logprobs=logprobs,
    )
    return cut, len(ids) == spoken


def joined(earlier: Sample, later: Sample) -> Sample:
    """A continued sample: its beginning, and the tokens sampled after it. The seed is the first one."""
    before, after = earlier.cumulative_logprob, later.cumulative_logprob
    kept = earlier.logprobs is not None and later.logprobs is not None
    return earlier._replace(
        text=earlier.text + later.text,
        tokens=earlier.tokens + later.tokens,
        finish_reason=later.finish_reason,
        cumulative_logprob=None if before is None or after is None else before + after,
        logprobs=[*(earlier.logprobs or ()), *(later.logprobs or ())] if kept else None,
    )
