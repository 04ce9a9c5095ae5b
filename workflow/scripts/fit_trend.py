"""Adapter of rule fit_trend: the counts of both sides of every member, by the benchmark's grader."""

from boundary.analysis.pairs import in_groups, run_counts
from boundary.analysis.select import of_grader
from boundary.analysis.trend import trend
from boundary.files import store
from boundary.job import logged

if __name__ == "__main__":
    with logged(snakemake):
        spec = snakemake.params.spec
        files = (snakemake.input[side] for side in ("base", "tuned"))
        # each pair was checked by itself: the trend is on what all members have
        frames = ([of_grader(store.read(path), spec["grader"]) for path in side] for side in files)
        counts = run_counts(*frames, incomplete=True)
        runs = spec.get("runs", dict.fromkeys(("base", "tuned"), [1] * len(spec["at"])))
        members = (in_groups(side, of_side) for side, of_side in zip(counts, runs.values(), strict=True))
        found = trend(spec["at"], *members, spec["level"], spec["large_k"], spec["scale"])
        names = dict(snakemake.wildcards) | {"group": spec["group"]}
        store.write(found, snakemake.output[0], spec, names=names)
