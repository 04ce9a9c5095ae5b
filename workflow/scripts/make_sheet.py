"""Adapter of rule make_sheet."""

from pathlib import Path

from boundary.benchmarks import stored
from boundary.files import store
from boundary.job import Snakemake, logged
from boundary.validity.judges import questions
from boundary.validity.rare import by_model
from boundary.validity.sheet import asked_of, page, rows

snakemake: Snakemake

if __name__ == "__main__":
    with logged(snakemake):
        given, spec, names = snakemake.input, snakemake.params.spec, dict(snakemake.wildcards)
        shown = rows(by_model(store.read(given.responses), spec["models"]), spec["responses"])
        problems = asked_of(shown, stored.read(given.problems, ["problem_id", "question", "gold", "images"]))
        html = page(Path(given.template).read_text(), shown, problems, spec | names)
        Path(snakemake.output.page).write_text(html)
        questions(shown, problems).write_ndjson(snakemake.output.questions)
        store.write(shown.select("id", "model", "problem_id", "sample_index"), snakemake.output.key, spec)
