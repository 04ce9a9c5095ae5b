"""Weights, before any GPU waits for them: downloaded from a hub, or converted from a GGUF file."""

from boundary.files.locations import is_gguf

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
        weights=pinned(weights.weights),
        setup=not_compared(weights.of_download, str(sizes_file(LOCK))),
    message:
        "Fetching weights: {params.weights}"
    script:
        "../workflow/scripts/download_model.py"


rule make_weights:
    """The weights of a model, converted from a GGUF file, and a manifest of the files."""
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
        weights=pinned(weights.weights),
        setup=not_compared(weights.of_gguf),
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
        adapter=pinned(weights.adapter),
    message:
        "Fetching adapter: {params.adapter}"
    script:
        "../workflow/scripts/download_adapter.py"
