"""Adapter of rule count_subset: disagreements are unknown, because they are counted over all problems."""

from boundary.analysis.disagreement import disagreements
from boundary.analysis.summary import summarise
from boundary.analysis.tally import NOTHING
from boundary.files import store
from boundary.job import Snakemake, logged

snakemake: Snakemake

if __name__ == "__main__":
    with logged(snakemake):
        spec, summary, given = snakemake.params.spec, snakemake.params.summary, snakemake.input
        problems, facts = store.read(given.problems, ["problem_id"]), store.about(given.counts)["made_with"]
        frames = {"graders": disagreements(NOTHING)}
        for kind in ("counts", "wrong"):
            frames[kind] = store.read(given[kind]).join(problems, on="problem_id", how="semi", maintain_order="left")
        for name, frame in frames.items():
            store.write(frame, snakemake.output[name], spec, facts, snakemake.wildcards)
        found = summarise(frames["counts"], frames["wrong"], None, store.frames(given.clusters), **summary["fit"])
        for name, frame in found.items():
            store.write(frame, snakemake.output[name], summary[name], names=snakemake.wildcards)
