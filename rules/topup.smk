"""Top-up: more samples of undecided problems, if a benchmark's `topup` asks for them."""

from boundary.topup.plan import UNDECIDED, TopUp

top_up = TopUp(grid)


rule list_undecided:
    """Problems that are undecided for a model of a pair, and the number of samples that would decide them."""
    input:
        unpack(by_name(top_up.paired)),
    output:
        parquet=UNDECIDED,
        csv="results/topup/plan/{benchmark}/{decoding}.csv",
    log:
        paths.log(UNDECIDED),
    benchmark:
        paths.benchmark(UNDECIDED)
    localrule: True
    conda:
        environment("workflow.yaml")
    params:
        spec=by_name(top_up.undecided),
        code=library("list_undecided.py"),
    script:
        "../workflow/scripts/list_undecided.py"


rule topup_plan:
    """Target: the undecided problems of every benchmark with pairs; samples nothing."""
    input:
        whole.files(UNDECIDED),
    localrule: True


use rule sample_block as sample_topup with:
    input:
        prompts=paths.PROMPTS,
        weights=weights_download,
        adapter=adapter_download,
        matched=matched_temperature,
        trained=trained,
        undecided=UNDECIDED,
    output:
        paths.topup(paths.SAMPLES),
    log:
        paths.log(paths.topup(paths.SAMPLES)),
    benchmark:
        paths.benchmark(paths.topup(paths.SAMPLES))


use rule verify_block as verify_topup with:
    input:
        samples=paths.topup(paths.SAMPLES),
        undecided=UNDECIDED,
        problems=paths.BENCHMARK,
        prompts=by_name(sampling.chat_prompts),
    output:
        paths.topup(paths.VERDICTS),
    log:
        paths.log(paths.topup(paths.VERDICTS)),
    benchmark:
        paths.benchmark(paths.topup(paths.VERDICTS))


rule count_topup:
    """Samples n and correct samples c of every undecided problem and grader, over the extra blocks."""
    input:
        verdicts=by_name(top_up.topup_verdicts),
    output:
        counts=paths.topup(paths.COUNTS),
        wrong=paths.topup(paths.ANSWERS),
        graders=paths.topup(paths.GRADERS),
    log:
        paths.log(paths.topup(paths.COUNTS)),
    benchmark:
        paths.benchmark(paths.topup(paths.COUNTS))
    localrule: True
    conda:
        environment("workflow.yaml")
    params:
        spec=by_name(sampling.spec),
        code=library("count_topup.py"),
    script:
        "../workflow/scripts/count_topup.py"
