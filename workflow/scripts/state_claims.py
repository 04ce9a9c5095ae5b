"""Adapter of rule state_claims: the claims of every pair, as JSON, as a table, and as text for the report."""

import json
from pathlib import Path

import polars as pl

from boundary import store
from boundary.claims import as_text, pair_claims, rule_text, sentence
from boundary.job import logged

if __name__ == "__main__":
    with logged(snakemake):
        given, spec, output, claims = snakemake.input, snakemake.params.spec, snakemake.output, []
        rule = {key: spec[key] for key in ("level", "rate", "large_k")}
        for paths in zip(given.differences, given.crossings, given.overlaps, strict=True):
            pair, benchmark, decoding = paths[0].split("/")[-4:-1]
            base, tuned = pair.split("-vs-")
            names = {"benchmark": benchmark, "decoding": decoding, "base": base, "tuned": tuned}
            looks = 2 if benchmark in spec["topped_up"] else 1
            claims += [names | claim for claim in pair_claims(*map(store.read, paths), **rule, looks=looks)]
        for claim in claims:
            claim["claim"] = sentence(claim)
        rules = rule_text(**rule, topped_up=spec["topped_up"])
        finite = [{key: None if value == float("inf") else value for key, value in c.items()} for c in claims]
        text = json.dumps({"rule": rule | {"text": rules}, "claims": finite}, indent=1, allow_nan=False)
        Path(output.json).write_text(text + "\n")
        store.write_table(pl.DataFrame(claims), output.csv, output.parquet)
        Path(output.text).write_text(as_text(claims, rules, spec["labels"]))
