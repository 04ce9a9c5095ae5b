"""Likelihood: scoring models, scored responses, and their specs. Light: runs at parse time."""

from typing import Any

from boundary.analysis.plan import Analysis
from boundary.config.explanations import suggest
from boundary.contracts import Config, ScoreSpec
from boundary.errors import InputError
from boundary.grid import Grid, of_grid
from boundary.identity import SCORING_PROTOCOL
from boundary.names import Comparison, Condition, Curve, GroupCondition, Score, Work
from boundary.paths import CURVE, MATCHED, PAIR, VERDICTS, of_blocks
from boundary.report.shown import Figure, Table
from boundary.results import Result, of_group
from boundary.sampling import engines
from boundary.sampling.decoding import penalties
from boundary.sampling.plan import Sampling
from boundary.sampling.setup import of_model

# --- who scores whom -------------------------------------------------------------------------------------------------


def _is_scored(grid: Grid, benchmark: str, decoding: str) -> bool:
    """Whether responses on a benchmark are scored by models; those of subsets and cuts are not, again."""
    asked = grid.config.get("likelihood")
    wanted = asked is not None and benchmark in asked.get("benchmarks", [benchmark])
    return wanted and benchmark in grid.built and not grid.is_cut(decoding)


def is_scored_group(grid: Grid, title: str) -> bool:
    """Whether likelihoods are asked for along a group: of all groups, or of the named ones."""
    asked = grid.config.get("likelihood")
    return asked is not None and title in asked.get("groups", [title])


def _in_asked_group(grid: Grid, comparison: Comparison) -> bool:
    """Whether the pair is a member of a group that likelihoods are asked for, if they are for groups alone."""
    asked = [grid.groups[title] for title in grid.config["likelihood"].get("groups", [])]
    members = [member for group in asked for member in grid.members_of(group, *comparison.condition)]
    return not asked or comparison.pair in {(member["base"], member["tuned"]) for member in members}


@of_grid
def every_score(grid: Grid) -> list[Score]:
    """Every model that scores, with the curve whose responses it scores."""
    every = "groups" not in grid.config.get("likelihood", {})
    scored = (curve for curve in grid.curves if every and _is_scored(grid, curve.benchmark, curve.decoding))
    own = [Score(*curve, curve.model) for curve in scored if "weights" in grid.models[curve.model]]
    compared = (score for comparison in grid.comparisons for score in scores_of(grid, comparison))
    return list(dict.fromkeys([*own, *compared]))


def scores_of(grid: Grid, comparison: Comparison) -> list[Score]:
    """The scores of a comparison: each model of its own responses, and the base of the tuned model's and of references.

    A model without weights here scores nothing, and neither do several runs together. A base whose prompts differ
    scores only its own responses.
    """
    base, tuned, benchmark, decoding = comparison
    if {base, tuned} & grid.config["runs"].keys():
        return []
    if not _is_scored(grid, benchmark, decoding) or not _in_asked_group(grid, comparison):
        return []
    of_base, of_tuned = comparison.curves
    found = [(base, of_base), (tuned, of_tuned)]
    if not grid.pair(base, tuned, decoding)["prompts_differ"]:
        found.append((base, of_tuned))
    references = grid.config["likelihood"]["references"]
    found += [(base, curve) for curve in grid.curves if curve.model in references and curve.benchmark == benchmark]
    return [
        Score(model, benchmark, written.decoding, written.model)
        for model, written in found
        if "weights" in grid.models[model] and "counts" not in grid.models[written.model]
    ]


def _has_scores(grid: Grid, comparison: Comparison) -> bool:
    return bool(scores_of(grid, comparison))


def _has_entropy(grid: Grid, curve: Curve) -> bool:
    """Entropies are of models that score their own responses."""
    asked = grid.config.get("likelihood", {}).get("entropy")
    return bool(asked) and Score(*curve, curve.model) in every_score(grid)


def _scoring(grid: Grid, comparison: Comparison) -> Work:
    return frozenset(("scores", *score) for score in scores_of(grid, comparison))


SCORES = f"results/likelihood/{CURVE}/{{writer}}.parquet"  # what a model makes of a writer's responses
ENTROPY = Result(
    f"results/entropy/{CURVE}.parquet",
    Curve,
    where=_has_entropy,
    work=lambda grid, curve: frozenset({("scores", *curve)}),
)
LIKELIHOOD = Result(f"results/pairs/{PAIR}/likelihood.parquet", Comparison, where=_has_scores, work=_scoring)
RESPONSES = Result(  # their perplexities, one by one
    f"results/pairs/{PAIR}/responses.parquet", Comparison, where=_has_scores, work=_scoring
)


def _scored_along(grid: Grid, row: GroupCondition) -> bool:
    return is_scored_group(grid, grid.group(row.group)["title"])


def _is_along(grid: Grid, group: str, condition: Condition) -> bool:
    """Whether responses of members of a group are scored under a condition."""
    scored = of_group(grid, group, *condition).rows_of(LIKELIHOOD)
    return bool(scored) and _scored_along(grid, GroupCondition(group, *condition))


