"""How often intervals hold the truth, and how often verdicts are false, over many shapes of truth; run by hand.

    python tests/benchmarks/interval_coverage.py [TRIALS [TABLE ...]]

prints the tables of docs/statistics.md. Truth is the population's: rates are drawn anew for every trial. The base
model's rates are Beta(.2, 1.2), Beta(.35, 2.5) with 20% unsolvable, Beta(.5, .5) with 30% unsolvable, or as fitted to
the counts of the zoo's chain base; the tuned model is sharpened on the logit scale (slopes 1.6, 2, 3), has lost 10 or
20% of the problems, is disturbed, or is the same, and is shifted so that the true difference is 0, .1 or -.1. Where
problems come in families, each has the rates of its family with such a probability that the true differences of two
problems of a family correlate as is asked for.
"""

import sys
from collections import defaultdict
from functools import cache
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "workflow/scripts"))

import numpy as np
import polars as pl
from scipy import optimize, special

from boundary.analysis.attempts import Attempts, parts
from boundary.analysis.claims import Compared, best_claim, corrected, pair_claims
from boundary.analysis.clusters import Problems
from boundary.analysis.comparison import compare, compare_runs, crossing
from boundary.analysis.intervals import difference_interval, share_interval, student
from boundary.analysis.kinds import BEST_PROMPT, BEST_PROMPT_COVERAGE
from boundary.analysis.pairs import overlap, pair_counts
from boundary.analysis.passk import failing, pass_at_k
from boundary.analysis.ratios import linearised
from boundary.analysis.rivals import best_prompt
from boundary.analysis.sets import Judged, boundary_claim
from boundary.analysis.sharpening import gained
from boundary.analysis.steps import FOUND, LOST, lost_and_found
from boundary.analysis.trend import trend

LEVEL, MANY = 0.95, 100_000
BASES = {
    "Beta(.2, 1.2)": lambda rng, size: rng.beta(0.2, 1.2, size),
    "Beta(.35, 2.5), 20% never": lambda rng, size: np.where(rng.random(size) < 0.2, 0, rng.beta(0.35, 2.5, size)),
    "Beta(.5, .5), 30% never": lambda rng, size: np.where(rng.random(size) < 0.3, 0, rng.beta(0.5, 0.5, size)),
    "zoo, chain base": lambda rng, size: np.where(rng.random(size) < 0.15, 0, rng.beta(0.69, 5.82, size)),
}


def shifted(rates, slope=1.0, shift=0.0, noise=0.0):
    return np.where(rates > 0, special.expit(slope * special.logit(rates.clip(1e-12, 1 - 1e-12)) + shift + noise), 0)


TUNED = {
    "sharpened 1.6": lambda rng, p, shift: shifted(p, 1.6, shift),
    "sharpened 2": lambda rng, p, shift: shifted(p, 2, shift),
    "sharpened 3": lambda rng, p, shift: shifted(p, 3, shift),
    "lost 10%": lambda rng, p, shift: np.where(rng.random(p.shape) < 0.1, 0, shifted(p, 1, shift)),
    "lost 20%": lambda rng, p, shift: np.where(rng.random(p.shape) < 0.2, 0, shifted(p, 1, shift)),
    "disturbed": lambda rng, p, shift: shifted(p, 1, shift, rng.normal(size=p.shape)),
    "the same": lambda rng, p, shift: shifted(p, 1, shift),
}


def table_of(n, k):
    """pass@k of c = 0..n correct samples."""
    return 1 - failing(n, np.arange(n + 1), k)


def mean_passk(rates, k):
    return float((1 - (1 - rates) ** k).mean())


@cache
def shift_for(base, tuned, k, delta):
    """The shift of a tuned model that makes the true difference `delta` at k; None where none does."""
    target = mean_passk(BASES[base](np.random.default_rng(5), MANY), k) + delta

    def missed(shift):
        rates = BASES[base](np.random.default_rng(5), MANY)
        return mean_passk(TUNED[tuned](np.random.default_rng(6), rates, shift), k) - target

    try:
        return optimize.brentq(missed, -30, 30, xtol=1e-4)
    except ValueError:
        return None


