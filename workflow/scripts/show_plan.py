"""Adapter of rule plan: prints what would be sampled; samples nothing."""

import sys

from boundary.job import logged
from boundary.sampling.planning import as_text, plan

if __name__ == "__main__":
    with logged(snakemake):
        print(as_text(plan(snakemake.params.jobs)), file=sys.stderr)
