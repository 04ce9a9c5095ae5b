"""The report: the spec of each figure and table. contents.py lists them. Light: runs at parse time."""

from collections.abc import Callable, Iterable
from typing import Any

from boundary.analysis.plan import Analysis
from boundary.config.trainings import SUPERVISED
from boundary.contracts import Part
from boundary.grid import Grid
from boundary.names import Axis, GroupCondition, Run
from boundary.report.shown import Drawn, Figure, Table
from boundary.report.trained import DISTILLATION, RL, SFT
from boundary.screening.plan import Screening

ALGORITHMS = {"distill": DISTILLATION, "pretrain": SFT, "rft": SFT}  # of trainings by documents

GUESSED = (
    "The floor is that of letters that are drawn each by itself, and rises with k; a model that always gives one "
    "letter stays at 1 / options. Coverage is claimed at the largest k up to that at which the floor is at most 50%; "
    "what is beyond it is drawn only."
)
CAPTIONED = ("level", "guess_floor", "note", "sampled_guesses", "labels")


def kinds(grid: Grid) -> dict[str, str]:
    """How models, and several runs together, were trained: `rl`, `sft`, `distillation`, or the text of `trained_by`.

    Models for which it is unknown are left out.
    """
    recipes = grid.config["recipes"]
    found: dict[str, str] = {}
    for name, entry in grid.models.items():
        algorithm = recipes[entry["training"]["recipe"]]["algorithm"] if "training" in entry else None
        trained = algorithm and (ALGORITHMS.get(algorithm, algorithm) if algorithm in SUPERVISED else RL)
        if kind := entry.get("kind") or entry.get("trained_by") or trained:
            found[name] = kind
    together = {name: {found.get(run, "") for run in runs} for name, runs in grid.config["runs"].items()}
    return found | {name: kind.pop() for name, kind in together.items() if len(kind) == 1 and "" not in kind}


