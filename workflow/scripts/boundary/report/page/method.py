"""How the results were made, for the page: models, benchmarks, outcomes of samples, quality of verdicts."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import polars as pl
import yaml

from boundary import paths
from boundary.analysis.counts import OF_PROGRAMS
from boundary.analysis.golds import NEAR, near_answers, near_misses_accepted
from boundary.analysis.kinds import Claim
from boundary.contracts import PageSpec
from boundary.files import store
from boundary.files.store import ResultFile
from boundary.names import Curve
from boundary.report.texts import many, percent
from boundary.results import Result
from boundary.sampling.pace import seconds_of_job
from boundary.verifying.sandbox import LEVELS

MOST_KILLED = 20  # programs that are named
AGREE = 0.01  # of samples on which another grader may say otherwise


class Made:
    """How the blocks of a curve were made: `about` the first one, seconds and last day of all of them."""

    def __init__(self, files: list[str]):
        self.files, self.about = files, store.about(files[0])
        self.seconds = sum(seconds_of_job(paths.benchmark(file)) or 0.0 for file in files)
        self.day = max(Path(file).stat().st_mtime for file in files)

    def made_with(self) -> Iterator[dict]:
        """`made_with` of every block."""
        return (store.about(file)["made_with"] for file in self.files)


def made(kind: Result, files: Iterable[str]) -> dict[Curve, Made]:
    """`Made` of every curve, from its blocks. kind: SAMPLES or VERDICTS, the kind of the files."""
    by_curve: dict[Curve, list[str]] = {}
    for file in files:
        by_curve.setdefault(Curve(*kind.row(file)[:3]), []).append(file)
    return {curve: Made(found) for curve, found in by_curve.items()}


def by_model(sampled: dict[Curve, Made]) -> dict[str, list[dict]]:
    """How every block of a model was made."""
    found: dict[str, list[dict]] = {}
    for (model, *_), made_here in sampled.items():
        found.setdefault(model, []).extend(made_here.made_with())
    return found


def warnings(verified: dict[Curve, Made]) -> list[str]:
    """Warnings of the first screen about programs: run at a level below the strongest, or killed by the machine."""
    levels, killed = set(), []
    for (model, benchmark, _), found in verified.items():
        for made_with in found.made_with():
            levels.add(made_with.get("limits", {}).get("isolation") or LEVELS[0])
            killed += [f"{benchmark} {name} of {model}" for name in made_with.get("killed", [])]
    said = [f"Programs ran at sandbox level {level} (docs/verdicts.md)." for level in LEVELS[1:] if level in levels]
    if killed:
        shown = ", ".join(sorted(killed)[:MOST_KILLED]) + (" …" if len(killed) > MOST_KILLED else "")
        said.append(f"{len(killed)} programs were killed at every try, alone, and count as wrong: {shown}.")
    return said


# --- trust -----------------------------------------------------------------------------------------------------------


class Graded(NamedTuple):
    """Facts about the graders of a benchmark. golds, accepts: of the whole benchmark. counts, graders, wrong:
    results of its curves. problems: its own. claims: about its pairs, from claims.json."""

    golds: pl.DataFrame
    accepts: pl.DataFrame
    counts: list
    graders: list
    wrong: list
    problems: pl.DataFrame
    claims: list[Claim]


def trust(benchmark: str, spec: PageSpec, given: Graded) -> dict:
    """Facts that bear on the verdicts of a benchmark's own grader, in words."""
    own, facts = spec["benchmarks"][benchmark]["grader"], []
    golds, accepts, counts, graders = given[:4]
    disagree = _disagreement(graders, own)
    facts += [_differs(given.golds, other, found) for other, found in disagree.items()]
    facts += _turned(given.claims, spec["labels"]) if disagree else []
    tried, (near, misses, _) = accepts.filter(grader=own), near_misses_accepted(golds, own)
    if len(tried):
        accepted = f"{tried['accepted'][0]:,} of {tried['tried'][0]:,}"
        facts.append(f"false accepts: {accepted} pairs of a wrong answer and another problem's gold")
    if misses:
        facts.append(f"near misses of gold answers accepted: {near:,} of {misses:,} (last digit, sign, one more)")
    close, wrong = near_answers([result.frame for result in given.wrong], given.problems, own)
    if close:
        facts.append(f"{close:,} of {wrong:,} answers graded as wrong are numbers within {NEAR:.1%} of the gold")
    checked = golds.filter(grader=own)
    if len(checked):
        rejected, of = (rows["problem_id"].n_unique() for rows in (checked.filter(~pl.col("passed")), checked))
        rejects = f"rejects the gold answers of {rejected} of {of} problems when they are written differently"
        facts.append(rejects if rejected else "accepts every gold answer when it is written differently")
    failed = "ended by an error or a time-out" if own in OF_PROGRAMS else "on which the grader failed"
    outcomes = {"truncated": "truncated", "no_answer": "without an answer", "failed": failed}
    numbers = pl.col("n", *outcomes).cast(pl.Int64)
    total = pl.concat(result.frame.filter(grader=own).select(numbers) for result in counts)
    samples = int(total["n"].sum())
    unknown = [word for key, word in outcomes.items() if total[key].null_count()]
    shares = [
        f"{percent(int(total[key].sum()) / samples)} {word}" for key, word in outcomes.items() if word not in unknown
    ]
    if shares:
        facts.append(f"of {many(samples, 'sample')} {', '.join(shares)}{_most_cut(counts, own, spec)}")
    if unknown:
        facts.append(f"the files do not say how many of the {samples:,} samples were {' or '.join(unknown)}")
    faulty = [other for other in disagree if near_misses_accepted(golds, other)[0]]
    alarms = [f"accepts {near:,} near misses of gold answers"] if misses and near else []
    alarms += _disagrees({other: found for other, found in disagree.items() if other not in faulty})
    return {
        "benchmark": benchmark,
        "grader": own,
        "alarm": "; ".join(alarms),
        "in_short": "; ".join(alarms) or _agrees([other for other in disagree if other not in faulty]),
        "facts": facts,
        "most_apart": _most_apart(graders, own),
    }


