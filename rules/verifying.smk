"""Verdicts: every sample graded; every distinct answer of a benchmark graded once, in processes that can be killed."""

from boundary.verifying.memory import verification_memory


rule verify_block:
    """A verdict per sample and grader, with the reason."""
    input:
        samples=paths.SAMPLES,
        problems=paths.BENCHMARK,
        prompts=by_name(sampling.chat_prompts),
    output:
        paths.VERDICTS,
    log:
        paths.log(paths.VERDICTS),
    benchmark:
        paths.benchmark(paths.VERDICTS)
    wildcard_constraints:
        model=of_sampled(name for name in config["models"] if not grid.has_scores(name)),
    conda:
        environment("workflow.yaml")
    resources:
        mem_mb=verification_memory,
    params:
        spec=by_name(sampling.spec),
        verification=by_name(verification.spec),
        setup=not_compared(verification.setup),
    message:
        "Verifying {wildcards.model} on {wildcards.benchmark}, {wildcards.decoding}, samples {wildcards.block}"
    script:
        "../workflow/scripts/verify_block.py"


rule verify_imported:
    """`verify_block` for samples whose file may have scores, which are one more grader."""
    input:
        samples=paths.SAMPLES,
        problems=paths.BENCHMARK,
    output:
        paths.VERDICTS,
    log:
        paths.log(paths.VERDICTS),
    benchmark:
        paths.benchmark(paths.VERDICTS)
    wildcard_constraints:
        model=of_sampled(filter(grid.has_scores, config["models"])),
        block="imported",
    conda:
        environment("workflow.yaml")
    resources:
        mem_mb=verification_memory,
    params:
        spec=by_name(sampling.spec),
        verification=by_name(verification.spec),
        setup=not_compared(verification.setup),
    message:
        "Verifying imported samples of {wildcards.model} on {wildcards.benchmark}"
    script:
        "../workflow/scripts/verify_imported.py"


rule check_golds:
    """Whether graders accept other spellings of gold answers, and neither near misses nor the golds of other problems."""
    input:
        problems=paths.BENCHMARK,
    output:
        paths.GOLDS,
    log:
        paths.log(paths.GOLDS),
    benchmark:
        paths.benchmark(paths.GOLDS)
    conda:
        environment("workflow.yaml")
    params:
        verification=by_name(verification.gold_check, "check_golds.py"),
        setup=not_compared(verification.setup),
        unreadable=not_compared(verification.unreadable_golds),
    message:
        "Checking the gold answers of benchmark {wildcards.benchmark}"
    script:
        "../workflow/scripts/check_golds.py"


rule count_false_accepts:
    """How often a grader accepts a wrong answer for another problem: the pass@k of its mistakes alone."""
    input:
        problems=paths.BENCHMARK,
        wrong=by_name(verification.wrong_answers),
    output:
        paths.FALSE_ACCEPTS,
    log:
        paths.log(paths.FALSE_ACCEPTS),
    benchmark:
        paths.benchmark(paths.FALSE_ACCEPTS)
    conda:
        environment("workflow.yaml")
    params:
        verification=by_name(verification.gold_check, "count_false_accepts.py"),
        setup=not_compared(verification.setup),
    script:
        "../workflow/scripts/count_false_accepts.py"


rule verdicts:
    """Target: all verdicts."""
    input:
        whole.files(paths.VERDICTS),
    localrule: True
