"""Setup of sampling jobs: engine, devices and folders. Changes no sample. Light: runs at parse time."""

from collections.abc import Callable
from functools import cached_property
from typing import Any

from boundary import paths
from boundary.contracts import DeviceSetup, Job, PromptSetup, SamplingSetup
from boundary.files.locations import if_folder, is_hub_id
from boundary.grid import Grid, tokenizer_source
from boundary.identity import weights_identity
from boundary.names import Curve
from boundary.sampling import engines
from boundary.sampling.pace import Block, Pace
from boundary.sampling.plan import Sampling


def of_model(grid: Grid, model: str, engine: str) -> DeviceSetup:
    entry = grid.models[model]
    return {
        "engine": engine,
        "options": grid.config["engines"],
        "weights": if_folder(entry.get("weights")),
        "adapter": if_folder(entry.get("adapter")),
        "trust_remote_code": entry.get("trust_remote_code", False),
        "tensor_parallel_size": entry["tensor_parallel_size"],
        "gpus": engines.gpus(engine, entry),
    }


class Setup:
    """Settings of sampling jobs outside their spec, by the wildcards of their rule."""

    def __init__(self, grid: Grid):
        self.grid, self.config, self.sampling = grid, grid.config, Sampling(grid)

    def gpus(self, model: str, **_) -> int:
        return engines.gpus(self.config["engine"], self.grid.models[model])

    def of_job(self, model: str, benchmark: str, decoding: str, input=None, output=None, **_) -> SamplingSetup:
        """Settings of one job.

        engine, options (of every engine), weights, adapter (folders, or None), tensor_parallel_size, trust_remote_code;
        gpus: number to lease; server: its entry, or None; model, decoding; images: whether the benchmark has any;
        prompts, their spec; stream and benchmarks, among which samples are shared; models, of the run; forecast:
        expected work of the job, in words.
        """
        entry = self.grid.models[model]
        names = {"model": model, "benchmark": benchmark, "decoding": decoding}
        setup: Any = of_model(self.grid, model, self.config["engine"]) | {
            "server": entry.get("server"),
            "model": model,
            "models": list(self.grid.models),
            "decoding": decoding,
            "images": "image" in self.grid.benchmarks[benchmark],
            "prompts": self.sampling.prompts(model, benchmark),
            "stream": self.grid.stream_of(benchmark),
            "benchmarks": self.grid.sharing_stream(benchmark),
        }

        def words() -> str:
            from boundary.sampling.forecast import forecast  # heavy, and only for jobs that are planned

            return forecast(output[0], input.prompts, self.sampling.spec(**names), setup)

        return setup | {"forecast": Later(words)}

    def of_prompts(self, model: str, benchmark: str, **_) -> PromptSetup:
        """model; tokenizer: the folder with it, or None; served: whether a server, whose tokenizer begins a text
        itself, gets the prompts; partners: prompts that must be equal; shots: questions of the examples in them. For
        text prompts also pinned: the hub id of a tokenizer to check, or None; weights: the keys of a spec that
        identify samples of this model; models, of the run; benchmarks, among which samples are shared."""
        entry = self.grid.models[model]
        others = self.grid.must_be_alike(model, benchmark)
        partners = {other: paths.PROMPTS.format(model=other, benchmark=benchmark) for other in others}
        source = tokenizer_source(entry)
        setup: PromptSetup = {
            "model": model,
            "tokenizer": if_folder(source),
            "served": "server" in entry,
            "partners": partners,
        }
        setup["shots"] = self.config.get("shots", {}).get(entry["prompt"][benchmark], [])
        if self.grid.is_chat(model, benchmark) or "weights" not in entry or "training" in entry:
            return setup
        adapter = weights_identity(entry["adapter"]) if "adapter" in entry else None
        return setup | {
            "pinned": source if source and is_hub_id(source) else None,
            "weights": {"weights": weights_identity(entry["weights"]), "adapter": adapter},
            "models": list(self.grid.models),
            "benchmarks": self.grid.sharing_stream(benchmark),
        }

    def of_cut(self, model: str, **_) -> dict:
        """tokenizer: the folder with it, or None if it is downloaded."""
        return {"tokenizer": if_folder(tokenizer_source(self.grid.models[model]))}

    def samples_of(self, benchmark: str, **_) -> int | None:
        """Number of samples of a block of a benchmark; None if the number of problems is unknown."""
        entry = self.grid.benchmarks[benchmark]
        return entry["block"] * entry["problems"] if "problems" in entry else None

    @cached_property
    def pace(self) -> Pace:
        """`Pace` of all sampled blocks, without top-ups."""
        blocks = []
        for curve in self.grid.sampled_curves:
            most = self.config["decodings"][curve.decoding].get("max_tokens", 0)
            tokens = (self.samples_of(curve.benchmark) or 0) * most
            blocks += [Block(curve, *files, tokens) for files in self._files(curve)]
        return Pace(blocks)

    def _files(self, curve: Curve) -> list[tuple[str, str]]:
        """Of every block of a curve its samples, and Snakemake's measurements of the job."""
        blocks = self.grid.blocks(curve.model, curve.benchmark)
        return [
            (paths.SAMPLES.format(block=block, **curve._asdict()), SPEEDS.format(block=block, **curve._asdict()))
            for block in blocks
        ]

    @cached_property
    def _seconds(self) -> dict[str, float]:
        return self.pace.seconds()

    def longest_first(self, **names) -> float:
        """The priority of a block: between 0 and 1, the longer the larger; below that of trainings."""
        longest = max(self._seconds.values(), default=0.0)
        own = self._seconds.get(paths.SAMPLES.format(**names), 0.0)
        return round(0.9 * own / longest, 3) if longest else 0.0

    def to_plan(self) -> list[Job]:
        """All samples, for `planning.plan`: names, spec, stream, gpus, problems (None: unknown), own_file: the entry
        of a benchmark from a file; blocks: (path, file of Snakemake's measurements, samples per problem), prompts:
        their file, and, for a model that costs money, price and limit."""
        jobs = []
        for curve in self.grid.sampled_curves:
            entry = self.grid.benchmarks[curve.benchmark]
            job: Any = {
                "spec": self.sampling.spec(*curve),
                "gpus": self.gpus(curve.model),
                "blocks": [[*files, entry["block"]] for files in self._files(curve)],
                "stream": self.grid.stream_of(curve.benchmark),
                "problems": entry.get("problems"),
                **({"own_file": entry} if entry.get("source") == "file" and not self.grid.opened else {}),
                "prompts": paths.PROMPTS.format(model=curve.model, benchmark=curve.benchmark),
            }
            server = self.grid.models[curve.model].get("server", {})
            job |= {key: server[key] for key in ("price", "limit") if key in server}
            jobs.append(curve._asdict() | job)
        return jobs


class Later:
    """A text that is made only when it is printed, not for each of thousands of jobs that are not planned."""

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
