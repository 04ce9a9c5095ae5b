"""Verdicts: every sample graded; every distinct answer of a benchmark graded once, in processes that can be killed."""


rule verify_block:
    """A verdict per sample and grader, with the reason."""
    input:
        samples=paths.SAMPLES,
        problems=paths.BENCHMARK,
        prompts=by_name(inputs.chat_prompts),
    output:
        paths.VERDICTS,
    log:
        paths.log(paths.VERDICTS),
    benchmark:
        paths.benchmark(paths.VERDICTS)
    wildcard_constraints:
        model=of_sampled(config["models"]),
    conda:
        environment("workflow.yaml")
    resources:
        mem_mb=verification_memory,
    params:
        spec=by_name(specs.sample),
        verification=by_name(specs.verification),
        setup=not_compared(specs.verification_setup),
    message:
        "Verifying {wildcards.model} on {wildcards.benchmark}, {wildcards.decoding}, samples {wildcards.block}"
    script:
        "../workflow/scripts/verify_block.py"


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
        verification=by_name(specs.gold_check, "check_golds.py"),
        setup=not_compared(specs.verification_setup),
        unreadable=not_compared(specs.unreadable_golds),
    message:
        "Checking the gold answers of benchmark {wildcards.benchmark}"
    script:
        "../workflow/scripts/check_golds.py"


rule count_false_accepts:
    """How often a grader accepts a wrong answer for another problem: what it alone would solve at large k."""
    input:
        problems=paths.BENCHMARK,
        wrong=by_name(inputs.of_benchmark, paths.ANSWERS),
    output:
        paths.FALSE_ACCEPTS,
    log:
        paths.log(paths.FALSE_ACCEPTS),
    benchmark:
        paths.benchmark(paths.FALSE_ACCEPTS)
    conda:
        environment("workflow.yaml")
    params:
        verification=by_name(specs.gold_check, "count_false_accepts.py"),
        setup=not_compared(specs.verification_setup),
    script:
        "../workflow/scripts/count_false_accepts.py"


rule verdicts:
    """Target: every verdict."""
    input:
        inputs.every_block(paths.VERDICTS),
    localrule: True
