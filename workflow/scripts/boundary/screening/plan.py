"""Screening: which problems can be guessed or may have been seen in training. Light: runs at parse time."""

from boundary import work
from boundary.contracts import Guess
from boundary.files.known_digests import file_digest
from boundary.grid import Grid
from boundary.names import Benchmark
from boundary.paths import BENCHMARK, COUNTS, SAMPLES, of_blocks
from boundary.report.shown import Table
from boundary.results import Result


def _is_guessed(grid: Grid, row: Benchmark) -> bool:
    return "guess" in grid.benchmarks[row.benchmark]


def _is_probed(grid: Grid, row: Benchmark) -> bool:
    return grid.is_probed(row.benchmark)


GUESSES = Result(  # of a model that is asked for the answer alone
    "results/guesses/{benchmark}.parquet",
    Benchmark,
    where=_is_guessed,
    work=lambda grid, row: work.of_guesses(grid, row.benchmark),
    of_whole=True,
)
CONTAMINATION = Result(
    "results/contamination/{benchmark}.parquet",
    Benchmark,
    where=_is_probed,
    work=lambda grid, row: work.of_contamination(grid, row.benchmark),
    of_whole=True,
)
SCREENED = (GUESSES, CONTAMINATION)
OF_GUESSES = {"counts": COUNTS, "guesses": GUESSES}
TABLES = [
    Table("guesses", OF_GUESSES, spec=("graders", "level"), optional=(), after="flags"),
    Table("above_guessing", OF_GUESSES, spec=("graders", "level"), optional=(), after="guesses"),
    Table("contamination", {"found": CONTAMINATION}, after="above_guessing"),
]
DELIVERED = SCREENED


def screened(grid: Grid, result: Result, benchmark: str) -> list[str]:
    """The file with the guessable or contaminated problems of a benchmark, or of the whole of a subset.

    None if nothing was checked. result: GUESSES or CONTAMINATION.
    """
    row = Benchmark(grid.whole_of(benchmark))
    return [result.of(row)] if result.where(grid, row) else []


class Screening:
    """Guesses, probes and subsets, by benchmark."""

    def __init__(self, grid: Grid):
        self.grid, self.config = grid, grid.config

    def guess_counts(self, benchmark: str) -> str:
        """The counts of the model whose samples are a benchmark's guesses."""
        guess = self.grid.benchmarks[benchmark]["guess"]
        return COUNTS.format(model=guess["model"], benchmark=benchmark, decoding=guess["decoding"])

    def guesses_at_others(self, pattern: str, benchmark: str) -> list[str]:
        """The files of a model's answers to all problems, if its answers to other problems are its guesses."""
        guess = self.grid.benchmarks[benchmark]["guess"]
        names = {"model": guess["model"], "benchmark": benchmark, "decoding": guess["decoding"]}
        return [pattern.format(**names)] if "answers" in guess else []

    def of_whole(self, pattern: str, benchmark: str, **curve) -> str:
        """A file of the benchmark behind a subset, or behind a probe."""
        entry = self.grid.benchmarks[benchmark]
        return pattern.format(benchmark=entry.get("of") or entry["probe_of"], **curve)

    def chosen_by(self, benchmark: str) -> str:
        """The file that selects a subset."""
        entry = self.grid.benchmarks[benchmark]
        by = {"guessable": GUESSES, "contaminated": CONTAMINATION}
        return screened(self.grid, by[entry.get("drop") or entry["keep"]], benchmark)[0]

    def probe(self, benchmark: str) -> list[str]:
        """The benchmark that asks for the rest of a benchmark's questions, if there is one."""
        return list(dict.fromkeys(BENCHMARK.format(benchmark=on) for _, on, _ in self.grid.probe_curves(benchmark)))

    def probe_samples(self, benchmark: str) -> list[str]:
        """The samples of every model that was asked for the rest of a benchmark's questions."""
        return [path for curve in self.grid.probe_curves(benchmark) for path in of_blocks(self.grid, SAMPLES, *curve)]

    def training_prompts(self) -> list[str]:
        """The file of training prompts in which questions are searched for, if the configuration names one."""
        asked = self.config.get("contamination", {})
        return [asked["training"]] if "training" in asked and not self.grid.opened else []

    def every_subset(self) -> list[str]:
        return [BENCHMARK.format(benchmark=benchmark) for benchmark in self.grid.subsets]

    def guesses(self, benchmark: str) -> dict:
        guess = self.grid.benchmarks[benchmark]["guess"]
        return {"level": self.config["analysis"]["level"]} | {
            "grader": self.grid.grader(benchmark),
            "below": guess["below"],
            **({"answers": guess["answers"]} if "answers" in guess else {}),
        }

    def guesser(self, guess: Guess) -> str:
        """The model that guesses, in words."""
        label = self.grid.models[guess["model"]]["label"]
        return f"the answers of {label} to other problems" if "answers" in guess else label

    def contamination(self, benchmark: str) -> dict:
        """The spec of contaminated questions, given the samples of their probe."""
        asked, curves = self.config["contamination"], self.grid.probe_curves(benchmark)
        spec = {"models": [model for model, *_ in curves], "words": asked["words"], "overlap": asked["overlap"]}
        if "training" in asked:
            spec["training"] = {"sha256": file_digest(asked["training"]), "column": asked["column"]}
        return spec

    def subset_in_words(self, benchmark: str) -> str:
        """The problems of a subset, in words."""
        entry, which = self.grid.benchmarks[benchmark], ""
        if (kind := entry.get("drop") or entry["keep"]) == "guessable":
            guess = entry["guess"]
            solves = f"{self.guesser(guess)} {'get' if 'answers' in guess else 'gets'}"
            which = f"those that {solves} right in some, but less than {100 * guess['below']:g}% of its samples"
        else:
            asked = self.config["contamination"]
            which = "those that a model completes word by word from their beginning"
            if "training" in asked:
                which += (
                    f", or that share {100 * asked['overlap']:g}% or more of their {asked['words']}-word sequences "
                )
                which += "with a training prompt"
        negation = "not " if "drop" in entry else ""
        return f"the problems of {entry['of']} that are {negation}{kind} ({which})"
