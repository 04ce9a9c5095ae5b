"""The library of beyond-base: pure functions on polars frames and numpy arrays, importable without Snakemake."""
