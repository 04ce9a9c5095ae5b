"""How sampling jobs are run: engine, devices and folders. Changes no sample. Light: runs at parse time."""

from collections.abc import Callable
from pathlib import Path

from boundary import paths
from boundary.files.locations import is_folder, is_gguf
from boundary.grid import Grid, is_sampled, tokenizer_source
from boundary.identity import Specs
from boundary.sampling import engines
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
        gpus: how many are leased; server: where it is, or None; model, decoding; prompts, their spec; stream and
        benchmarks, among which samples are shared; models, of the run; forecast: what the job would do, in words.
        """
        entry = self.grid.models[model]
        names = {"model": model, "benchmark": benchmark, "decoding": decoding}
        setup = self._of_model(model, self.config["engine"]) | {
            "server": entry.get("server"),
            "model": model,
            "models": list(self.grid.models),
            "decoding": decoding,
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
        """file: the GGUF file that weights are made of, or None; folder: for what is made of it."""
        weights = self.grid.models[model]["weights"]
        return {"file": weights if is_gguf(weights) else None, "folder": paths.MADE_WEIGHTS.format(model=model)}

    def of_prompts(self, model: str, benchmark: str, **_) -> dict:
        """model; tokenizer: the folder that has it, or None; served: whether a server, whose own tokenizer begins a
        text, gets the prompts; partners: prompts that must not be others."""
        entry = self.grid.models[model]
        others = self.grid.must_be_alike(model, benchmark)
        partners = {other: paths.PROMPTS.format(model=other, benchmark=benchmark) for other in others}
        tokenizer = _if_folder(tokenizer_source(entry))
        return {"model": model, "tokenizer": tokenizer, "served": "server" in entry, "partners": partners}

    def of_cut(self, model: str, **_) -> dict:
        """tokenizer: the folder that has it, or None where it is fetched."""
        return {"tokenizer": _if_folder(tokenizer_source(self.grid.models[model]))}

    def samples_of(self, benchmark: str, **_) -> int | None:
        """How many samples a block of a benchmark has; None where nobody said how many problems there are."""
        entry = self.grid.benchmarks[benchmark]
        return entry["block"] * entry["problems"] if "problems" in entry else None

    def to_plan(self, specs: Specs) -> list[dict]:
        """Everything that is sampled, for `planning.plan`: names, spec, gpus, problems (None: not known), and blocks:
        (path, file of Snakemake's measurements, samples per problem)."""
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
