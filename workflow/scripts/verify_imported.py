"""Adapter of rule verify_imported: verify_block, and the file's own score as one more grader, or as the only one."""

from pathlib import Path

from boundary.files import store
from boundary.job import Snakemake, logged
from boundary.verifying.block import verify_file
from boundary.verifying.reported import reported_alone, with_reported

snakemake: Snakemake

if __name__ == "__main__":
    with logged(snakemake):
        samples, params = snakemake.input.samples, snakemake.params
        *graders, _ = params.verification["graders"]
        right = params.verification.get("right")
        settings = None, params.spec, params.verification | {"graders": graders}, params.setup["least"]
        cache, workers = Path(params.setup["cache"]), snakemake.threads
        if graders:
            found, made_with = verify_file(samples, snakemake.input.problems, *settings, workers=workers, cache=cache)
            verdicts = with_reported(found, samples, right)
        else:
            verdicts, made_with = reported_alone(samples, params.spec, right), {"graders": {}}
        store.write(verdicts, snakemake.output[0], params.spec, made_with)
