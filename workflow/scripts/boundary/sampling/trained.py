"""Weights that were trained in this run: their samples are planned by recipe, and record the weights that were used.

A training that is repeated on another machine may give other weights for the same recipe. Samples of both are never
mixed.
"""

from pathlib import Path
from typing import Literal

from boundary.contracts import DeviceSetup, ModelSpec
from boundary.errors import InputError
from boundary.files import store
from boundary.files.digests import fresh_weights_digest


def used_weights(model: ModelSpec, setup: DeviceSetup) -> dict[str, str]:
    """{weights: digest of those that are used} for a model that is trained in this run, {} for others.

    model: of a spec. setup: with the folders of `weights` and `adapter`.
    """
    kind: Literal["adapter", "weights"]
    for kind in ("adapter", "weights"):
        if isinstance(model.get(kind), dict):
            return {"weights": fresh_weights_digest(setup[kind] or "")}
    return {}


def require_same(folder: Path, model: ModelSpec, used: dict[str, str]) -> None:
    """InputError if stored samples of a model, in `folder`, are of other weights than those used now."""
    if not used:
        return
    ours = {kind: model.get(kind) for kind in ("weights", "adapter")}
    for path in sorted(folder.glob("*/*/.*.parquet")):
        try:
            about = store.about(path)
        except InputError:  # damaged: none of its samples is used
            continue
        theirs = about["spec"].get("model", {})
        if {kind: theirs.get(kind) for kind in ours} == ours and about["made_with"].get("weights") != used["weights"]:
            raise InputError(
                f"{path} holds samples of this very training with other weights: it was repeated, on another machine "
                f"or by other versions, and came out differently. Delete {folder} to sample the new weights alone, or "
                "put the former folder of results/trained back"
            )
