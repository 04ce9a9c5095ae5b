"""Findings of made-up runs: what is true by construction is found, and what is not is not."""

import numpy as np
import polars as pl
import pytest

from boundary.analysis.claims import Compared, all_claims
from boundary.analysis.comparison import compare_runs
from boundary.analysis.decisions import REFUTED, SUPPORTED, UNDECIDED
from boundary.analysis.intervals import Student
from boundary.analysis.pairs import overlap, pair_counts
from boundary.findings.given import Given
from boundary.findings.table import findings
from boundary.findings.testing import within

N, PROBLEMS = 64, 60
SPEC = {"level": 0.95, "rate": 0.05, "large_k": "half", "streams": {"b": "b"}, "topped_up": []}
RNG = np.random.default_rng(1)
BASE = RNG.beta(0.8, 4, PROBLEMS)  # rates: low, and hardly any zero
SHARP = np.where(np.quantile(BASE, 0.4) < BASE, 0.95, 0.0)  # solves often or never
WIDE = 0.3 + 0.7 * BASE


def counts(rates, seed: int) -> pl.DataFrame:
    ids = [f"p{i}" for i in range(PROBLEMS)]
    c = np.random.default_rng(seed).binomial(N, rates)
    return pl.DataFrame({"problem_id": ids, "n": np.full(PROBLEMS, N), "c": c})


def given(models: dict, pairs: list[tuple[str, str]], runs: dict | None = None, groups=(), likelihoods=()) -> Given:
    """Rates by model; every model gets a seed of its own."""
    runs = runs or {}
    frames = {name: counts(rates, seed) for seed, (name, rates) in enumerate(models.items())}
    compared = []
    for base, tuned in pairs:
        sides = [[frames[run] for run in runs.get(name, [name])] for name in (base, tuned)]
        columns = [[(f["n"].to_numpy(), f["c"].to_numpy()) for f in side] for side in sides]
        curves, crossing, _ = compare_runs(*columns, 0.95)
        names = {"benchmark": "b", "decoding": "t", "base": base, "tuned": tuned}
        single = len(sides[0]) == len(sides[1]) == 1
        problems = overlap(pair_counts(sides[0][0], sides[1][0])) if single else None
        compared.append(Compared(names, curves, crossing, problems, {}))
    spec = {"level": 0.95, "large_k": "half", "runs": runs, "groups": list(groups)}
    known = {(name, "b", "t"): frame for name, frame in frames.items()}
    return Given(all_claims(compared, SPEC), known, list(likelihoods), spec)


def verdicts(what: Given, **roles) -> dict[str, str]:
    rows, _ = findings(what, {"scale": "made up", **roles}, {})
    assert all(verdict.endswith(", made up") for verdict in rows["verdict"])
    return {sentence: verdict.partition(",")[0] for sentence, verdict in rows.select("finding", "verdict").iter_rows()}


def test_a_model_that_sharpens_shows_what_the_paper_says():
    models = {"base": BASE, "a": SHARP, "b1": SHARP, "b2": SHARP, "b3": SHARP}
    what = given(models, [("base", "a"), ("base", "bs")], {"bs": ["b1", "b2", "b3"]})
    assert verdicts(what, trained=["a", "bs"]) == {
        "Training raises pass@1.": SUPPORTED,
        "Training narrows coverage.": SUPPORTED,
        "The base catches up at large k.": SUPPORTED,
        "What is solved after training is nearly a subset of what the base solves.": SUPPORTED,
        "The sampling efficiency gap is large.": SUPPORTED,
        "Algorithms differ little in that gap.": SUPPORTED,
    }


def test_a_model_that_learns_refutes_it_and_one_part_is_enough():
    what = given({"base": BASE, "a": SHARP, "c": WIDE}, [("base", "a"), ("base", "c")])
    found = verdicts(what, trained=["a", "c"], distilled=["c"], wider=["a"])
    assert found["The base catches up at large k."] == REFUTED
    assert found["Distillation widens coverage."] == SUPPORTED
    assert found["Training that is said to widen coverage does."] == REFUTED
    _, parts = findings(what, {"scale": "x", "trained": ["a", "c"]}, {})
    assert parts.filter(finding="The base catches up at large k.")["holm"].to_list() == [SUPPORTED, REFUTED]