FIGURES = [
    Figure(
        "likelihood",
        "10. Likelihood",
        {"responses": RESPONSES, "measures": LIKELIHOOD},
        after="axis",
        with_group=_is_along,
    ),
    Figure(
        "likelihood_along",
        "10. Likelihood",
        {"measures": LIKELIHOOD},
        GroupCondition,
        where=_scored_along,
        after="likelihood",
    ),
    Figure("entropy", "11. Entropy", {"entropies": ENTROPY}, after="trained"),
]
TABLES = [
    Table("likelihood", {"measures": LIKELIHOOD}, after="trends"),
    Table("matched", {"pilots": MATCHED}, after="likelihood"),
    Table("entropy", {"entropies": ENTROPY}, after="matched"),
]
DELIVERED = (LIKELIHOOD, RESPONSES)


class Likelihood:
    """Scores and results from them, by the wildcards of their rules."""

    def __init__(self, grid: Grid):
        self.grid, self.config = grid, grid.config

    def written(self, pattern: str, benchmark: str, decoding: str, writer: str, **_) -> list[str]:
        """The files of all blocks of samples with scored responses."""
        entry, most = self.grid.benchmarks[benchmark], self.config["likelihood"]["samples"]
        blocks = of_blocks(self.grid, pattern, writer, benchmark, decoding)
        return blocks[: -(-most // entry["block"])]

    def likelihoods(self, **comparison) -> dict[str, list[str]]:
        """The scores of a comparison and, for each of their curves, its verdicts, numbered in order."""
        scores = scores_of(self.grid, Comparison(**comparison))
        files = {"scores": [SCORES.format(**score._asdict()) for score in scores]}
        for number, written in enumerate(dict.fromkeys(score.written for score in scores)):
            files[f"verdicts_{number}"] = self.written(VERDICTS, written.benchmark, written.decoding, written.model)
        return files

    def own_scores(self, model: str, **names) -> str:
        return SCORES.format(model=model, writer=model, **names)

    def spec(self, model: str, benchmark: str, decoding: str, writer: str) -> ScoreSpec:
        """The spec of a model's scores of a writer's responses, given the prompts, which are compared by hash."""
        asked = self.config["likelihood"]
        sampling = Sampling(self.grid)
        of_writer = sampling.spec(writer, benchmark, decoding)
        return {
            "protocol": SCORING_PROTOCOL,
            "model": sampling.model(model, benchmark),
            "written": of_writer,
            "own": model == writer,
            "entropy": asked["entropy"] and model == writer,
            "seed": self.config["seed"],
            "problems": asked["problems"],
            "samples": asked["samples"],
        }

    def of_pair(self, base: str, tuned: str, benchmark: str, decoding: str) -> dict:
        return Analysis(self.grid).intervals() | {
            "grader": self.grid.grader(benchmark),
            "quantile": self.config["likelihood"]["quantile"],
        }

    def setup(self, model: str, benchmark: str, **_) -> dict:
        """The setup of scoring: `Setup.of_job` without what concerns samples, and the spec of the `prompts`."""
        own = of_model(self.grid, model, self.config["likelihood"]["engine"])
        return own | {"prompts": Sampling(self.grid).prompts(model, benchmark)}

    def matching_setup(self, model: str, benchmark: str, decoding: str, **_) -> dict:
        """How the pilots of `base` and `tuned` are made: as for scoring, of each."""
        base = self.config["decodings"][decoding]["entropy_of"]["model"]
        return {
            whose: of_model(self.grid, name, "transformers") | {"prompts": Sampling(self.grid).prompts(name, benchmark)}
            for whose, name in (("base", base), ("tuned", model))
        }

    def gpus(self, model: str, **_) -> int:
        return engines.gpus(self.config["likelihood"]["engine"], self.grid.models[model])


def check(config: Config, places) -> None:
    """`likelihood` names what there is, and what its engine can score."""
    asked: Any = config.get("likelihood")
    every: Any = config
    if asked is None:
        return
    for key, kind in (("benchmarks", "benchmarks"), ("references", "models"), ("groups", "groups")):
        for name in asked.get(key, []):
            if name not in (known := every[kind]):
                raise InputError(
                    f"config: likelihood.{key}: {name!r} is unknown{suggest(name, known)}; {kind}: {', '.join(known)}"
                )
    scoring = [name for name, kind in engines.ENGINES.items() if kind.scores]
    if asked["engine"] not in scoring:
        raise InputError(
            f"config: likelihood.engine = {asked['engine']!r} scores no responses: must be one of {', '.join(scoring)}"
        )
    if asked["entropy"] and not engines.ENGINES[asked["engine"]].distributions:
        raise InputError(
            f"config: likelihood.engine = {asked['engine']!r} gives no whole distributions, which entropy is of: say "
            "`entropy: false`, or `engine: transformers`"
        )
    for name, decoding in config["decodings"].items() if asked["entropy"] else ():
        if found := penalties(decoding):
            raise InputError(
                f"config: decodings.{name}.{found[0]} lets each distribution depend on what came before, and the "
                "entropy of such ones is not measured: say likelihood.entropy: false"
            )
    for name in asked["references"]:
        if "counts" in config["models"][name]:
            raise InputError(f"config: likelihood.references: {name!r} has counts only, and no responses to score")
    for name in asked.get("benchmarks", config["benchmarks"]):
        if "image" in config["benchmarks"][name]:
            raise InputError(f"config: likelihood: benchmark {name!r} has images, which cannot be scored; leave it out")
