"""The results on the page: sentences, charts by condition and grader, and every pair with its problems."""

from urllib.parse import quote

import numpy as np
import polars as pl

from boundary.analysis.answers import solved_by_base
from boundary.analysis.guess import guess_floor
from boundary.analysis.pairs import CATEGORIES
from boundary.contracts import PageSpec, ShownCondition
from boundary.files.store import ResultFile
from boundary.names import Curve, sides
from boundary.report.colors import PALETTE
from boundary.report.page import charts

SAID = {  # of categories, in the order in which the page has them
    "base only": "solved by the base alone",
    "tuned only": "solved by the tuned model alone",
    "both": "solved by both",
    "neither": "solved by neither",
}
assert set(SAID) == set(CATEGORIES)
PASSK, DIFFERENCE = "pass@k", "difference to the base"
OF_PAIR = ("base", "tuned", "benchmark", "decoding")


class Found:
    """Results by their subject."""

    def __init__(self, given: dict[str, list[ResultFile]]):
        self.curves = _by_curve(given["curves"])
        self.counts = _by_curve(given["counts"])
        self.differences = _by(given["differences"], *OF_PAIR)
        self.crossings = _by(given["crossings"], *OF_PAIR)
        self.overlaps = _by(given["overlaps"], *OF_PAIR)


def _by_curve(results: list[ResultFile]) -> dict[Curve, ResultFile]:
    return {Curve(*(result.names[key] for key in Curve._fields)): result for result in results}


def _by(results: list[ResultFile], *keys: str) -> dict[tuple, ResultFile]:
    return {tuple(result.names[key] for key in keys): result for result in results}


def _curve(condition: ShownCondition, model: str) -> Curve:
    """Of a model's samples under a condition, which may be one across two."""
    of_base, of_tuned = sides(condition["decoding"])
    own = of_base if model in {base for base, _ in condition["pairs"]} else of_tuned
    return Curve(model, condition["benchmark"], own)


def views(found: Found, spec: PageSpec, problems: dict[str, pl.DataFrame], guesses: dict[str, list]) -> list[dict]:
    """The charts of the first screen: benchmark, decoding, grader, view, and the chart.

    problems, guesses: by benchmark; guesses as in `guess_floor`. Differences have intervals of the benchmark's own
    grader only.
    """
    shown = []
    for condition in spec["conditions"]:
        names = {key: condition[key] for key in ("benchmark", "decoding")}
        benchmark, colors = condition["benchmark"], charts.colors_of(condition["models"])
        curves = {
            charts.label_of(model): found.curves[_curve(condition, model["name"])].frame
            for model in condition["models"]
        }
        graders = pl.concat(curve["grader"] for curve in curves.values()).unique(maintain_order=True).to_list()
        for grader in sorted(graders, key=lambda name: name != condition["grader"]):
            of_models = {label: curve.filter(grader=grader) for label, curve in curves.items()}
            of_models = {label: curve for label, curve in of_models.items() if len(curve)}
            largest = max(len(curve) for curve in of_models.values())
            floor = guess_floor(problems[benchmark], largest, guesses[benchmark])
            guess = condition["guess_floor"] or "blind guessing"
            chart = charts.passk_chart(of_models, colors, base_of(condition), floor, guess)
            shown.append(names | {"grader": grader, "view": PASSK, "chart": chart})
            if grader == condition["grader"] and condition["pairs"]:
                chart = charts.difference_chart(_differences(found, condition), colors)
                shown.append(names | {"grader": grader, "view": DIFFERENCE, "chart": chart})
    return shown


def base_of(condition: ShownCondition) -> dict[str, str]:
    """The base of every tuned model, the first of several, by label."""
    labels = {model["name"]: charts.label_of(model) for model in condition["models"]}
    return {labels[tuned]: labels[base] for base, tuned in condition["pairs"][::-1]}


def _differences(found: Found, condition: ShownCondition) -> dict[str, pl.DataFrame]:
    labels = {model["name"]: charts.label_of(model) for model in condition["models"]}
    curves = {}
    for base, tuned in condition["pairs"]:
        key = (base, tuned, condition["benchmark"], condition["decoding"])
        curves[labels[tuned]] = difference(found.differences[key], found.crossings[key])
    return curves


