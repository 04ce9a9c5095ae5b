"""Verdicts: every sample graded; every distinct answer of a benchmark graded once, in processes that can be killed."""


rule verify_block:
    """A verdict per sample and grader, with the reason."""
    input:
        samples=paths.SAMPLES,
        problems=paths.BENCHMARK,
    output:
        paths.VERDICTS,
    log:
        paths.log(paths.VERDICTS),
    benchmark:
        paths.benchmark(paths.VERDICTS)
    conda:
        environment("workflow.yaml")
    params:
        spec=by_name(specs.sample),
        verification=by_name(specs.verification),
        setup=not_compared(specs.verification_setup),
    message:
        "Verifying {wildcards.model} on {wildcards.benchmark}, {wildcards.decoding}, samples {wildcards.block}"
    script:
        "../workflow/scripts/verify_block.py"


rule verdicts:
    """Target: every verdict."""
    input:
        inputs.every_block(paths.VERDICTS),
    localrule: True
