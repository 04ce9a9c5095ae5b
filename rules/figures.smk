"""Figures: one rule each, per benchmark and decoding; the SVG goes into the report, the PNG lies beside it."""


rule draw_passk:
    """pass@k over k of all models of a benchmark, with bands and the guess floor."""
    input:
        curves=curves_of_benchmark,
        problems="results/benchmarks/{benchmark}.parquet",
        code=code("draw_passk.py", "boundary/figures/passk.py", "boundary/figures/style.py", "boundary/guess.py"),
    output:
        in_report("passk", "1. pass@k"),
    log:
        "logs/figures/{benchmark}/{decoding}/passk.log",
    benchmark:
        "benchmarks/figures/{benchmark}/{decoding}/passk.jsonl"
    conda:
        "../envs/workflow.yaml"
    params:
        spec=figure_spec,
    script:
        "../workflow/scripts/draw_passk.py"


rule draw_difference:
    """Tuned minus base pass@k over k of every pair, with paired bands and the crossing."""
    input:
        differences=pair_files("difference"),
        crossings=pair_files("crossing"),
        problems="results/benchmarks/{benchmark}.parquet",
        code=code(
            "draw_difference.py", "boundary/figures/difference.py", "boundary/figures/style.py", "boundary/guess.py"
        ),
    output:
        in_report("difference", "2. Tuned minus base"),
    log:
        "logs/figures/{benchmark}/{decoding}/difference.log",
    benchmark:
        "benchmarks/figures/{benchmark}/{decoding}/difference.jsonl"
    conda:
        "../envs/workflow.yaml"
    params:
        spec=figure_spec,
    script:
        "../workflow/scripts/draw_difference.py"


rule draw_overlap:
    """How many problems both, only the base, only the tuned model, or neither solved."""
    input:
        overlaps=pair_files("overlap"),
        problems="results/benchmarks/{benchmark}.parquet",
        code=code(
            "draw_overlap.py",
            "boundary/coverage.py",
            "boundary/figures/overlap.py",
            "boundary/figures/style.py",
            "boundary/guess.py",
        ),
    output:
        in_report("overlap", "3. Solvable sets"),
    log:
        "logs/figures/{benchmark}/{decoding}/overlap.log",
    benchmark:
        "benchmarks/figures/{benchmark}/{decoding}/overlap.jsonl"
    conda:
        "../envs/workflow.yaml"
    params:
        spec=figure_spec,
    script:
        "../workflow/scripts/draw_overlap.py"


rule draw_histogram:
    """How many problems each model solves at which accuracy, in the paper's bins."""
    input:
        counts=counts_of_benchmark,
        problems="results/benchmarks/{benchmark}.parquet",
        code=code(
            "draw_histogram.py",
            "boundary/passk.py",
            "boundary/figures/histogram.py",
            "boundary/figures/style.py",
            "boundary/guess.py",
        ),
    output:
        in_report("histogram", "4. Accuracy histograms"),
    log:
        "logs/figures/{benchmark}/{decoding}/histogram.log",
    benchmark:
        "benchmarks/figures/{benchmark}/{decoding}/histogram.jsonl"
    conda:
        "../envs/workflow.yaml"
    params:
        spec=figure_spec,
    script:
        "../workflow/scripts/draw_histogram.py"


rule draw_transitions:
    """From base accuracy to tuned accuracy, problem by problem, of every pair."""
    input:
        overlaps=pair_files("overlap"),
        code=code(
            "draw_transitions.py",
            "boundary/coverage.py",
            "boundary/figures/transitions.py",
            "boundary/figures/histogram.py",
            "boundary/figures/style.py",
        ),
    output:
        in_report("transitions", "5. Transitions"),
    log:
        "logs/figures/{benchmark}/{decoding}/transitions.log",
    benchmark:
        "benchmarks/figures/{benchmark}/{decoding}/transitions.jsonl"
    conda:
        "../envs/workflow.yaml"
    params:
        spec=figure_spec,
    script:
        "../workflow/scripts/draw_transitions.py"


rule draw_beyond:
    """What a fit says of coverage beyond n, with its band and its held-out error."""
    input:
        curves=curves_of_benchmark,
        beyond=beyond_of_benchmark("curve"),
        fits=beyond_of_benchmark("fit"),
        problems="results/benchmarks/{benchmark}.parquet",
        code=code("draw_beyond.py", "boundary/figures/beyond.py", "boundary/figures/style.py", "boundary/guess.py"),
    output:
        in_report("beyond", "6. Beyond n"),
    log:
        "logs/figures/{benchmark}/{decoding}/beyond.log",
    benchmark:
        "benchmarks/figures/{benchmark}/{decoding}/beyond.jsonl"
    conda:
        "../envs/workflow.yaml"
    params:
        spec=figure_spec,
    script:
        "../workflow/scripts/draw_beyond.py"


rule draw_cost:
    """Coverage over tokens sampled per problem."""
    input:
        curves=curves_of_benchmark,
        counts=counts_of_benchmark,
        code=code("draw_cost.py", "boundary/figures/cost.py", "boundary/figures/style.py"),
    output:
        in_report("cost", "7. Cost"),
    log:
        "logs/figures/{benchmark}/{decoding}/cost.log",
    benchmark:
        "benchmarks/figures/{benchmark}/{decoding}/cost.jsonl"
    conda:
        "../envs/workflow.yaml"
    params:
        spec=figure_spec,
    script:
        "../workflow/scripts/draw_cost.py"


rule draw_group:
    """Several tuned models along the axis of their group: pass@k, and the sampling efficiency gap."""
    input:
        curves=group_curves,
        measures=group_measures,
        code=code("draw_group.py", "boundary/figures/group.py", "boundary/figures/style.py"),
    output:
        in_report("group-{group}", "8. Groups", group="{group}"),
    log:
        "logs/figures/{benchmark}/{decoding}/group-{group}.log",
    benchmark:
        "benchmarks/figures/{benchmark}/{decoding}/group-{group}.jsonl"
    conda:
        "../envs/workflow.yaml"
    params:
        spec=group_spec,
    script:
        "../workflow/scripts/draw_group.py"


rule figures:
    """Target: every figure."""
    input:
        all_figures(),
    localrule: True