def judge(made, delta, d, held, false, found, oracle):
    """Append how often intervals of a true difference `delta` hold it, and how often they support one, and which.

    d: (problems, trials). oracle: how often one who knows the error would find it."""
    held.append(((made["low"] <= delta) & (delta <= made["high"])).mean())
    sides = (made["low"] > 0).mean(), (made["high"] < 0).mean()
    if delta:
        found.append(sides[0 if delta > 0 else 1])
        oracle.append((np.sign(delta) * d.mean(0) / d.mean(0).std() > 1.96).mean())
    else:
        false.append(sides)


def differences(trials):
    heads = ("coverage: worst", "middle", "widened falsely", "narrowed falsely", "either", "power", "of oracle")
    print(f"\n| k | problems | n | {' | '.join(heads)} |")
    print("|---|---|---|---|---|---|---|---|---|---|")
    for at in ("1", "n/2"):
        for problems, n in ((30, 64), (30, 128), (30, 1024), (40, 128), (100, 128), (500, 128)):
            k = 1 if at == "1" else n // 2
            values, held, false, found, oracle = table_of(n, k), [], [], [], []
            for place, (base, tuned) in enumerate((b, t) for b in BASES for t in TUNED):
                for delta in (0, 0.1, -0.1):
                    if (shift := shift_for(base, tuned, k, delta)) is None:
                        continue
                    rng = np.random.default_rng((place, problems, n))
                    p = BASES[base](rng, (problems, trials if problems < 500 else trials // 2))
                    q = TUNED[tuned](rng, p, shift)
                    d = values[rng.binomial(n, q)] - values[rng.binomial(n, p)]
                    made = difference_interval(student(d, (-1, 1)), LEVEL)
                    judge(made, delta, d, held, false, found, oracle)
            worst, either = np.max(false, axis=0), np.sum(false, axis=1).max()
            print(
                f"| {at} | {problems} | {n} | {min(held):.3f} | {np.median(held):.3f} | {worst[0]:.3f} "
                f"| {worst[1]:.3f} | {either:.3f} | {np.mean(found):.2f} | {np.mean(found) / np.mean(oracle):.2f} |",
                flush=True,
            )


def families_of_problems(trials, n=128):
    """Problems in families of 2 to 10 that are alike: intervals that go by these, and those that do not."""
    heads = ("as if alone", "coverage: worst", "middle", "widened falsely", "narrowed falsely", "power at .1")
    heads += ("of oracle", "one model: worst", "its mean width")
    print(f"\n| k | families | intraclass correlation | {' | '.join(heads)} |")
    print("|---" * (len(heads) + 3) + "|")
    for at in ("1", "n/2"):
        k = 1 if at == "1" else n // 2
        values = table_of(n, k)
        for families in (10, 20, 50):
            for alike in (0, 0.2, 0.5):
                alone, held, false, found, oracle, one, width = ([] for _ in range(7))
                for place, (base, tuned) in enumerate((b, t) for b in BASES for t in TUNED):
                    for delta in (0, 0.1, -0.1):
                        if (shift := shift_for(base, tuned, k, delta)) is None:
                            continue
                        rng = np.random.default_rng((place, families))
                        sizes = rng.permutation(np.resize(np.arange(2, 11), families))
                        clusters = np.repeat(np.arange(families), sizes)
                        own = BASES[base](rng, (len(clusters), trials))
                        shared = BASES[base](rng, (families, trials))
                        rates = [(own, shared), tuple(TUNED[tuned](rng, p, shift) for p in (own, shared))]
                        as_family = rng.random(own.shape) < np.sqrt(alike)  # of both of a pair: alike
                        p, q = (np.where(as_family, of_family[clusters], each) for each, of_family in rates)
                        y = values[rng.binomial(n, q)]
                        d = y - values[rng.binomial(n, p)]
                        made = difference_interval(student(Problems(d, clusters), (-1, 1)), LEVEL)
                        judge(made, delta, d, held, false, found, oracle)
                        made = difference_interval(student(d, (-1, 1)), LEVEL)
                        alone.append(((made["low"] <= delta) & (delta <= made["high"])).mean())
                        truth = mean_passk(TUNED[tuned](rng, BASES[base](rng, MANY), shift), k)
                        if 0.02 < truth < 0.98:
                            made = share_interval(Problems(y, clusters), LEVEL)
                            one.append(((made["low"] <= truth) & (truth <= made["high"])).mean())
                            width.append((made["high"] - made["low"]).mean())
                worst = np.max(false, axis=0)
                print(
                    f"| {at} | {families} | {alike} | {min(alone):.3f} | {min(held):.3f} | {np.median(held):.3f} "
                    f"| {worst[0]:.3f} | {worst[1]:.3f} | {np.mean(found):.2f} "
                    f"| {np.mean(found) / np.mean(oracle):.2f} | {min(one):.3f} | {np.mean(width):.2f} |",
                    flush=True,
                )


def single_models(trials):
    print("\n| k | problems | n | coverage of one model's pass@k: worst | middle | mean width |")
    print("|---|---|---|---|---|---|")
    for at in ("1", "n/2"):
        for problems, n in ((10, 128), (30, 128), (30, 1024), (40, 128), (100, 128), (500, 128)):
            k, held, width = 1 if at == "1" else n // 2, [], []
            values = table_of(n, k)
            for place, (base, tuned) in enumerate(
                (b, t) for b in BASES for t in ("the same", "sharpened 2", "lost 20%")
            ):
                for shift in (-2, 0, 2):
                    rates = TUNED[tuned](np.random.default_rng(6), BASES[base](np.random.default_rng(5), MANY), shift)
                    truth = mean_passk(rates, k)
                    if 0.02 < truth < 0.98:
                        rng = np.random.default_rng((place, problems, n))
                        size = (problems, trials if problems < 500 else trials // 2)
                        x = values[rng.binomial(n, TUNED[tuned](rng, BASES[base](rng, size), shift))]
                        made = share_interval(x, LEVEL)
                        held.append(((made["low"] <= truth) & (truth <= made["high"])).mean())
                        width.append((made["high"] - made["low"]).mean())
            found = f"{min(held):.3f} | {np.median(held):.3f} | {np.mean(width):.2f}"
            print(f"| {at} | {problems} | {n} | {found} |", flush=True)


def whole_curves(trials):
    """What needs the whole curve: slower, fewer trials."""
    print("\n| problems | n | crossing | open above n | whole band | gap | area | overtakes falsely |")
    print("|---|---|---|---|---|---|---|---|")
    shapes = [
        ("Beta(.2, 1.2)", "sharpened 2"),
        ("Beta(.35, 2.5), 20% never", "lost 20%"),
        ("zoo, chain base", "sharpened 1.6"),
    ]
    for problems, n in ((30, 128), (40, 128), (100, 128), (500, 128)):
        held, count = defaultdict(float), 0
        for place, (base, tuned) in enumerate(shapes):
            shift = shift_for(base, tuned, n // 4, 0)
            rates = BASES[base](np.random.default_rng(5), MANY)
            others = TUNED[tuned](np.random.default_rng(6), rates, shift)
            k = np.arange(1, n + 1)
            curves = [population_curve(r, k) for r in (rates, others)]
            truth, half = curves[1] - curves[0], n // 2
            true = {"crossing": crossing(truth), "gap": curves[0][-1] - curves[1][0]}
            true["area"] = np.trapezoid(truth[:half], np.log2(k[:half]))
            rng = np.random.default_rng((place, problems))
            for _ in range(trials):
                p = BASES[base](rng, problems)
                q = TUNED[tuned](rng, p, shift)
                found, cross, measures = compare(frames(rng, n, p, q), LEVEL)
                row, ends = cross.row(0, named=True), found.select("band_low", "band_high").to_numpy().T
                held["crossing"] += row["low"] <= true["crossing"] <= row["high"]
                held["open"] += np.isinf(row["high"])
                held["band"] += bool(((ends[0] <= truth) & (truth <= ends[1])).all())
                for name, measured in zip(("gap", "area"), measures.iter_rows(named=True), strict=False):
                    held[name] += measured["low"] <= true[name] <= measured["high"]
                equal = compare(frames(rng, n, p, p), LEVEL)[1].row(0, named=True)
                held["overtaken"] += min(equal["overtaken_p"], equal["never_p"]) <= 1 - LEVEL
                count += 1
        shares = " | ".join(
            f"{held[name] / count:.3f}" for name in ("crossing", "open", "band", "gap", "area", "overtaken")
        )
        print(f"| {problems} | {n} | {shares} |", flush=True)


def population_curve(rates, k):
    return np.mean([1 - (1 - part[:, None]) ** k for part in np.array_split(rates, 200)], axis=(0, 1))


def frames(rng, n, p, q):
    ids = [str(i) for i in range(len(p))]
    sides = (pl.DataFrame({"problem_id": ids, "n": n, "c": rng.binomial(n, rates)}) for rates in (p, q))
    return pair_counts(*sides)


def families(trials, pairs=20, members=20):
    """Equal models: claims of 20 pairs in one run, and the best of 20 checkpoints."""
    print("\n| problems | n | worst claim supported or refuted | runs with any after Holm | best of 20 called better |")
    print("|---|---|---|---|---|")
    for problems, n in ((30, 128), (100, 128)):
        single, runs, best = defaultdict(int), 0, 0
        rng = np.random.default_rng(problems)
        for _ in range(trials):
            claims = []
            for _ in range(pairs):
                p = BASES["Beta(.35, 2.5), 20% never"](rng, problems)
                pair = frames(rng, n, p, p)
                curves, cross, _ = compare(pair, LEVEL)
                claims += pair_claims(Compared({}, curves, cross, overlap(pair), {}), LEVEL, 0.05, "half")
            for claim in claims:
                single[claim["kind"]] += false(claim, "verdict")
            runs += any(false(claim, "holm") for claim in corrected(claims, LEVEL))
            p = BASES["Beta(.35, 2.5), 20% never"](rng, problems)
            base = [[(np.full(problems, n), rng.binomial(n, p))]] * members
            tuned = [[(np.full(problems, n), rng.binomial(n, p))] for _ in range(members)]
            rows = trend([str(i) for i in range(members)], base, tuned, LEVEL, "half").filter(what="best")
            best += "ahead of its base" in rows.filter(pl.col("k") > 1)["verdict"].to_list()
        worst = max(single.values()) / trials / pairs
        print(f"| {problems} | {n} | {worst:.3f} | {runs / trials:.3f} | {best / trials:.3f} |", flush=True)


def false(claim, verdict):
    """Whether a verdict on equal models is a false one: that nothing is solved by one of them alone is true."""
    return claim[verdict] == "supported" or (claim[verdict] == "refuted" and "least_p" not in claim)


def seeds(trials, n=128):
    """Three runs of one algorithm, whose log odds differ by a run's own shift: the mean over runs against the base."""
    print("\n| problems | spread between runs | coverage at k = 1 | at n/2 |")
    print("|---|---|---|---|")
    for problems in (30, 100):
        for spread in (0, 0.3, 1):
            rng, held = np.random.default_rng(7), np.zeros(2)
            rates = BASES["Beta(.35, 2.5), 20% never"](np.random.default_rng(5), MANY)
            runs = TUNED["sharpened 1.6"](rng, rates, 1.5)
            each = [shifted(runs, 1, spread * z) for z in np.random.default_rng(8).normal(size=200)]
            truth = [
                np.mean([mean_passk(r[: MANY // 10], k) for r in each]) - mean_passk(rates, k) for k in (1, n // 2)
            ]
            for _ in range(trials):
                p = BASES["Beta(.35, 2.5), 20% never"](rng, problems)
                q = TUNED["sharpened 1.6"](rng, p, 1.5)
                tuned = [shifted(q, 1, spread * z) for z in rng.normal(size=3)]
                counted = [(np.full(problems, n), rng.binomial(n, r)) for r in (p, *tuned)]
                curves = compare_runs(counted[:1], counted[1:], LEVEL)[0]
                for i, k in enumerate((1, n // 2)):
                    row = curves.row(k - 1, named=True)
                    held[i] += row["low"] <= truth[i] <= row["high"]
            print(f"| {problems} | {spread} | {held[0] / trials:.3f} | {held[1] / trials:.3f} |", flush=True)


def sets(trials):
    """What one model solves and the other never did: a base at the bound, and three problems that are to be found."""
    print("\n| problems | n | bound | base at it, tuned always right | both at it | three are found | at a rate of |")
    print("|---|---|---|---|---|---|---|")
    for problems in (30, 100, 500):
        for n in (64, 256, 1024):
            bound = 1 - ((1 - LEVEL) / problems) ** (1 / n)
            rng, size = np.random.default_rng((problems, n)), (trials, problems)
            judged = Judged(1.0001 * bound, 1 - LEVEL)
            few = np.where(np.arange(problems) < 3, 0, 0.5)
            cases = [
                (np.full(size, n), rng.binomial(n, bound, size)),
                (rng.binomial(n, bound, size), rng.binomial(n, bound, size)),
                tuple(rng.binomial(n, p, (trials // 10, problems)) for p in (np.where(few == 0, 3 * bound, few), few)),
            ]
            every, shares = np.full(problems, n), []
            for one, other in cases:
                some = np.flatnonzero((other == 0).any(1))  # nothing is supported where the other solved all
                made = (boundary_claim((every, one[i]), (every, other[i]), judged) for i in some)
                shares.append(sum(claim["verdict"] == "supported" for claim in made) / len(other))
            text = " | ".join(f"{share:.3f}" for share in shares)
            print(f"| {problems} | {n} | {bound:.4f} | {text} | {3 * bound:.3f} |", flush=True)


def held_in(interval, truth):
    return ((interval["low"] <= truth) & (truth <= interval["high"])).mean()


def sharpened(trials):
    """S(K) of one model, and the tax, at K = 8 and n/2, over all shapes at two shifts."""
    print("\n| problems | n | K | coverage of S: worst | middle | of the tax: worst | middle |")
    print("|---|---|---|---|---|---|---|")
    shapes = [(base, tuned, shift) for base in BASES for tuned in TUNED for shift in (0, 2)]
    for problems, n in ((30, 64), (30, 128), (100, 128)):
        for largest_k in (8, n // 2):
            table, held, of_tax = gained(pass_at_k(np.full(n + 1, n), np.arange(n + 1)), largest_k), [], []
            for place, (base, tuned, shift) in enumerate(shapes):
                rates = BASES[base](np.random.default_rng(5), MANY)
                others = TUNED[tuned](np.random.default_rng(6), rates, shift)
                true, values, rng = [], [], np.random.default_rng((place, problems, n))
                p = BASES[base](rng, (problems, trials))
                for of_all, own in ((rates, p), (others, TUNED[tuned](rng, p, shift))):
                    whole = gained(population_curve(of_all, np.arange(1, largest_k + 1))[None], largest_k)
                    true.append((whole.area / whole.missed)[0])
                    c = rng.binomial(n, own)
                    values.append(linearised(table.area[c], table.missed[c]))
                made = (difference_interval(student(own, (0, 1)), LEVEL) for own in values)
                held += [held_in(interval, truth) for interval, truth in zip(made, true, strict=True)]
                tax = difference_interval(student(values[0] - values[1], (-1, 1)), LEVEL)
                of_tax.append(held_in(tax, true[0] - true[1]))
            numbers = (min(held), np.median(held), min(of_tax), np.median(of_tax))
            print(f"| {problems} | {n} | {largest_k} | {' | '.join(f'{x:.3f}' for x in numbers)} |", flush=True)


def splits(trials):
    """The parts of the gain at k = 1, where wrong samples of either model have no answer as often as stated."""
    print(
        "\n| problems | n | without an answer, of wrong samples | answering: worst | middle | right: worst | middle |"
    )
    print("|---|---|---|---|---|---|---|")
    for problems, n in ((30, 64), (30, 128), (100, 128)):
        for silent in ((0.5, 0.1), (0.9, 0.5), (0.2, 0.2)):
            held = [[], []]
            for place, (base, tuned) in enumerate((b, t) for b in BASES for t in TUNED):
                rng = np.random.default_rng(5)
                everyone = [Attempts(*of) for of in shares_right(rng, base, tuned, silent, MANY)]
                true = [part.mean() for part in parts(*everyone)]
                rng = np.random.default_rng((place, problems, n))
                counted = []
                for answered, right in shares_right(rng, base, tuned, silent, (problems, trials)):
                    c = rng.binomial(n, right)
                    loud = c + rng.binomial(n - c, ((answered - right) / (1 - right).clip(1e-12)).clip(0, 1))
                    counted.append(Attempts(loud / n, c / n))
                for values, truth, found in zip(parts(*counted), true, held, strict=False):
                    found.append(held_in(difference_interval(student(values, (-1, 1)), LEVEL), truth))
            numbers = (f"{min(part):.3f} | {np.median(part):.3f}" for part in held)
            print(f"| {problems} | {n} | {silent[0]:.0%} and {silent[1]:.0%} | {' | '.join(numbers)} |", flush=True)


def shares_right(rng, base, tuned, silent, size):
    """Per model the chances of an answer and of a right one: problems differ in how often a wrong sample is silent."""
    p = BASES[base](rng, size)
    for rates, often in ((p, silent[0]), (TUNED[tuned](rng, p, 1), silent[1])):
        quiet = rng.beta(4 * often, 4 * (1 - often), size)
        yield rates + (1 - rates) * (1 - quiet), rates


def best_prompts(trials, prompts=4, n=64, spread=2.0):
    """The base under four equal prompts, and a tuned model that is as good: problems suit prompts differently."""
    print("\n| problems | k | base beaten under every prompt, falsely | base ahead under one, falsely | bias, points |")
    print("|---|---|---|---|---|")
    for problems in (30, 100):
        for kind in (BEST_PROMPT, BEST_PROMPT_COVERAGE):
            rng, made, k = np.random.default_rng(problems), defaultdict(int), 1 if kind == BEST_PROMPT else n // 2
            suits = spread * rng.normal(size=(problems, prompts + 1, trials))
            c = rng.binomial(n, special.expit(-1.5 + rng.normal(size=(problems, 1, trials)) + suits))
            d = table_of(n, k)[c[:, :1]] - table_of(n, k)[c[:, 1:]]
            ends = difference_interval(student(d, (-1, 1)), LEVEL)
            perhaps = (ends["low"] > 0).all(0) | (ends["high"] < 0).any(0)  # in no other trial is anything decided
            ids = [str(i) for i in range(problems)]
            for trial in np.flatnonzero(perhaps):
                counts = [
                    pl.DataFrame({"problem_id": ids, "n": n, "c": c[:, curve, trial]}) for curve in range(prompts + 1)
                ]
                base = {str(place): frame for place, frame in enumerate(counts[1:])}
                rows = pl.DataFrame(best_prompt(kind, base, counts[0], "half", LEVEL))
                made[best_claim(rows, LEVEL)["verdict"]] += 1
            shares = " | ".join(f"{made[verdict] / trials:.4f}" for verdict in ("supported", "refuted"))
            print(f"| {problems} | {k} | {shares} | {100 * d.mean():+.2f} |", flush=True)


def steps(trials):
    """What is lost and found between two checkpoints, where the true difference is that of the problems chosen."""
    print("\n| problems | n | coverage of found: worst | middle | of lost: worst | middle |")
    print("|---|---|---|---|---|---|")
    for problems, n in ((30, 64), (30, 128), (100, 128)):
        held, half = {FOUND: [], LOST: []}, n // 2
        for place, (base, tuned) in enumerate((b, t) for b in BASES for t in TUNED):
            p = BASES[base](np.random.default_rng(5), MANY)
            q = TUNED[tuned](np.random.default_rng(6), p, 1)
            moved, never = (1 - p) ** half - (1 - q) ** half, (1 - p) ** half
            true = {FOUND: (never * moved).sum() / never.sum(), LOST: ((1 - never) * moved).sum() / (1 - never).sum()}
            rng, every, found = np.random.default_rng((place, problems, n)), np.full(problems, n), defaultdict(list)
            for _ in range(trials):
                p = BASES[base](rng, problems)
                counts = ((every, rng.binomial(n, rates)) for rates in (p, TUNED[tuned](rng, p, 1)))
                for row in lost_and_found(*counts, LEVEL):
                    found[row["what"]].append(row["low"] <= true[row["what"]] <= row["high"])
            for what, inside in found.items():
                held[what].append(np.mean(inside))
        numbers = (f"{min(of):.3f} | {np.median(of):.3f}" for of in held.values())
        print(f"| {problems} | {n} | {' | '.join(numbers)} |", flush=True)


FEWER = {differences: 1, single_models: 1, whole_curves: 40, families: 40, seeds: 40, sets: 1}  # trials, so many times
FEWER |= {sharpened: 1, splits: 1, best_prompts: 1, steps: 1, families_of_problems: 1}


if __name__ == "__main__":
    asked = int(sys.argv[1]) if len(sys.argv) > 1 else 4_000
    for table, fewer in FEWER.items():
        if table.__name__ in (sys.argv[2:] or [table.__name__]):
            table(max(10, asked // fewer))
