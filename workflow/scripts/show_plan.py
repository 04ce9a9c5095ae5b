"""Adapter of rule plan: prints what would be sampled, and what would decide undecided claims; samples nothing."""

import json
import sys
from pathlib import Path

from boundary.job import logged
from boundary.paths import CLAIMS
from boundary.sampling.planning import as_text, cannot_be_decided, plan, to_decide

if __name__ == "__main__":
    with logged(snakemake):
        jobs = snakemake.params.jobs
        print(as_text(plan(jobs)), file=sys.stderr)
        if lines := cannot_be_decided(jobs, snakemake.params.claims):
            print("\n".join(lines), file=sys.stderr)
        if Path(CLAIMS).exists():
            print(to_decide(json.loads(Path(CLAIMS).read_text())["claims"], jobs), file=sys.stderr)
