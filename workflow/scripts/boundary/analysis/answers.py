"""How training changed answers: questions that counts and wrong answers decide without another sample."""

import numpy as np
import polars as pl
from numpy.typing import NDArray

from boundary.analysis.clusters import Clusters, Problems, clusters_of
from boundary.analysis.intervals import SEED, difference_interval, exact_ends, student
from boundary.analysis.pairs import columns
from boundary.analysis.passk import Counts, failing, powers_of_two
from boundary.analysis.voting import votes

SOLVED_BINS = ((0, 0), (1, 2), (3, 5), (6, 15), (16, None))  # correct samples of the base in half of them
MEMBERS_LEAST = 2  # of a union

Answers = dict[str, dict[str, int]]  # samples of every wrong answer, by problem


def by_problem(wrong: pl.DataFrame) -> Answers:
    """Samples of every wrong answer, by problem. wrong: `counts.wrong_answers` of one grader."""
    found: Answers = {}
    for problem, answer, samples in wrong.select("problem_id", "answer", "samples").iter_rows():
        found.setdefault(problem, {})[answer] = samples
    return found


def commonest(pair: pl.DataFrame, base: Answers, tuned: Answers, level: float) -> dict[str, float | None]:
    """Whether the tuned model only gives the base's most common answers more reliably.

    pair: `pairs.pair_counts`. base_right: problems on which the base gives the right answer more often than any wrong
    one; kept: of these, problems on which the tuned model does so too, with kept_low, kept_high. base_wrong: other
    problems that the base answered; turned_right: of these, problems that the tuned model mostly solves. wrong: wrong
    samples of the tuned model; wrong_commonest, wrong_known, wrong_new: shares of them with the base's most common
    wrong answer, with another answer of the base, and with an answer that the base never gave.
    """
    right = [_is_right(c, base.get(p, {})) for p, c in pair.select("problem_id", "c_base").iter_rows()]
    after = [_is_right(c, tuned.get(p, {})) for p, c in pair.select("problem_id", "c_tuned").iter_rows()]
    answered = [bool(c or base.get(p)) for p, c in pair.select("problem_id", "c_base").iter_rows()]
    kept = sum(one and two for one, two in zip(right, after, strict=True))
    low, high = exact_ends(kept, max(1, sum(right)), level)
    missed = [here and not one for here, one in zip(answered, right, strict=True)]
    shares = _of_wrong(pair["problem_id"].to_list(), base, tuned)
    return {
        "problems": len(pair),
        "base_right": sum(right),
        "kept": kept,
        "kept_low": float(low) if sum(right) else None,
        "kept_high": float(high) if sum(right) else None,
        "base_wrong": sum(missed),
        "turned_right": sum(one and two for one, two in zip(missed, after, strict=True)),
        **shares,
    }


def _is_right(c: int, wrong: dict[str, int]) -> bool:
    return c > max(wrong.values(), default=0)


def _of_wrong(problems: list[str], base: Answers, tuned: Answers) -> dict[str, float | None]:
    """How the wrong samples of the tuned model spread over what the base answered."""
    found = dict.fromkeys(("wrong_commonest", "wrong_known", "wrong_new"), 0)
    for problem in problems:
        before = base.get(problem, {})
        first = max(before, key=lambda answer: before[answer], default=None)
        for answer, samples in tuned.get(problem, {}).items():
            kind = "wrong_commonest" if answer == first else "wrong_known" if answer in before else "wrong_new"
            found[kind] += samples
    total = sum(found.values())
    return {"wrong": total} | {kind: samples / total if total else None for kind, samples in found.items()}


def halved(counts: Counts) -> tuple[NDArray[np.int64], NDArray[np.int64], Counts]:
    """A random half of every problem's samples, which may select problems, and the rest, which is judged: samples in
    the half, correct samples in the half, and n and c of the rest."""
    n, c = counts
    half = n // 2
    first = np.random.default_rng(SEED).hypergeometric(c, n - c, half)
    return half, first, (n - half, c - first)


def solved_by_base(problems: pl.DataFrame, level: float) -> pl.DataFrame:
    """Problems that the tuned model solves, by how often the base solved them: a row for each of SOLVED_BINS.

    problems: `pairs.overlap`. base_correct: correct samples in a random half of the base's samples, which selects the
    problems. The other half is compared with as many samples of the tuned model, so chance in the selection does not
    count. base_solves, tuned_solves: shares of the selected problems that they solve; low, high: interval for the tuned
    model.
    """
    base, (n_tuned, c_tuned) = columns(problems)
    half, first, (n_rest, c_rest) = halved(base)
    k = np.minimum(n_rest, n_tuned)
    of_base = 1 - failing(n_rest, c_rest, k)
    of_tuned = 1 - failing(n_tuned, c_tuned, k)
    rows = []
    for least, most in SOLVED_BINS:
        chosen = (first >= least) & (first <= (half if most is None else most))
        if not chosen.any():
            continue
        name = f"{least}" if least == most else f"{least} and more" if most is None else f"{least} to {most}"
        low, high = exact_ends(of_tuned[chosen].sum(), int(chosen.sum()), level)
        row = {"base_correct": name, "half_of": int(half.min()), "problems": int(chosen.sum())}
        shares = {"base_solves": float(of_base[chosen].mean()), "tuned_solves": float(of_tuned[chosen].mean())}
        rows.append(row | shares | {"low": float(low), "high": float(high)})
    return pl.DataFrame(rows, infer_schema_length=None)


def union(base: Counts, members: list[Counts], k: int, level: float, clusters: Clusters = None) -> dict:
    """The share of problems that several checkpoints solve together, minus the base's with as many samples: estimate,
    low, high, p.

    base, members: n and c of the same problems. k: samples of each problem on either side; every member has an equal
    share of them. clusters: of the problems, or None. union, base_alone: shares of the problems that are solved.
    """
    share = k // len(members)
    missed = np.prod([failing(*member, share) for member in members], axis=0)
    alone = failing(*base, share * len(members))
    found = difference_interval(student(Problems(alone - missed, clusters), (-1.0, 1.0)), level)
    values = {"k": share * len(members), "of_each": share, "union": 1 - missed.mean(), "base_alone": 1 - alone.mean()}
    values |= {"estimate": float((alone - missed).mean())} | {key: float(value) for key, value in found.items()}
    return {key: value if isinstance(value, int) else float(value) for key, value in values.items()}


def majority(pair: pl.DataFrame, base: Answers, tuned: Answers, level: float) -> pl.DataFrame:
    """Tuned minus base maj@k, paired over problems: k, base_maj, tuned_maj, estimate, low, high, p."""
    (n_base, c_base), (n_tuned, c_tuned) = columns(pair)
    rng, rows = np.random.default_rng(SEED), []
    of_base, of_tuned = (
        [list(wrong.get(problem, {}).values()) for problem in pair["problem_id"]] for wrong in (base, tuned)
    )
    for k in powers_of_two(int(min(n_base.min(), n_tuned.min()))):
        one, two = votes(n_base, c_base, of_base, k, rng), votes(n_tuned, c_tuned, of_tuned, k, rng)
        found = difference_interval(student(Problems(two - one, clusters_of(pair)), (-1.0, 1.0)), level)
        shares = {"base_maj": float(one.mean()), "tuned_maj": float(two.mean()), "estimate": float((two - one).mean())}
        rows.append({"k": k} | shares | {key: float(value) for key, value in found.items()})
    return pl.DataFrame(rows)
