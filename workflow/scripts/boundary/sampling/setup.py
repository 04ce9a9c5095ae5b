"""How sampling jobs are run: engine, devices and folders. Changes no sample. Light: runs at parse time."""

from collections.abc import Callable
from functools import cached_property
from pathlib import Path

from boundary import paths
from boundary.files.locations import is_folder, is_gguf, is_hub_id
from boundary.grid import Grid, is_sampled, tokenizer_source
from boundary.identity import Specs, weights_identity
from boundary.sampling import engines
from boundary.sampling.pace import Block, Pace
from boundary.zoo.recipes import start_of


class Setup:
    """What sampling jobs are told beside their spec, by the wildcards of their rule."""

    def __init__(self, grid: Grid):
        self.grid, self.config = grid, grid.config

    def gpus(self, model: str, **_) -> int:
        return engines.gpus(self.config["engine"], self.grid.models[model])

    def of_job(self, specs: Specs, model: str, benchmark: str, decoding: str, input=None, output=None, **_) -> dict:
        """How one job is run.

        engine, options (of every engine), weights, adapter (folders, or None), tensor_parallel_size, trust_remote_code;
        gpus: how many are leased; server: where it is, or None; model, decoding; images: whether the benchmark has
        any; prompts, their spec; stream and benchmarks, among which samples are shared; models, of the run; forecast:
        what the job would do, in words.
        """
        entry = self.grid.models[model]
        names = {"model": model, "benchmark": benchmark, "decoding": decoding}
        setup = self._of_model(model, self.config["engine"]) | {
            "server": entry.get("server"),
            "model": model,
            "models": list(self.grid.models),
            "decoding": decoding,
            "images": "image" in self.grid.benchmarks[benchmark],
            "prompts": specs.prompts(model, benchmark),
            "stream": self.grid.stream_of(benchmark),
            "benchmarks": self.grid.sharing_stream(benchmark),
        }

        def words() -> str:
            from boundary.sampling.forecast import forecast  # heavy, and only for jobs that are planned

            return forecast(output[0], input.prompts, specs.sample(**names), setup)

        return setup | {"forecast": Later(words)}

    def _of_model(self, model: str, engine: str) -> dict:
        entry = self.grid.models[model]
        return {
            "engine": engine,
            "options": self.config["engines"],
            "weights": _if_folder(entry.get("weights")),
            "adapter": _if_folder(entry.get("adapter")),
            "trust_remote_code": entry.get("trust_remote_code", False),
            "tensor_parallel_size": entry["tensor_parallel_size"],
            "gpus": engines.gpus(engine, entry),
        }

    def of_scoring(self, specs: Specs, model: str, benchmark: str, **_) -> dict:
        """How responses are scored: `of_job` without what is about samples, and the spec of the `prompts`."""
        own = self._of_model(model, self.config["likelihood"]["engine"])
        return own | {"prompts": specs.prompts(model, benchmark)}

    def of_matching(self, specs: Specs, model: str, benchmark: str, decoding: str, **_) -> dict:
        """How the pilots of `base` and `tuned` are made: as for scoring, of each."""
        base = self.config["decodings"][decoding]["entropy_of"]["model"]
        return {
            whose: self._of_model(name, "transformers") | {"prompts": specs.prompts(name, benchmark)}
            for whose, name in (("base", base), ("tuned", model))
        }

    def of_exploring(self, specs: Specs, model: str, benchmark: str, **_) -> dict:
        """How responses are found with their probabilities: as for scoring."""
        return self._of_model(model, "transformers") | {"prompts": specs.prompts(model, benchmark)}

    def scoring_gpus(self, model: str, **_) -> int:
        return engines.gpus(self.config["likelihood"]["engine"], self.grid.models[model])

    def of_training(self, recipe: str, seed: str, **_) -> dict:
        """folder: where a start that is neither trained nor fetched lies, or None; step: of one that is trained;
        base: what an adapter says it is of, or None where it goes on from a training."""
        start = start_of(self.config["recipes"], recipe)
        weights = self.grid.models[start["model"]]["weights"] if "model" in start else None
        base = Path(weights).name if is_gguf(weights or "") else weights  # where a package lies, is of this machine
        return {"folder": _if_folder(weights), "step": start.get("step"), "base": base}

    def training_threads(self, recipe: str, **_) -> int:
        return self.config["recipes"][recipe].get("threads", 1)

    def of_weights(self, model: str, **_) -> dict:
        """file: the GGUF file that weights are made of; folder: for what is made of it."""
        return {"file": self.grid.models[model]["weights"], "folder": paths.MADE_WEIGHTS.format(model=model)}

    def hub_weights(self) -> list[str]:
        """The hub ids of the weights that are not downloaded yet, each once."""
        found = (
            entry["weights"]
            for name, entry in self.grid.models.items()
            if is_hub_id(entry.get("weights", "")) and not Path(paths.WEIGHTS_DOWNLOAD.format(model=name)).exists()
        )
        return list(dict.fromkeys(found))

    def of_download(self, sizes: str, model: str, **_) -> dict:
        """sizes: the file that knows how large weights are; others: what else the run has to download.

        entry: of the model; longest, templates: the max_tokens and the prompt templates that it is sampled with.
        """
        entry, config = self.grid.models[model], self.config
        own = [(benchmark, decoding) for name, benchmark, decoding in self.grid.own_curves if name == model]
        prompts = [config["prompts"][entry["prompt"][benchmark]] for benchmark, _ in own if "prompt" in entry]
        texts = [text for prompt in prompts for text in ([prompt] if isinstance(prompt, str) else prompt.values())]
        return {
            "sizes": sizes,
            "others": self.hub_weights(),
            "entry": {key: entry[key] for key in ("stop_token_ids", "tensor_parallel_size", "note") if key in entry},
            "longest": max((config["decodings"][decoding].get("max_tokens", 0) for _, decoding in own), default=0),
            "templates": list(dict.fromkeys(text for text in texts if isinstance(text, str))),
        }

    def of_prompts(self, specs: Specs, model: str, benchmark: str, **_) -> dict:
        """model; tokenizer: the folder that has it, or None; served: whether a server, whose own tokenizer begins a
        text, gets the prompts; partners: prompts that must not be others. Where prompts are text, also pinned: the hub
        id of a tokenizer that is to be looked at, or None; weights: what tells samples of this model, by keys of their
        spec; models, of the run; benchmarks, among which samples are shared."""
        entry = self.grid.models[model]
        others = self.grid.must_be_alike(model, benchmark)
        partners = {other: paths.PROMPTS.format(model=other, benchmark=benchmark) for other in others}
        source = tokenizer_source(entry)
        setup = {"model": model, "tokenizer": _if_folder(source), "served": "server" in entry, "partners": partners}
        if self.grid.is_chat(model, benchmark) or "weights" not in entry or "training" in entry:
            return setup
        adapter = weights_identity(entry["adapter"]) if "adapter" in entry else None
        return setup | {
            "pinned": source if is_hub_id(source) else None,
            "weights": {"weights": specs.weights(model), "adapter": adapter},
            "models": list(self.grid.models),
            "benchmarks": self.grid.sharing_stream(benchmark),
        }

    def of_cut(self, model: str, **_) -> dict:
        """tokenizer: the folder that has it, or None where it is fetched."""
        return {"tokenizer": _if_folder(tokenizer_source(self.grid.models[model]))}

    def samples_of(self, benchmark: str, **_) -> int | None:
        """How many samples a block of a benchmark has; None where nobody said how many problems there are."""
        entry = self.grid.benchmarks[benchmark]
        return entry["block"] * entry["problems"] if "problems" in entry else None

    @cached_property
    def pace(self) -> Pace:
        """Of every block that is sampled, a top-up aside."""
        blocks = []
        for curve in self.grid.own_curves:
            model, benchmark, decoding = curve
            if not is_sampled(self.grid.models[model]) or self.grid.is_cut(decoding):
                continue
            names = {"model": model, "benchmark": benchmark, "decoding": decoding}
            tokens = (self.samples_of(benchmark) or 0) * self.config["decodings"][decoding].get("max_tokens", 0)
            for block in self.grid.blocks(model, benchmark):
                files = (pattern.format(block=block, **names) for pattern in (paths.SAMPLES, SPEEDS))
                blocks.append(Block(curve, *files, tokens))
        return Pace(blocks)

    @cached_property
    def _seconds(self) -> dict[str, float]:
        return self.pace.seconds()

    def longest_first(self, **names) -> float:
        """The priority of a block: between 0 and 1, the longer the larger; below that of trainings."""
        longest = max(self._seconds.values(), default=0.0)
        own = self._seconds.get(paths.SAMPLES.format(**names), 0.0)
        return round(0.9 * own / longest, 3) if longest else 0.0

    def to_plan(self, specs: Specs) -> list[dict]:
        """Everything that is sampled, for `planning.plan`: names, spec, stream, gpus, problems (None: not known),
        blocks: (path, file of Snakemake's measurements, samples per problem), prompts: their file, and, of a model
        that costs money, price and limit."""
        jobs = []
        for model, benchmark, decoding in self.grid.own_curves:
            if not is_sampled(self.grid.models[model]) or self.grid.is_cut(decoding):
                continue
            names = {"model": model, "benchmark": benchmark, "decoding": decoding}
            entry, blocks = self.grid.benchmarks[benchmark], []
            for block in self.grid.blocks(model, benchmark):
                files = (pattern.format(block=block, **names) for pattern in (paths.SAMPLES, SPEEDS))
                blocks.append([*files, entry["block"]])
            job = {"spec": specs.sample(**names), "gpus": self.gpus(model), "blocks": blocks}
            job["stream"] = self.grid.stream_of(benchmark)
            server = self.grid.models[model].get("server", {})
            job |= {key: server[key] for key in ("price", "limit") if key in server}
            job["prompts"] = paths.PROMPTS.format(model=model, benchmark=benchmark)
            jobs.append(names | job | {"problems": entry.get("problems")})
        return jobs


def _if_folder(name: str | None) -> str | None:
    return name if name and is_folder(name) else None


class Later:
    """A text that is made when it is printed, and not for each of thousands of jobs that are not planned."""

    def __init__(self, words: Callable[[], str]):
        self.words = words

    def __str__(self) -> str:
        try:
            return self.words()
        except Exception as error:  # a message must not end a run
            return f"not known: {error}"

    def __reduce__(self):  # nothing of it is for the job itself
        return str, ("",)


SPEEDS = paths.benchmark(paths.SAMPLES)
