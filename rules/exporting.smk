"""Export: samples with their verdicts for other tools. Nothing here is part of `all`."""


rule export_samples:
    """Every sample of a model on a benchmark with its verdicts, as lines like lm-evaluation-harness's and as Inspect's log."""
    input:
        samples=by_name(paths.of_readable_blocks, grid, paths.SAMPLES),
        verdicts=by_name(paths.of_readable_blocks, grid, paths.VERDICTS),
        problems=paths.BENCHMARK,
    output:
        lines=paths.EXPORT,
        inspect=paths.EXPORT_LOG,
    log:
        paths.log(paths.EXPORT),
    benchmark:
        paths.benchmark(paths.EXPORT)
    wildcard_constraints:
        benchmark=one_of(filter(grid.is_published, config["benchmarks"])),
    conda:
        environment("workflow.yaml")
    params:
        spec=by_name(sampling.spec),
        grader=by_name(grid.grader),
        code=library("export_samples.py"),
    script:
        "../workflow/scripts/export_samples.py"


rule export:
    """Target: all samples with their verdicts, as JSON lines like lm-eval's and as logs for `inspect view`."""
    input:
        whole.files(paths.EXPORT),
        whole.files(paths.EXPORT_LOG),
    localrule: True
