"""Reads the data of the page and builds it."""

import datetime
import importlib.metadata
import json
import platform
import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import polars as pl
import yaml

from boundary import paths
from boundary.analysis.claims import from_files
from boundary.analysis.kinds import COVERAGE, EVERY, Claim
from boundary.benchmarks import stored
from boundary.contracts import FileTable, PageSpec
from boundary.files import store
from boundary.files.store import Results
from boundary.report.answer import answers
from boundary.report.page import method, render, served
from boundary.report.page.content import OF_PAIR, SAID, Found, anchor, pairs, views
from boundary.report.page.sentences import findings_in_short, sentences
from boundary.report.texts import counted, left_notes, many, model_notes, subset_notes
from boundary.report.trained import word

PACKAGES = (
    "snakemake",
    "polars",
    "numpy",
    "scipy",
    "torch",
    "transformers",
    "vllm",
    "python-flint",
    "math-verify",
    "vl-convert-python",
)


def page(given: Mapping[str, Any], spec: PageSpec, about: dict, bundle: str) -> str:
    """The page as HTML.

    given: the inputs of its rule by name. spec, about: of spec.py. bundle: Vega-Lite's JavaScript.
    """
    results = store.results({kind: files for kind, files in given.items() if kind not in AS_FILES})
    found, charts = Found(results), {}
    built = dict(zip(spec["benchmarks"], results["benchmarks"], strict=True))
    problems = {name: stored.read(str(result.path), OF_PROBLEM) for name, result in built.items()}
    written = json.loads(store.read_text(given["claims"], paths.CLAIMS_TABLE))
    claims = from_files(written["claims"])
    said = sentences(claims, spec["labels"])
    guesses = {r.names["benchmark"]: [r] for r in results["guesses"]} if results["guesses"] else {}
    of_whole = {name: guesses.get(entry["whole"], []) for name, entry in spec["benchmarks"].items()}
    sampled, verified = method.made(paths.SAMPLES, given["samples"]), method.made(paths.VERDICTS, given["verdicts"])
    shown = views(found, spec, problems, of_whole)
    for number, view in enumerate(shown):
        view["key"] = f"view-{number}"
        charts[view["key"]] = view.pop("chart")
    captions = {Path(file).stem: Path(file).read_text() for file in given["captions"]}
    facts = run_facts()
    tables = {
        "claims": render.claims_table(claims, spec["labels"]),
        "models": method.models_table(sampled, spec),
        "benchmarks": method.benchmarks_table(built, spec),
        "samples": method.samples_table(found.counts, sampled, verified, spec),
    }
    files = [render.file_table(file, captions, spec) for file in given["tables"] if Path(file).stem != "claims"]
    compared = pairs(found, spec, said, answered(files))
    for pair in compared:
        drawn = pair["charts"]
        pair["charts"] = {name: f"{pair['id']}-{name}" for name in drawn}
        charts |= {pair["charts"][name]: chart for name, chart in drawn.items()}
    styles, template, script = (Path(file).read_text() for file in given["template"])
    notes = model_notes(spec)
    notes += subset_notes(spec["subsets"], [built[name] for name in spec["subsets"]])
    notes += left_notes(spec.get("left", []))
    trust = trusted(spec, results, found, problems, claims)
    return render.render(
        template,
        spec=spec,
        said=said,
        guessed=guessed(claims),
        answers=answers(claims, spec["labels"], spec["kinds"]),
        rows=rows(said, spec, trust),
        about=about_run(spec, found, facts),
        warnings=method.warnings(verified) + served.warnings(method.by_model(sampled), spec["labels"]),
        comparable=written.get("comparable", []),
        pairs=compared,
        views=render.as_data(shown),
        charts=render.as_data(charts),
        tables=render.as_data({**tables, **{table["name"]: table for table in files}}),
        files=files,
        findings=next((findings_in_short(table) for table in files if table["name"] == "findings"), []),
        trust=trust,
        rules=by_text(written["rule"]["text"]),
        counted=counted(claims),
        categories=SAID,
        figures=render.figures(spec["figures"], captions),
        identities=method.identities(
            found.counts, sampled, examples(results["prompts"], given["prompts"], spec), facts, spec
        ),
        notes=render.html_of(notes),
        facts=facts,
        configuration=yaml.safe_dump(about["configuration"], sort_keys=False, allow_unicode=True, width=110),
        reading=render.caption(captions["reading"], {}, spec),
        bundle=render.Markup(bundle.replace("</script", "<\\/script")),
        styles=render.Markup(styles),
        script=render.Markup(script),
    )


OF_PROBLEM = ("problem_id", "guess_rate", "gold")  # what the page reads of a benchmark
AS_FILES = ("claims", "figures", "tables", "captions", "template", "browse", "samples", "verdicts")


def guessed(claims: list[Claim]) -> dict[str, tuple[int, float]]:
    """By benchmark, the large k of its claims and the pass@k of guessing there, if known."""
    of_coverage = [claim for claim in claims if claim["kind"] == COVERAGE and claim.get("guess_at_k") is not None]
    return {claim["benchmark"]: (claim["k"], claim["guess_at_k"]) for claim in of_coverage[::-1]}


