"""Reads what the page shows and puts it together."""

import datetime
import importlib.metadata
import json
import platform
import subprocess
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import polars as pl
import yaml

from boundary import paths
from boundary.analysis.guess import guess_floor
from boundary.files import store
from boundary.grid import SIDES, sides
from boundary.report.page import method, render
from boundary.report.page.content import SAID, Found, pairs, views
from boundary.report.page.sentences import Sentence, findings_in_short, in_short, sentences
from boundary.report.texts import left_notes, model_notes, subset_notes

PACKAGES = (
    "snakemake",
    "polars",
    "numpy",
    "scipy",
    "torch",
    "transformers",
    "vllm",
    "math-verify",
    "vl-convert-python",
)


def page(given: dict, spec: dict, about: dict, bundle: str) -> str:
    """The page as HTML.

    given: the inputs of its rule by name. spec, about: of spec.py. bundle: Vega-Lite's JavaScript.
    """
    results = store.results({kind: files for kind, files in given.items() if kind not in AS_FILES})
    found, charts = Found(results), {}
    built = dict(zip(spec["benchmarks"], results["benchmarks"], strict=True))
    problems = {name: result.frame for name, result in built.items()}
    claims = json.loads(store.read_text(given["claims"], paths.CLAIMS_TABLE))
    said = sentences(claims["claims"], spec["labels"])
    guesses = {r.names["benchmark"]: [r] for r in results["guesses"]} if results["guesses"] else {}
    of_whole = {name: guesses.get(entry["whole"], []) for name, entry in spec["benchmarks"].items()}
    sampled, verified = method.made(given["samples"]), method.made(given["verdicts"])
    shown = views(found, spec, problems, of_whole)
    for number, view in enumerate(shown):
        view["key"] = f"view-{number}"
        charts[view["key"]] = view.pop("chart")
    floors = guessed(claims["claims"], problems, of_whole)
    said = [one._replace(luck=luck(one, found, spec, floors)) for one in said]
    compared = pairs(found, spec, said)
    for pair in compared:
        drawn = pair["charts"]
        pair["charts"] = {name: f"{pair['id']}-{name}" for name in drawn}
        charts |= {pair["charts"][name]: chart for name, chart in drawn.items()}
    captions = {Path(file).stem: Path(file).read_text() for file in given["captions"]}
    facts = run_facts()
    tables = {
        "claims": render.claims_table(claims["claims"], spec["labels"]),
        "models": method.models_table(sampled, spec),
        "benchmarks": method.benchmarks_table(built, spec),
        "samples": method.samples_table(found.counts, sampled, verified, spec),
    }
    files = [render.file_table(file, captions, spec) for file in given["tables"] if Path(file).stem != "claims"]
    styles, template, script = (Path(file).read_text() for file in given["template"])
    notes = model_notes(spec["served"], spec["other_bases"])
    notes += subset_notes(spec["subsets"], [built[name] for name in spec["subsets"]])
    notes += left_notes(spec.get("left", []))
    return render.render(
        template,
        spec=spec,
        said=said,
        short=in_short(said, spec["labels"]),
        guessed=floors,
        pairs=compared,
        views=render.as_data(shown),
        charts=render.as_data(charts),
        tables=render.as_data({**tables, **{table["name"]: table for table in files}}),
        files=files,
        findings=next((findings_in_short(table) for table in files if table["name"] == "findings"), []),
        trust=trusted(spec, results, found),
        rules=claims["rule"]["text"],
        counted=counted(claims["claims"]),
        categories=SAID,
        figures=render.figures(spec["figures"], captions),
        identities=method.identities(
            found.counts, sampled, examples(results["prompts"], given["prompts"]), facts, spec
        ),
        notes=render.html_of(notes),
        facts=facts,
        configuration=yaml.safe_dump(about["configuration"], sort_keys=False, allow_unicode=True, width=110),
        reading=render.caption(captions["reading"], {}, spec),
        bundle=render.Markup(bundle.replace("</script", "<\\/script")),
        styles=render.Markup(styles),
        script=render.Markup(script),
    )


AS_FILES = ("claims", "figures", "tables", "captions", "template", "browse", "samples", "verdicts")


