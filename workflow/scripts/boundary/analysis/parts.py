"""The parts of a comparison of two models, or of several runs of them: curves, problems, choices."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

import polars as pl

from boundary.analysis.attempts import split
from boundary.analysis.clusters import count_of, joined
from boundary.analysis.comparison import MEASURED, compare_runs
from boundary.analysis.counts import tokens_per_sample, total
from boundary.analysis.coverage import discordance, solvable_sets
from boundary.analysis.pairs import overlap, pair_counts, run_clusters, run_counts, shared
from boundary.analysis.select import of_grader
from boundary.analysis.specification_curve import choices
from boundary.names import SIDES


class Made(NamedTuple):
    """A result of a comparison: its name, its rows, the spec that decided it, and facts that are no part of that."""

    name: str
    frame: pl.DataFrame
    spec: dict
    facts: dict


def compare(frames: Mapping[str, list[pl.DataFrame]], spec: Mapping[str, dict]) -> Iterator[Made]:
    """The parts of a comparison that `spec` has an entry for.

    frames: `base`, `tuned`: counts of all graders, a frame of every run; and as a part needs them `base_topup`,
    `tuned_topup`: counts of the extra samples; `problems`; `guesses`, `contamination`: what is true of which problem;
    `clusters`: none, or one: which problems belong together. Tests of single problems do not ask.
    """
    base, tuned = frames["base"], frames["tuned"]
    clustered = {side: [joined(frame, frames.get("clusters", ())) for frame in frames[side]] for side in SIDES}
    if "curves" in spec:
        yield from curves(**clustered, spec=spec["curves"])
    if "problems" in spec:
        yield from problems(base + frames["base_topup"], tuned + frames["tuned_topup"], spec["problems"])
    if "choices" in spec:
        screens = [frame.select("problem_id", "guessable") for frame in frames["guesses"]]
        screens += [frame.select("problem_id", "contaminated") for frame in frames["contamination"]]
        asked = frames["problems"][0].select("problem_id", "stratum", "guess_rate")
        yield from specifications(clustered["base"][0], clustered["tuned"][0], asked, screens, spec["choices"])


def curves(base: list[pl.DataFrame], tuned: list[pl.DataFrame], spec: dict) -> Iterator[Made]:
    """`difference`, `crossing`, `measures`. base, tuned: counts of all graders, a frame of every run."""
    ours, theirs = ([of_grader(frame, spec["grader"]) for frame in side] for side in (base, tuned))
    incomplete = spec.get("incomplete", False)
    before, after = run_counts(ours, theirs, incomplete)
    clusters = run_clusters(ours + theirs, incomplete)
    difference, crossing, measures = compare_runs(
        before, after, spec["level"], spec["efficiency_k"], spec.get("sharpening_k"), clusters
    )
    measures = pl.concat([measures, pl.DataFrame(split(ours, theirs, spec["level"]), schema=MEASURED)])
    tokens = [tokens_per_sample(frame) for frame in ours + theirs]
    known = [number for number in tokens if number is not None]
    facts = {"tokens_per_sample": sum(known)} if len(known) == len(tokens) else {}
    if (count := count_of(clusters)) is not None:
        facts["clusters"] = count
    for name, frame in (("difference", difference), ("crossing", crossing), ("measures", measures)):
        yield Made(name, frame, spec, facts)


def problems(base: list[pl.DataFrame], tuned: list[pl.DataFrame], spec: dict) -> Iterator[Made]:
    """`overlap`, `sets`. base, tuned: counts of all graders; of a side with a top-up those of both, added up."""
    before, after = (total([of_grader(frame, spec["grader"]) for frame in side]) for side in (base, tuned))
    incomplete = spec.get("incomplete", False)
    found = overlap(pair_counts(before, after, incomplete), spec["match_budgets"] or incomplete)
    facts = {"shared": shared(before, after, found)} if incomplete else {}
    yield Made("overlap", discordance(found, spec["rate"], spec["level"]), spec, facts)
    yield Made("sets", pl.DataFrame([solvable_sets(found)]), spec, {})


def specifications(
    base: pl.DataFrame, tuned: pl.DataFrame, asked: pl.DataFrame, screens: list[pl.DataFrame], spec: dict
) -> Iterator[Made]:
    """`choices`. base, tuned: counts of all graders. asked: problem_id, stratum, guess_rate. screens: problem_id, and
    what is true or false of it."""
    for found in screens:
        asked = asked.join(found.unique(), on="problem_id", how="left", maintain_order="left")
    yield Made("choices", choices(base, tuned, asked, spec, spec.get("incomplete", False)), spec, {})
