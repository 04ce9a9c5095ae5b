"""Adapter of rule download_model."""

import json
from pathlib import Path

from boundary.files.hub import download_weights
from boundary.job import logged

if __name__ == "__main__":
    with logged(snakemake):
        manifest = download_weights(snakemake.params.weights)
        Path(snakemake.output[0]).write_text(json.dumps(manifest, indent=1) + "\n")
