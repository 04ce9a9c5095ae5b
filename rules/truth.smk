"""Truth: exact success rates of models that are small enough, and every verdict checked against them.

Finding responses takes minutes, and is protected as sampling is: its code is not tracked, a protocol number in
boundary/identity.py is.
"""


rule explore_responses:
    """The responses of a model with their exact probabilities, by distinct prefixes, until little mass is left."""
    input:
        prompts=paths.PROMPTS,
        weights=weights_download,
        adapter=adapter_download,
        trained=trained,
    output:
        paths.EXPLORED,
    log:
        paths.log(paths.EXPLORED),
    benchmark:
        paths.benchmark(paths.EXPLORED)
    conda:
        environment("workflow.yaml")
    resources:
        gpu=1,
    params:
        spec=pinned(specs.explored),
        setup=not_compared(setup.of_exploring, specs),
    message:
        "Computing what {wildcards.model} writes on {wildcards.benchmark}, {wildcards.decoding}"
    script:
        "../workflow/scripts/explore_responses.py"


use rule verify_block as verify_explored with:
    input:
        samples=paths.EXPLORED,
        problems=paths.BENCHMARK,
        prompts=by_name(inputs.chat_prompts),
    output:
        paths.EXPLORED_VERDICTS,
    log:
        paths.log(paths.EXPLORED_VERDICTS),
    benchmark:
        paths.benchmark(paths.EXPLORED_VERDICTS)
    params:
        spec=by_name(specs.explored),
        verification=by_name(specs.explored_verification),
        setup=not_compared(specs.verification_setup),
    message:
        "Verifying what {wildcards.model} writes on {wildcards.benchmark}, {wildcards.decoding}"


rule compute_rates:
    """Bounds of the chance of a right response, problem by problem."""
    input:
        responses=paths.EXPLORED,
        verdicts=paths.EXPLORED_VERDICTS,
    output:
        paths.RATES,
    log:
        paths.log(paths.RATES),
    benchmark:
        paths.benchmark(paths.RATES)
    localrule: True
    conda:
        environment("workflow.yaml")
    params:
        spec=by_name(specs.explored),
        code=library("compute_rates.py"),
    script:
        "../workflow/scripts/compute_rates.py"


rule truth:
    """Target: every exact success rate that the configuration's `truth` asks for."""
    input:
        configured(inputs.every_curve(paths.RATES), "truth"),
    localrule: True
