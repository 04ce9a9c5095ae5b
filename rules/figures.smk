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


rule figures:
    """Target: every figure."""
    input:
        all_figures(),
    localrule: True
