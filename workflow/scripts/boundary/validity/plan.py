"""Validity: models whose rare responses are labelled, and the labels. Light: runs at parse time."""

from pathlib import Path

from boundary import work
from boundary.analysis.plan import Analysis
from boundary.config.explanations import suggest
from boundary.contracts import Config
from boundary.errors import InputError
from boundary.files.locations import located, looked_in
from boundary.grid import PROGRAM, Grid, of_grid
from boundary.names import Condition, Curve, Work
from boundary.paths import COUNTS, SAMPLES, VERDICTS, of_readable_blocks
from boundary.report.shown import Figure, Table
from boundary.results import Result
from boundary.sampling.plan import Sampling


def label_sources(grid: Grid, benchmark: str) -> list[str]:
    """Sources of labels of the responses to a benchmark: files, and PROGRAM."""
    return grid.config["validity"]["labels"].get(benchmark, [])


@of_grid
def reviewed(grid: Grid) -> list[Condition]:
    """Every benchmark and decoding with responses of a pair that can be reviewed."""
    return list(dict.fromkeys(Condition(benchmark, decoding) for _, benchmark, decoding in grid.compared_curves))


def _is_reviewed(grid: Grid, condition: Condition) -> bool:
    return condition in reviewed(grid)


def _has_sheet(grid: Grid, condition: Condition) -> bool:
    """A sheet is made to be handed over."""
    return _is_reviewed(grid, condition) and grid.is_published(condition.benchmark)


def _is_judged(grid: Grid, condition: Condition) -> bool:
    """Whether responses have labels."""
    benchmark = condition.benchmark
    return _is_reviewed(grid, condition) and bool(label_sources(grid, benchmark)) and grid.has_samples(benchmark)


def _judging(grid: Grid, condition: Condition) -> Work:
    models = grid.compared_models(*condition)
    return work.of_curves(grid, [Curve(model, *condition) for model in models]) | {("labels", condition.benchmark)}


JUDGED_FOLDER = "results/validity/judged/{benchmark}/{decoding}"
RARE = "results/validity/responses/{benchmark}/{decoding}.parquet"  # correct ones to problems that are rarely solved
SHEET = Result("results/review/{benchmark}/{decoding}.html", Condition, where=_has_sheet)  # for people
SHEET_KEY = "results/review/{benchmark}/{decoding}.parquet"  # which model each of its responses is of
SHEET_QUESTIONS = "results/review/{benchmark}/{decoding}.jsonl"  # a benchmark for a model that judges them
VALIDITY = Result(f"{JUDGED_FOLDER}/models.parquet", Condition, where=_is_judged, work=_judging)
COT_PASSK = Result(f"{JUDGED_FOLDER}/curves.parquet", Condition, where=_is_judged, work=_judging)
JUDGED = f"{JUDGED_FOLDER}/problems.parquet"
LABELLED = Result(f"{JUDGED_FOLDER}/responses.parquet", Condition, where=_is_judged, work=_judging)
FIGURES = [Figure("validity", "9. Validity of reasoning", {"judged": VALIDITY, "curves": COT_PASSK}, after="choices")]
TABLES = [Table("validity", {"judged": VALIDITY}, after="choices")]
DELIVERED = (VALIDITY, COT_PASSK)


class Validity:
    """Pages for reviewers, labels and results from them, by benchmark and decoding."""

    def __init__(self, grid: Grid):
        self.grid, self.config = grid, grid.config

    def places(self, judged: bool) -> list[dict[str, str]]:
        """The conditions whose responses are reviewed: those with labels, or those without."""
        found = (condition for condition in reviewed(self.grid) if _is_judged(self.grid, condition) == judged)
        return [condition._asdict() for condition in found]

    def files(self, benchmark: str, decoding: str) -> dict[str, list[str]]:
        """The counts of every model whose responses under a condition are reviewed, and for each its blocks."""
        curves = [(model, benchmark, decoding) for model in self.grid.compared_models(benchmark, decoding)]
        files = {"counts": [COUNTS.format(model=m, benchmark=b, decoding=d) for m, b, d in curves]}
        for place, curve in enumerate(curves):
            files |= {f"samples_{place}": of_readable_blocks(self.grid, SAMPLES, *curve)}
            files |= {f"verdicts_{place}": of_readable_blocks(self.grid, VERDICTS, *curve)}
        return files

    def label_files(self, benchmark: str, **_) -> list[str]:
        """The files of labels on the responses to a benchmark."""
        return [source for source in label_sources(self.grid, benchmark) if source != PROGRAM]

    def rare_responses(self, benchmark: str, **_) -> dict:
        return {"grader": self.grid.grader(benchmark), "below": self.config["validity"]["below"]}

    def listed_responses(self, benchmark: str, decoding: str) -> dict:
        """`rare_responses` of the models of a condition."""
        models = self.grid.compared_models(benchmark, decoding)
        samples = [Sampling(self.grid).spec(model, benchmark, decoding) for model in models]
        return self.rare_responses(benchmark) | {"models": models, "samples": samples}

    def sheet(self, benchmark: str, decoding: str) -> dict:
        models, most = self.grid.compared_models(benchmark, decoding), self.config["validity"]["responses"]
        return self.rare_responses(benchmark) | {"responses": most, "models": models}

    def spec(self, benchmark: str, decoding: str) -> dict:
        program = self.grid.benchmarks[benchmark].get("task") if self._by_program(benchmark) else None
        models = self.grid.compared_models(benchmark, decoding)
        return Analysis(self.grid).intervals() | self.rare_responses(benchmark) | {"models": models, "program": program}

    def _by_program(self, benchmark: str) -> bool:
        return PROGRAM in label_sources(self.grid, benchmark)


def check(config: Config, places: list[Path]) -> None:
    """Turn labels into lists of sources: existing files, for benchmarks whose responses are reviewed."""
    labels, grid = config["validity"]["labels"], Grid(config)
    for benchmark, given in labels.items():
        key = f"config: validity.labels.{benchmark}"
        if benchmark not in config["benchmarks"]:
            raise InputError(
                f"{key}: that is no benchmark of this run{suggest(benchmark, config['benchmarks'])}; "
                f"benchmarks: {', '.join(config['benchmarks'])}"
            )
        if all(on != benchmark for _, on, _ in grid.compared_curves):
            raise InputError(f"{key}: no pair with samples is compared on it, and only responses of pairs are reviewed")
        labels[benchmark] = [
            source if source == PROGRAM else located(source, places)
            for source in ([given] if isinstance(given, str) else given)
        ]
        for source in labels[benchmark]:
            if source == PROGRAM and "task" not in config["benchmarks"][benchmark]:
                raise InputError(f"{key} = {PROGRAM}: a program can check tasks of the zoo alone; give files of labels")
            if source != PROGRAM and not Path(source).is_file():
                raise InputError(f"{key} = {source!r}: there is no such file{looked_in(source, places)}")
