"""The parts of findings: a function for each kind of evidence, from the results and the roles."""

from collections.abc import Iterator
from itertools import combinations

import numpy as np
from numpy.typing import NDArray
from scipy import special

from boundary.analysis.decisions import REFUTED, SUPPORTED, UNDECIDED, Decision
from boundary.analysis.kinds import BETTER, COVERAGE, OVERTAKES, WIDENED, Claim, direction
from boundary.analysis.trend import slope_weights
from boundary.findings.given import Given, at_k
from boundary.findings.parts import Part, Place, Runs, Test
from boundary.findings.testing import beyond, contrast, ends, of_interval, over_runs, within
from boundary.names import ACROSS, SIDES

FEW = 0.05  # of the problems that a tuned model solves: so few that the base does not are nearly none
LARGE = 0.1  # in pass@k: from which a sampling efficiency gap is large
LITTLE = 0.25  # of the gap: what differs by less differs little
SAME = 0.05  # in pass@k: models that differ by less are as good as equal
LIKELY = 0.8  # of the responses: from which they are likely under the base

# --- of pairs --------------------------------------------------------------------------------------------------------


def better(given: Given, names: list[str]) -> Iterator[Part]:
    for claim in given.claims_of(names, BETTER):
        yield _claimed(given, claim)


def overtaken(given: Given, names: list[str]) -> Iterator[Part]:
    for claim in given.claims_of(names, OVERTAKES):
        yield _claimed(given, claim)


def widened(given: Given, names: list[str]) -> Iterator[Part]:
    for claim in given.claims_of(names, COVERAGE):
        wider: Decision = SUPPORTED if direction(claim["estimate"]) == WIDENED else REFUTED
        yield {**_claimed(given, claim), "verdict": wider if claim["verdict"] == SUPPORTED else UNDECIDED}


def narrowed(given: Given, names: list[str]) -> Iterator[Part]:
    turned: dict[Decision, Decision] = {SUPPORTED: REFUTED, REFUTED: SUPPORTED, UNDECIDED: UNDECIDED}
    for part in widened(given, names):
        yield {**part, "verdict": turned[part["verdict"]]}


def unchanged(given: Given, names: list[str]) -> Iterator[Part]:
    level = given.spec["level"]
    for claim in given.claims_of(names, BETTER, COVERAGE):
        found = of_interval(claim["low"], claim["high"], level)
        same = within([found], SAME, level)
        differs: Test = {"p": claim["p"], "verdict": UNDECIDED if claim["verdict"] == UNDECIDED else REFUTED}
        yield {**_claimed(given, claim), **min(same, differs, key=lambda test: test["p"])}


def subset(given: Given, names: list[str]) -> Iterator[Part]:
    """The share of the solved problems is the ratio of two means: the test is on the first minus FEW times the
    second."""
    level = given.spec["level"]
    for pair in given.pairs(names):
        base, tuned = given.sides(pair)
        solved = at_k(tuned, pair["n"])
        alone = solved * (1 - at_k(base, pair["n"]).mean(0))
        found, size = over_runs(alone - FEW * solved), max(float(solved.mean()), 1 / solved.size)
        interval = ends(found, level)
        low, high = (float(np.clip(FEW + end / size, 0, 1)) for end in (interval["low"], interval["high"]))
        yield {
            **_where(pair),
            "about": pair["tuned"],
            "k": pair["n"],
            "estimate": float(alone.mean()) / size,
            "low": low,
            "high": high,
            **beyond(found, 0.0, level, below=True),
            **_by_run(alone.mean(1) / solved.mean(1).clip(min=1 / solved.size)),
        }


def gap(given: Given, names: list[str]) -> Iterator[Part]:
    level = given.spec["level"]
    for pair in given.pairs(names):
        base, tuned = _gap(given, pair)
        found = contrast(tuned, base)
        yield {
            **_where(pair),
            "about": pair["tuned"],
            "k": given.large_k(pair["n"]),
            "estimate": float(base.mean() - tuned.mean()),
            **ends(found, level),
            **beyond(found, LARGE, level),
            **_by_run(base.mean() - tuned.mean(1)),
        }


def alike(given: Given, names: list[str]) -> Iterator[Part]:
    """The gaps of trainings of one base differ exactly as their pass@1 does."""
    level = given.spec["level"]
    by_base: dict[tuple[str, ...], list[Claim]] = {}
    for pair in given.pairs(names):
        by_base.setdefault((pair["benchmark"], pair["decoding"], pair["base"]), []).append(pair)
    for pairs in by_base.values():
        gaps = {pair["tuned"]: _gap(given, pair) for pair in pairs}
        found = {(a, b): contrast(gaps[b][1], gaps[a][1]) for a, b in combinations(gaps, 2)}
        if not found:
            continue
        limit = LITTLE * abs(float(np.mean([base.mean() - tuned.mean() for base, tuned in gaps.values()])))
        (a, b), most = max(found.items(), key=lambda item: abs(item[1].mean))
        runs = (f"{name}: {_by_run(tuned.mean(1))['by_run']}" for name, (_, tuned) in gaps.items())
        yield {
            **_where(pairs[0]),
            "about": f"pass@1 of {a} minus {b}, the largest of {len(found)} differences; little is {limit:.3f}",
            "k": 1,
            "estimate": float(gaps[a][1].mean() - gaps[b][1].mean()),
            **ends(most, 1 - (1 - level) / len(found)),
            **within(list(found.values()), limit, level),
            "by_run": "; ".join(runs),
            "runs": [],
        }


