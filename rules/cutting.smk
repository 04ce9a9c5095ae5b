"""Cut samples: the samples of another decoding with fewer tokens, for a decoding with `cut`. No GPU."""


rule cut_block:
    """Samples of a block with fewer tokens: longer responses are tokenised again, and cut."""
    input:
        samples=by_name(sampling.cut_source),
        weights=weights_download,
    output:
        paths.SAMPLES,
    log:
        paths.log(paths.SAMPLES),
    benchmark:
        paths.benchmark(paths.SAMPLES)
    wildcard_constraints:
        block="[0-9]+-[0-9]+",
        decoding=one_of(name for name in config["decodings"] if grid.is_cut(name)),
    conda:
        environment("workflow.yaml")
    params:
        spec=pinned(sampling.spec),
        setup=not_compared(setup.of_cut),
    message:
        "Cutting samples of {wildcards.model} on {wildcards.benchmark}, {wildcards.decoding}, samples {wildcards.block}"
    script:
        "../workflow/scripts/cut_block.py"


rule cut_episodes:
    """Imported episodes within fewer turns: longer ones count as not solved, unless they were solved by then."""
    input:
        samples=by_name(sampling.cut_source),
    output:
        paths.SAMPLES,
    log:
        paths.log(paths.SAMPLES),
    benchmark:
        paths.benchmark(paths.SAMPLES)
    wildcard_constraints:
        block="imported",
        decoding=one_of(name for name in config["decodings"] if grid.is_cut(name)),
    localrule: True
    conda:
        environment("workflow.yaml")
    params:
        spec=by_name(sampling.spec),
        code=library("cut_episodes.py"),
    script:
        "../workflow/scripts/cut_episodes.py"