class Shown:
    """Specs of figures and tables, by the wildcards of their rules."""

    def __init__(self, grid: Grid):
        self.grid, self.config = grid, grid.config

    def drawing(self, every: Iterable[Drawn], **names) -> list[dict]:
        """The name, spec and names of each of some figures and trends of a benchmark."""
        found = []
        for drawn in every:
            about = drawn.names | names
            if drawn.figure:
                spec, of_group = self.figure(drawn.figure, **about), {}
            else:
                spec = Analysis(self.grid).trend(**about)
                of_group = {"group": spec["group"]}
            found.append({"name": drawn.name, "spec": spec, "names": about | of_group})
        return found

    def captions(self, every: Iterable[Drawn], **names) -> dict:
        """Values that captions need in Snakemake's report, for the figures of one job."""
        specs = [one["spec"] for one in self.drawing(every, **names)]
        said = {key: spec[key] for spec in specs for key in CAPTIONED if key in spec}
        groups = [spec["group"] for spec in specs if isinstance(spec.get("group"), dict)]
        joined = {key: " and ".join(dict.fromkeys(str(group[key]) for group in groups)) for key in ("title", "axis")}
        decodings = dict.fromkeys(drawn.decoding for drawn in every if drawn.decoding)
        return said | {"group": joined, "decoding": " and ".join(decodings)}

    def figure(self, figure: Figure, **names) -> dict:
        """The spec of a figure. names: the wildcards of its path."""
        of_others: dict[type, Callable[..., dict]] = {
            GroupCondition: self.of_group,
            Axis: self.of_axis,
            Run: self.of_trainings,
        }
        own = self.with_runs if figure.together else self.of_condition
        found = of_others.get(figure.per, own)(**names)
        return found | {key: self.more(key, found) for key in figure.spec}

    def more(self, key: str, found: dict) -> object:
        """Spec keys that only a few figures need. found: the spec of the figure so far."""
        if key == "not_rl":
            drawn = {model["name"] for model in found["models"]}
            return [name for name, kind in kinds(self.grid).items() if kind != RL and name in drawn]
        return self.config["analysis"][key]

    def of_trainings(self) -> dict:
        """Labels of recipes: those of the trainings that name them, or their own names."""
        said = {entry["recipe"]: entry.get("label", name) for name, entry in self.config["trainings"].items()}
        return {"labels": {name: said.get(name, name) for name in self.config["recipes"]}}

    def of_condition(self, benchmark: str, decoding: str) -> dict:
        """Labels and styles of the models under a condition, in order, and other common keys of a figure's spec."""
        return self._figure(
            benchmark, decoding, self.grid.models_of(benchmark, decoding), self.grid.pairs_of(benchmark, decoding)
        )

    def with_runs(self, benchmark: str, decoding: str) -> dict:
        """`of_condition`, with the runs of one recipe together."""
        return self._figure(benchmark, decoding, *self.grid.with_runs(benchmark, decoding))

    def _figure(self, benchmark: str, decoding: str, drawn: list[str], pairs: list[tuple[str, str]]) -> dict:
        entry = self.grid.benchmarks[benchmark]
        runs: dict[str, dict] = {name: {} for name in self.config["runs"]}
        screening = Screening(self.grid)
        guess, note, sampled = entry.get("guess_floor"), entry.get("note"), {}
        if "guess" in entry:
            guess = screening.guesser(entry["guess"])
            sampled = {"sampled_guesses": True}
        if benchmark in self.grid.guessed:
            note = f"{GUESSED} {note or ''}".strip()
        if benchmark in self.grid.subsets:
            note = f"These are {screening.subset_in_words(benchmark)}. {note or ''}".strip()
        return {
            "models": [
                {"name": name, "place": place, **{key: model.get(key) for key in ("label", "color", "marker")}}
                for place, (name, model) in enumerate((self.grid.models | runs).items())
                if name in drawn
            ],
            "pairs": pairs,
            "grader": entry["grader"],
            "level": self.config["analysis"]["level"],
            "guess_floor": guess,
            "note": note,
            "title": f"{benchmark}, {decoding}",
            **sampled,
        }

    def of_group(self, group: str, benchmark: str, decoding: str) -> dict:
        """`of_condition` for the models of a group only, and the group."""
        found = self.grid.group(group)
        members = self.grid.members_of(found, benchmark, decoding)
        names = self.grid.group_models(found, benchmark, decoding)
        spec = self._figure(benchmark, decoding, names, [(member["base"], member["tuned"]) for member in members])
        models = {model["name"]: model for model in spec["models"]}
        kept = {key: found.get(key) for key in ("title", "axis", "scale", "folded", "k")} | {"members": members}
        return spec | {"models": [models[name] for name in names], "group": kept}

    def of_axis(self, group: str, benchmark: str) -> dict:
        """The group along decodings with its members on a benchmark, and other keys of its figure's spec."""
        found = self.grid.group(group)
        members = self.grid.axis_members(found, benchmark)
        names = {side: self.grid.models[members[0][side]]["label"] for side in ("base", "tuned")}
        kept = {key: found.get(key) for key in ("title", "axis", "scale", "k")} | {"members": members}
        return Analysis(self.grid).judging(benchmark) | {"group": kept, "labels": names, "title": benchmark}

    def tables(self, tables: Iterable[Table]) -> list[dict]:
        """Name and spec of each of some tables."""
        return [{"name": t.name, "spec": self.table(t.spec)} for t in tables]

    def table(self, asked: tuple[str, ...]) -> dict:
        """The spec of a table: `benchmarks`, `wholes` among them, `published`, `whole_of` of subsets, `graders`,
        `groups`, `comparisons` with grader and whether they are incomplete, `level`, `rate`, `runs`."""
        graders = {name: self.grid.grader(name) for name in self.grid.benchmarks}
        known: dict[str, Any] = {"benchmarks": list(graders), "graders": graders, "groups": self.grid.group_rows}
        known["level"] = self.config["analysis"]["level"]
        known["rate"], known["runs"] = self.config["analysis"]["rate"], self.config["runs"]
        known["parts"] = {name: _part(entry["part"]) for name, entry in self.grid.benchmarks.items() if "part" in entry}
        known["wholes"] = [name for name in graders if name not in self.grid.subsets]
        known["published"] = [name for name in graders if self.grid.is_published(name)]
        known["whole_of"] = {name: self.grid.whole_of(name) for name in graders}
        known["comparisons"] = [
            [*names, self.grid.grader(names[2]), self.grid.pair(*names[:2], names[3])["incomplete"]]
            for names in self.grid.comparisons
        ]
        known["turns"] = {d: self.grid.turns_of(d) for d in dict.fromkeys(c.decoding for c in self.grid.comparisons)}
        return {key: known[key] for key in asked}


def _part(part: Part) -> str:
    """A part of a benchmark in words."""
    size = part["sizes"][part["index"]]
    return f"a part: {size:,} of {sum(part['sizes']):,} problems"
