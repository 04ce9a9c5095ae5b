"""Models that servers ran: what the servers said of them, as nobody can look."""

import polars as pl

from boundary.files import store
from boundary.names import Curve
from boundary.paths import SAMPLES


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
    return Curve(*SAMPLES.row(block.path)[:3])._asdict() | where | said
