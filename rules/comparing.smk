"""Comparing: each base against the models trained from it, under every choice.

One job makes as many parts of a comparison as have the same work behind them: boundary/behind.py.
"""

for name, (parts, where) in numbered("compare", contents.comparisons()):

    rule:
        """Of a pair, with intervals: differences over k, solved problems with tests, the specification curve."""
        name:
            name
        input:
            unpack(by_name(inputs.of_comparison, parts)),
        output:
            **{Path(path).stem: path for part in parts for path in OF_PART[part]},
        log:
            paths.log(OF_PART[parts[0]][0]),
        benchmark:
            paths.benchmark(OF_PART[parts[0]][0])
        wildcard_constraints:
            **where,
        localrule: True
        conda:
            environment("workflow.yaml")
        params:
            spec=by_name(specs.comparison, parts),
            code=library("compare.py"),
        script:
            "../workflow/scripts/compare.py"


rule pairs:
    """Target: every comparison of a pair."""
    input:
        inputs.every_pair(paths.OVERLAP),
        inputs.every_comparison(paths.DIFFERENCE),
    localrule: True