def difference(curve: ResultFile, crossing: ResultFile) -> pl.DataFrame:
    """The difference of a pair with the numbers of samples and problems."""
    counted = crossing.frame.select("n", "problems").row(0, named=True)
    return curve.frame.with_columns(pl.lit(value).alias(key) for key, value in counted.items())


def pairs(found: Found, spec: PageSpec, said: list, answers: dict[tuple, dict[str, str]]) -> list[dict]:
    """Every pair on every benchmark: its sentence, its charts, its problems, and the places of the numbers.

    said: of `sentences`. answers: rows of the table of answers by OF_PAIR.
    """
    conditions = {(c["benchmark"], c["decoding"]): c for c in spec["conditions"]}
    sentences = {tuple(one.names[key] for key in OF_PAIR): one for one in said}
    shown = []
    for key, curve in found.differences.items():
        base, tuned, benchmark, decoding = key
        labels = {name: spec["labels"][name] for name in (base, tuned)}
        overlap, condition = found.overlaps.get(key), conditions.get((benchmark, decoding))
        colors = charts.colors_of(condition["models"]) if condition else {}
        colors = {labels[base]: PALETTE[0], labels[tuned]: PALETTE[1]} | colors
        of_pair = {labels[tuned]: difference(curve, found.crossings[key])}
        drawn = {"difference": charts.difference_chart(of_pair, colors, charts.OF_PAIR)}
        pair = {
            "id": anchor(*key),
            "title": f"{labels[tuned]} against {labels[base]}",
            "benchmark": benchmark,
            "decoding": decoding,
            "said": sentences.get(key),
            "charts": drawn,
            "folder": f"pairs/{base}-vs-{tuned}/{benchmark}/{decoding}",
            "groups": [],
        }
        if overlap is not None and condition is not None:
            counts = {
                labels[name]: (overlap.frame[f"n_{side}"].to_numpy(), overlap.frame[f"c_{side}"].to_numpy())
                for name, side in ((base, "base"), (tuned, "tuned"))
            }
            drawn["histogram"] = charts.histogram_chart(counts, colors)
            drawn["transitions"] = charts.transitions_chart(overlap.frame)
            solved = solved_by_base(overlap.frame, spec["level"])
            drawn["solved"] = charts.solved_chart(solved, colors, (labels[base], labels[tuned]))
            if key in answers:
                drawn["answers"] = charts.answers_chart(answers[key])
            pair["groups"] = problem_groups(overlap.frame, condition["browse"], (base, tuned))
        shown.append(pair)
    return shown


def anchor(*names: str) -> str:
    return "pair-" + "-".join(names)


def problem_groups(problems: pl.DataFrame, page: str | None, pair: tuple[str, str]) -> list[dict]:
    """The problems of a pair by the models that solved them, each with both accuracies and a link to its samples.

    problems: `pairs.overlap`. page: as seen from the report, or None if there are no samples.
    """
    groups = []
    for category, said in SAID.items():
        kept = problems.filter(category=category).with_columns(moved=pl.col("c_tuned") - pl.col("c_base"))
        cells = [
            {
                "id": row["problem_id"],
                "title": f"{row['problem_id']}: base {row['c_base']} of {row['n_base']} right, "
                f"tuned {row['c_tuned']} of {row['n_tuned']}",
                "base": _share(row["c_base"], row["n_base"]),
                "tuned": _share(row["c_tuned"], row["n_tuned"]),
                "href": page and problem_link(page, row["problem_id"], pair, category),
            }
            for row in kept.sort("moved", maintain_order=True).iter_rows(named=True)
        ]
        groups.append({"said": said, "category": category, "cells": cells})
    return groups


def problem_link(page: str, problem_id: str, pair: tuple[str, str], category: str) -> str:
    """Link to the samples of a problem of a pair, among the problems of its category."""
    base, tuned = (quote(name, safe="") for name in pair)
    which = {"base only": "left", "tuned only": "right"}.get(category, category)
    return f"{quote(page)}#problem={quote(problem_id, safe='')}&left={base}&right={tuned}&which={which}"


def _share(c: int, n: int) -> int:
    """Per cent, on a scale of square roots, so that one sample of many can be seen."""
    return round(100 * float(np.sqrt(c / n)))
