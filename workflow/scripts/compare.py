"""Adapter of the rules that compare: the parts of a comparison that are asked for, from the counts of both sides."""

from boundary.analysis import parts
from boundary.files import store
from boundary.job import logged

if __name__ == "__main__":
    with logged(snakemake):
        given, spec, made = snakemake.input, snakemake.params.spec, []
        base, tuned, *more = (
            [store.read(path) for path in given.get(side) or ()]
            for side in ("base", "tuned", "base_topup", "tuned_topup")
        )
        if "curves" in spec:
            made += parts.curves(base, tuned, spec["curves"])
        if "problems" in spec:
            made += parts.problems(base + more[0], tuned + more[1], spec["problems"])
        if "choices" in spec:
            kinds = (("guesses", "guessable"), ("contamination", "contaminated"))
            screens = [
                store.read(p, ["problem_id", c]).select("problem_id", c) for kind, c in kinds for p in given[kind]
            ]
            asked = store.read(given.problems, ["problem_id", "stratum"]).select("problem_id", "stratum")
            made += parts.specifications(base[0], tuned[0], asked, screens, spec["choices"])
        for result in made:
            store.write(result.frame, snakemake.output[result.name], result.spec, result.facts, snakemake.wildcards)
