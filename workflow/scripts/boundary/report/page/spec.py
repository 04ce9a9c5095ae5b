"""Everything on the page except results: names, labels, conditions, figures, and links to samples.

Light: runs at parse time.
"""

from typing import Any

from boundary import paths
from boundary.analysis.plan_claims import Claims
from boundary.contracts import Model
from boundary.grid import Grid
from boundary.names import Condition, Row
from boundary.report.contents import Contents
from boundary.report.plan import Shown, kinds
from boundary.report.shown import Figure
from boundary.validity.plan import LABELLED
from boundary.verifying.plan import Verification

OF_BENCHMARK = ("verifier", "grader", "former", "licence", "citation", "note", "samples", "probe_of", "of", "publish")
OF_MODEL = ("label", "licence", "note")
IN_CAPTIONS = ("level", "guess_floor", "note", "sampled_guesses", "group", "labels")


def spec(grid: Grid, contents: Contents, file: str) -> dict:
    """The spec of the page. file: name of the configuration file, which is the title of a run without `title`."""
    named, shown, verification = Claims(grid).spec(), Shown(grid), Verification(grid)
    return {
        "title": grid.config.get("title") or file,
        "origins": {name: _origin(entry) for name, entry in grid.models.items()},
        "level": named["level"],
        "rate": named["rate"],
        "labels": named["labels"],
        "served": named["served"],
        "other_bases": named["other_bases"],
        **{key: named[key] for key in ("by_chat", "other_templates") if key in named},
        "subsets": named.get("subsets", {}),
        "kinds": kinds(grid),
        "models": {name: _kept(model, OF_MODEL) for name, model in grid.models.items()},
        "benchmarks": {
            name: _kept(entry, OF_BENCHMARK)
            | {"graders": list(verification.graders(name)), "whole": grid.whole_of(name)}
            for name, entry in grid.benchmarks.items()
        },
        "cut": [name for name in grid.config["decodings"] if grid.is_cut(name)],
        "conditions": [
            shown.with_runs(benchmark, decoding)
            | {"benchmark": benchmark, "decoding": decoding}
            | {"browse": _place(grid, grid.whole_of(benchmark), decoding)}
            for benchmark, decoding in grid.conditions
        ],
        "figures": [_figure(figure, row, shown) for figure, row in contents.drawn],
        **({"left": [list(names) for names in sorted(grid.left)]} if grid.left else {}),
    }


def browse(grid: Grid, benchmark: str, decoding: str) -> dict:
    """The spec of the pages of samples: their models, the number of samples shown, and the grader that counts."""

    def own(model: str) -> str:
        return grid.decoding_of(model, benchmark, decoding)

    return {
        "samples": grid.config["report"]["samples"],
        "rate": grid.config["analysis"]["rate"],
        "level": grid.config["analysis"]["level"],
        "notation": grid.benchmarks[benchmark].get("notation"),
        "grader": grid.grader(benchmark),
        "graders": list(Verification(grid).graders(benchmark)),
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


def labelled(grid: Grid, benchmark: str, decoding: str) -> list[str]:
    """The labels of reviewers for responses under a condition, if there are any."""
    condition = Condition(benchmark, decoding)
    return [LABELLED.of(condition)] if LABELLED.where(grid, condition) else []


def browsed(grid: Grid, pattern: str, benchmark: str, decoding: str) -> list[str]:
    """The files of all blocks of all models whose samples can be read under a condition."""
    curves = (
        (m, benchmark, grid.decoding_of(m, benchmark, decoding)) for m in grid.browsed_models(benchmark, decoding)
    )
    return [path for curve in curves for path in paths.of_readable_blocks(grid, pattern, *curve)]


def about(grid: Grid, input, output) -> dict:
    """The configuration as it was written; it is shown and decides nothing else."""
    return {"configuration": grid.config}


def _origin(entry: Model) -> str:
    """Where the samples of a model are from."""
    if "counts" in entry:
        return "counts from a file"
    return (
        "imported" if "responses" in entry else "sampled from a server" if "server" in entry else "sampled by this run"
    )


def _kept(entry: Any, keys: tuple[str, ...]) -> dict:
    return {key: entry[key] for key in keys if entry.get(key) is not None}


def _figure(figure: Figure, row: Row, shown: Shown) -> dict:
    """A figure: what it is called and about, and what its caption asks for."""
    names = row._asdict()
    spec = shown.figure(figure._replace(together=False), **names)
    caption = {key: spec[key] for key in IN_CAPTIONS if key in spec}
    if "group" in caption:
        caption["group"] = {key: caption["group"][key] for key in ("title", "axis")}
    path = f"{figure.path}.svg".format(**names)
    about = {kind: names[kind] for kind in ("benchmark", "decoding", "group") if kind in names}
    return {"path": path, "name": figure.name, "category": figure.category, "names": about, "spec": caption}


def _place(grid: Grid, benchmark: str, decoding: str) -> str | None:
    """The page on which the samples of a condition are read, as seen from the report; None where there is none."""
    if not grid.is_browsed(benchmark, decoding):
        return None
    return paths.BROWSE.of(Condition(benchmark, decoding)).removeprefix("results/") + "/index.html"
