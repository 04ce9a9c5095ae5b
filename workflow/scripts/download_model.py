"""Adapter of rule download_model: fetches weights, or makes them of a GGUF file."""

import json
from pathlib import Path

from boundary.files.gguf import make_weights
from boundary.files.hub import download_weights
from boundary.job import logged

if __name__ == "__main__":
    with logged(snakemake):
        weights, setup = snakemake.params.weights, snakemake.params.setup
        manifest = make_weights(weights, **setup) if setup["file"] else download_weights(weights)
        Path(snakemake.output[0]).write_text(json.dumps(manifest, indent=1) + "\n")
