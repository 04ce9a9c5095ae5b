"""Samples: the GPU work. One job is one block of sample indices of all problems of a benchmark.

Only `spec`, the prompts and the set of blocks decide whether a block is sampled; code is tracked neither here nor in
what stands before it. A change of code that changes samples raises a protocol number in boundary/identity.py. And
whatever makes Snakemake run the job again: the job keeps each finished block under a second name, out of Snakemake's
reach, and takes it from there where it still is what `spec` and prompts ask for.
"""


rule download_model:
    """The weights of a model from a hub, before any GPU waits for them, and a manifest that names the files."""
    output:
        "results/downloads/models/{model}.json",
    log:
        "logs/downloads/models/{model}.log",
    benchmark:
        "benchmarks/downloads/models/{model}.jsonl"
    conda:
        "../envs/workflow.yaml"
    params:
        weights=lambda wildcards: locked_config()["models"][wildcards.model]["weights"],
    message:
        "Downloading {params.weights}"
    script:
        "../workflow/scripts/download_model.py"


rule render_prompts:
    """The prompt of every problem for a model's template, with its hash."""
    input:
        problems="results/benchmarks/{benchmark}.parquet",
    output:
        "results/prompts/{model}/{benchmark}.parquet",
    log:
        "logs/prompts/{model}/{benchmark}.log",
    benchmark:
        "benchmarks/prompts/{model}/{benchmark}.jsonl"
    conda:
        "../envs/workflow.yaml"
    params:
        spec=prompt_spec,
    script:
        "../workflow/scripts/render_prompts.py"


rule sample_block:
    """Samples of every problem for one range of sample indices; streams to a partial file and resumes from it."""
    input:
        prompts="results/prompts/{model}/{benchmark}.parquet",
        weights=weights_download,
    output:
        "results/samples/{model}/{benchmark}/{decoding}/{block,[0-9]+-[0-9]+}.parquet",
    log:
        "logs/samples/{model}/{benchmark}/{decoding}/{block}.log",
    benchmark:
        "benchmarks/samples/{model}/{benchmark}/{decoding}/{block}.jsonl"
    conda:
        "../envs/vllm.yaml" if config["engine"] == "vllm" else "../envs/workflow.yaml"
    resources:
        gpu=gpus_of_model,
    params:
        spec=sample_spec,
    message:
        "Sampling {wildcards.model} on {wildcards.benchmark}, {wildcards.decoding}, samples {wildcards.block}"
    script:
        "../workflow/scripts/sample_block.py"


rule samples:
    """Target: every sample."""
    input:
        for_every_block("results/samples/{model}/{benchmark}/{decoding}/{block}.parquet"),
    localrule: True


rule plan:
    """Target: prints what would be sampled, in blocks, samples, tokens and GPU-hours; samples nothing."""
    log:
        "logs/plan.log",
    localrule: True
    conda:
        "../envs/workflow.yaml"
    params:
        jobs=lambda wildcards: sampling_jobs(),
    script:
        "../workflow/scripts/show_plan.py"
