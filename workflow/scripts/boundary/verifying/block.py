"""Verifying one file of samples: samples of another configuration or prompt are refused, then each gets a verdict."""

import json
import logging
import re
import tempfile
from pathlib import Path

import polars as pl

from boundary.benchmarks import stored
from boundary.contracts import SampleSpec, Template, VerificationSpec
from boundary.errors import InputError
from boundary.files import store
from boundary.sampling import prompts
from boundary.sampling.samples import schema_of
from boundary.sampling.templates import last_words, starter_code
from boundary.verifying import grading, programs
from boundary.verifying.answers import open_box
from boundary.verifying.grading import Context
from boundary.verifying.limits import configured, isolated
from boundary.verifying.thoughts import opens_thought
from boundary.verifying.verify import verify
from boundary.verifying.workers import KILLED

log = logging.getLogger(__name__)


def verify_file(
    source: str,
    benchmark: str,
    only: pl.DataFrame | None,
    spec: SampleSpec,
    verification: VerificationSpec,
    least: str | None,
    *,
    workers: int,
    cache: Path,
    prompts_file: str | None = None,
) -> tuple[pl.DataFrame, dict]:
    """The verdicts on the samples in `source`, and how they were made: versions of graders, limits.

    benchmark: the file of its problems. only: problem_id of those that were sampled, or None for all. spec: that under
    which the samples must have been made. verification: see `Verification.spec`. least: the required sandbox level, if
    any. cache: file of the verdict cache. prompts_file: the prompts, if `spec` does not contain them.
    """
    store.require_spec(source, spec)
    stored.require_golds(benchmark)
    graders = verification["graders"]
    limits = isolated(configured(verification["limits"]), graders, least)
    with tempfile.TemporaryDirectory() as folder:
        problems, golds = read_problems(benchmark, only, verification["units"], Path(folder))
        template: Template = "{question}"
        if "model" in spec:  # of responses that existed already nobody knows the prompt
            template = spec["model"]["prompt"]
        if prompts_file is None:
            rendered = prompts.render(problems, template)
        else:
            rendered = store.read(prompts_file, prompts.RENDERED).join(
                problems.select("problem_id"), on="problem_id", how="semi"
            )
        if "model" in spec:
            require_prompts(source, rendered)
            if lost := prompts.without_question(rendered, problems, template):
                log.warning(prompts.LOST.format(named=source, count=len(lost), all=len(rendered), first=lost[0]))
        ordered = ["order"] if "order" in schema_of(spec) else []
        verdicts = verify(
            store.batches(source, ["problem_id", "sample_index", "tokens", "text", "finish_reason", *ordered]),
            golds,
            contexts(problems, rendered, template, verification["extraction"], verification["form"]),
            graders,
            limits,
            workers=workers,
            cache=cache,
            options=options_of(golds) if "choice" in graders else {},
        )
    versions = {name: grading.grader(name).version for name in graders}
    killed = (
        verdicts.filter(pl.col("detail").str.starts_with(KILLED.detail or ""))
        .select("problem_id", "sample_index")
        .unique()
    )
    lengths = store.about(source)["made_with"].get("other_max_tokens", {})  # see sampling/lengths.py
    made_with = {"graders": versions, "limits": limits._asdict(), "other_max_tokens": lengths}
    if len(killed):
        made_with["killed"] = [f"{problem_id}#{index}" for problem_id, index in killed.sort(killed.columns).iter_rows()]
    return verdicts, made_with


def read_problems(
    benchmark: str, only: pl.DataFrame | None, units: bool, folder: Path
) -> tuple[pl.DataFrame, dict[str, str | Path]]:
    """The problems of a benchmark (problem_id, question, metadata, images, entry_point), and the gold of each.

    A gold is JSON text, or a file in `folder` if it is long, such as the tests of a program. units: whether the grader
    `paper` removes them.
    """
    frames: list[pl.DataFrame] = []
    golds: dict[str, str | Path] = {}
    for piece in stored.pieces(benchmark, ["problem_id", "question", "gold", "metadata", "images"]):
        piece = piece if only is None else piece.join(only.select("problem_id"), on="problem_id", how="semi")
        found = [ENTRY_POINT.search(gold) for gold in piece["gold"]]
        entries = [entry and json.loads(entry[1]) for entry in found]
        frames.append(piece.drop("gold").with_columns(entry_point=pl.Series(entries, dtype=pl.String)))
        for problem_id, gold in piece.select("problem_id", "gold").iter_rows():
            if len(gold) > LONG:
                golds[problem_id] = file = folder / f"{len(golds)}.json"
                file.write_text(gold)
            else:
                golds[problem_id] = gold if units else json.dumps(json.loads(gold) | {"units": False})
    return pl.concat(frames), golds


def options_of(golds: dict[str, str | Path]) -> dict[str, list[str]]:
    """The options of every problem of multiple choice, in the benchmark's order."""
    texts = {name: gold.read_text() if isinstance(gold, Path) else gold for name, gold in golds.items()}
    return {name: json.loads(text)["options"] for name, text in texts.items()}


def contexts(
    problems: pl.DataFrame, rendered: pl.DataFrame, template: Template, extraction: str, form: str | None = None
) -> dict[str, Context]:
    """The text that the responses of each problem continue: text, an open code fence, or the question's own code.

    rendered: the prompts of `template`.
    """
    shown = dict(rendered.select("problem_id", "prompt").iter_rows())
    found = {}
    for problem_id, question, metadata, entry_point in problems.select(
        "problem_id", "question", "metadata", "entry_point"
    ).iter_rows():
        text = last_words(template, starter_code(metadata))
        begins = BEGINS.get(extraction) or ("fence" if programs.opens_fence(text) else "text")
        prompt = shown[problem_id]
        found[problem_id] = Context(begins, question, entry_point, form, opens_thought(prompt), open_box(prompt))
    return found


def require_prompts(source: str, rendered: pl.DataFrame) -> None:
    """InputError if a problem was sampled with another prompt than it has now. rendered: the current prompts."""
    expected = rendered.select("problem_id", expected="prompt_hash")
    sampled = pl.concat(batch.unique() for batch in store.batches(source, ["problem_id", "prompt_hash"])).unique()
    if set(sampled["problem_id"]) != set(rendered["problem_id"]):
        raise InputError(f"{source} has samples of other problems than the benchmark now has; move it away")
    other = sampled.join(expected, on="problem_id").filter(pl.col("prompt_hash") != pl.col("expected"))
    if len(other):
        raise InputError(
            f"{source}: problem {other['problem_id'].min()!r} was sampled with another prompt than it has now; "
            "move the file away to sample the block again"
        )


BEGINS = {"completion": "code", "program": "program"}  # by `extraction`
LONG = 100_000  # characters of a gold from which it waits in a file
ENTRY_POINT = re.compile(r'"entry_point": ("(?:[^"\\]|\\.)*")')  # of a gold, without reading all of its tests