def likely(given: Given, names: list[str]) -> Iterator[Part]:
    level = given.spec["level"]
    for row in given.likelihoods:
        of_tuned = row["written_by"] == row["tuned"] in names and ACROSS not in row["decoding"]
        if of_tuned and (row["measure"], row["responses"]) == ("support overlap, per token", "all"):
            found = of_interval(row["low"], row["high"], level, logit=True)
            yield {
                "base": row["base"],
                "benchmark": row["benchmark"],
                "decoding": row["decoding"],
                "problems": row["problems"],
                "about": row["tuned"],
                "k": 1,
                "estimate": row["estimate"],
                "low": row["low"],
                "high": row["high"],
                **beyond(found, float(special.logit(LIKELY)), level),
                "by_run": "",
                "runs": [],
            }


# --- of groups, one for each training run ----------------------------------------------------------------------------


def rises(given: Given, titles: list[str]) -> Iterator[Part]:
    """pass@1 along the axis."""
    return _slopes(given, titles, large=False, falls=False)


def falls(given: Given, titles: list[str]) -> Iterator[Part]:
    """pass@k at the large k along the axis."""
    return _slopes(given, titles, large=True, falls=True)


def _slopes(given: Given, titles: list[str], large: bool, falls: bool) -> Iterator[Part]:
    level = given.spec["level"]
    for where, groups in given.groups(titles):
        k, values = _along(given, where, groups, large)
        weights, unit, reach = slope_weights([float(member["at"]) for member in groups[0]])
        each = np.tensordot(weights, alike_runs(values), 1)  # (runs, problems)
        found = over_runs(each, reach)
        yield {
            **_place(where, groups, each),
            "about": f"per {unit} of {groups[0][0]['axis']}",
            "k": k,
            "estimate": float(each.mean()),
            **ends(found, level, np.inf),
            **beyond(found, 0.0, level, below=falls),
            **_by_run(each.mean(1)),
        }


def more(given: Given, titles: list[str]) -> Iterator[Part]:
    """Coverage at the last place minus coverage at the first: whether it is higher."""
    return _first_to_last(given, titles, below=False)


def less(given: Given, titles: list[str]) -> Iterator[Part]:
    """Whether it is lower."""
    return _first_to_last(given, titles, below=True)


def _first_to_last(given: Given, titles: list[str], below: bool) -> Iterator[Part]:
    level = given.spec["level"]
    for where, groups in given.groups(titles):
        k, values = _along(given, where, groups, large=True)
        first, last = values[0], values[-1]
        found = contrast(first, last)
        start, end = groups[0][0], groups[0][-1]
        yield {
            **_place(where, groups, first),
            "about": f"{start['axis']}: {end['at']} minus {start['at']}",
            "k": k,
            "estimate": float(last.mean() - first.mean()),
            **ends(found, level),
            **beyond(found, 0.0, level, below),
            **_by_run(last.mean(1) - first.mean()),
        }


def _along(given: Given, where: tuple[str, str], groups: list[list[dict]], large: bool) -> tuple[int, list[NDArray]]:
    """k, and at every place the tuned minus base pass@k of all training runs of these groups: (runs, problems)."""
    sides = [[[given.runs_of(member[side]) for side in SIDES] for member in members] for members in groups]
    names = list(dict.fromkeys(name for members in sides for member in members for side in member for name in side))
    counts = dict(zip(names, given.counted(names, *where), strict=True))
    k = given.large_k(min(int(n.min()) for n, _ in counts.values())) if large else 1
    solved = {name: at_k([of_name], k)[0] for name, of_name in counts.items()}
    bases = [[np.mean([solved[name] for name in base], axis=0) for base, _ in members] for members in sides]
    return k, [
        np.array([solved[run] - bases[g][place] for g, members in enumerate(sides) for run in members[place][1]])
        for place in range(len(sides[0]))
    ]


def alike_runs(values: list[NDArray[np.float64]]) -> NDArray[np.float64]:
    """(places, runs, problems); if places have unequal numbers of runs, their mean counts as a single run."""
    if len({len(runs) for runs in values}) > 1:
        values = [runs.mean(0, keepdims=True) for runs in values]
    return np.stack(values)


def _place(where: tuple[str, str], groups: list[list[dict]], values: NDArray) -> Place:
    benchmark, decoding = where
    base = groups[0][0]["base"]
    return {"base": base, "benchmark": benchmark, "decoding": decoding, "problems": values.shape[1]}


# --- what parts have -------------------------------------------------------------------------------------------------


def _where(claim: Claim) -> Place:
    return {
        "base": claim["base"],
        "benchmark": claim["benchmark"],
        "decoding": claim["decoding"],
        "problems": claim["problems"],
    }


def _claimed(given: Given, claim: Claim) -> Part:
    """The part that a claim is."""
    base, tuned = given.sides(claim)
    return {
        **_where(claim),
        "about": claim["tuned"],
        "k": claim["k"],
        "estimate": claim["estimate"],
        "low": claim["low"],
        "high": claim["high"],
        "p": claim["p"],
        "verdict": claim["verdict"],
        **_by_run(at_k(tuned, claim["k"]).mean(1) - at_k(base, claim["k"]).mean()),
    }


def _gap(given: Given, pair: Claim) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The base's pass@k at the large k, and the tuned model's pass@1 (arXiv 2504.13837, section 4.3)."""
    base, tuned = given.sides(pair)
    return at_k(base, given.large_k(pair["n"])), at_k(tuned, 1)


def _by_run(values: NDArray[np.float64]) -> Runs:
    return {"by_run": ", ".join(f"{value:.3f}" for value in values), "runs": values.tolist()}
