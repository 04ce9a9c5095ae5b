"""Bundling: the run as one file. Nothing here is part of `all`; workflow/scripts/open_bundle.py opens it."""

from boundary.bundling.contents import packed, run_of


rule make_bundle:
    """Everything another machine needs to check the run and to analyse it again without sampling, with checksums."""
    input:
        unpack(by_name(packed, grid, contents)),
    output:
        paths.BUNDLE,
    log:
        paths.log(paths.BUNDLE),
    benchmark:
        paths.benchmark(paths.BUNDLE)
    conda:
        environment("workflow.yaml")
    params:
        run=lambda wildcards: run_of(config),
        user_files=[*map(str, CONFIG_FILES or [DEFAULT]), *([str(LOCK)] if LOCK.exists() else [])],
        code=library("make_bundle.py"),
    message:
        "Packing {output}"
    script:
        "../workflow/scripts/make_bundle.py"


rule bundle:
    """Target: the run as one file, results/bundle.tar.gz."""
    input:
        paths.BUNDLE,
    localrule: True
