"""Registry entries on real rows: numbers of problems, and gold answers that a grader misreads; run by hand.

    python tests/trials/real_rows.py FOLDER [benchmark ...]

FOLDER holds aime24.jsonl, amc23.jsonl, math500.jsonl, minerva_math.jsonl, olympiadbench.jsonl, gsm8k.jsonl,
humanevalplus.jsonl.gz, mbppplus.jsonl.gz and mathvision_sample/; what is missing is passed over.
"""

import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "workflow/scripts"))

import yaml

from boundary.benchmarks.build import build
from boundary.report.tables.flags import of_golds
from boundary.verifying.gold_check import check_golds
from boundary.verifying.grading import Limits
from boundary.verifying.sandbox import host as sandbox
from boundary.verifying.verifiers import VERIFIERS

# benchmark -> file, problems, and what differs from the hub's columns
FILES = {
    "aime24": ("aime24.jsonl", 30, {}),
    "amc23": ("amc23.jsonl", 40, {}),
    "math500": ("math500.jsonl", 500, {}),
    "minerva": ("minerva_math.jsonl", 272, {}),
    "olympiadbench": ("olympiadbench.jsonl", 675, {}),
    "gsm8k": ("gsm8k.jsonl", 1319, {}),
    "humanevalplus": ("humanevalplus.jsonl.gz", 164, {}),
    "mbppplus": ("mbppplus.jsonl.gz", 378, {}),
    "mathvision": ("mathvision_sample/testmini_open_ended_30.jsonl", 30, {"image": "image"}),
}


def main() -> None:
    folder, names = Path(sys.argv[1]), sys.argv[2:] or list(FILES)
    registry = yaml.safe_load((ROOT / "config/benchmarks.yaml").read_text())
    limits = Limits(isolation=sandbox.strongest_level())
    for name in names:
        file, problems, differs = FILES[name]
        if not (folder / file).exists():
            print(f"{name}: no {folder / file}")
            continue
        entry = registry[name] | {"source": "file", "problems": problems} | differs
        frame, flags = build(name, entry, [folder / file], limits, workers=2)
        graders = ", ".join(VERIFIERS[entry["verifier"]])
        print(f"{name}: {len(frame)} of {problems} problems, {len(flags)} flagged by {graders}", flush=True)
        begun = time.perf_counter()
        tries = check_golds(frame, VERIFIERS[entry["verifier"]], limits, workers=2)
        found = [*flags.items(), *of_golds(tries, "mathematics")]
        print(f"    {len(tries):,} tries at golds in {time.perf_counter() - begun:.0f} s")
        for problem_id, flag in found:
            print(f"    {problem_id}: {flag}")


if __name__ == "__main__":
    main()
