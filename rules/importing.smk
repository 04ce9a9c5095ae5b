"""Samples and counts that exist already: read into the same files, and from there on like any others."""


rule import_responses:
    """The responses of one file or several, many a row or one, as samples of the problems of a benchmark."""
    input:
        files=by_name(inputs.responses),
        problems=paths.BENCHMARK,
    output:
        paths.SAMPLES,
    log:
        paths.log(paths.SAMPLES),
    benchmark:
        paths.benchmark(paths.SAMPLES)
    wildcard_constraints:
        block="imported",
    conda:
        environment("workflow.yaml")
    params:
        spec=by_name(specs.sample),
        setup=not_compared(setup.of_import, specs),
        code=library("import_responses.py"),
    script:
        "../workflow/scripts/import_responses.py"


rule import_counts:
    """n and c of every problem of a benchmark, from a file."""
    input:
        file=by_name(inputs.counted),
        problems=paths.BENCHMARK,
    output:
        counts=paths.COUNTS,
        wrong=paths.ANSWERS,
        graders=paths.GRADERS,
    log:
        paths.log(paths.COUNTS),
    benchmark:
        paths.benchmark(paths.COUNTS)
    wildcard_constraints:
        model=one_of(name for name, model in config["models"].items() if "counts" in model),
        benchmark=one_of(grid.built),
    localrule: True
    conda:
        environment("workflow.yaml")
    params:
        spec=by_name(specs.sample),
        grader=by_name(specs.grader),
        code=library("import_counts.py"),
    script:
        "../workflow/scripts/import_counts.py"
