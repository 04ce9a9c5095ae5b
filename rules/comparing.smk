"""Comparing: each base against the models trained from it, under every choice, and groups along their axes."""


rule compare_curves:
    """Difference of pass@k over k, the k at which the base overtakes, and summaries, of a pair; with intervals."""
    input:
        base=by_name(inputs.runs_counts, "base"),
        tuned=by_name(inputs.runs_counts, "tuned"),
    output:
        difference=paths.DIFFERENCE,
        crossing=paths.CROSSING,
        measures=paths.MEASURES,
    log:
        paths.log(paths.DIFFERENCE),
    benchmark:
        paths.benchmark(paths.DIFFERENCE)
    localrule: True
    conda:
        environment("workflow.yaml")
    params:
        spec=by_name(specs.pair_curves),
        code=library("compare_curves.py"),
    script:
        "../workflow/scripts/compare_curves.py"


rule compare_problems:
    """Which problems either model of a pair solved, problem by problem and as sets, with tests."""
    input:
        base=by_name(inputs.side_counts, "base"),
        tuned=by_name(inputs.side_counts, "tuned"),
        base_topup=by_name(inputs.side_topup, "base"),
        tuned_topup=by_name(inputs.side_topup, "tuned"),
    output:
        overlap=paths.OVERLAP,
        sets=paths.SETS,
    log:
        paths.log(paths.OVERLAP),
    benchmark:
        paths.benchmark(paths.OVERLAP)
    localrule: True
    conda:
        environment("workflow.yaml")
    params:
        spec=by_name(specs.pair_problems),
        code=library("compare_problems.py"),
    script:
        "../workflow/scripts/compare_problems.py"


rule vary_choices:
    """The differences of a pair under every grader, k, stratum and filter; and what error of the grader would turn them."""
    input:
        base=by_name(inputs.side_counts, "base"),
        tuned=by_name(inputs.side_counts, "tuned"),
        problems=paths.BENCHMARK,
        guesses=by_name(inputs.screened, paths.GUESSES),
        contamination=by_name(inputs.screened, paths.CONTAMINATION),
    output:
        paths.CHOICES,
    log:
        paths.log(paths.CHOICES),
    benchmark:
        paths.benchmark(paths.CHOICES)
    localrule: True
    conda:
        environment("workflow.yaml")
    params:
        spec=by_name(specs.choices),
        code=library("vary_choices.py"),
    script:
        "../workflow/scripts/vary_choices.py"


rule fit_trend:
    """The trend of a group along its axis, and its best member, judged as the best of several."""
    input:
        base=by_name(inputs.group_counts, "base"),
        tuned=by_name(inputs.group_counts, "tuned"),
    output:
        paths.TREND,
    log:
        paths.log(paths.TREND),
    benchmark:
        paths.benchmark(paths.TREND)
    localrule: True
    conda:
        environment("workflow.yaml")
    params:
        spec=by_name(specs.trend),
        code=library("fit_trend.py"),
    script:
        "../workflow/scripts/fit_trend.py"


rule pairs:
    """Target: every comparison of a pair."""
    input:
        inputs.every_pair(paths.OVERLAP),
        inputs.every_comparison(paths.DIFFERENCE),
    localrule: True
