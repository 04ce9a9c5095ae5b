"""Benchmarks: problems of any source in one form. Only their identity reruns them, as samples depend on them."""

from boundary.benchmarks.plan import Benchmarks

benchmarks = Benchmarks(grid)


rule download_benchmark:
    """The files of a benchmark, from a hub at one commit or from an address, and a manifest that names them."""
    output:
        paths.BENCHMARK_DOWNLOAD,
    log:
        paths.log(paths.BENCHMARK_DOWNLOAD),
    benchmark:
        paths.benchmark(paths.BENCHMARK_DOWNLOAD)
    localrule: True
    conda:
        environment("workflow.yaml")
    params:
        spec=pinned(benchmarks.download),
    message:
        "Downloading benchmark {wildcards.benchmark}"
    script:
        "../workflow/scripts/download_benchmark.py"


rule build_benchmark:
    """Problems with gold answers that their grader can read, unique ids, and the guess rate if it is known."""
    input:
        source=by_name(benchmarks.source),
    output:
        paths.BENCHMARK,
    log:
        paths.log(paths.BENCHMARK),
    benchmark:
        paths.benchmark(paths.BENCHMARK)
    wildcard_constraints:
        benchmark=one_of(grid.built),
    conda:
        environment("workflow.yaml")
    params:
        spec=pinned(benchmarks.spec),
        unreadable=not_compared(verification.unreadable_golds),
    message:
        "Building benchmark {wildcards.benchmark}"
    script:
        "../workflow/scripts/build_benchmark.py"


rule read_clusters:
    """The clusters of problems, if `cluster` names a column for them: only for the analysis."""
    input:
        by_name(benchmarks.cluster_source),
    output:
        paths.CLUSTERS,
    log:
        paths.log(paths.CLUSTERS),
    benchmark:
        paths.benchmark(paths.CLUSTERS)
    wildcard_constraints:
        benchmark=one_of(grid.built),
    priority: 1
    localrule: True
    conda:
        environment("workflow.yaml")
    params:
        spec=pinned(benchmarks.cluster_spec),
        setup=not_compared(benchmarks.cluster_setup),
        code=library("read_clusters.py"),
    script:
        "../workflow/scripts/read_clusters.py"