def test_equal_models_are_no_finding():
    for start in range(0, 24, 3):
        names = [str(number) for number in range(start + 3)]  # the last three have seeds of their own
        base, *tuned = names[-3:]
        what = given(dict.fromkeys(names, BASE), [(base, name) for name in tuned])
        found = verdicts(what, trained=tuned, equal=tuned, wider=tuned, uninformed=tuned)
        assert found.pop("The sampling efficiency gap is large.") == SUPPORTED  # sampling more solves more
        assert found.pop("Algorithms differ little in that gap.") != REFUTED
        assert set(found.values()) <= {UNDECIDED}, start


def test_within_a_limit_is_shown_and_not_assumed():
    narrow, wide = Student(np.float64(0.01), np.float64(0.01), 99), Student(np.float64(0.01), np.float64(0.04), 99)
    outside = Student(np.float64(0.2), np.float64(0.04), 99)
    assert [within(found, 0.05, 0.95)["verdict"] for found in ([narrow], [narrow, wide], [wide, outside])] == [
        SUPPORTED,
        UNDECIDED,
        REFUTED,
    ]


def group(title: str, members: dict) -> list[dict]:
    where = {"benchmark": "b", "decoding": "t", "base": "base", "axis": "step"}
    return [{"group": title, "at": str(at), "tuned": tuned, **where} for at, tuned in members.items()]


def test_along_groups_every_training_run_counts():
    between = {step: BASE + (SHARP - BASE) * share for step, share in ((10, 0.2), (20, 0.6), (40, 1.0))}
    models = {"base": BASE} | {f"s{seed}-{step}": rates for seed in (0, 1, 2) for step, rates in between.items()}
    rows = [row for s in (0, 1, 2) for row in group(f"steps {s}", {step: f"s{s}-{step}" for step in between})]
    what, titles = given(models, [], groups=rows), [f"steps {s}" for s in (0, 1, 2)]
    found = verdicts(what, steps=titles, rollouts=titles, kl=titles)
    assert found["pass@1 rises with training steps."] == SUPPORTED
    assert found["Coverage falls with training steps."] == SUPPORTED
    assert (found["More rollouts help coverage."], found["A KL penalty costs coverage."]) == (REFUTED, SUPPORTED)
    _, parts = findings(what, {"scale": "x", "steps": titles}, {})
    assert [len(runs.split(", ")) for runs in parts["by_run"]] == [3, 3]
    runs = {f"after {step}": [f"s{seed}-{step}" for seed in (0, 1, 2)] for step in between}
    together = given(models, [], runs, groups=group("steps", {step: f"after {step}" for step in between}))
    _, of_sets = findings(together, {"scale": "x", "steps": ["steps"]}, {})
    assert of_sets.equals(parts)
    apart = {"base": BASE, "r-10": BASE, "r-40": np.roll(BASE, 7), "q-10": np.roll(BASE, 3), "q-40": BASE}
    rows = group("r", {10: "r-10", 40: "r-40"}) + group("q", {10: "q-10", 40: "q-40"})
    assert set(verdicts(given(apart, [], groups=rows), steps=["r", "q"]).values()) == {UNDECIDED}


@pytest.mark.parametrize(
    ("low", "high", "verdict"), [(0.9, 0.98, SUPPORTED), (0.2, 0.4, REFUTED), (0.7, 0.9, UNDECIDED)]
)
def test_likelihood_is_read_from_its_interval(low, high, verdict):
    names = {"benchmark": "b", "decoding": "t", "base": "base", "tuned": "a", "written_by": "a", "scored_by": "base"}
    row = {"measure": "support overlap, per token", "responses": "all", "low": low, "high": high, "estimate": low}
    what = Given([], {}, [names | row | {"problems": 16}], {"level": 0.95, "groups": []})
    assert verdicts(what, likely=["a"]) == {"Responses of tuned models are likely under the base.": verdict}
