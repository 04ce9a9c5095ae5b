"""Export: samples with their verdicts in a form that other tools read. Nothing here is part of `all`."""


rule export_samples:
    """Every sample of a model on a benchmark with its verdicts, as lines like lm-evaluation-harness's and as Inspect's log."""
    input:
        samples=by_name(inputs.of_readable_blocks, paths.SAMPLES),
        verdicts=by_name(inputs.of_readable_blocks, paths.VERDICTS),
        problems=paths.BENCHMARK,
    output:
        lines=paths.EXPORT,
        inspect=paths.EXPORT_LOG,
    log:
        paths.log(paths.EXPORT),
    benchmark:
        paths.benchmark(paths.EXPORT)
    conda:
        environment("workflow.yaml")
    params:
        spec=by_name(specs.sample),
        grader=by_name(specs.grader),
        code=library("export_samples.py"),
    script:
        "../workflow/scripts/export_samples.py"


rule export:
    """Target: samples with their verdicts, of every model: JSON lines like lm-eval's, and logs for `inspect view`."""
    input:
        inputs.every_export(),
    localrule: True
