"""Samples: the GPU work. One job is one block of sample indices of all problems of a benchmark.

Only `spec`, the prompts and the set of blocks decide whether a block is sampled; code is tracked neither here nor in
what comes before it. A change of code that changes samples raises a protocol number in boundary/identity.py. And
whatever makes Snakemake run the job again: the job keeps each finished block under a second name, out of Snakemake's
reach, and takes it from there where it is still what `spec` and prompts ask for.
"""

from boundary.config.cuts import sampled

weights_download = by_name(weights.download) if weights.anything_to_download else []
adapter_download = by_name(weights.adapter_download) if weights.any_adapter_to_download else []


any_trained = any("training" in model for model in config["models"].values())
trained = by_name(trainings.trained) if any_trained else []


any_matched = any("entropy_of" in decoding for decoding in config["decodings"].values())
matched_temperature = by_name(sampling.matched) if any_matched else []


rule render_prompts:
    """The prompt of every problem for a model's template, with its hash."""
    input:
        problems=paths.BENCHMARK,
        weights=by_name(sampling.chat_weights),
    output:
        paths.PROMPTS,
    log:
        paths.log(paths.PROMPTS),
    benchmark:
        paths.benchmark(paths.PROMPTS)
    localrule: True
    conda:
        environment("workflow.yaml")
    params:
        spec=pinned(sampling.prompts),
        setup=not_compared(setup.of_prompts),
    script:
        "../workflow/scripts/render_prompts.py"


rule sample_block:
    """Samples of every problem for one range of sample indices; streams to a partial file and resumes from it."""
    input:
        prompts=paths.PROMPTS,
        weights=weights_download,
        adapter=adapter_download,
        matched=matched_temperature,
        trained=trained,
    output:
        paths.SAMPLES,
    log:
        paths.log(paths.SAMPLES),
    benchmark:
        paths.benchmark(paths.SAMPLES)
    wildcard_constraints:
        model=of_sampled(config["models"]),
        block="[0-9]+-[0-9]+",
        decoding=one_of(sampled(config["decodings"])),
    priority: by_name(setup.longest_first)
    conda:
        environment(engines.environment(config["engine"]))
    resources:
        gpu=by_name(setup.gpus),
    params:
        spec=pinned(sampling.spec),
        setup=not_compared(setup.of_job),
    message:
        "Sampling {wildcards.model} on {wildcards.benchmark}, {wildcards.decoding}, samples {wildcards.block} ({params.setup[forecast]})"
    script:
        "../workflow/scripts/sample_block.py"


rule prompts:
    """Target: all prompts; prints one of each kind as the model gets it."""
    input:
        sampling.every_prompt(),
    log:
        paths.log("prompts"),
    localrule: True
    conda:
        environment("workflow.yaml")
    script:
        "../workflow/scripts/show_prompts.py"


rule samples:
    """Target: all samples."""
    input:
        whole.files(paths.SAMPLES),
    localrule: True
