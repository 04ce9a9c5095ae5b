"""Adapter of rule import_responses: what a pair forbids is refused once it is written, whichever side comes last."""

from pathlib import Path

from boundary.files import store
from boundary.importing.responses import responses
from boundary.importing.stated import Stated, require_alike_partners
from boundary.job import logged

if __name__ == "__main__":
    with logged(snakemake):
        spec, setup, given = snakemake.params.spec, snakemake.params.setup, snakemake.input
        problems, files = store.read(given.problems, ["problem_id", "question"]), list(given.files)
        stated = Stated(setup["decoding"], spec["responses"].get("format"))
        samples = responses([Path(file) for file in files], spec["responses"], problems, stated)
        ended = dict(samples["finish_reason"].value_counts().drop_nulls().iter_rows())
        made_with = {"imported": files, "finish_reasons": ended, "stated": stated.facts()}
        store.write(samples, snakemake.output[0], spec, made_with)
        require_alike_partners(setup["model"], made_with["stated"], setup["partners"])
