"""Adapter of rule download_adapter."""

import json
from pathlib import Path

from boundary.files.hub import download_adapter
from boundary.job import Snakemake, logged

snakemake: Snakemake

if __name__ == "__main__":
    with logged(snakemake):
        manifest = download_adapter(snakemake.params.adapter)
        Path(snakemake.output[0]).write_text(json.dumps(manifest, indent=1) + "\n")