def by_text(rules: dict[str, str]) -> dict[str, str]:
    """Claims and the rule that decides them; claims with the same rule are together."""
    found: dict[str, list[str]] = {}
    for name, text in rules.items():
        found.setdefault(text, []).append(name)
    return {"; ".join(names): text for text, names in found.items()}


MOST_NAMED = 6  # models, and benchmarks, at the top


def about_run(spec: PageSpec, found: Found, facts: dict) -> list[str]:
    """The lines below the title: the day, models, problems and n of benchmarks, and the origin of samples."""
    n: dict[str, list[int]] = {}
    problems: dict[str, int] = {}
    for (_, benchmark, _), result in found.counts.items():
        own = result.frame.filter(grader=spec["benchmarks"][benchmark]["grader"])
        n.setdefault(benchmark, []).extend((int(own["n"].to_numpy().min()), int(own["n"].to_numpy().max())))
        problems[benchmark] = max(problems.get(benchmark, 0), len(own))
    models = [str(spec["labels"][name]) for name in spec["models"]]
    benchmarks = [f"{name}: {many(problems[name], 'problem')}, {_range(n[name])} samples of each" for name in problems]
    return [
        facts["made"],
        f"{len(models)} model{'' if len(models) == 1 else 's'}: {_first(models, '; ')}",
        _first(benchmarks, "; "),
        " and ".join(dict.fromkeys(spec["origins"].values())),
    ]


def _range(values: list[int]) -> str:
    return f"{min(values):,}" if min(values) == max(values) else f"{min(values):,} to {max(values):,}"


def _first(names: list[str], between: str) -> str:
    more = f"{between}{len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
    return between.join(names[:MOST_NAMED]) + more


def rows(said: list[Any], spec: PageSpec, trust: list[dict]) -> list[dict]:
    """The pairs of the first screen: the sentence `said` of each, the `kind` of its tuned model, the place of its
    `problems` on the page, and the `trust` in its verdicts."""
    checked = {one["benchmark"]: one for one in trust}
    return [
        {
            "said": one,
            "kind": word(spec["kinds"].get(one.names["tuned"])),
            "problems": None if one.names["benchmark"] == EVERY else f"#{anchor(*(one.names[key] for key in OF_PAIR))}",
            "trust": checked.get(one.names["benchmark"]),
        }
        for one in said
    ]


def answered(files: list[FileTable]) -> dict[tuple, dict[str, str]]:
    """Rows of the table of answers, by pair."""
    found = {}
    for table in (table for table in files if table["name"] == "answers"):
        for row in table["rows"]:
            cells = dict(zip(table["columns"], row, strict=True))
            found[tuple(cells[key] for key in OF_PAIR)] = cells
    return found


def trusted(
    spec: PageSpec, results: Results, found: Found, problems: dict[str, pl.DataFrame], claims: list[Claim]
) -> list:
    """`method.trust` of every benchmark on which models are compared."""
    wholes = [name for name, entry in spec["benchmarks"].items() if entry["whole"] == name]
    golds, accepts = (dict(zip(wholes, results[kind], strict=True)) for kind in ("golds", "accepts"))
    facts = []
    for benchmark, entry in spec["benchmarks"].items():
        counts = [r for (_, on, decoding), r in found.counts.items() if on == benchmark and decoding not in spec["cut"]]
        if counts and "probe_of" not in entry:
            checked, accepted = (of[entry["whole"]].frame for of in (golds, accepts))
            graders, wrong = (
                [r for r in results[k] if r.names["benchmark"] == benchmark] for k in ("graders", "wrong")
            )
            about = [claim for claim in claims if claim["benchmark"] == benchmark]
            given = method.Graded(checked, accepted, counts, graders, wrong, problems[benchmark], about)
            places = [c["browse"] for c in spec["conditions"] if c["benchmark"] == benchmark and c["browse"]]
            facts.append(method.trust(benchmark, spec, given) | {"places": dict.fromkeys(places)})
    return facts


def examples(prompts: list[store.ResultFile], files: Iterable[str], spec: PageSpec) -> dict[tuple[str, str], str]:
    """The first rendered prompt, by model and benchmark; none for a benchmark that must not be published."""
    found = {}
    for result, file in zip(prompts, files, strict=True):
        row = paths.PROMPTS.row(file)
        if spec["benchmarks"][row.benchmark].get("publish", True):
            found[tuple(row)] = result.select("prompt")["prompt"][0]
    return found


def run_facts() -> dict:
    """How and when the page was made: shown, but not part of its content."""
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
    """The commit of the workflow's own repository, with a plus if files differ from it."""
    try:
        ask = ["git", "-C", str(folder), "describe", "--always", "--abbrev=12", "--exclude=*", "--dirty=+"]
        done = subprocess.run(ask, capture_output=True, text=True, timeout=20)
    except (OSError, subprocess.TimeoutExpired):
        return "not known"
    return f"commit {done.stdout.strip()}" if done.returncode == 0 else "not known: no git repository"
