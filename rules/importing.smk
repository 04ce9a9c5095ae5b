"""Samples and counts that exist already: read into the same files, and then treated like any others."""

from boundary.importing.plan import Imports

imports = Imports(grid)


rule import_responses:
    """The responses of one or several files, one or many per row, as samples of the problems of a benchmark."""
    input:
        files=by_name(imports.responses),
        problems=paths.BENCHMARK,
    output:
        paths.SAMPLES,
    log:
        paths.log(paths.SAMPLES),
    benchmark:
        paths.benchmark(paths.SAMPLES)
    wildcard_constraints:
        block="imported",
        decoding=one_of(name for name in config["decodings"] if not grid.is_cut(name)),
    conda:
        environment("workflow.yaml")
    params:
        spec=by_name(sampling.spec),
        setup=not_compared(imports.setup),
        code=library("import_responses.py"),
    script:
        "../workflow/scripts/import_responses.py"


rule import_counts:
    """n and c of every problem of a benchmark, from a file."""
    input:
        file=by_name(imports.counted),
        problems=paths.BENCHMARK,
    output:
        counts=paths.COUNTS,
        wrong=paths.ANSWERS,
        graders=paths.GRADERS,
    log:
        paths.log(paths.COUNTS),
    benchmark:
        paths.benchmark(paths.COUNTS)
    wildcard_constraints:
        model=one_of(name for name, model in config["models"].items() if "counts" in model),
        benchmark=one_of(grid.built),
    localrule: True
    conda:
        environment("workflow.yaml")
    params:
        spec=by_name(sampling.spec),
        grader=by_name(grid.grader),
        code=library("import_counts.py"),
    script:
        "../workflow/scripts/import_counts.py"
