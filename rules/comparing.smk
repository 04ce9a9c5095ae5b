"""Comparing: each base against the models trained from it, under every choice.

One job makes as many parts of a comparison as have the same work behind them: boundary/work.py.
"""

for name, (parts, where) in numbered("compare", contents.comparisons()):

    rule:
        """A pair, with intervals: differences over k, solved problems with tests, the specification curve."""
        name:
            name
        input:
            unpack(by_name(analysis.of_comparison, parts)),
        output:
            **{Path(path).stem: path for part in parts for path in paths.OF_PART[part]},
        log:
            paths.log(paths.OF_PART[parts[0]][0]),
        benchmark:
            paths.benchmark(paths.OF_PART[parts[0]][0])
        wildcard_constraints:
            **where,
        localrule: True
        conda:
            environment("workflow.yaml")
        params:
            spec=by_name(analysis.comparison, parts),
            code=library("compare.py"),
        script:
            "../workflow/scripts/compare.py"


rule pairs:
    """Target: the comparisons of all pairs."""
    input:
        contents.run_with_runs.files(paths.OVERLAP, paths.DIFFERENCE),
    localrule: True
