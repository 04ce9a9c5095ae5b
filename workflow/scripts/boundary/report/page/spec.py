"""What the page is made of besides results: names, labels, conditions, figures, and where samples can be read.

Light: runs at parse time.
"""

from boundary import paths
from boundary.grid import Grid
from boundary.identity import Specs
from boundary.report.contents import AXES, FIGURES, TRAININGS, Contents

OF_BENCHMARK = ("verifier", "grader", "former", "licence", "citation", "note", "samples", "probe_of", "of")
OF_MODEL = ("label", "licence", "note")
IN_CAPTIONS = ("level", "guess_floor", "note", "sampled_guesses", "group", "labels")


def spec(grid: Grid, specs: Specs, contents: Contents) -> dict:
    """The spec of the page."""
    named = specs.claims()
    return {
        "level": named["level"],
        "rate": named["rate"],
        "labels": named["labels"],
        "served": named["served"],
        "other_bases": named["other_bases"],
        "subsets": named.get("subsets", {}),
        "not_rl": named["not_rl"],
        "models": {name: _kept(model, OF_MODEL) for name, model in grid.models.items()},
        "benchmarks": {
            name: _kept(entry, OF_BENCHMARK) | {"graders": list(specs.graders(name)), "whole": grid.whole_of(name)}
            for name, entry in grid.benchmarks.items()
        },
        "cut": [name for name in grid.config["decodings"] if grid.is_cut(name)],
        "conditions": [
            specs.runs_figure(benchmark, decoding)
            | {"benchmark": benchmark, "decoding": decoding}
            | {"browse": _place(grid, grid.whole_of(benchmark), decoding)}
            for benchmark, decoding in grid.conditions
        ],
        "figures": [_figure(path, specs) for path in contents.figures() if path.endswith(".svg")],
        **({"left": [list(names) for names in sorted(grid.left)]} if grid.left else {}),
    }


def browse(grid: Grid, specs: Specs, benchmark: str, decoding: str) -> dict:
    """The spec of the pages on which samples are read: whose they are, how many are shown, whose verdict counts."""

    def own(model: str) -> str:
        return grid.decoding_of(model, benchmark, decoding)

    return {
        "samples": grid.config["report"]["samples"],
        "grader": specs.grader(benchmark),
        "graders": list(specs.graders(benchmark)),
        "models": [
            {
                "name": name,
                "label": str(grid.models[name]["label"] or name),
                "blocks": len(grid.readable_blocks(name, benchmark, own(name))),
                "decoding": own(name),
            }
            for name in grid.browsed_models(benchmark, decoding)
        ],
        "pairs": [list(pair) for pair in grid.pairs_of(benchmark, decoding)],
    }


def about(grid: Grid, input, output) -> dict:
    """What is shown of the configuration and decides nothing else: how it was written."""
    return {"configuration": grid.config}


def _kept(entry: dict, keys: tuple[str, ...]) -> dict:
    return {key: entry[key] for key in keys if entry.get(key) is not None}


def _figure(path: str, specs: Specs) -> dict:
    """A figure by its path: what it is called and about, and what its caption asks for."""
    *_, folder, file = path.removesuffix(".svg").split("/")
    name, _, group = file.partition("-")
    figure = next(figure for figure in FIGURES if figure.name == name)
    if figure.per == TRAININGS:
        names, spec = {}, specs.training_figure()
    elif figure.per == AXES:
        names = {"benchmark": folder}
        spec = specs.axis_figure(group=group, **names)
    else:
        names = {"benchmark": path.split("/")[-3], "decoding": folder}
        spec = specs.group_figure(group=group, **names) if group else specs.figure(**names)
    names |= {"group": group} if group else {}
    caption = {key: spec[key] for key in IN_CAPTIONS if key in spec}
    if "group" in caption:
        caption["group"] = {key: caption["group"][key] for key in ("title", "axis")}
    return {"path": path, "name": name, "category": figure.category, "names": names, "spec": caption}


def _place(grid: Grid, benchmark: str, decoding: str) -> str | None:
    """The page on which the samples of a condition are read, as seen from the report; None where there is none."""
    if not grid.is_browsed(benchmark, decoding):
        return None
    return paths.BROWSE.format(benchmark=benchmark, decoding=decoding).removeprefix("results/") + "/index.html"
