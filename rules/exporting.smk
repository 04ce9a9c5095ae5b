"""Export: samples with their verdicts in a form that other tools read. Nothing here is part of `all`."""


rule export_samples:
    """Every sample of a model on a benchmark as a line of JSON, like those of lm-evaluation-harness, with its verdicts."""
    input:
        samples=by_name(paths.of_readable_blocks, grid, paths.SAMPLES),
        verdicts=by_name(paths.of_readable_blocks, grid, paths.VERDICTS),
        problems=paths.BENCHMARK,
    output:
        paths.EXPORT,
    log:
        paths.log(paths.EXPORT),
    benchmark:
        paths.benchmark(paths.EXPORT)
    conda:
        environment("workflow.yaml")
    params:
        spec=by_name(sampling.spec),
        grader=by_name(grid.grader),
        code=library("export_samples.py"),
    script:
        "../workflow/scripts/export_samples.py"


rule export:
    """Target: samples with their verdicts as JSON lines, of every model."""
    input:
        whole.files(paths.EXPORT),
    localrule: True
