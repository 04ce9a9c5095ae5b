"""What every result and target of some configurations plans on a GPU or a network: two checkouts side by side; by hand.

    python tests/benchmarks/planned_work.py OLD NEW config.yaml...

Prints what NEW plans and OLD does not, which is nothing where jobs were only merged or split.
"""

import json
import os
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

COSTLY = {"download_benchmark", "download_model", "download_adapter", "sample_block", "sample_topup", "score_responses"}
COSTLY |= {"explore_responses", "match_temperature", "train"}


SUMMARY = """
import json
from snakemake.cli import main
import snakemake.dag

def summary(dag, *_, **__):
    made = {str(path): (job.rule.name, [str(f) for f in job.input]) for job in dag.jobs for path in job.output}
    open("made.json", "w").write(json.dumps(made))
    return []

snakemake.dag.DAG.summary = summary
main()
"""


def planned(root: Path, config: Path, *targets: str) -> dict[str, frozenset[str]]:
    """Result -> the outputs of costly jobs behind it, of every file that a run of these targets makes."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-c", SUMMARY, "-S", "--quiet", "--snakefile", str(root / "Snakefile")]
        command += ["--workflow-profile", "none", "--configfile", str(config), "--", *targets]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
        assert Path(folder, "made.json").exists(), done.stderr[-3000:]
        made = json.loads(Path(folder, "made.json").read_text())

    @cache
    def behind(file: str) -> frozenset[str]:
        rule, inputs = made.get(file, ("", []))
        own = {file} if rule in COSTLY else set()
        return frozenset(own).union(*(behind(name) for name in inputs))

    return {file: behind(file) for file in made}


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
        before, after = (
            planned(root, config, "all", "paper_figures", "bundle", "export", "review") for root in (old, new)
        )
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


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve(), [Path(os.path.abspath(c)) for c in sys.argv[3:]])
