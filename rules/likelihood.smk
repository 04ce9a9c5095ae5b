"""Likelihood: the likelihood of responses under models, and the entropy of a model's own responses.

Scoring is GPU work and is protected as sampling is: its code is not tracked, a protocol number in boundary/identity.py
is, and each finished file is kept under a second name. It reads samples and makes none.
"""

from boundary.likelihood.plan import ENTROPY, LIKELIHOOD, RESPONSES, SCORES, Likelihood

likelihood = Likelihood(grid)


rule score_responses:
    """The likelihood of some of a writer's responses under a model, and the entropy of the model's own responses."""
    input:
        samples=by_name(likelihood.written, paths.SAMPLES),
        prompts=paths.PROMPTS,
        weights=weights_download,
        adapter=adapter_download,
        trained=trained,
    output:
        SCORES,
    log:
        paths.log(SCORES),
    benchmark:
        paths.benchmark(SCORES)
    conda:
        environment(engines.environment(config.get("likelihood", config)["engine"]))
    resources:
        gpu=by_name(likelihood.gpus),
    params:
        spec=pinned(likelihood.spec),
        setup=not_compared(likelihood.setup),
    message:
        "Scoring responses of {wildcards.writer} by {wildcards.model} on {wildcards.benchmark}, {wildcards.decoding}"
    script:
        "../workflow/scripts/score_responses.py"


rule match_temperature:
    """The temperature at which a tuned model is as random as its base under another decoding, by pilots of both."""
    input:
        tuned_prompts=paths.PROMPTS,
        tuned_weights=weights_download,
        tuned_adapter=adapter_download,
        tuned_trained=trained,
        base_prompts=by_name(sampling.of_base, paths.PROMPTS.format),
        base_weights=by_name(sampling.of_base, weights.download),
        base_adapter=by_name(sampling.of_base, weights.adapter_download),
        base_trained=by_name(sampling.of_base, trainings.trained) if any_trained else [],
    output:
        paths.MATCHED,
    log:
        paths.log(paths.MATCHED),
    benchmark:
        paths.benchmark(paths.MATCHED)
    conda:
        environment("workflow.yaml")
    resources:
        gpu=1,
    params:
        spec=pinned(sampling.matching),
        setup=not_compared(likelihood.matching_setup),
    message:
        "Matching the temperature of {wildcards.model} on {wildcards.benchmark}, {wildcards.decoding}"
    script:
        "../workflow/scripts/match_temperature.py"


rule compare_likelihood:
    """Whether the tuned model's responses lie in the base's distribution: perplexities, support overlap and AUC."""
    input:
        unpack(by_name(likelihood.likelihoods)),
    output:
        measures=LIKELIHOOD,
        responses=RESPONSES,
    log:
        paths.log(LIKELIHOOD),
    benchmark:
        paths.benchmark(LIKELIHOOD)
    localrule: True
    conda:
        environment("workflow.yaml")
    params:
        spec=by_name(likelihood.of_pair),
        code=library("compare_likelihood.py"),
    script:
        "../workflow/scripts/compare_likelihood.py"


rule measure_entropy:
    """The entropy of a model's next tokens over its own responses, as sampled and whole, by position."""
    input:
        by_name(likelihood.own_scores),
    output:
        ENTROPY,
    log:
        paths.log(ENTROPY),
    benchmark:
        paths.benchmark(ENTROPY)
    localrule: True
    conda:
        environment("workflow.yaml")
    params:
        spec=analysis.intervals(),
        code=library("measure_entropy.py"),
    script:
        "../workflow/scripts/measure_entropy.py"


rule likelihood:
    """Target: the likelihoods and entropies of `likelihood` in the configuration."""
    input:
        whole.files(LIKELIHOOD, ENTROPY),
    localrule: True
