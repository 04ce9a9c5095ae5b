"""Truth: exact success rates of small models, and every claim checked against them.

Finding responses takes minutes, and is protected as sampling is: its code is not tracked, a protocol number in
boundary/identity.py is.
"""

from boundary.truth.plan import EXPLORED, EXPLORED_VERDICTS, RATES, Truth

truth = Truth(grid)


rule explore_responses:
    """The responses of a model with their exact probabilities, by distinct prefixes, until little mass is left."""
    input:
        prompts=paths.PROMPTS,
        weights=weights_download,
        adapter=adapter_download,
        trained=trained,
    output:
        EXPLORED,
    log:
        paths.log(EXPLORED),
    benchmark:
        paths.benchmark(EXPLORED)
    conda:
        environment("workflow.yaml")
    resources:
        gpu=1,
    params:
        spec=pinned(truth.spec),
        setup=not_compared(truth.setup),
    message:
        "Computing what {wildcards.model} writes on {wildcards.benchmark}, {wildcards.decoding}"
    script:
        "../workflow/scripts/explore_responses.py"


use rule verify_block as verify_explored with:
    input:
        samples=EXPLORED,
        problems=paths.BENCHMARK,
        prompts=by_name(sampling.chat_prompts),
    output:
        EXPLORED_VERDICTS,
    log:
        paths.log(EXPLORED_VERDICTS),
    benchmark:
        paths.benchmark(EXPLORED_VERDICTS)
    params:
        spec=by_name(truth.spec),
        verification=by_name(truth.verification),
        setup=not_compared(verification.setup),
    message:
        "Verifying what {wildcards.model} writes on {wildcards.benchmark}, {wildcards.decoding}"


rule compute_rates:
    """Bounds of the chance of a right response, problem by problem."""
    input:
        responses=EXPLORED,
        verdicts=EXPLORED_VERDICTS,
    output:
        RATES,
    log:
        paths.log(RATES),
    benchmark:
        paths.benchmark(RATES)
    localrule: True
    conda:
        environment("workflow.yaml")
    params:
        spec=by_name(truth.spec),
        code=library("compute_rates.py"),
    script:
        "../workflow/scripts/compute_rates.py"


rule truth:
    """Target: the exact success rates of `truth` in the configuration."""
    input:
        configured(whole.files(RATES), "truth"),
    localrule: True
