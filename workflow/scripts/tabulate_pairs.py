"""Adapter of rule tabulate_pairs."""

import polars as pl

from boundary import store
from boundary.coverage import CATEGORIES
from boundary.job import logged

if __name__ == "__main__":
    with logged(snakemake):
        given, rows, problems = snakemake.input, [], []
        kinds = (given.overlaps, given.sets, given.differences, given.crossings, given.measures)
        for paths in zip(*kinds, strict=True):
            overlap, sets, difference, crossing, measures = map(store.read, paths)
            pair, benchmark, decoding = paths[0].split("/")[-4:-1]
            base, tuned = pair.split("-vs-")
            row = {"benchmark": benchmark, "decoding": decoding, "base": base, "tuned": tuned}
            problems.append(overlap.select(*(pl.lit(value).alias(key) for key, value in row.items()), pl.all()))
            row |= {"problems": len(overlap), "n": crossing["n"][0]}
            ids = {category: overlap.filter(pl.col("category") == category)["problem_id"] for category in CATEGORIES}
            row |= {category: len(found) for category, found in ids.items()}
            row |= {name: round(value, 4) for name, value in sets.row(0, named=True).items()}
            for which, at in (("k=1", 0), ("k=n/2", len(difference) // 2 - 1), ("k=n", -1)):
                values = difference.row(at, named=True)
                row |= {f"difference {which}": round(values["difference"], 4)}
                row |= {f"{end} {which}": round(values[end], 4) for end in ("low", "high", "p")}
            row |= {"crossing k": crossing["crossing_k"][0]}
            row |= {"crossing low": crossing["low"][0], "crossing high": crossing["high"][0]}
            row |= {"share of bootstrap without crossing": crossing["no_crossing"][0]}
            for values in measures.iter_rows(named=True):
                name = f"{values['measure']}, k={values['k']}"
                row |= {name: round(values["estimate"], 4)}
                row |= {f"{end} {name}": round(values[end], 4) for end in ("low", "high")}
            row |= {f"{category} ids": " ".join(ids[category]) for category in CATEGORIES}
            rows.append(row)
        for name, table in (("pairs", pl.DataFrame(rows)), ("problems", pl.concat(problems))):
            store.write_table(table, snakemake.output[f"{name}_csv"], snakemake.output[f"{name}_parquet"], digits=6)
