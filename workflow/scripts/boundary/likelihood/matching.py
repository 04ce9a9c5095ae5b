"""The temperature at which a tuned model is as random as its base (the paper's Figure 17), found on a pilot."""

import json
import logging
import os
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple, cast

import polars as pl
import torch

from boundary.contracts import Fetched, MatchingSpec, Parameters, ScoringSetup
from boundary.errors import InputError
from boundary.files import store
from boundary.likelihood.choosing import chosen_problems
from boundary.likelihood.scorers import with_transformers
from boundary.names import Side
from boundary.sampling import block_store
from boundary.sampling.blocks import locked, seed_of
from boundary.sampling.engines import Request, open_engine
from boundary.sampling.engines.transformers import Engine
from boundary.sampling.job import on_devices
from boundary.schema import Schema

log = logging.getLogger(__name__)
HIGHEST = 200  # hundredths: of the temperatures that are looked at
SCHEMA: Schema = dict.fromkeys(("temperature", "entropy_sampled", "entropy"), pl.Float64)
SCHEMA |= {"whose": pl.String, "chosen": pl.Boolean}  # base, once, or tuned


class Entropy(NamedTuple):
    """Nats per token over the responses of a pilot: of the distribution sampled from, and of the whole vocabulary."""

    sampled: float
    whole: float


def match(entropy_at: Callable[[float], Entropy], target: float) -> float:
    """The temperature, in hundredths, whose entropy as sampled is nearest to `target`, by bisection up to 2.

    entropy_at: must not fall with the temperature. InputError if it does not reach the target.
    """
    low, high = 0, HIGHEST
    if (most := entropy_at(high / 100).sampled) < target:
        raise InputError(
            f"not matched: at temperature {high / 100:g} the entropy is {most:.3f} nats per token, that of the base "
            f"is {target:.3f}; leave this model's pair under this decoding out"
        )
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if entropy_at(middle / 100).sampled < target else (low, middle)
    ends = [end / 100 for end in (low, high) if end > 0]
    return min(ends, key=lambda end: abs(entropy_at(end).sampled - target))


def run(
    output: Path,
    names: dict[str, str],
    prompts: dict[str, pl.DataFrame],
    spec: MatchingSpec,
    setup: dict[str, ScoringSetup],
    fetched: dict[str, Fetched],
    threads: int,
) -> None:
    """Make `output`: the pilots of the base and of the tuned model, and the chosen temperature.

    prompts, setup, fetched: of `base` and `tuned`, each as for scoring. Measurements are kept in a partial file, and
    the result under its identity: the temperature of existing samples never changes.
    """
    shown = pl.concat(frame.select("problem_id", "prompt_hash") for frame in prompts.values())
    result = output.with_name(f".{output.stem}.{block_store.identity(spec, shown)}.parquet")
    with locked(output.with_name(f".{output.stem}.lock")):
        if not store.has_spec(result, spec):
            known = _Known(result.with_suffix(".partial"), "/".join(names.values()))
            base = _Pilot("base", prompts, spec, setup, fetched, threads)
            target = known(base, spec["base"]["decoding"]["temperature"])
            base.close()
            tuned = _Pilot("tuned", prompts, spec, setup, fetched, threads)
            temperature = match(lambda t: known(tuned, t), target.sampled)
            rows = [
                (t, *entropy, whose, whose == "base" or t == temperature) for (whose, t), entropy in known.found.items()
            ]
            store.write(pl.DataFrame(rows, schema=SCHEMA, orient="row"), result, spec, names=names)
            store.fsync(result)
            known.file.unlink()
        store.publish(result, output)


class _Known:
    """Entropies by model and temperature, those of an earlier job that was killed too."""

    def __init__(self, file: Path, name: str):
        self.file, self.name = file, name
        told = json.loads(file.read_text()) if file.exists() else []
        self.found = {(whose, temperature): Entropy(*entropy) for whose, temperature, entropy in told}

    def __call__(self, pilot: "_Pilot", temperature: float) -> Entropy:
        key = pilot.whose, temperature
        if key not in self.found:
            self.found[key] = entropy = pilot.entropy_at(temperature)
            temporary = self.file.with_suffix(f".{os.getpid()}")
            temporary.write_text(json.dumps([[*key, entropy] for key, entropy in self.found.items()]))
            os.replace(temporary, self.file)
            said = "%s: %s at temperature %.2f: %.4f nats per token as sampled, %.4f whole"
            log.info(said, self.name, *key, *entropy)
        return self.found[key]


class _Pilot:
    """A few samples of a few problems, drawn with the same seeds at every temperature."""

    def __init__(
        self,
        whose: Side,
        prompts: dict[str, pl.DataFrame],
        spec: MatchingSpec,
        setup: dict[str, ScoringSetup],
        fetched: dict[str, Fetched],
        threads: int,
    ):
        self.whose, self.spec = whose, spec
        self.engine: Engine | None = None
        self.start = lambda: on_devices(spec[whose]["model"], setup[whose], fetched[whose], threads)
        self.options = setup[whose]["options"].get("transformers", {})
        self.decoding = spec[whose]["decoding"]
        pilot, rows = spec["pilot"], dict(prompts[whose].select("problem_id", "prompt").iter_rows())
        self.requests = [
            Request(problem, index, rows[problem], seed_of(spec["seed"], f"{spec['stream']}/{whose}", problem, index))
            for problem in chosen_problems(list(rows), pilot["problems"], spec["seed"])
            for index in range(pilot["samples"])
        ]

    def _opened(self, decoding: Parameters) -> Engine:
        _, folder, model = self.start()
        prompts = {request.prompt for request in self.requests}
        return cast(Engine, open_engine("transformers", folder, model, self.options, prompts, decoding))

    def entropy_at(self, temperature: float) -> Entropy:
        decoding = self.decoding | {"temperature": temperature}
        engine = self.engine = self.engine or self._opened(decoding)
        drawn = [response for some in engine.generate(self.requests, decoding) for response in some]
        read = [
            Request(r.request.problem_id, r.request.sample_index, r.request.prompt, 0, prefix=r.text) for r in drawn
        ]
        ended = [r.finish_reason == "stop" and not engine.stop for r in drawn]
        rows = [
            (request.problem_id, len(steps.logprobs), *map(_total, steps[1:]))
            for some in with_transformers(engine, read, ended, decoding)
            for request, steps in some
        ]
        sums = (
            pl.DataFrame(rows, schema=["problem", "tokens", "sampled", "whole"], orient="row").group_by("problem").sum()
        )
        per_token = (pl.col("sampled", "whole") / pl.col("tokens").clip(lower_bound=1)).mean()
        return Entropy(*sums.sort("problem").select(per_token).row(0))

    def close(self) -> None:
        """Free memory for the next model."""
        self.engine = None


def _total(entropies: torch.Tensor | None) -> float:
    return 0.0 if entropies is None else float(entropies.sum())
