"""How often intervals of pass@10,000 from 250 or 1,000 samples hold the truth: ours and others'; run by hand.

    pip install --no-deps --target /tmp/scorio scorio
    PYTHONPATH=/tmp/scorio python tests/benchmarks/extrapolation.py

Counts of 10,000 real samples a problem (data/counts.csv, by real_counts.py): 13 sets of 100 problems, the harder half
of each, and each with one in ten of its correct samples left, so that rates are ten times smaller. A trial draws 30
problems with replacement and n of the samples of each without. Two truths: the share solved in 10,000 samples in the
whole set ("such problems") and among the ones drawn ("these"). The interval of scorio is of these, the others' of such
problems. About fifteen minutes of one core.
"""

import argparse
import csv
import sys
from collections import defaultdict
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "workflow/scripts"))

import numpy as np
from scipy import optimize, special

from boundary.analysis import extrapolation
from boundary.analysis.passk import pass_at_k

LEVEL, TAILS, REPLICATES = 0.95, (0.025, 0.975), 200
KNOWN = 0.005  # to half a problem in a hundred the truth is known, and an interval may miss it by that
CLASSES = ((0, "0"), (1, "1 to 3"), (4, "4 to 7"), (8, "8 and more"))


def ours(n, c, k, rng):
    """The posterior of the workflow, withheld or not."""
    low, estimate, high = extrapolation.interval(extrapolation.posterior(n, c, rng), n, c, np.array([k]), LEVEL)[:, 0]
    return estimate, low, high


def maximum_likelihood(n, c, k, rng):
    """The same distribution fitted by maximum likelihood, with a percentile bootstrap over problems."""
    pairs, which = np.unique(np.stack([n, c], 1), axis=0, return_inverse=True)
    n, c = pairs.T

    def loss(p, weights):
        never, a, b = special.expit(p[0]), *np.exp(p[1:])
        some = np.log1p(-never) + special.betaln(a + c, b + n - c) - special.betaln(a, b)
        return -(weights * np.where(c > 0, some, np.logaddexp(np.log(never), some))).sum()

    def fit(weights, starts):
        bounds = [(-12, 12), (-9, 6), (-9, 12)]
        fits = [optimize.minimize(loss, s, (weights,), "L-BFGS-B", bounds=bounds) for s in starts]
        return min(fits, key=lambda found: found.fun).x

    def curve(p):
        return extrapolation.coverage_at(np.array([special.expit(p[0]), *np.exp(p[1:])]), np.array([k]))[0]

    best = fit(np.bincount(which.ravel()), ([-4, -0.7, 0.7], [0, -0.7, 0.7]))
    chosen = which.ravel()[rng.integers(len(which), size=(REPLICATES, len(which)))]
    again = [curve(fit(np.bincount(row, minlength=len(pairs)), [best])) for row in chosen]
    return curve(best), *np.quantile(again, TAILS)


def power_law(n, c, k, rng):
    """log pass@k = -a k**-b by least squares on the logarithms (Brown et al. 2024, arXiv 2407.21787, section 3)."""
    at = np.unique(np.geomspace(1, n[0], 30).round().astype(int))
    values = pass_at_k(n, c)[:, at - 1]

    def predict(curve):
        kept = (curve > 0) & (curve < 1)
        if kept.sum() < 2:
            return curve[-1]
        slope, intercept = np.polyfit(np.log(at[kept]), np.log(-np.log(curve[kept])), 1)
        return np.exp(-np.exp(intercept) * k**slope)

    chosen = rng.integers(len(c), size=(REPLICATES, len(c)))
    return predict(values.mean(0)), *np.quantile([predict(values[row].mean(0)) for row in chosen], TAILS)


def scorio(n, c, k, rng):
    """Discovery at budget k of the posterior under uniform priors (Hariri et al. 2026, scorio.eval.tailpass)."""
    from scorio.eval import tailpass

    samples = np.arange(n[0]) < c[:, None]
    mean, deviation = tailpass(samples.astype(int), k, thresholds=[1 / k]).discovery()
    return mean, max(0.0, mean - 1.96 * deviation), min(1.0, mean + 1.96 * deviation)


