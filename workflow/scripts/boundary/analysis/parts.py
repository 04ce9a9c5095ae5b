"""The parts of a comparison of two models, or of several runs of them: curves, problems, choices."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import polars as pl

from boundary.analysis.asked import ABOVE_VOTE, BEST
from boundary.analysis.attempts import split
from boundary.analysis.clusters import count_of, joined
from boundary.analysis.comparison import MEASURED, compare_runs
from boundary.analysis.counts import tokens_per_sample, total
from boundary.analysis.coverage import discordance, solvable_sets
from boundary.analysis.pairs import overlap, pair_counts, run_clusters, run_counts, shared
from boundary.analysis.rivals import above_vote, best_prompt
from boundary.analysis.select import of_grader
from boundary.analysis.specification_curve import ALL, OWN, choices, combinations
from boundary.contracts import ComparisonSpec
from boundary.names import SIDES


class Made(NamedTuple):
    """A result of a comparison: its name, its rows, the spec that decided it, and facts outside the spec."""

    name: str
    frame: pl.DataFrame
    spec: ComparisonSpec
    facts: dict


def compare(frames: Mapping[str, list[pl.DataFrame]], spec: Mapping[str, ComparisonSpec]) -> Iterator[Made]:
    """The parts of a comparison for which `spec` has an entry.

    frames: `base`, `tuned`: counts of all graders, one frame per run. Some parts need more: `base_topup`,
    `tuned_topup`: counts of the extra samples; `problems`; `guesses`, `contamination`: facts about problems;
    `clusters`: empty or one frame, which tests of single problems do not use; `base_others`, `tuned_others`: counts
    under other prompts, for a base also other decodings; `votes`: its wrong answers.
    """
    base, tuned = frames["base"], frames["tuned"]
    clustered: dict[Any, list[pl.DataFrame]]
    clustered = {side: [joined(frame, frames.get("clusters", ())) for frame in frames[side]] for side in SIDES}
    if "curves" in spec:
        yield from curves(**clustered, spec=spec["curves"])
    if "problems" in spec:
        yield from problems(base + frames["base_topup"], tuned + frames["tuned_topup"], spec["problems"])
    if "choices" in spec:
        yield from specifications({**frames, **clustered}, spec["choices"])


def curves(base: list[pl.DataFrame], tuned: list[pl.DataFrame], spec: ComparisonSpec) -> Iterator[Made]:
    """`difference`, `crossing`, `measures`. base, tuned: counts of all graders, one frame per run."""
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


def problems(base: list[pl.DataFrame], tuned: list[pl.DataFrame], spec: ComparisonSpec) -> Iterator[Made]:
    """`overlap`, `sets`. base, tuned: counts of all graders; for a side with a top-up the sum of both."""
    before, after = (total([of_grader(frame, spec["grader"]) for frame in side]) for side in (base, tuned))
    incomplete = spec.get("incomplete", False)
    found = overlap(pair_counts(before, after, incomplete), spec["match_budgets"] or incomplete)
    facts = {"shared": shared(before, after, found)} if incomplete else {}
    yield Made("overlap", discordance(found, spec["rate"], spec["level"]), spec, facts)
    yield Made("sets", pl.DataFrame([solvable_sets(found)]), spec, {})


def specifications(frames: Mapping[str, list[pl.DataFrame]], spec: ComparisonSpec) -> Iterator[Made]:
    """`choices` of a pair of single models: other graders, k, problems and prompts, and the rows of claims that are
    asked for. frames: as in `compare`; spec: `Analysis.choices`."""
    made_by = spec
    base, tuned, incomplete = frames["base"][0], frames["tuned"][0], spec.get("incomplete", False)
    asked = frames["problems"][0].select("problem_id", "stratum", "guess_rate")
    screens = [frame.select("problem_id", "guessable") for frame in frames["guesses"]]
    screens += [frame.select("problem_id", "contaminated") for frame in frames["contamination"]]
    for found in screens:
        asked = asked.join(found.unique(), on="problem_id", how="left", maintain_order="left")
    rows = [choices(base, tuned, asked, spec, incomplete)]
    grader, claims = spec["grader"], spec.get("claims", ())
    (large_k,) = rows[0].filter("main", claim="coverage")["k"]
    spec = {**spec, "large_k": large_k}  # as the pair itself is judged
    others = {side: _others(side, frames, spec) for side in SIDES}
    here = {side: {label: frame for (label, same), frame in others[side].items() if same} for side in SIDES}
    if len(here["base"]) * len(here["tuned"]) > 1:
        rows.append(combinations(here["base"], here["tuned"], spec, incomplete))
    of_base = {label: frame for (label, _), frame in others["base"].items()}
    further = [
        row
        for kind in BEST
        if kind in claims
        for row in best_prompt(kind, of_base, of_grader(tuned, grader), spec["large_k"], spec["level"])
    ]
    if ABOVE_VOTE in claims:
        wrong = frames["votes"][0].filter(grader=grader)
        vote = above_vote(of_grader(base, grader), of_grader(tuned, grader), wrong, spec["level"], incomplete)
        further += [vote] if vote else []
    if further:
        about = {"grader": grader, "stratum": ALL, "filter": ALL, "main": False}
        rows.append(pl.DataFrame([about | row for row in further], infer_schema_length=None))
    yield Made("choices", pl.concat(rows, how="diagonal_relaxed"), made_by, {})


def _others(
    side: str, frames: Mapping[str, list[pl.DataFrame]], spec: ComparisonSpec
) -> dict[tuple[str, bool], pl.DataFrame]:
    """Counts of a side of the claim's grader, its own first, by what each curve is called and whether it is under the
    side's own decoding."""
    own = spec.get("own", {}).get(side, [None, None])
    asked = [own, *spec.get("others", {}).get(side, [])]
    found = {}
    for (prompt, decoding), frame in zip(asked, [frames[side][0], *frames.get(f"{side}_others", [])], strict=True):
        said = [*([prompt] if prompt else []), *([decoding] if decoding != own[1] or not prompt else [])]
        found[", ".join(filter(None, said)) or OWN, decoding == own[1]] = of_grader(frame, spec["grader"])
    return found
