"""Exact success rates: their curves and specs. Light: runs at parse time."""

from typing import Any

from boundary.closure import library
from boundary.config.explanations import suggest
from boundary.contracts import Config, ExploreSpec, VerificationSpec
from boundary.errors import InputError
from boundary.grid import Grid, of_grid
from boundary.identity import EXPLORING_PROTOCOL
from boundary.names import Curve
from boundary.paths import CLAIMS_TABLE, CURVE
from boundary.report.shown import Table
from boundary.results import Result
from boundary.sampling.decoding import penalties
from boundary.sampling.plan import Sampling
from boundary.sampling.setup import of_model
from boundary.verifying.plan import Verification
from boundary.verifying.verifiers import grader_files


@of_grid
def explored(grid: Grid) -> list[Curve]:
    """The curves whose exact success rates are asked for: of models with weights here."""
    asked: Any = grid.config.get("truth")
    if asked is None or grid.opened:
        return []
    kinds = ("models", "benchmarks", "decodings")
    return [
        curve
        for curve in grid.sampled_curves
        if all(one in asked.get(kind, [one]) for kind, one in zip(kinds, curve, strict=True))
        and curve.benchmark not in grid.probes
        and "server" not in grid.models[curve.model]
        and "entropy_of" not in grid.config["decodings"][curve.decoding]
    ]


EXPLORED = f"results/truth/responses/{CURVE}.parquet"  # what a model writes, with its exact probability
EXPLORED_VERDICTS = f"results/truth/verdicts/{CURVE}.parquet"
RATES = Result(  # of success, exact up to bounds
    f"results/truth/rates/{CURVE}.parquet",
    Curve,
    where=lambda grid, curve: curve in explored(grid),
    work=lambda grid, curve: frozenset({("exact", *curve)}),
)


def _has_comparisons(grid: Grid) -> bool:
    return bool(grid.every_comparison)


TABLES = [
    Table(
        "truth",
        {"claims": CLAIMS_TABLE, "rates": RATES},
        where=_has_comparisons,
        spec=("rate", "runs"),
        after="entropy",
    ),
    Table("rates", {"rates": RATES}, where=_has_comparisons, after="truth"),
]


class Truth:
    """Responses with their exact probabilities, and their verdicts, by the wildcards of their rules."""

    def __init__(self, grid: Grid):
        self.grid, self.config = grid, grid.config

    def spec(self, model: str, benchmark: str, decoding: str) -> ExploreSpec:
        """The spec of a model's responses and their probabilities, given the prompts."""
        asked, sampling = self.config["truth"], Sampling(self.grid)
        return {
            "protocol": EXPLORING_PROTOCOL,
            "model": sampling.model(model, benchmark),
            "decoding": sampling.decoding(model, benchmark, decoding),
            "unexplored": asked["unexplored"],
            "prefixes": asked["prefixes"],
        }

    def verification(self, benchmark: str, model: str, **_) -> VerificationSpec:
        """That of samples, with the benchmark's own grader only."""
        grader = self.grid.grader(benchmark)
        code = library("verify_block.py", *grader_files((grader,)))
        return Verification(self.grid).spec(benchmark, model) | {"graders": [grader], "code": code}

    def setup(self, model: str, benchmark: str, **_) -> dict:
        """The setup for finding responses with their probabilities: as for scoring."""
        return of_model(self.grid, model, "transformers") | {"prompts": Sampling(self.grid).prompts(model, benchmark)}


def check(config: Config, places) -> None:
    """`truth` must name existing models, benchmarks and decodings that a walk by distinct prefixes can follow."""
    asked: Any = config.get("truth")
    every: Any = config
    if asked is None:
        return
    for kind in ("models", "benchmarks", "decodings"):
        for name in asked.get(kind, []):
            if name not in (known := every[kind]):
                raise InputError(
                    f"config: truth.{kind}: {name!r} is unknown{suggest(name, known)}; {kind}: {', '.join(known)}"
                )
    curves = explored(Grid(config))
    if not curves:
        raise InputError(
            "config: truth: no model of this run whose weights are here is sampled on these benchmarks under these "
            "decodings, by a temperature of their own"
        )
    for model, benchmark, decoding in curves:
        if config["models"][model]["stop"]:
            raise InputError(f"config: truth.models: {model!r} has `stop` strings, which no walk sees; leave it out")
        if found := penalties(config["decodings"][decoding]):
            raise InputError(f"config: truth.decodings: {decoding!r} has a {found[0]}, which no walk knows")
        if "image" in config["benchmarks"][benchmark]:
            raise InputError(f"config: truth.benchmarks: {benchmark!r} has images, which are not read; leave it out")
