"""Models that servers ran: what the servers said of them, as nobody can look."""

from pathlib import Path

import polars as pl

from boundary.files import store

CURVE = ("model", "benchmark", "decoding")


def tabulate(given: dict, spec: dict) -> pl.DataFrame:
    """One row for every curve, and one more wherever its blocks were sampled from servers that said other things."""
    rows = [_said(block) for block in given["blocks"]]
    table = pl.concat([pl.DataFrame([row]) for row in rows], how="diagonal_relaxed")
    return table.group_by(pl.all(), maintain_order=True).agg(blocks=pl.len())


def _said(block: store.Result) -> dict:
    """What there is to know of a block: what its model is called, where it was, and what the server said of it."""
    model, made_with = store.about(block.path)["spec"]["model"], block.made_with
    said = {key: str(value) for key, value in made_with.get("said", {}).items()}
    where = {"served as": model["server"], "revision": model.get("revision", "not known"), "url": made_with.get("url")}
    return dict(zip(CURVE, Path(block.path).parts[-4:-1], strict=True)) | where | said
