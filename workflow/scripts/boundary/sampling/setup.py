"""How sampling jobs are run: engine, devices and folders. Changes no sample. Light: runs at parse time."""

from collections.abc import Callable

from boundary import paths
from boundary.files.locations import is_folder
from boundary.grid import Grid, is_sampled
from boundary.identity import Specs
from boundary.sampling import engines


class Setup:
    """What sampling jobs are told beside their spec, by the wildcards of their rule."""

    def __init__(self, grid: Grid):
        self.grid, self.config = grid, grid.config

    def gpus(self, model: str, **_) -> int:
        return engines.gpus(self.config["engine"], self.grid.models[model])

    def of_job(self, specs: Specs, model: str, benchmark: str, decoding: str, input=None, output=None, **_) -> dict:
        """engine, options (of every engine), weights (a folder, or None), server (where it is, or None),
        tensor_parallel_size; model, decoding; stream and benchmarks, among which samples are shared; models, of the
        run; forecast: what the job would do, in words.
        """
        entry = self.grid.models[model]
        weights = entry.get("weights")
        names = {"model": model, "benchmark": benchmark, "decoding": decoding}
        setup = {
            "engine": self.config["engine"],
            "options": self.config["engines"],
            "weights": weights if weights and is_folder(weights) else None,
            "server": entry.get("server"),
            "tensor_parallel_size": entry["tensor_parallel_size"],
            "model": model,
            "models": list(self.grid.models),
            "decoding": decoding,
            "stream": self.grid.stream_of(benchmark),
            "benchmarks": self.grid.sharing_stream(benchmark),
        }

        def words() -> str:
            from boundary.sampling.forecast import forecast  # heavy, and only for jobs that are planned

            return forecast(output[0], input.prompts, specs.sample(**names), setup)

        return setup | {"forecast": Later(words)}

    def samples_of(self, benchmark: str, **_) -> int | None:
        """How many samples a block of a benchmark has; None where nobody said how many problems there are."""
        entry = self.grid.benchmarks[benchmark]
        return entry["block"] * entry["problems"] if "problems" in entry else None

    def to_plan(self, specs: Specs) -> list[dict]:
        """Everything that is sampled, for `planning.plan`: names, spec, gpus, problems (None: not known), and blocks:
        (path, file of Snakemake's measurements, samples per problem)."""
        jobs = []
        for model, benchmark, decoding in self.grid.curves:
            if not is_sampled(self.grid.models[model]):
                continue
            names = {"model": model, "benchmark": benchmark, "decoding": decoding}
            entry, blocks = self.grid.benchmarks[benchmark], []
            for block in self.grid.blocks(model, benchmark):
                files = (pattern.format(block=block, **names) for pattern in (paths.SAMPLES, SPEEDS))
                blocks.append([*files, entry["block"]])
            job = {"spec": specs.sample(**names), "gpus": self.gpus(model), "blocks": blocks}
            jobs.append(names | job | {"problems": entry.get("problems")})
        return jobs


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
