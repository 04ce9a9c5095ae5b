"""Published counts as a run: what the sentences of the report say of them, to be read by a person.

    python tests/trials/field.py FOLDER RUN

FOLDER holds llama3b_rg_counts.csv (two steps of one training run), reasoning_gym_3b_counts.csv (a start and checkpoints
trained on other categories) and sharpening_tax_marginal_counts.csv (agents; marginals: no arm is paired). In RUN, a
folder, a configuration is written for each and run; claims and S(8), S(128) are printed.
"""

import csv
import json
import subprocess
import sys
from pathlib import Path

import polars as pl
import yaml

ROOT = Path(__file__).parents[2]


def main(folder: Path, run: Path) -> None:
    for name, make in {"steps": steps, "categories": categories, "arms": arms}.items():
        place = run / name
        (place / "files").mkdir(parents=True, exist_ok=True)
        config = {"decodings": {"t": {"temperature": 1.0, "max_tokens": 2048}}} | make(folder, place / "files")
        (place / "config.yaml").write_text(yaml.safe_dump(config, sort_keys=False))
        targets = ["results/tables/metrics.csv"] if name == "arms" else ["results/claims.json"]
        command = ["snakemake", "-s", str(ROOT / "Snakefile"), "--configfile", "config.yaml", "--cores", "1", *targets]
        subprocess.run(command, cwd=place, check=True, capture_output=True)
        print(f"\n{name}")
        if name == "arms":
            rows = pl.read_csv(place / targets[0]).filter(pl.col("k").is_in([8, 128]), metric="sharpening S(K)")
            for row in rows.select("model", "k", "estimate", "low", "high").iter_rows():
                print("{}: S({}) = {:.4f} [{:.4f}, {:.4f}]".format(*row))
            continue
        for claim in json.loads((place / targets[0]).read_text())["claims"]:
            if claim["kind"] == "coverage":
                ends = ", ".join(f"{100 * claim[end]:+.1f}" for end in ("estimate", "low", "high"))
                print(f"{claim['benchmark']}, {claim['tuned']} at k = {claim['k']}: {claim['verdict']} ({ends})")


def steps(folder: Path, files: Path) -> dict:
    """Two steps of one training run, on AIME24 and AMC23."""
    rows = list(csv.DictReader((folder / "llama3b_rg_counts.csv").open()))
    benchmarks = {row["bench"]: None for row in rows}
    for name in benchmarks:
        of = [row | {"problem": f"{name}-{row['index_400']}"} for row in rows if row["bench"] == name]
        benchmarks[name] = problems(of, files / f"{name}.csv")
    models = {
        f"step-{step}": {"counts": counts(files, benchmarks, f"n_{step}", f"c_{step}"), "decodings": ["t"]}
        for step in (400, 800)
    }
    return {"models": models, "benchmarks": benchmarks, "pairs": [{"base": "step-400", "tuned": "step-800"}]}


def categories(folder: Path, files: Path) -> dict:
    """A start and its checkpoints, on categories that they were not trained on: n = 3."""
    rows = list(csv.DictReader((folder / "reasoning_gym_3b_counts.csv").open()))
    benchmarks, models, pairs = {}, {"start": {}}, []
    for category, tuned in dict.fromkeys((row["category"], row["tuned"]) for row in rows):
        name = f"{category}-{tuned}"
        here = [row for row in rows if (row["category"], row["tuned"]) == (category, tuned)]
        of = [row | {"problem": f"{row['dataset']}-{row['index']}"} for row in here]
        benchmarks[name] = problems(of, files / f"{name}.csv")
        models.setdefault(tuned, {})
        pairs.append({"base": "start", "tuned": tuned})
    for tuned in models:
        of = {name: entry for name, entry in benchmarks.items() if tuned == "start" or name.endswith(f"-{tuned}")}
        side = "base" if tuned == "start" else "tuned"
        models[tuned] = {"counts": counts(files, of, f"n_{side}", f"c_{side}"), "decodings": ["t"]}
    unique = list({pair["tuned"]: pair for pair in pairs}.values())
    return {"models": models, "benchmarks": benchmarks, "pairs": unique, "analysis": {"large_k": 3, "rate": 0.5}}


def arms(folder: Path, files: Path) -> dict:
    """Every arm a benchmark of its own."""
    rows = list(csv.DictReader((folder / "sharpening_tax_marginal_counts.csv").open()))
    benchmarks, models = {}, {}
    for arm in dict.fromkeys((row["model"], row["benchmark"], row["arm"]) for row in rows):
        name, keys = "-".join(arm), ("model", "benchmark", "arm")
        of = [row | {"problem": f"p{row['rank']}"} for row in rows if tuple(row[key] for key in keys) == arm]
        benchmarks[name] = problems(of, files / f"{name}.csv")
        models[name] = {"counts": counts(files, {name: None}, "n", "c"), "decodings": ["t"]}
    return {"models": models, "benchmarks": benchmarks}


def problems(rows: list[dict], file: Path) -> dict:
    """The entry of a benchmark of which nothing is known but names; the counts lie in the same file."""
    with file.open("w", newline="") as out:
        table = csv.DictWriter(out, list(rows[0]))
        table.writeheader()
        table.writerows(rows)
    return {"file": str(file.resolve()), "id": "problem", "verifier": "none", "samples": 128, "block": 128}


def counts(files: Path, benchmarks: dict, n: str, c: str) -> dict:
    of_benchmarks = {name: str((files / f"{name}.csv").resolve()) for name in benchmarks}
    return {"files": of_benchmarks, "problem": "problem", "n": n, "c": c}


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
