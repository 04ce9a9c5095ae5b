"""Draws the figure of README.md from a finished default run: `python docs/figure.py [FOLDER OF THE RUN]`.

Beside it goes what it was drawn from, chain.json: the counts of the models, what decided their samples, and what
README.md and docs/reading-a-report.md say of them, which a test compares. Without a folder it is drawn from that file.
"""

import hashlib
import json
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "workflow/scripts"))

import numpy as np
import polars as pl

from boundary.analysis.comparison import compare
from boundary.analysis.curves import curve
from boundary.analysis.guess import guess_curve
from boundary.analysis.pairs import columns, overlap, pair_counts
from boundary.analysis.sets import Judged, boundary_claim
from boundary.benchmarks.plan import Benchmarks
from boundary.config.resolve import resolve
from boundary.grid import Grid
from boundary.report.contents import FIGURES
from boundary.report.plan import Shown
from boundary.sampling.plan import Sampling

FOLDER = ROOT / "resources/figures"
BENCHMARK, DECODING, GRADER, LEVEL = "chain", "t0.6", "mathematics", 0.95
PAIR = "chain-base", "chain-grpo-100"


def default_run() -> Grid:
    """The working directory must be this repository."""
    import yaml

    return Grid(resolve(yaml.safe_load((ROOT / "config/config.yaml").read_text()), ROOT))


def identity(grid: Grid) -> str:
    """A digest of what decides the samples of all models of the figure."""
    every = [Sampling(grid).spec(model, BENCHMARK, DECODING) for model in grid.models_of(BENCHMARK, DECODING)]
    every += [Benchmarks(grid).spec(BENCHMARK), grid.benchmarks[BENCHMARK]["samples"]]
    return hashlib.sha256(json.dumps(every).encode()).hexdigest()


def facts(counts: dict[str, dict[str, list[int]]], rate: float) -> dict[str, dict]:
    """By tuned model: the crossing with its interval, None beyond n, and what it solves that the base never did."""
    frames = {
        name: pl.DataFrame({"problem_id": [str(i) for i in range(len(c["c"]))], **c}) for name, c in counts.items()
    }
    base, *tuned = frames
    found = {}
    for name in tuned:
        pair = pair_counts(frames[base], frames[name])
        row = compare(pair, LEVEL)[1].row(0, named=True)
        crossing = [int(row[key]) if np.isfinite(row[key]) else None for key in ("crossing_k", "low", "high")]
        (of_base, of_tuned), judged = columns(pair), Judged(rate, 1 - LEVEL)
        gained, lost = boundary_claim(of_tuned, of_base, judged), boundary_claim(of_base, of_tuned, judged)
        found[name] = {"crossing": crossing}
        found[name] |= {k: [c[e] for e in ("estimate", "low", "high")] for k, c in (("gained", gained), ("lost", lost))}
    return found


def draw(counts: dict[str, dict[str, list[int]]], guess_rates: list[float], spec: dict) -> None:
    from boundary.report.figures.boundary import boundary_figure

    curves, frames = {}, []
    for name in PAIR:
        n, c = (np.array(counts[name][key]) for key in ("n", "c"))
        curves[name] = curve([(n, c)], LEVEL).with_columns(n=pl.lit(int(n.min())))
        frames.append(pl.DataFrame({"problem_id": [str(i) for i in range(len(n))], "n": n, "c": c}))
    floor = guess_curve(np.array(guess_rates), max(len(found) for found in curves.values()))
    problems = overlap(pair_counts(*frames)).with_columns(guess_rate=pl.Series(guess_rates))
    figure = boundary_figure(PAIR, curves, problems, spec, floor)
    figure.savefig(FOLDER / "boundary.png", bbox_inches="tight", dpi=200, metadata={"Software": None})


if __name__ == "__main__":
    grid, file = default_run(), FOLDER / f"{BENCHMARK}.json"
    if len(sys.argv) > 1:
        counts = {}
        for model in grid.models_of(BENCHMARK, DECODING):
            path = Path(sys.argv[1]) / f"results/counts/{model}/{BENCHMARK}/{DECODING}.parquet"
            rows = pl.read_parquet(path).filter(grader=GRADER).sort("problem_id")
            counts[model] = rows.select("n", "c").to_dict(as_series=False)
        built = pl.read_parquet(Path(sys.argv[1]) / f"results/benchmarks/{BENCHMARK}.parquet")
        said = {"samples": identity(grid), "guess_rates": built["guess_rate"].to_list(), "counts": counts}
        file.write_text(json.dumps(said | {"facts": facts(counts, grid.config["analysis"]["rate"])}) + "\n")
    stored = json.loads(file.read_text())
    (figure,) = (one for one in FIGURES if one.name == "boundary")
    spec = Shown(grid).figure(figure, benchmark=BENCHMARK, decoding=DECODING)
    draw(stored["counts"], stored["guess_rates"], spec)
