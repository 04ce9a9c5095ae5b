"""Adapter of rule download_benchmark."""

import json
from pathlib import Path

from boundary.files.hub import download, download_url
from boundary.job import Snakemake, logged

snakemake: Snakemake

if __name__ == "__main__":
    with logged(snakemake):
        spec, output = snakemake.params.spec, Path(snakemake.output[0])
        if "hub" in spec:
            manifest = download("dataset", spec["hub"], spec["files"])
        else:
            manifest = download_url(spec["url"], spec.get("sha256"), output.with_suffix(""))
        output.write_text(json.dumps(manifest, indent=1) + "\n")
