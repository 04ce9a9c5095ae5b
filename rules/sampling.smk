"""Samples: the GPU work. One job is one block of sample indices of all problems of a benchmark.

Only `spec`, the prompts and the set of blocks decide whether a block is sampled; code is tracked neither here nor in
what comes before it. A change of code that changes samples raises a protocol number in boundary/identity.py. And
whatever makes Snakemake run the job again: the job keeps each finished block under a second name, out of Snakemake's
reach, and takes it from there where it is still what `spec` and prompts ask for.
"""

of_gguf = [name for name, model in config["models"].items() if is_gguf(model.get("weights", ""))]


rule download_model:
    """The weights of a model from a hub, before any GPU waits for them, and a manifest of the files."""
    output:
        paths.WEIGHTS_DOWNLOAD,
    log:
        paths.log(paths.WEIGHTS_DOWNLOAD),
    benchmark:
        paths.benchmark(paths.WEIGHTS_DOWNLOAD)
    wildcard_constraints:
        model=one_of(config["models"].keys() - of_gguf),
    localrule: True
    conda:
        environment("workflow.yaml")
    params:
        weights=pinned(specs.weights),
        setup=not_compared(setup.of_download, str(sizes_file(LOCK))),
    message:
        "Fetching weights: {params.weights}"
    script:
        "../workflow/scripts/download_model.py"


rule make_weights:
    """The weights of a model, made of a GGUF file, and a manifest of the files."""
    output:
        paths.WEIGHTS_DOWNLOAD,
    log:
        paths.log(paths.WEIGHTS_DOWNLOAD),
    benchmark:
        paths.benchmark(paths.WEIGHTS_DOWNLOAD)
    wildcard_constraints:
        model=one_of(of_gguf),
    conda:
        environment("workflow.yaml")
    params:
        weights=pinned(specs.weights),
        setup=not_compared(setup.of_weights),
    message:
        "Making weights of {params.weights}"
    script:
        "../workflow/scripts/make_weights.py"


rule download_adapter:
    """The adapter of a model from a hub, and a manifest of its files."""
    output:
        paths.ADAPTER_DOWNLOAD,
    log:
        paths.log(paths.ADAPTER_DOWNLOAD),
    benchmark:
        paths.benchmark(paths.ADAPTER_DOWNLOAD)
    localrule: True
    conda:
        environment("workflow.yaml")
    params:
        adapter=pinned(specs.adapter),
    message:
        "Fetching adapter: {params.adapter}"
    script:
        "../workflow/scripts/download_adapter.py"


weights_download = by_name(inputs.weights_download) if inputs.anything_to_download else []
adapter_download = by_name(inputs.adapter_download) if inputs.any_adapter_to_download else []


any_trained = any("training" in model for model in config["models"].values())
trained = by_name(inputs.trained) if any_trained else []


any_matched = any("entropy_of" in decoding for decoding in config["decodings"].values())
matched_temperature = by_name(inputs.matched) if any_matched else []


rule render_prompts:
    """The prompt of every problem for a model's template, with its hash."""
    input:
        problems=paths.BENCHMARK,
        weights=by_name(inputs.chat_weights),
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
        spec=pinned(specs.prompts),
        setup=not_compared(setup.of_prompts, specs),
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
        spec=pinned(specs.sample),
        setup=not_compared(setup.of_job, specs),
    message:
        "Sampling {wildcards.model} on {wildcards.benchmark}, {wildcards.decoding}, samples {wildcards.block} ({params.setup[forecast]})"
    script:
        "../workflow/scripts/sample_block.py"


rule prompts:
    """Target: every prompt; prints one of each kind, as the model gets it."""
    input:
        inputs.every_prompt(),
    log:
        "logs/prompts.log",
    localrule: True
    conda:
        environment("workflow.yaml")
    script:
        "../workflow/scripts/show_prompts.py"


rule samples:
    """Target: every sample."""
    input:
        inputs.every_block(paths.SAMPLES),
    localrule: True
