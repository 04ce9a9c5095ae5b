"""The report: one page, the pages of samples, and Snakemake's own report."""

from boundary.report.page import spec as page
from boundary.report.rerun import same_run


rule browse_samples:
    """Pages of the samples of a condition, problem by problem, base and tuned model side by side."""
    input:
        samples=by_name(page.browsed, grid, paths.SAMPLES),
        verdicts=by_name(page.browsed, grid, paths.VERDICTS),
        problems=paths.BENCHMARK,
        labelled=by_name(page.labelled, grid),
        template=contents.templates("browse"),
    output:
        directory(paths.BROWSE),
        paths.BROWSE_FILES,
    log:
        paths.log(f"{paths.BROWSE}.html"),
    benchmark:
        paths.benchmark(f"{paths.BROWSE}.html")
    conda:
        environment("workflow.yaml")
    params:
        spec=by_name(page.browse, grid),
        code=library("browse_samples.py"),
    script:
        "../workflow/scripts/browse_samples.py"


rule make_report:
    """The report: one HTML file that needs no network, next to the pages of samples that it links."""
    input:
        claims=paths.CLAIMS,
        curves=contents.run_with_runs.files(paths.PASSK),
        counts=whole.files(paths.COUNTS),
        graders=whole.files(paths.GRADERS),
        differences=contents.run_with_runs.files(paths.DIFFERENCE),
        crossings=contents.run_with_runs.files(paths.CROSSING),
        overlaps=whole.files(paths.OVERLAP),
        benchmarks=whole.files(paths.BENCHMARK),
        golds=whole.files(paths.GOLDS),
        accepts=whole.files(paths.FALSE_ACCEPTS),
        guesses=whole.files(GUESSES),
        wrong=whole.files(paths.ANSWERS),
        prompts=sampling.every_prompt(),
        samples=whole.files(paths.SAMPLES),
        verdicts=whole.files(paths.VERDICTS),
        figures=contents.figures(),
        tables=contents.tables(),
        browse=whole.files(paths.BROWSE),
        captions=contents.captions(),
        template=contents.templates("report"),
    output:
        paths.REPORT,
    log:
        paths.log(paths.REPORT),
    benchmark:
        paths.benchmark(paths.REPORT)
    localrule: True
    conda:
        environment("workflow.yaml")
    params:
        spec=by_name(page.spec, grid, contents, FILE.name),
        about=not_compared(page.about, grid),
        code=library("make_report.py"),
    message:
        "Making {output}"
    script:
        "../workflow/scripts/make_report.py"


rule workflow_report:
    """Target: Snakemake's own report: graph of rules, run times, and all figures and tables with their provenance."""
    input:
        content=contents.figures() + contents.tables(),
        text=paths.CLAIMS_TEXT,
        style=paths.beside_workflow(ROOT, "workflow/report/style.css"),
        captions=contents.captions(),
    output:
        paths.WORKFLOW_REPORT,
    log:
        paths.log(paths.WORKFLOW_REPORT),
    benchmark:
        paths.benchmark(paths.WORKFLOW_REPORT)
    localrule: True
    conda:
        environment("workflow.yaml")
    params:
        arguments=same_run(workflow.main_snakefile, CONFIG_FILES, workflow.config_settings.config),
        code=library("make_workflow_report.py"),
    message:
        "Making {output}"
    script:
        "../workflow/scripts/make_workflow_report.py"
