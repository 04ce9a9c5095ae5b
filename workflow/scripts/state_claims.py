"""Adapter of rule state_claims: the claims of every pair, as JSON, as a table, and as text for the report."""

import json
from pathlib import Path

import polars as pl

from boundary.analysis.claims import NAMES, Compared, all_claims, as_json, rule_text, with_choices
from boundary.files import store
from boundary.job import logged
from boundary.report.texts import claims_text, model_notes, subset_notes


def names_of(result: store.Result) -> tuple[str, ...]:
    return tuple(sorted(result.names.items()))


def compared(given: dict) -> list[Compared]:
    problems = {names_of(result): result for result in given["overlaps"]}
    pairs = []
    for curves, crossing in zip(given["differences"], given["crossings"], strict=True):
        judged = problems.get(names_of(curves))  # none where a side is several runs
        facts = curves.made_with | (judged.made_with if judged else {})
        pairs.append(Compared(curves.names, curves.frame, crossing.frame, judged and judged.frame, facts))
    return pairs


if __name__ == "__main__":
    with logged(snakemake):
        spec, output = snakemake.params.spec, snakemake.output
        given = store.results(snakemake.input)
        claims, rules = all_claims(compared(given), spec), rule_text(spec)
        claims = with_choices(claims, [result.named(*NAMES) for result in given["choices"]])
        Path(output.json).write_text(json.dumps(as_json(claims, rules, spec), indent=1, allow_nan=False) + "\n")
        store.write_table(
            pl.DataFrame(claims, infer_schema_length=None), output.csv, output.parquet, also=[output.json]
        )
        text = claims_text(claims, rules, spec["labels"]) if claims else ""
        notes = model_notes(spec["served"], spec["other_bases"]) + subset_notes(
            spec.get("subsets", {}), given["subsets"]
        )
        Path(output.text).write_text(text + notes)
