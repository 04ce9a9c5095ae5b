"""Adapter of rule make_weights: a folder of weights from a GGUF file."""

import json
from pathlib import Path

from boundary.files.gguf import make_weights
from boundary.job import Snakemake, logged

snakemake: Snakemake

if __name__ == "__main__":
    with logged(snakemake):
        manifest = make_weights(snakemake.params.weights, **snakemake.params.setup)
        Path(snakemake.output[0]).write_text(json.dumps(manifest, indent=1) + "\n")
