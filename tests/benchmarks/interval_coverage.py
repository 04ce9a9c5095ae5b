"""How often 95% intervals hold the truth, and how often two equal models get a verdict; run by hand.

Base rates are Beta(0.35, 2.5); the tuned model knows fewer problems but is surer of them. Truth is the population's.
"""

import sys
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "workflow/scripts"))

import numpy as np
import polars as pl

from boundary.analysis.claims import pair_claims
from boundary.analysis.comparison import compare, crossing
from boundary.analysis.coverage import discordance
from boundary.analysis.pairs import overlap, pair_counts

TRIALS, REPLICATES, LEVEL = 300, 500, 0.95


def rates(rng, problems):
    base = rng.beta(0.35, 2.5, size=problems)
    return base, np.where(rng.random(problems) < 0.25, 0.0, base**0.6)


def frame(n, c):
    return pl.DataFrame({"problem_id": [str(i) for i in range(len(c))], "n": n, "c": c})


def curve(p, n):
    return np.mean([1 - (1 - part[:, None]) ** np.arange(1, n + 1) for part in np.array_split(p, 200)], axis=(0, 1))


def main() -> None:
    rng = np.random.default_rng(0)
    print("Share of intervals that hold the truth")
    print("problems     n  diff at k=1  diff at n/2     crossing          gap         area")
    for problems, n in ((30, 128), (30, 1024), (100, 256), (500, 128), (500, 512)):
        base, tuned = rates(np.random.default_rng(1), 200_000)
        truth = curve(tuned, n) - curve(base, n)
        half, k_star = max(1, n // 2), crossing(truth[None])[0]
        gap = curve(base, n)[-1] - tuned.mean()
        area = np.trapezoid(truth[:half], np.log2(np.arange(1, half + 1)))
        held = Counter()
        for _ in range(TRIALS):
            p, q = rates(rng, problems)
            pair = pair_counts(frame(n, rng.binomial(n, p)), frame(n, rng.binomial(n, q)))
            curves, cross, measures = compare(pair, REPLICATES, LEVEL)
            for name, row, true in (
                ("k=1", curves.row(0, named=True), truth[0]),
                ("half", curves.row(half - 1, named=True), truth[half - 1]),
                ("crossing", cross.row(0, named=True), k_star),
                ("gap", measures.row(0, named=True), gap),
                ("area", measures.row(1, named=True), area),
            ):
                held[name] += row["low"] <= true <= row["high"]
        shares = "  ".join(f"{held[name] / TRIALS:11.3f}" for name in ("k=1", "half", "crossing", "gap", "area"))
        print(f"{problems:8d}  {n:4d}  {shares}   (true crossing {k_star:.0f})")
    print("\nTwo equal models: share of trials with a verdict other than undecided, per claim")
    for problems, n in ((30, 128), (30, 1024), (500, 128)):
        verdicts = Counter()
        for _ in range(TRIALS):
            p, _ = rates(rng, problems)
            pair = pair_counts(frame(n, rng.binomial(n, p)), frame(n, rng.binomial(n, p)))
            curves, cross, _ = compare(pair, REPLICATES, LEVEL)
            found = discordance(overlap(pair), 0.01, LEVEL)
            for claim in pair_claims(curves, cross, found, LEVEL, 0.01, "half"):
                verdicts[claim["claim"]] += claim["verdict"] == "supported"
        print(problems, n, {claim: f"{count / TRIALS:.3f}" for claim, count in verdicts.items()})


if __name__ == "__main__":
    main()
