"""How the results were made, for the page: models, benchmarks, what became of samples, what verdicts are worth."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import polars as pl
import yaml

from boundary import paths
from boundary.analysis.counts import OF_PROGRAMS
from boundary.analysis.golds import NEAR, near_answers, near_misses_accepted
from boundary.analysis.kinds import Claim
from boundary.files import store
from boundary.files.store import Result
from boundary.names import Curve
from boundary.report.texts import percent
from boundary.results import Result as Kind
from boundary.sampling.pace import seconds_of_job
from boundary.verifying.sandbox import LEVELS

MOST_KILLED = 20  # programs that are named
AGREE = 0.01  # of samples on which another grader may say otherwise


class Made:
    """What the blocks of a curve were made with: `about` the first one, seconds and last day of all of them."""

    def __init__(self, files: list[str]):
        self.files, self.about = files, store.about(files[0])
        self.seconds = sum(seconds_of_job(paths.benchmark(file)) or 0.0 for file in files)
        self.day = max(Path(file).stat().st_mtime for file in files)

    def made_with(self) -> Iterator[dict]:
        """Of every block."""
        return (store.about(file)["made_with"] for file in self.files)


def made(kind: Kind, files: Iterable[str]) -> dict[Curve, Made]:
    """Of every curve, by its blocks. kind: SAMPLES or VERDICTS, whose files these are."""
    by_curve: dict[Curve, list[str]] = {}
    for file in files:
        by_curve.setdefault(Curve(*kind.row(file)[:3]), []).append(file)
    return {curve: Made(found) for curve, found in by_curve.items()}


def by_model(sampled: dict[Curve, Made]) -> dict[str, list[dict]]:
    """What every block of a model was made with."""
    found: dict[str, list[dict]] = {}
    for (model, *_), made_here in sampled.items():
        found.setdefault(model, []).extend(made_here.made_with())
    return found


def warnings(verified: dict[Curve, Made]) -> list[str]:
    """What the first screen says of how programs ran: at a level below the strongest, or killed by the machine."""
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
    """What is known of the graders of a benchmark. golds, accepts: of the whole benchmark. counts, graders, wrong:
    Results of its curves. problems: its own. claims: about its pairs, of claims.json."""

    golds: pl.DataFrame
    accepts: pl.DataFrame
    counts: list
    graders: list
    wrong: list
    problems: pl.DataFrame
    claims: list[Claim]


def trust(benchmark: str, spec: dict, given: Graded) -> dict:
    """What bears on the verdicts of a benchmark's own grader, in words."""
    own, facts = spec["benchmarks"][benchmark]["grader"], []
    golds, accepts, counts, graders = given[:4]
    disagree = _disagreement(graders, own)
    facts += [_differs(given.golds, other, found) for other, found in disagree.items()]
    facts += _turned(given.claims, spec["labels"]) if disagree else []
    tried, (near, misses, _) = accepts.filter(grader=own), near_misses_accepted(golds, own)
    if len(tried):
        accepted = f"{tried['accepted'][0]:,} of {tried['tried'][0]:,}"
        facts.append(f"accepted {accepted} wrong answers that were given to other problems")
    if misses:
        facts.append(f"accepted {near:,} of {misses:,} near misses of gold answers (last digit, sign, one more)")
    close, wrong = near_answers([result.frame for result in given.wrong], given.problems, own)
    if close:
        facts.append(f"of {wrong:,} answers that it calls wrong {close:,} are numbers within {NEAR:.1%} of the gold")
    checked = golds.filter(grader=own)
    if len(checked):
        unknown, of = (rows["problem_id"].n_unique() for rows in (checked.filter(~pl.col("passed")), checked))
        not_known = f"does not know the gold answers of {unknown} of {of} problems in another spelling"
        facts.append(not_known if unknown else f"knows the gold answers of all {of} problems in another spelling")
    failed = "ended by an error or out of time" if own in OF_PROGRAMS else "on which the grader failed"
    outcomes = {"truncated": "cut off", "no_answer": "without an answer", "failed": failed}
    numbers = pl.col("n", *outcomes).cast(pl.Int64)
    total = pl.concat(result.frame.filter(grader=own).select(numbers) for result in counts)
    shares = (f"{_share(total[key], total['n'])} {word}" for key, word in outcomes.items())
    facts.append(f"of {int(total['n'].sum()):,} samples {', '.join(shares)}{_most_cut(counts, own, spec)}")
    said = {"in_short": _checked(disagree), "facts": facts, "most_apart": _most_apart(graders, own)}
    return {"benchmark": benchmark, "grader": own} | said


def _differs(golds: pl.DataFrame, other: str, found: tuple[int, int]) -> str:
    """On how many samples another grader says otherwise, and which near misses it accepts."""
    accepted, tried, kinds = near_misses_accepted(golds, other)
    text = f"differs from the grader {other} on {percent(found[0] / found[1])} of samples"
    return text + (f", which accepts {accepted:,} of {tried:,} near misses ({', '.join(kinds)})" if accepted else "")


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