def guessed(
    claims: list[dict], problems: dict[str, pl.DataFrame], guesses: dict[str, list]
) -> dict[str, tuple[int, float]]:
    """By benchmark the large k of its claims, and what guessing alone reaches there, where that is known."""
    found = {}
    for claim in claims:
        benchmark, k = claim["benchmark"], claim["k"]
        if claim["claim"].startswith("coverage") and benchmark in problems and benchmark not in found:
            floor = guess_floor(problems[benchmark], k, guesses[benchmark])
            found |= {} if floor is None or np.isnan(floor[-1]) else {benchmark: (k, float(floor[-1]))}
    return found


def luck(one: Sentence, found: Found, spec: dict, floors: dict[str, tuple[int, float]]) -> str | None:
    """That guessing reaches as much as the model that solves more, where it does: within its interval or beyond."""
    side = {"narrowed": 0, "widened": 1}.get(one.verdict)
    if side is None:
        return None
    benchmark, model = one.names["benchmark"], one.names[SIDES[side]]
    curve = found.curves.get((model, benchmark, sides(one.names["decoding"])[side]))
    if curve is None or floors.get(benchmark, (None,))[0] != one.k:
        return None
    (at,) = curve.frame.filter(grader=spec["benchmarks"][benchmark]["grader"], k=one.k).iter_rows(named=True)
    floor = floors[benchmark][1]
    if at["low"] > floor:
        return None
    reached = f"{at['estimate']:.0%} [{at['low']:.0%}, {at['high']:.0%}]"
    return (
        f"May be luck: at k = {one.k} guessing alone reaches {floor:.0%}, and {spec['labels'][model]} {reached}; "
        "the curves at smaller k say more"
    )


def trusted(spec: dict, results: dict, found: Found) -> list[dict]:
    """`method.trust` of every benchmark that models are compared on."""
    wholes = [name for name, entry in spec["benchmarks"].items() if entry["whole"] == name]
    golds, accepts = (dict(zip(wholes, results[kind], strict=True)) for kind in ("golds", "accepts"))
    facts = []
    for benchmark, entry in spec["benchmarks"].items():
        counts = [r for (_, on, decoding), r in found.counts.items() if on == benchmark and decoding not in spec["cut"]]
        if counts and "probe_of" not in entry:
            graders = [result for result in results["graders"] if result.names["benchmark"] == benchmark]
            frames = (of[entry["whole"]].frame for of in (golds, accepts))
            facts.append(method.trust(benchmark, spec, *frames, counts, graders))
    return facts


def examples(prompts: list[store.Result], files: Iterable[str]) -> dict[tuple[str, str], str]:
    """The first prompt as rendered, by model and benchmark."""
    found = {}
    for result, file in zip(prompts, files, strict=True):
        *_, model, name = file.split("/")
        found[model, name.removesuffix(".parquet")] = result.frame["prompt"][0]
    return found


def counted(claims: list[dict]) -> dict[str, int]:
    """How many claims there are, and how many each correction leaves decided."""
    decided = {key: sum(claim[key] != "undecided" for claim in claims) for key in ("verdict", "holm", "fdr")}
    return {"claims": len(claims)} | decided


def run_facts() -> dict:
    """What the page was made with, and when: shown, and no part of what it is."""
    versions = {"python": platform.python_version()}
    for name in PACKAGES:
        try:
            versions[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue
    return {"made": _day(), "workflow": commit(Path(__file__).parent), "versions": versions, "day": _day}


def _day(moment: float | None = None) -> str:
    at = (
        datetime.datetime.now(datetime.UTC) if moment is None else datetime.datetime.fromtimestamp(moment, datetime.UTC)
    )
    return at.strftime("%Y-%m-%d")


def commit(folder: Path) -> str:
    """The commit of the workflow's own repository, with a plus where files differ from it."""
    try:
        ask = ["git", "-C", str(folder), "describe", "--always", "--abbrev=12", "--exclude=*", "--dirty=+"]
        done = subprocess.run(ask, capture_output=True, text=True, timeout=20)
    except (OSError, subprocess.TimeoutExpired):
        return "not known"
    return f"commit {done.stdout.strip()}" if done.returncode == 0 else "not known: no git repository"
