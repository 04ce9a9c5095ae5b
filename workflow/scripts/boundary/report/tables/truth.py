"""Every claim whose true value can be computed, next to that value."""

import polars as pl

from boundary.analysis.claims import from_files
from boundary.contracts import TableSpec
from boundary.files.store import Results
from boundary.names import sides
from boundary.truth.checking import SCHEMA, check


def tabulate(given: Results, spec: TableSpec) -> pl.DataFrame:
    """spec: `rate` from which a problem counts as solvable, `runs` by the name of their side."""
    bounds = {
        tuple(rates.names[name] for name in ("model", "benchmark", "decoding")): (
            rates.frame["low"].to_numpy(),
            rates.frame["high"].to_numpy(),
        )
        for rates in given["rates"]
    }
    claims, known = from_files(given["claims"][0].frame.to_dicts()), {}
    for benchmark, decoding, base, tuned in {(c["benchmark"], c["decoding"], c["base"], c["tuned"]) for c in claims}:
        models = [spec["runs"].get(name, [name]) for name in (base, tuned)]
        curves = [[(run, benchmark, own) for run in runs] for runs, own in zip(models, sides(decoding), strict=True)]
        if all(curve in bounds for side in curves for curve in side):
            first, second = ([bounds[curve] for curve in side] for side in curves)
            known[benchmark, decoding, base, tuned] = first, second
    return pl.DataFrame(check(claims, known, spec["rate"]), schema=SCHEMA)