def _differs(golds: pl.DataFrame, other: str, found: tuple[int, int]) -> str:
    """On how many samples another grader says otherwise, and which near misses it accepts."""
    accepted, tried, kinds = near_misses_accepted(golds, other)
    text = f"the grader {other} differs on {percent(found[0] / found[1])} of samples"
    note = f" (note: {other} accepts {accepted:,} of {tried:,} near misses: {', '.join(kinds)})"
    return text + (note if accepted else "")


def _turned(claims: list[Claim], labels: dict[str, str]) -> list[str]:
    """Which decisions about a difference at one k another grader would change, each by itself; undecided ones, too."""
    judged = [claim for claim in claims if claim.get("graders_differ") is not None]
    changed = [
        f"{labels[claim['tuned']]} at k = {claim['k']} ({claim['graders_differ']}, here {claim['verdict']})"
        for claim in judged
        if claim["graders_differ"]
    ]
    if not changed:
        return [f"no other grader would change any of {len(judged)} decisions about differences"] if judged else []
    return [f"another grader would change {len(changed)} of {len(judged)} decisions: {'; '.join(changed)}"]


def _disagrees(others: dict[str, tuple[int, int]]) -> list[str]:
    """Sound graders that differ on more samples than `AGREE`, of which a reader should look at some."""
    return [
        f"{other} disagrees on {percent(apart / of)} of samples"
        for other, (apart, of) in others.items()
        if apart > AGREE * of
    ]


