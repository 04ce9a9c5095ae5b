"""Analysis: all counts and estimates of one curve, a model on a benchmark under a decoding."""

from boundary.analysis.plan import Analysis

analysis = Analysis(grid)


rule summarise_curve:
    """One curve: counts, wrong answers, disagreements; pass@k for every k with intervals, metrics, extrapolation."""
    input:
        verdicts=by_name(paths.of_blocks, grid, paths.VERDICTS),
        clusters=by_name(analysis.clusters),
    output:
        counts=paths.COUNTS,
        wrong=paths.ANSWERS,
        graders=paths.GRADERS,
        passk=paths.PASSK,
        metrics=paths.METRICS,
        diversity=paths.DIVERSITY,
        beyond=paths.BEYOND,
        fit=paths.FIT,
    log:
        paths.log(paths.PASSK),
    benchmark:
        paths.benchmark(paths.PASSK)
    wildcard_constraints:
        model=one_of(name for name, model in config["models"].items() if "counts" not in model),
        benchmark=one_of(grid.built + grid.probes),
    conda:
        environment("workflow.yaml")
    params:
        spec=by_name(sampling.spec),
        summary=analysis.summary(),
        code=library("summarise_curve.py"),
    script:
        "../workflow/scripts/summarise_curve.py"


rule summarise_counts:
    """From imported counts: pass@k for every k with intervals, metrics, extrapolation."""
    input:
        counts=paths.COUNTS,
        wrong=paths.ANSWERS,
        clusters=by_name(analysis.clusters),
    output:
        passk=paths.PASSK,
        metrics=paths.METRICS,
        diversity=paths.DIVERSITY,
        beyond=paths.BEYOND,
        fit=paths.FIT,
    log:
        paths.log(paths.PASSK),
    benchmark:
        paths.benchmark(paths.PASSK)
    wildcard_constraints:
        model=one_of(name for name, model in config["models"].items() if "counts" in model),
        benchmark=one_of(grid.built),
    localrule: True
    conda:
        environment("workflow.yaml")
    params:
        summary=analysis.summary(),
        code=library("summarise_counts.py"),
    script:
        "../workflow/scripts/summarise_counts.py"


rule estimate_passk:
    """Unbiased pass@k for every k from 1 to n, with intervals, of several runs of one recipe, from their counts."""
    input:
        counts=by_name(analysis.of_runs, paths.COUNTS),
        clusters=by_name(analysis.clusters),
    output:
        paths.PASSK,
    log:
        paths.log(paths.PASSK),
    benchmark:
        paths.benchmark(paths.PASSK)
    wildcard_constraints:
        model=one_of(config["runs"]),
    localrule: True
    conda:
        environment("workflow.yaml")
    params:
        spec=analysis.intervals(),
        code=library("estimate_passk.py"),
    script:
        "../workflow/scripts/estimate_passk.py"


rule passk:
    """Target: all pass@k curves."""
    input:
        whole.files(paths.PASSK),
    localrule: True
