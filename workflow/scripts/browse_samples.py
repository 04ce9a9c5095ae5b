"""Adapter of rule browse_samples."""

from pathlib import Path

from boundary.job import Snakemake, logged
from boundary.report.page.browse import write

snakemake: Snakemake

if __name__ == "__main__":
    with logged(snakemake):
        given, spec, names = snakemake.input, snakemake.params.spec, dict(snakemake.wildcards)
        files = {"samples": list(given.samples), "verdicts": list(given.verdicts), "problems": given.problems}
        files["labelled"] = list(given.labelled)
        folder, listed = map(Path, snakemake.output)
        write(folder, files, spec, names, [Path(file).read_text() for file in given.template])
        listed.write_text("".join(f"{path}\n" for path in sorted(folder.rglob("*")) if path.is_file()))