def _agrees(others: list[str]) -> str:
    """Which other graders, without those that accept near misses, bear a grader out."""
    if not others:
        return "no second grader checks it"
    graders = f"grader{'s' if len(others) > 1 else ''} {' and '.join(others)}"
    return f"agrees with the {graders} on {1 - AGREE:.0%} of samples or more"


def _most_cut(counts: list[ResultFile], own: str, spec: PageSpec) -> str:
    """Whose samples were truncated most often: a truncated sample cannot be right."""
    found = []
    for result in counts:
        frame = result.frame.filter(grader=own)
        if not frame["truncated"].null_count():
            cut, of = int(frame["truncated"].cast(pl.Int64).sum()), int(frame["n"].cast(pl.Int64).sum())
            found.append((cut / of, spec["labels"][result.names["model"]], cut, of))
    share, label, cut, of = max(found, default=(0, "", 0, 1))
    return f" (truncated most often: {label}, {percent(cut / of)})" if share else ""


def _disagreement(graders: list[ResultFile], own: str) -> dict[str, tuple[int, int]]:
    """Other graders: on how many samples they say otherwise, and of how many."""
    every = [result.frame for result in graders if len(result.frame)]
    if not every:
        return {}
    rows = pl.concat(every).filter((pl.col("first") == own) | (pl.col("second") == own))
    rows = rows.with_columns(other=pl.when(pl.col("first") == own).then(pl.col("second")).otherwise(pl.col("first")))
    return {
        str(other): (int(found["only_first"].sum()) + int(found["only_second"].sum()), int(found["samples"].sum()))
        for (other,), found in rows.group_by("other", maintain_order=True)
    }


def _most_apart(graders: list[ResultFile], own: str) -> str | None:
    """The model on whose samples graders differ most often; None where they do on none."""
    apart = {
        result.names["model"]: sum(apart for apart, _ in _disagreement([result], own).values()) for result in graders
    }
    most = max(apart, key=apart.__getitem__, default=None)
    return most if most and apart[most] else None


# --- tables ----------------------------------------------------------------------------------------------------------


def samples_table(
    counts: dict[Curve, ResultFile], sampled: dict[Curve, Made], verified: dict[Curve, Made], spec: PageSpec
) -> dict:
    """Outcomes of the samples of every model, by the benchmark's own grader."""
    rows = []
    for (model, benchmark, decoding), result in counts.items():
        frame = result.frame.filter(grader=spec["benchmarks"][benchmark]["grader"])
        n, curve = frame["n"], (model, benchmark, decoding)
        limits = verified[curve].about["made_with"].get("limits", {}) if curve in verified else {}
        tokens = None if frame["tokens"].null_count() else int(frame["tokens"].sum())
        row = [spec["labels"][model], benchmark, decoding, len(frame), _range(n), int(n.sum()), int(frame["c"].sum())]
        row += [_of(frame[key], n) for key in ("truncated", "no_answer", "failed", "interrupted", "duplicates")]
        row += [tokens, tokens and round(tokens / int(n.sum()), 1)]
        row += [_hours(of[curve]) if curve in of else None for of in (sampled, verified)]
        rows.append([*row, limits.get("isolation") or "no programs"])
    columns = [
        "model",
        "benchmark",
        "decoding",
        "problems",
        "n per problem",
        "samples",
        "correct",
        "truncated",
        "no answer",
    ]
    columns += ["error or time-out", "interrupted", "duplicates", "tokens", "tokens per sample"]
    columns += ["hours of sampling", "hours of verifying", "sandbox"]
    return {"columns": columns, "rows": rows}


def _of(part: pl.Series, n: pl.Series) -> float | None:
    return None if part.null_count() else round(int(part.sum()) / int(n.sum()), 4)


def _range(n: pl.Series) -> str:
    fewest, most = n.to_numpy().min(), n.to_numpy().max()
    return str(fewest) if fewest == most else f"{fewest} to {most}"


def _hours(found: Made) -> float:
    return round(found.seconds / 3600, 3)


