"""Analysis: counts per problem, and pass@k and other metrics of every model."""


rule count_correct:
    """Samples n and correct samples c of every problem and grader, over all blocks; wrong answers; disagreements."""
    input:
        verdicts=by_name(inputs.of_blocks, paths.VERDICTS),
    output:
        counts=paths.COUNTS,
        wrong=paths.ANSWERS,
        graders=paths.GRADERS,
    log:
        paths.log(paths.COUNTS),
    benchmark:
        paths.benchmark(paths.COUNTS)
    wildcard_constraints:
        model=one_of(name for name, model in config["models"].items() if "counts" not in model),
        benchmark=one_of(grid.built + grid.probes),
    localrule: True
    conda:
        environment("workflow.yaml")
    params:
        spec=by_name(specs.sample),
        code=library("count_correct.py"),
    script:
        "../workflow/scripts/count_correct.py"


rule estimate_passk:
    """Unbiased pass@k for every k from 1 to n, with intervals, from per-problem counts, of one model or several runs."""
    input:
        counts=by_name(inputs.of_runs, paths.COUNTS),
    output:
        paths.PASSK,
    log:
        paths.log(paths.PASSK),
    benchmark:
        paths.benchmark(paths.PASSK)
    wildcard_constraints:
        model=one_of([*config["models"], *config["runs"]]),
    localrule: True
    conda:
        environment("workflow.yaml")
    params:
        spec=specs.intervals(),
        code=library("estimate_passk.py"),
    script:
        "../workflow/scripts/estimate_passk.py"


rule compute_metrics:
    """Other metrics, from the same counts and the wrong answers; with intervals."""
    input:
        counts=paths.COUNTS,
        wrong=paths.ANSWERS,
    output:
        paths.METRICS,
    log:
        paths.log(paths.METRICS),
    benchmark:
        paths.benchmark(paths.METRICS)
    localrule: True
    conda:
        environment("workflow.yaml")
    params:
        spec=specs.intervals(),
        code=library("compute_metrics.py"),
    script:
        "../workflow/scripts/compute_metrics.py"


rule count_distinct:
    """Distinct answers and distinct responses among k samples of a problem, for every k from 1 to n; with intervals."""
    input:
        verdicts=by_name(inputs.known_blocks, paths.VERDICTS),
    output:
        paths.DIVERSITY,
    log:
        paths.log(paths.DIVERSITY),
    benchmark:
        paths.benchmark(paths.DIVERSITY)
    localrule: True
    conda:
        environment("workflow.yaml")
    params:
        spec=specs.intervals(),
        code=library("count_distinct.py"),
    script:
        "../workflow/scripts/count_distinct.py"


rule extrapolate_passk:
    """What a fit to the counts says beyond n, with its held-out error."""
    input:
        counts=paths.COUNTS,
    output:
        curve=paths.BEYOND,
        fit=paths.FIT,
    log:
        paths.log(paths.BEYOND),
    benchmark:
        paths.benchmark(paths.BEYOND)
    localrule: True
    conda:
        environment("workflow.yaml")
    params:
        spec=specs.extrapolation(),
        code=library("extrapolate_passk.py"),
    script:
        "../workflow/scripts/extrapolate_passk.py"


rule passk:
    """Target: every pass@k curve."""
    input:
        inputs.every_curve(paths.PASSK),
    localrule: True
