"""What every result and target of some configurations plans on a GPU or a network: two checkouts side by side; by hand.

    python tests/benchmarks/planned_work.py OLD NEW config.yaml...

Prints what NEW plans and OLD does not, which is nothing where jobs were only merged or split.

    python tests/benchmarks/planned_work.py --specs tests/golden/planned/specs.json

writes digests of what decides downloads, problems, prompts, samples, scores and weights, which a test compares: by this
a change on purpose is taken.
"""

import hashlib
import json
import os
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

COSTLY = {"download_benchmark", "download_model", "download_adapter", "sample_block", "sample_topup", "score_responses"}
COSTLY |= {"explore_responses", "match_temperature", "train"}
PROTECTED = COSTLY | {"build_benchmark", "build_probe", "render_prompts", "make_weights", "cut_block"}
NOT_COMPARED = {"setup", "unreadable"}
CONFIGURATIONS = [f"config/{name}.yaml" for name in ("config", "paper", "zoo", "zoo-small", "smollm2")]
CONFIGURATIONS.append("tests/golden/planned/everything.yaml")

SUMMARY = """
import json
from snakemake.cli import main
import snakemake.dag

def summary(dag, *_, **__):
    made = {
        str(path): (job.rule.name, [str(f) for f in job.input], {name: repr(said) for name, said in job.params.items()})
        for job in dag.jobs for path in job.output
    }
    open("made.json", "w").write(json.dumps(made))
    return []

snakemake.dag.DAG.summary = summary
main()
"""


ALL = ("all", "paper_figures", "bundle", "export", "review")


def asked(root: Path, config: Path, *targets: str) -> dict[str, tuple[str, list[str], dict[str, str]]]:
    """File -> the rule that makes it, its inputs, and its params as Snakemake compares them."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-c", SUMMARY, "-S", "-n", "--quiet", "--snakefile", str(root / "Snakefile")]
        command += ["--workflow-profile", "none", "--configfile", str(config), "--", *targets]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
        assert Path(folder, "made.json").exists(), done.stderr[-3000:]
        return json.loads(Path(folder, "made.json").read_text().replace(os.path.relpath(root, folder), "ROOT"))


def planned(root: Path, config: Path, *targets: str) -> dict[str, frozenset[str]]:
    """Result -> the outputs of costly jobs behind it, of every file that a run of these targets makes."""
    made = asked(root, config, *targets)

    @cache
    def behind(file: str) -> frozenset[str]:
        rule, inputs, _ = made.get(file, ("", [], {}))
        own = {file} if rule in COSTLY else set()
        return frozenset(own).union(*(behind(name) for name in inputs))

    return {file: behind(file) for file in made}


def specs(root: Path, config: Path) -> dict[str, str]:
    """`rule.param` -> a digest of what it says for every job, of all rules whose work is not done twice."""
    said: dict[str, list[str]] = {}
    for file, (rule, _, params) in sorted(asked(root, config, *ALL).items()):
        for name in params.keys() - NOT_COMPARED if rule in PROTECTED else ():
            said.setdefault(f"{rule}.{name}", []).append(f"{file} {params[name]}")
    digests = {name: hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16] for name, lines in said.items()}
    return dict(sorted(digests.items()))


NAMED = ("passk", "pairs", "figures", "topup_plan", "review", "likelihood", "truth")
GROUPS = """
import sys, yaml
from pathlib import Path
root, file = map(Path, sys.argv[1:])
sys.path.insert(0, f"{root}/workflow/scripts")
from boundary.config.resolve import resolve
found = resolve(yaml.safe_load(file.read_text()), root, {}, file.parent)
print(*(group["file"] for group in found["groups"].values()))
"""


def groups(root: Path, config: Path) -> list[str]:
    """The groups of a configuration, which are targets by name."""
    done = subprocess.run([sys.executable, "-c", GROUPS, root, config], cwd=root, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout.split()


def main(old: Path, new: Path, configs: list[Path]) -> None:
    for config in configs:
        before, after = (planned(root, config, *ALL) for root in (old, new))
        shared = before.keys() & after.keys()
        wider = {file: after[file] - before[file] for file in shared if after[file] - before[file]}
        print(
            f"{config}: {len(shared)} results of both, {len(wider)} plan more; only before: {len(before) - len(shared)}"
        )
        for file, more in sorted(wider.items())[:10]:
            print(f"  {file}: {len(more)} more, such as {min(more)}")
        for target in (*NAMED, *groups(new, config)):
            all_of = [frozenset().union(*planned(root, config, target).values()) for root in (old, new)]
            print(f"  {target}: {len(all_of[0])} before, {len(all_of[1])} after, {len(all_of[1] - all_of[0])} more")


def take(golden: Path) -> None:
    root = Path(__file__).resolve().parents[2]
    golden.write_text(json.dumps({name: specs(root, root / name) for name in CONFIGURATIONS}, indent=1) + "\n")


if __name__ == "__main__":
    if sys.argv[1] == "--specs":
        take(Path(sys.argv[2]))
    else:
        main(Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve(), [Path(os.path.abspath(c)) for c in sys.argv[3:]])