def benchmarks_table(built: dict[str, ResultFile], spec: PageSpec) -> dict:
    columns = ["benchmark", "problems", "left out or flagged", "verifier", "grader", "other graders", "samples of each"]
    columns += ["licence", "source or note"]
    rows = []
    for name, result in built.items():
        said, flags = spec["benchmarks"][name], result.made_with.get("flags", {})
        others = ", ".join(grader for grader in said["graders"] if grader != said["grader"])
        grader = f"{said['grader']} (the default of an earlier version)" if said.get("former") else said["grader"]
        row = [
            name,
            len(result.select("problem_id")),
            len(flags),
            said.get("verifier"),
            grader,
            others,
            said.get("samples"),
        ]
        rows.append([*row, said.get("licence", "not said"), said.get("citation") or said.get("note", "")])
    return {"columns": columns, "rows": rows}


def models_table(sampled: dict[Curve, Made], spec: PageSpec) -> dict:
    """The origin of every model, from its samples."""
    columns = ["model", "name", "weights, or where samples are from", "stored precision", "computed in", "engine"]
    columns += ["licence", "note"]
    rows, stored = [], {"auto": "as its weights are"}
    for name, said in spec["models"].items():
        about = next((found.about for (model, *_), found in sampled.items() if model == name), {})
        identity, with_ = about.get("spec", {}), about.get("made_with", {})
        model = identity.get("model", {})
        source = (
            model.get("weights") or model.get("server") or next(iter(identity.keys() & {"responses", "counts"}), "")
        )
        engine = " ".join(filter(None, (with_.get("engine"), with_.get(with_.get("engine") or "", ""))))
        row = [
            spec["labels"][name],
            name,
            source,
            stored.get(model.get("dtype"), model.get("dtype")),
            with_.get("dtype"),
            engine,
        ]
        rows.append([*row, said.get("licence", "not said"), said.get("note", "")])
    return {"columns": columns, "rows": rows}


# --- identity --------------------------------------------------------------------------------------------------------


def identities(
    counts: dict[Curve, ResultFile],
    sampled: dict[Curve, Made],
    prompts: dict[tuple[str, str], str],
    facts: dict,
    spec: PageSpec,
) -> list:
    """How a model was sampled under a condition, as YAML to copy. prompts: an example by model and benchmark. facts:
    of the run."""
    found = []
    for curve, result in counts.items():
        model, benchmark, decoding = curve
        frame = result.frame.filter(grader=spec["benchmarks"][benchmark]["grader"])
        said: dict[str, Any] = {
            "model": model,
            "label": spec["labels"][model],
            "benchmark": benchmark,
            "decoding": decoding,
        }
        if of := sampled.get(curve):
            published = spec["benchmarks"][benchmark].get("publish", True)
            said |= {"identity": of.about["spec"], "made with": _readable(of.about["made_with"], published)}
            said |= {"files of": facts["day"](of.day), "hours of sampling": _hours(of), "blocks": len(of.files)}
        if example := prompts.get((model, benchmark)):
            said["a prompt as rendered"] = example
        tokens = None if frame["tokens"].null_count() else int(frame["tokens"].sum())
        said |= {"problems": len(frame), "samples of each": _range(frame["n"]), "tokens": tokens}
        said |= {"workflow": facts["workflow"]}
        text = yaml.safe_dump(said, sort_keys=False, allow_unicode=True, width=100)
        where = f"{benchmark}, {decoding}"
        found.append({"title": f"{said['label']}: {where}", "where": where, "text": text})
    return found


def _readable(made_with: dict, published: bool) -> dict:
    """What samples were made with, without the digests of prompts, and without an example that is not `published`."""
    shown = dict(made_with)
    if "stated" in shown:
        hidden = ("prompts",) if published else ("prompts", "example")
        shown["stated"] = {key: value for key, value in shown["stated"].items() if key not in hidden}
    return shown
