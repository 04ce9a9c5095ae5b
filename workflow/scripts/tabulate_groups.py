"""Adapter of rule tabulate_groups: every member of every group, along the group's axis."""

import polars as pl

from boundary import store
from boundary.job import logged

if __name__ == "__main__":
    with logged(snakemake):
        given, rows = snakemake.input, []
        files = zip(snakemake.params.members, given.differences, given.crossings, given.measures, strict=True)
        for member, *paths in files:
            difference, crossing, measures = map(store.read, paths)
            row = dict(member)
            for k in dict.fromkeys((1, len(difference))):
                values = difference.row(k - 1, named=True)
                row |= {f"{side} pass@{'n' if k > 1 else 1}": values[side] for side in ("base", "tuned")}
                row |= {f"{end} at k={'n' if k > 1 else 1}": values[end] for end in ("difference", "low", "high", "p")}
            for values in measures.iter_rows(named=True):
                row |= {values["measure"]: values["estimate"]}
                row |= {f"{values['measure']} {end}": values[end] for end in ("k", "low", "high")}
            row |= crossing.rename({"low": "crossing_low", "high": "crossing_high"}).row(0, named=True)
            rows.append(row)
        store.write_table(pl.DataFrame(rows, infer_schema_length=None), *snakemake.output)
