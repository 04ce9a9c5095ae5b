"""Adapter of rule download_model."""

import json
import logging
from pathlib import Path

from boundary.errors import InputError
from boundary.files.hub import download_weights
from boundary.files.model_facts import PLAIN, faults, of_folder, unknown_marks
from boundary.files.sizes import ask_sizes, require_room
from boundary.job import Snakemake, logged


def check(weights: str, folder: str, entry: dict, longest: int, templates: list[str], **_) -> None:
    """InputError where the weights cannot do what is asked of them; a warning where they read marks as plain text."""
    facts = of_folder(folder)
    if found := faults(entry, facts, longest):
        raise InputError(f"{weights}: {'; '.join(found)}")
    if (marks := unknown_marks(templates, facts)) and PLAIN not in entry.get("note", ""):
        logging.warning("%s: %s in its prompt are no tokens of it: it reads them as text", weights, ", ".join(marks))


snakemake: Snakemake

if __name__ == "__main__":
    with logged(snakemake):
        weights, setup = snakemake.params.weights, snakemake.params.setup
        require_room(weights, ask_sizes(Path(setup["sizes"]), [weights, *setup["others"]]))
        manifest = download_weights(weights)
        check(weights, manifest["folder"], **setup)
        Path(snakemake.output[0]).write_text(json.dumps(manifest, indent=1) + "\n")