def _checked(disagree: dict[str, tuple[int, int]]) -> str:
    """Whether other graders bear a grader out."""
    if not disagree:
        return "no second grader checks it"
    differ = [f"{other} on {percent(apart / of)}" for other, (apart, of) in disagree.items() if apart > AGREE * of]
    if differ:
        return f"graders disagree, {' and '.join(differ)} of samples: look at some"
    return f"graders agree on {1 - AGREE:.0%} of samples or more"


def _most_cut(counts: list[Result], own: str, spec: dict) -> str:
    """Whose samples were cut off most often: what is cut off cannot be right."""
    found = []
    for result in counts:
        frame = result.frame.filter(grader=own)
        if not frame["truncated"].null_count():
            cut, of = int(frame["truncated"].cast(pl.Int64).sum()), int(frame["n"].cast(pl.Int64).sum())
            found.append((cut / of, spec["labels"][result.names["model"]], cut, of))
    share, label, cut, of = max(found, default=(0, "", 0, 1))
    return f" (most often cut off: {label}, {percent(cut / of)})" if share else ""


def _disagreement(graders: list[Result], own: str) -> dict[str, tuple[int, int]]:
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


def _most_apart(graders: list[Result], own: str) -> str | None:
    """The model on whose samples graders differ most often; None where they do on none."""
    apart = {
        result.names["model"]: sum(apart for apart, _ in _disagreement([result], own).values()) for result in graders
    }
    most = max(apart, key=apart.__getitem__, default=None)
    return most if most and apart[most] else None


def _share(part: pl.Series, of: pl.Series) -> str:
    return "unknown" if part.null_count() else percent(int(part.sum()) / int(of.sum()))


# --- tables ----------------------------------------------------------------------------------------------------------


def samples_table(
    counts: dict[Curve, Result], sampled: dict[Curve, Made], verified: dict[Curve, Made], spec: dict
) -> dict:
    """What became of the samples of every model, by the benchmark's own grader."""
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
    columns = ["model", "benchmark", "decoding", "problems", "n of each", "samples", "correct", "cut off", "no answer"]
    columns += ["error or time-out", "interrupted", "duplicates", "tokens", "tokens of a sample"]
    columns += ["hours of sampling", "hours of verifying", "sandbox"]
    return {"columns": columns, "rows": rows}


def _of(part: pl.Series, n: pl.Series) -> float | None:
    return None if part.null_count() else round(int(part.sum()) / int(n.sum()), 4)


def _range(n: pl.Series) -> str:
    fewest, most = n.to_numpy().min(), n.to_numpy().max()
    return str(fewest) if fewest == most else f"{fewest} to {most}"


def _hours(found: Made) -> float:
    return round(found.seconds / 3600, 3)


def benchmarks_table(built: dict[str, Result], spec: dict) -> dict:
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


def models_table(sampled: dict[Curve, Made], spec: dict) -> dict:
    """Where every model comes from, by what its samples say."""
    columns = ["model", "name", "weights, or where samples are from", "stored precision", "computed in", "engine"]
    columns += ["licence", "note"]
    rows = []
    for name, said in spec["models"].items():
        about = next((found.about for (model, *_), found in sampled.items() if model == name), {})
        identity, with_ = about.get("spec", {}), about.get("made_with", {})
        model = identity.get("model", {})
        source = (
            model.get("weights") or model.get("server") or next(iter(identity.keys() & {"responses", "counts"}), "")
        )
        engine = " ".join(filter(None, (with_.get("engine"), with_.get(with_.get("engine") or "", ""))))
        row = [spec["labels"][name], name, source, model.get("dtype"), with_.get("dtype"), engine]
        rows.append([*row, said.get("licence", "not said"), said.get("note", "")])
    return {"columns": columns, "rows": rows}


# --- identity --------------------------------------------------------------------------------------------------------


def identities(counts: dict[Curve, Result], sampled: dict[Curve, Made], prompts: dict, facts: dict, spec: dict) -> list:
    """What a model was sampled with under a condition, as YAML that can be copied. prompts: an example by model and
    benchmark. facts: of the run."""
    found = []
    for curve, result in counts.items():
        model, benchmark, decoding = curve
        frame = result.frame.filter(grader=spec["benchmarks"][benchmark]["grader"])
        said = {"model": model, "label": spec["labels"][model], "benchmark": benchmark, "decoding": decoding}
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
        found.append({"title": f"{said['label']}: {benchmark}, {decoding}", "text": text})
    return found


def _readable(made_with: dict, published: bool) -> dict:
    """What samples were made with, without the digests of prompts, and without an example that is not `published`."""
    shown = dict(made_with)
    if "stated" in shown:
        hidden = ("prompts",) if published else ("prompts", "example")
        shown["stated"] = {key: value for key, value in shown["stated"].items() if key not in hidden}
    return shown
