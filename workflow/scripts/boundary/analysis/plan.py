"""Curves, comparisons and trends: their inputs and specs. Light: runs at parse time."""

from pathlib import Path

from boundary.analysis.asked import ABOVE_VOTE
from boundary.contracts import Config, Pair
from boundary.errors import InputError
from boundary.grid import Grid
from boundary.names import SIDES, Benchmark, Comparison, Curve
from boundary.paths import ANSWERS, BENCHMARK, CLUSTERS, COUNTS
from boundary.screening.plan import CONTAMINATION, GUESSES, screened
from boundary.topup.plan import side_topup


class Analysis:
    """All estimates from counts, by the wildcards of their rules."""

    def __init__(self, grid: Grid):
        self.grid, self.config = grid, grid.config

    # --- files -------------------------------------------------------------------------------------------------------

    def of_runs(self, pattern: str, model: str, **names) -> list[str]:
        """The files of a curve, one per run; a single model has one."""
        return [pattern.format(model=run, **names) for run in self.grid.runs_of(model)]

    def runs_counts(self, side: str, **names) -> list[str]:
        """The counts of one side of a comparison, one file per run; a single model has one."""
        return self.of_runs(COUNTS, **Comparison(**names).curves[SIDES.index(side)]._asdict())

    def clusters(self, benchmark: str, **_) -> list[str]:
        """The file with the clusters of a benchmark's problems, if `cluster` names a column for them."""
        row = Benchmark(self.grid.whole_of(benchmark))
        return [CLUSTERS.of(row)] if CLUSTERS.where(self.grid, row) else []

    def of_comparison(self, parts: tuple[str, ...], **names) -> dict[str, list[str]]:
        """The inputs of some parts of a comparison: counts of both sides, of top-ups, problems and screens."""
        files: dict[str, list[str]] = {side: self.runs_counts(side, **names) for side in SIDES}
        if {"curves", "choices"} & set(parts):
            files |= {"clusters": self.clusters(names["benchmark"])}
        if "problems" in parts:
            files |= {f"{side}_topup": side_topup(self.grid, side, **names) for side in SIDES}
        if "choices" in parts:
            files |= {"problems": [BENCHMARK.format(**names)]}
            files |= {
                "guesses": screened(self.grid, GUESSES, names["benchmark"]),
                "contamination": screened(self.grid, CONTAMINATION, names["benchmark"]),
            }
            comparison = Comparison(**names)
            others = {side: [COUNTS.of(curve) for *_, curve in self.others(side, comparison)] for side in SIDES}
            files |= {f"{side}_others": found for side, found in others.items() if found}
            if ABOVE_VOTE in self.grid.asked(comparison):
                files["votes"] = [ANSWERS.of(comparison.curves[0])]
        return files

    def others(self, side: str, comparison: Comparison) -> list[tuple[str | None, str, Curve]]:
        """(prompt, decoding, curve) of a side of a comparison under other prompts; for a base with a claim about its
        best prompt, under other decodings too."""
        own = comparison.curves[SIDES.index(side)]
        if side == "base" and self.grid.asks_for_best(comparison):
            return [(*key, curve) for key, curve in self.grid.rivals(comparison).items()]
        return [(prompt, own.decoding, curve) for prompt, curve in self.grid.otherwise(own).items()]

    def group_counts(self, side: str, group: str, benchmark: str, decoding: str) -> list[str]:
        """The counts of one side of every member of a group, run by run."""
        members = self.grid.members_of(self.grid.group(group), benchmark, decoding)
        pairs = ({key: member[key] for key in SIDES} for member in members)
        return [
            path for pair in pairs for path in self.runs_counts(side, benchmark=benchmark, decoding=decoding, **pair)
        ]

    # --- what decides them -------------------------------------------------------------------------------------------

    def intervals(self, **_) -> dict:
        return {"level": self.config["analysis"]["level"]}

    def extrapolation(self, **_) -> dict:
        return self.intervals() | {"beyond": self.config["analysis"]["beyond"]}

    def summary(self) -> dict[str, dict]:
        """The spec of each estimate from a curve's counts."""
        return dict.fromkeys(("passk", "metrics", "diversity"), self.intervals()) | dict.fromkeys(
            ("beyond", "fit"), self.extrapolation()
        )

    def comparison(self, parts: tuple[str, ...], **names) -> dict[str, dict]:
        """The spec of each of some parts of a comparison."""
        of_part = {"curves": self.pair_curves, "problems": self.pair_problems, "choices": self.choices}
        return {part: of_part[part](**names) for part in parts}

    def pair_curves(self, base: str, tuned: str, benchmark: str, decoding: str) -> dict:
        efficiency_k = self.config["analysis"]["efficiency_k"]
        return self.intervals() | {
            "grader": self.grid.grader(benchmark),
            "efficiency_k": None if efficiency_k == "all" else efficiency_k,
            **({"sharpening_k": k} if (k := self.config["analysis"].get("sharpening_k")) else {}),
            **self._incomplete(self.grid.pair(base, tuned, decoding)),
        }

    @staticmethod
    def _incomplete(pair: Pair) -> dict:
        """No key where nothing is missing: the specs of other pairs are as they were before there was one."""
        return {"incomplete": True} if pair["incomplete"] else {}

    def pair_problems(self, base: str, tuned: str, benchmark: str, decoding: str) -> dict:
        pair = self.grid.pair(base, tuned, decoding)
        return {
            "level": self.config["analysis"]["level"],
            "grader": self.grid.grader(benchmark),
            "rate": self.config["analysis"]["rate"],
            "match_budgets": pair["match_budgets"],
            **self._incomplete(pair),
        }

    def judging(self, benchmark: str) -> dict:
        """How members of groups are judged; with multiple choice only at k = 1."""
        large_k = 1 if benchmark in self.grid.guessed else self.config["analysis"]["large_k"]
        return self.intervals() | {"large_k": large_k, "grader": self.grid.grader(benchmark)}

    def choices(self, base: str, tuned: str, benchmark: str, decoding: str) -> dict:
        """others: by side, (prompt, decoding) of its other curves; own: its own. No key for what does not exist."""
        comparison = Comparison(base, tuned, benchmark, decoding)
        own = {side: self._asked_by(curve) for side, curve in zip(SIDES, comparison.curves, strict=True)}
        others = {side: [list(other[:2]) for other in self.others(side, comparison)] for side in SIDES}
        asked = self.grid.asked(comparison)
        return {
            **self.judging(benchmark),
            "large_k": self.config["analysis"]["large_k"],
            **({"guessed": True} if benchmark in self.grid.guessed else {}),
            **self._incomplete(self.grid.pair(base, tuned, decoding)),
            **({"own": own, "others": others} if any(others.values()) else {}),
            **({"claims": asked} if asked else {}),
        }

    def _asked_by(self, curve: Curve) -> list[str | None]:
        """The prompt of a model that has several, else None, and the decoding."""
        named = {model: prompt for prompt, model in self.grid.prompts_of(curve.model).items()}
        return [named.get(curve.model), curve.decoding]

    def trend(self, group: str, benchmark: str, decoding: str) -> dict:
        found = self.grid.group(group)
        members = self.grid.members_of(found, benchmark, decoding)
        runs = {side: [len(self.grid.runs_of(member[side])) for member in members] for side in SIDES}
        return self.judging(benchmark) | {
            "at": [member["at"] for member in members],
            "group": found["title"],
            "scale": found["scale"],
            **({"runs": runs} if any(max(counted) > 1 for counted in runs.values()) else {}),
        }


def check(config: Config, places: list[Path]) -> None:
    """InputError for a claim that is asked for and that no pair of the run can have."""
    if not (asked := config["analysis"].get("claims")):
        return
    grid = Grid(config)
    there = {kind for comparison in grid.comparisons for kind in grid.asked(comparison)}
    for kind in asked:
        if kind not in there:
            why = (
                "answers can be compared on no benchmark of a pair: programs and counts have none"
                if kind == ABOVE_VOTE
                else "no base of a pair has a second prompt or decoding; give one by `prompts` of the model"
            )
            raise InputError(f"config: analysis.claims: {kind!r}: {why}")
