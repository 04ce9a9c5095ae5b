"""Models behind servers: what the servers reported about them, which cannot be checked."""

from collections.abc import Iterator

import polars as pl

from boundary.contracts import TableSpec
from boundary.files import store
from boundary.files.store import Results
from boundary.names import Curve
from boundary.paths import SAMPLES
from boundary.sampling.serving.ledger import cost


def tabulate(given: Results, spec: TableSpec) -> pl.DataFrame:
    """One row for every curve and endpoint, and a further row if its blocks were sampled from servers that reported
    other facts or another price. cost: of the blocks, from any endpoint."""
    rows = [row for block in given["blocks"] for row in _said(block)]
    table = pl.concat([pl.DataFrame([row]) for row in rows], how="diagonal_relaxed")
    costs = ["cost"] if "cost" in table.columns else []
    return table.group_by(pl.all().exclude(costs), maintain_order=True).agg(
        pl.len().alias("blocks"), *(pl.col(name).sum() for name in costs)
    )


def _said(block: store.ResultFile) -> Iterator[dict]:
    """What there is to know of a block, for each endpoint: what its model is called, where it was, what the server said
    of it, and what it costs."""
    model, made_with = store.about(block.path)["spec"]["model"], block.made_with
    known = {"served_as": model["server"], "revision": model.get("revision", "not known")}
    paid = {"cost": _cost(block)} if "price" in made_with else {}
    for found in (made_with, *made_with.get("others", [])):
        said = {key: str(value) for key, value in found.get("said", {}).items()}
        probed = {"seeds": found["seeds"]} if found.get("seeds") else {}
        probed |= {"left_out": ", ".join(found["left_out"])} if found.get("left_out") else {}
        curve = Curve(*SAMPLES.row(block.path)[:3])._asdict()
        yield curve | known | {"url": found.get("url")} | said | probed | paid


def _cost(block: store.ResultFile) -> float:
    """The money for a block: its tokens, and its prompts by their mean length."""
    tokens = store.read(block.path, ["tokens"])["tokens"]
    made_with = block.made_with
    return cost(made_with["price"], len(tokens) * made_with["prompt_tokens"], float(tokens.sum()))
