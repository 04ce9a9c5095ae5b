"""Adapter of rule workflow_report: a second Snakemake, which only reads, writes the report of this one's results."""

import subprocess
import sys

from boundary.job import Snakemake, logged

snakemake: Snakemake

if __name__ == "__main__":
    with logged(snakemake), open(snakemake.log[0], "a") as log:
        command = [sys.executable, "-m", "snakemake", "--nolock", "--workflow-profile", "none"]
        command += [*snakemake.params.arguments, "--report-stylesheet", snakemake.input.style]
        command += ["--report", snakemake.output[0], "--", *snakemake.input.content]
        subprocess.run(command, stdout=log, stderr=subprocess.STDOUT, check=True)
