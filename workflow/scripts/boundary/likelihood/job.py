"""One scoring job: existing scores are reused, the rest is computed on devices of its own and stored twice."""

import hashlib
import json
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl

from boundary.contracts import Fetched, Parameters, ScoreSpec, ScoringSetup
from boundary.files import store
from boundary.likelihood import scorers
from boundary.likelihood.choosing import chosen_samples
from boundary.likelihood.scores import parts_of, schema_of
from boundary.sampling.blocks import locked
from boundary.sampling.engines import Request, advising, open_engine
from boundary.sampling.job import SAMPLES, on_devices
from boundary.sampling.partial_file import PartialFile
from boundary.sampling.progress import Progress
from boundary.sampling.trained import require_same, used_weights

log = logging.getLogger(__name__)
SCORERS: dict[str, scorers.Scorer] = {"transformers": scorers.with_transformers, "vllm": scorers.with_vllm}
COLUMNS = ("problem_id", "sample_index", "text", "tokens", "finish_reason", "cumulative_logprob")
ROOM: Parameters = {
    "top_p": 1.0,
    "top_k": 0,
    "max_tokens": 8,
}  # of the context after a response, as what is read together may be read apart in more tokens
NOTABLE = 0.01  # nats a token by which scoring and sampling may differ


def run(
    output: Path,
    names: dict[str, str],
    blocks: list[str],
    prompts: pl.DataFrame,
    spec: ScoreSpec,
    setup: ScoringSetup,
    fetched: Fetched,
    threads: int,
) -> None:
    """Make `output`, the scores of responses in `blocks`. names: of model, benchmark, decoding and writer.

    prompts: of the scoring model. setup: see `Setup.of_scoring`. fetched: manifests of `weights` and `adapter`, or None
    for a folder.
    """
    for path in blocks:
        store.require_spec(path, spec["written"])
    made_with = store.about(blocks[0])["made_with"]
    decoding: Any = spec["written"].get("decoding", {}) | {
        key: made_with[key] for key in ("temperature",) if key in made_with
    }
    samples = chosen_samples(pl.concat(pl.concat(store.batches(path, COLUMNS)) for path in blocks), spec)
    samples = samples.join(prompts.select("problem_id", "prompt"), on="problem_id", maintain_order="left")
    identity = digest(spec, samples)
    block = output.with_name(f".{output.stem}.{identity}.parquet")
    with locked(output.with_name(f".{output.stem}.lock")):
        if store.has_spec(block, spec):
            log.info("%s has these scores already: nothing is scored", block)
        else:
            trained = used_weights(spec["model"], setup)
            require_same(SAMPLES / names["model"], spec["model"], trained)
            scores, made_with = score(
                samples,
                spec,
                decoding,
                block.with_suffix(".partial"),
                lambda requests: _engine(requests, spec, setup, fetched, threads),
                Progress("/".join(names.values()), len(samples)),
                identity,
            )
            store.write(scores, block, spec, made_with | trained | agreement(scores), names)
            store.fsync(block)
        block.with_suffix(".partial").unlink(missing_ok=True)
        store.publish(block, output)


def digest(spec: ScoreSpec, samples: pl.DataFrame) -> str:
    """Digest of everything that scores depend on: the spec, the prompts and the responses."""
    rows = samples.select("problem_id", "sample_index", "prompt", "text", "finish_reason").rows()
    return hashlib.sha256(json.dumps([spec, rows], sort_keys=True).encode()).hexdigest()[:12]


def score(
    samples: pl.DataFrame,
    spec: ScoreSpec,
    decoding: Parameters,
    partial: Path,
    open_scorer: Callable,
    progress: Progress,
    identity: str = "",
) -> tuple[pl.DataFrame, dict]:
    """The scores of all samples in their order, reusing those in the partial file, and the engine that scored them.

    decoding: the one under which the samples were drawn. identity: of spec and samples, see `PartialFile`.
    """
    requests = [
        Request(problem, index, prompt, 0, prefix=text)
        for problem, index, prompt, text in samples.select("problem_id", "sample_index", "prompt", "text").iter_rows()
    ]
    told = {row[:2]: row[2:] for row in samples.select("problem_id", "sample_index", *COLUMNS[3:]).iter_rows()}
    ends = not spec["written"].get("model", {}).get("stop")  # else nobody knows whether a stop string ended it
    rows: dict[tuple[str, int], tuple] = {}
    with PartialFile(partial, spec, requests, identity) as file:
        rows |= {(row[0], row[1]): tuple(row) for row in file.rows()}
        pending = [request for request in requests if _key(request) not in rows]
        progress.start(len(rows))
        made_with = file.chunks[-1]["made_with"] if file.chunks else {}
        if pending:
            engine, scorer = open_scorer(pending)
            made_with = engine.description
            ended = [ends and told[_key(request)][1] == "stop" for request in pending]
            with advising():
                for scored in scorer(engine, pending, ended, decoding if spec["entropy"] else None):
                    chunk = [_row(request, steps, told[_key(request)], spec["own"]) for request, steps in scored]
                    file.append({"made_with": made_with, "rows": chunk})
                    rows |= {row[:2]: row for row in chunk}
                    progress.add(len(chunk), sum(len(steps.logprobs) for _, steps in scored))
    ordered = [rows[_key(request)] for request in requests]
    return pl.DataFrame(ordered, schema=schema_of(spec), orient="row"), made_with


def _key(request: Request) -> tuple[str, int]:
    return request.problem_id, request.sample_index


def _row(request: Request, steps, told: tuple, own: bool) -> tuple:
    """A row of scores.SCHEMA. told: tokens, finish_reason, cumulative_logprob as the samples have them."""
    tokens, _, logprob = told
    read = len(steps.logprobs)
    same = None if tokens is None or not own else tokens == read
    row = (*_key(request), read, float(steps.logprobs.double().sum()), logprob if own else None, same)
    if steps.entropy is None:
        return row
    entropies = (parts_of(values.tolist()) for values in (steps.entropy, steps.entropy_sampled))
    return (*row, *entropies, parts_of([1] * read))


def agreement(scores: pl.DataFrame) -> dict:
    """How scoring agrees with sampling: the share of own responses with another number of tokens than were sampled,
    and the median difference of the others in nats per token. Random text may be tokenised differently with the same
    number of tokens; another precision affects all. None if sampling wrote no log-probabilities."""
    known = scores.filter(pl.col("same_tokens").is_not_null())
    apart = (pl.col("logprob") - pl.col("sampled_logprob")).abs() / pl.col("tokens").clip(lower_bound=1)
    middle = known.filter("same_tokens").select(apart.median()).item()
    if middle is not None and middle > NOTABLE:
        log.warning("scoring and sampling differ by %.3f nats a token: another precision or engine?", middle)
    return {
        "read_otherwise": 1 - float(known["same_tokens"].to_numpy().mean()) if len(known) else None,
        "median_difference": middle,
    }


def _engine(requests: list[Request], spec: ScoreSpec, setup: ScoringSetup, fetched: Fetched, threads: int):
    """The engine with room for the responses, and the function that scores with it."""
    name, folder, model = on_devices(spec["model"], setup, fetched, threads)
    options = setup["options"].get(name, {})
    texts = {request.prompt + request.prefix for request in requests}
    engine = open_engine(name, folder, model, options, texts, ROOM)
    log.info("scoring with %s", ", ".join(f"{key} {value}" for key, value in engine.description.items()))
    return engine, SCORERS[name]
