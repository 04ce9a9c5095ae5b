"""Adapter of rule state_claims: the claims of every pair, as JSON, as a table, and as text for the report."""

import json
from pathlib import Path

from boundary.analysis.claims import NAMES, all_claims, as_json, rule_text, table, with_choices
from boundary.files import store, tables
from boundary.job import Snakemake, logged
from boundary.report.claimed import comparable, compared
from boundary.report.page.sentences import in_lines
from boundary.report.texts import claims_text, families_remarks, model_notes, subset_notes

snakemake: Snakemake

if __name__ == "__main__":
    with logged(snakemake):
        spec, output = snakemake.params.spec, snakemake.output
        given = store.results(snakemake.input)
        claims, rules = all_claims(compared(given, spec), spec), rule_text(spec)
        claims = with_choices(claims, [result.named(*NAMES) for result in given["choices"]])
        remarks = comparable(given["imported"], spec) + families_remarks(spec.get("in_families", []))
        shown = as_json(claims, rules, spec) | {"comparable": remarks}
        shown["sentences"] = in_lines(claims, spec["labels"])
        Path(output.json).write_text(json.dumps(shown, indent=1, allow_nan=False) + "\n")
        tables.write(table(claims), output.csv, output.parquet, also=[output.json])
        text = claims_text(claims, rules, spec["labels"], shown["sentences"] + shown["comparable"]) if claims else ""
        notes = model_notes(spec) + subset_notes(spec.get("subsets", {}), given["subsets"])
        Path(output.text).write_text(text + notes)
