"""Adapter of rule vary_choices."""

from boundary.analysis.choices import choices
from boundary.files import store
from boundary.job import logged

if __name__ == "__main__":
    with logged(snakemake):
        spec, given = snakemake.params.spec, snakemake.input
        problems = store.read(given.problems, ["problem_id", "stratum"])
        for kind, column in (("guesses", "guessable"), ("contamination", "contaminated")):
            for path in given[kind]:
                found = store.read(path, ["problem_id", column]).unique()
                problems = problems.join(found, on="problem_id", how="left", maintain_order="left")
        found = choices(store.read(given.base), store.read(given.tuned), problems, spec, spec.get("incomplete", False))
        store.write(found, snakemake.output[0], spec, names=snakemake.wildcards)
