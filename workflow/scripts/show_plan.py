"""Adapter of rule plan: prints what would be sampled, and what would decide undecided claims; samples nothing."""

import json
import sys
from pathlib import Path

from boundary.files.sizes import ask_sizes, in_words, room_for_samples
from boundary.job import Snakemake, logged
from boundary.paths import CLAIMS
from boundary.sampling.devices import gpus
from boundary.sampling.planning import (
    CPU_HOURS,
    GPU_HOURS,
    as_text,
    cannot_be_decided,
    made_anew,
    money,
    plan,
    shared,
    to_decide,
)

snakemake: Snakemake

if __name__ == "__main__":
    with logged(snakemake):
        jobs, params = snakemake.params.jobs, snakemake.params
        planned = plan(jobs)
        hours_of = CPU_HOURS if params.local and not gpus() else GPU_HOURS
        lines = [
            as_text(planned, shared(jobs), hours_of),
            room_for_samples(int(planned["tokens"].sum() or 0), Path("results")),
        ]
        lines += [in_words(ask_sizes(Path(params.sizes), params.weights)), money(jobs)]
        lines.append(made_anew(jobs))
        lines += cannot_be_decided(jobs, params.claims)
        print("\n".join(filter(None, lines)), file=sys.stderr)
        if Path(CLAIMS).exists():
            print(to_decide(json.loads(Path(CLAIMS).read_text())["claims"], jobs, hours_of), file=sys.stderr)
