"""Screening: which problems can be guessed or may have been seen in training, and benchmarks without them.

A subset of a benchmark has no samples of its own: its counts are those of the whole, without the problems left out.
A probe is a benchmark like any other, sampled like any other; no figure, pair or claim is made of it.
"""

from boundary.screening.plan import CONTAMINATION, GUESSES, Screening

screening = Screening(grid)


rule estimate_guesses:
    """Success rates of guesses (answers without reasoning, or to other problems), and guessable problems."""
    input:
        counts=by_name(screening.guess_counts),
        wrong=by_name(screening.guesses_at_others, paths.ANSWERS),
        problems=by_name(screening.guesses_at_others, paths.BENCHMARK),
    output:
        GUESSES,
    log:
        paths.log(GUESSES),
    benchmark:
        paths.benchmark(GUESSES)
    localrule: True
    conda:
        environment("workflow.yaml")
    params:
        spec=by_name(screening.guesses),
        code=library("estimate_guesses.py"),
    script:
        "../workflow/scripts/estimate_guesses.py"


rule build_probe:
    """The questions of a benchmark cut in two: the first part is asked, the rest is the gold answer."""
    input:
        problems=by_name(screening.of_whole, paths.BENCHMARK),
    output:
        paths.BENCHMARK,
    log:
        paths.log(paths.BENCHMARK),
    benchmark:
        paths.benchmark(paths.BENCHMARK)
    wildcard_constraints:
        benchmark=one_of(grid.probes),
    localrule: True
    conda:
        environment("workflow.yaml")
    params:
        spec=by_name(benchmarks.spec),
    script:
        "../workflow/scripts/build_probe.py"


rule find_contamination:
    """Questions that a model continues word by word, and questions found in a file of training prompts."""
    input:
        problems=paths.BENCHMARK,
        probe=by_name(screening.probe),
        samples=by_name(screening.probe_samples),
        training=screening.training_prompts(),
    output:
        CONTAMINATION,
    log:
        paths.log(CONTAMINATION),
    benchmark:
        paths.benchmark(CONTAMINATION)
    conda:
        environment("workflow.yaml")
    params:
        spec=by_name(screening.contamination),
        code=library("find_contamination.py"),
    script:
        "../workflow/scripts/find_contamination.py"


rule build_subset:
    """The problems of a benchmark that are, or are not, guessable or contaminated."""
    input:
        problems=by_name(screening.of_whole, paths.BENCHMARK),
        chosen_by=by_name(screening.chosen_by),
    output:
        paths.BENCHMARK,
    log:
        paths.log(paths.BENCHMARK),
    benchmark:
        paths.benchmark(paths.BENCHMARK)
    wildcard_constraints:
        benchmark=one_of(grid.subsets),
    conda:
        environment("workflow.yaml")
    params:
        spec=by_name(benchmarks.spec),
        code=library("build_subset.py"),
    script:
        "../workflow/scripts/build_subset.py"


rule count_subset:
    """The counts and wrong answers of a benchmark on the problems of a subset, and all estimates from them."""
    input:
        problems=paths.BENCHMARK,
        counts=by_name(screening.of_whole, paths.COUNTS),
        wrong=by_name(screening.of_whole, paths.ANSWERS),
        clusters=by_name(analysis.clusters),
    output:
        counts=paths.COUNTS,
        wrong=paths.ANSWERS,
        graders=paths.GRADERS,
        passk=paths.PASSK,
        metrics=paths.METRICS,
        diversity=paths.DIVERSITY,
        beyond=paths.BEYOND,
        fit=paths.FIT,
    log:
        paths.log(paths.PASSK),
    benchmark:
        paths.benchmark(paths.PASSK)
    wildcard_constraints:
        benchmark=one_of(grid.subsets),
    localrule: True
    conda:
        environment("workflow.yaml")
    params:
        spec=by_name(sampling.spec),
        summary=analysis.summary(),
        code=library("count_subset.py"),
    script:
        "../workflow/scripts/count_subset.py"
