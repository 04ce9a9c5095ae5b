"""Adapter of rule import_responses; a pair that must not be compared is refused after its later side is written."""

import logging
from pathlib import Path

from boundary.files import store
from boundary.importing.options import asked
from boundary.importing.responses import other_numbers, read
from boundary.importing.spool import Spool
from boundary.importing.stated import Stated, require_alike_partners
from boundary.job import Snakemake, logged

snakemake: Snakemake

if __name__ == "__main__":
    with logged(snakemake):
        params, given, output = snakemake.params, snakemake.input, Path(snakemake.output[0])
        spec, setup, files = params.spec, params.setup, list(given.files)
        problems = asked(given.problems, spec["responses"].get("choice", False))
        stated = Stated(setup["decoding"], spec["responses"].get("format"))
        with Spool(output.with_suffix(".reading"), [spec, params.code, problems.rows()]) as spool:
            block = read([Path(file) for file in files], spec["responses"], problems, spool, stated)
            for message in other_numbers(block.index, setup["samples"], setup["model"], snakemake.wildcards.benchmark):
                logging.warning(message)
            facts = stated.facts()
            made_with = {"imported": files, "finish_reasons": block.ended(), "stated": facts}
            store.write(block, output, spec, made_with)
        require_alike_partners(setup["model"], facts, setup["partners"])