METHODS = {"posterior (ours)": ours, "maximum likelihood, bootstrap (before)": maximum_likelihood}
METHODS |= {"scorio `tailpass`": scorio, "power law, bootstrap": power_law}


def sets():
    """(N, correct samples of every problem) of each set."""
    with (Path(__file__).parent / "data/counts.csv").open() as file:
        for row in csv.DictReader(file):
            c = np.array(row["c"].split(), int)
            yield int(row["n"]), c
            yield int(row["n"]), np.sort(c)[: len(c) // 2]
            yield int(row["n"]), np.random.default_rng(0).binomial(c, 0.1)


def draw(c, whole, problems, n, rng):
    """(indices of problems, how many of n samples of each are right)."""
    chosen = rng.integers(len(c), size=problems)
    return chosen, rng.hypergeometric(c[chosen], whole - c[chosen], n)


def class_of(right) -> str:
    return [name for least, name in CLASSES if (right > 0).sum() >= least][-1]


def coverage(trials: int, problems: int, methods: dict) -> None:
    rng, found = np.random.default_rng(0), defaultdict(list)
    for whole, c in sets():
        for n in (250, 1000):
            for _ in range(trials):
                chosen, right = draw(c, whole, problems, n, rng)
                such, these = (c > 0).mean(), (c[chosen] > 0).mean()
                for name, method in methods.items():
                    estimate, low, high = method(np.full(problems, n), right, whole, rng)
                    held = [low - KNOWN <= truth <= high + KNOWN for truth in (such, these)]
                    errors = estimate - such, estimate - these
                    found[class_of(right), n, name].append((*held, high - low, *errors))
    print("Share of 95% intervals that hold the truth (such problems, these), width and bias in points\n")
    print(f"| solved of {problems} | n | trials | interval | such | these | width | bias, such | bias, these |")
    print("|---|---|---|---|---|---|---|---|---|")
    for _, solved in CLASSES:
        for n in (250, 1000):
            for name in methods:
                if rows := found[solved, n, name]:
                    such, these, width, *biases = np.mean(rows, axis=0)
                    bias = " | ".join(f"{100 * value:+.1f}" for value in biases)
                    shares = f"{such:.3f} | {these:.3f} | {100 * width:.0f}"
                    print(f"| {solved} | {n} | {len(rows)} | {name} | {shares} | {bias} |")


def held_out(trials: int, problems: int) -> None:
    """The held-out check against the real error for the same problems: at a factor of 4, and of 10."""
    rng, found = np.random.default_rng(1), []
    for whole, c in sets():
        for _ in range(trials):
            chosen, right = draw(c, whole, problems, 1000, rng)
            if (right > 0).sum() >= extrapolation.FEWEST:
                n, observed = np.full(problems, 1000), (right > 0).mean()
                real = ours(n, right, whole, rng)[0] - (c[chosen] > 0).mean()
                checks = [extrapolation.held_out_errors(n, right, factor, observed, rng) for factor in (4, 10)]
                found.append((real, *(np.mean(errors) if errors else np.nan for errors in checks)))
    real, quarter, tenth = np.abs(np.array(found)[~np.isnan(found).any(1)]).T * 100
    print(f"\nMean absolute error in points ({len(real)} trials, n = 1,000): real {real.mean():.1f}, held out")
    print(f"at a factor of 4 {quarter.mean():.1f}, of 10 {tenth.mean():.1f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--problems", type=int, default=30)
    parser.add_argument("--trials", type=int, default=4, help="of each set and n")
    parser.add_argument("--ours", action="store_true", help="the workflow's interval alone, which takes milliseconds")
    arguments = parser.parse_args()
    methods = dict(list(METHODS.items())[:1]) if arguments.ours else METHODS
    coverage(arguments.trials, arguments.problems, methods)
    if not arguments.ours:
        held_out(1, arguments.problems)


if __name__ == "__main__":
    main()
