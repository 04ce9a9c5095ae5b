"""A pair over all its benchmarks: the mean of the differences, and whether the benchmarks agree."""

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
import polars as pl

from boundary.analysis.clusters import are_few
from boundary.analysis.decisions import AHEAD, BEHIND, coverage_k, side
from boundary.analysis.distributions import chi2_sf
from boundary.analysis.intervals import Student, difference_interval, satterthwaite
from boundary.analysis.kinds import BETTER, COVERAGE, EVERY, KINDS, Alone, Few, Kind, Names, Overall, decide


def overall_claims(
    compared: list[tuple[Names, pl.DataFrame, int | None]],
    level: float,
    large_k: int | str,
    streams: dict[str, str],
    most: Mapping[str, int] = MappingProxyType({}),
) -> list[Alone]:
    """Two claims of every base, tuned model and decoding with several benchmarks: at k = 1, and at one large k.

    compared: names, `comparison.compare` curves, and the number of clusters (if any) of every pair on every benchmark.
    The large k is the smallest n/2 of the benchmarks, or `large_k` if it is a number and every n reaches it. streams:
    of benchmarks; those of one stream share samples, and only the first counts. most: the largest k of benchmarks that
    have a limit.
    """
    pairs: dict[tuple[str, str, str], dict[str, tuple[str, pl.DataFrame, int | None]]] = {}
    for about, curves, clusters in compared:
        of_pair = pairs.setdefault((about["decoding"], about["base"], about["tuned"]), {})
        of_pair.setdefault(streams[about["benchmark"]], (about["benchmark"], curves, clusters))
    claims: list[Alone] = []
    for (decoding, base, tuned), by_stream in pairs.items():
        found = list(by_stream.values())
        if len(found) < 2:
            continue
        smallest = min(len(curves) for _, curves, _ in found)
        names: Names = {"benchmark": EVERY, "decoding": decoding, "base": base, "tuned": tuned}
        largest = min((most[name] for name, *_ in found if name in most), default=smallest)
        for k in dict.fromkeys((1, min(coverage_k(large_k, smallest), largest))):
            rows = {name: curves.row(k - 1, named=True) | {"clusters": clusters} for name, curves, clusters in found}
            kind: Kind = COVERAGE if k > 1 else BETTER
            one = overall(rows, level, kind)
            claims.append({"kind": kind, **names, "n": smallest, "k": k, "claim": KINDS[kind].sentence, **one})
    return claims


def overall(rows: dict[str, dict], level: float, kind: Kind) -> Overall:
    """estimate, low, high, p of the equally weighted mean over benchmarks; Cochran's Q of their agreement; each
    benchmark.

    rows: of `comparison.compare` at one k, by benchmark, with the number of `clusters` if there are clusters: if a
    benchmark has too few, everything is undecided. Benchmarks are treated as independent and as fixed: the claim is
    about these benchmarks and problems like theirs. i2: the share of variation beyond chance (Higgins and Thompson
    2002, doi 10.1002/sim.1186).
    """
    means, errors, dfs, differences = (
        np.array([row[key] for row in rows.values()]) for key in ("mean", "error", "df", "difference")
    )
    in_clusters = {name: row["clusters"] for name, row in rows.items() if row.get("clusters")}
    fewest = min(in_clusters.values(), default=None)
    few: Few = {"clusters": fewest} if fewest is not None and are_few(fewest) else {}
    parts = (errors / len(rows)) ** 2
    found = Student(means.mean(), np.sqrt(parts.sum()), satterthwaite(parts, dfs), bool(few))
    estimate = float(differences.mean())
    low, high, p = (float(value) for value in difference_interval(found, level).values())
    weights = 1 / errors**2
    q = float((weights * (means - (weights * means).sum() / weights.sum()) ** 2).sum())
    free = len(rows) - 1
    lies = {name: side(row["low"], row["high"], in_clusters.get(name)) for name, row in rows.items()}
    return {
        "verdict": decide(kind, low, high, few.get("clusters")),
        "estimate": estimate,
        "low": low,
        "high": high,
        "p": p,
        **few,
        "heterogeneity_p": float(chi2_sf(q, free)),
        "i2": max(0.0, 1 - free / q) if q else 0.0,
        "ahead_on": ", ".join(name for name in rows if lies[name] == AHEAD),
        "behind_on": ", ".join(name for name in rows if lies[name] == BEHIND),
        "k_is": "of the difference",
        "test": "mean over benchmarks",
    }
