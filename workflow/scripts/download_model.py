"""Adapter of rule download_model."""

import json
from pathlib import Path

from boundary.files.hub import download_weights
from boundary.files.sizes import ask_sizes, require_room
from boundary.job import logged

if __name__ == "__main__":
    with logged(snakemake):
        weights, setup = snakemake.params.weights, snakemake.params.setup
        require_room(weights, ask_sizes(Path(setup["sizes"]), [weights, *setup["others"]]))
        manifest = download_weights(weights)
        Path(snakemake.output[0]).write_text(json.dumps(manifest, indent=1) + "\n")
