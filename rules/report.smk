"""Figures and tables, and Snakemake's own report made of them."""


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
        code=code("draw_overlap.py", "boundary/figures/overlap.py", "boundary/figures/style.py", "boundary/guess.py"),
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
            "draw_histogram.py", "boundary/figures/histogram.py", "boundary/figures/style.py", "boundary/guess.py"
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


rule tabulate_passk:
    """pass@k of every model at powers of two, with intervals, as one table."""
    input:
        curves=for_every_model("results/passk/{model}/{benchmark}/{decoding}.parquet"),
        code=code("tabulate_passk.py"),
    output:
        report("results/tables/passk.csv", caption="../workflow/report/table_passk.rst", category="5. Tables"),
        "results/tables/passk.parquet",
    log:
        "logs/tables/passk.log",
    benchmark:
        "benchmarks/tables/passk.jsonl"
    conda:
        "../envs/workflow.yaml"
    script:
        "../workflow/scripts/tabulate_passk.py"


rule tabulate_pairs:
    """Four-way sets with problem ids, differences and crossing of every pair, as one table."""
    input:
        overlaps=for_every_pair("results/pairs/{base}-vs-{tuned}/{benchmark}/{decoding}/overlap.parquet"),
        differences=for_every_pair("results/pairs/{base}-vs-{tuned}/{benchmark}/{decoding}/difference.parquet"),
        crossings=for_every_pair("results/pairs/{base}-vs-{tuned}/{benchmark}/{decoding}/crossing.parquet"),
        code=code("tabulate_pairs.py"),
    output:
        report("results/tables/pairs.csv", caption="../workflow/report/table_pairs.rst", category="5. Tables"),
        "results/tables/pairs.parquet",
    log:
        "logs/tables/pairs.log",
    benchmark:
        "benchmarks/tables/pairs.jsonl"
    conda:
        "../envs/workflow.yaml"
    script:
        "../workflow/scripts/tabulate_pairs.py"


rule make_report:
    """Snakemake's own report: one HTML file that needs no network."""
    input:
        content=all_figures() + all_tables(),
        code=code("make_report.py"),
        captions=sorted(str(path) for path in Path("workflow/report").glob("*.rst")),
    output:
        "results/report.html",
    log:
        "logs/report.log",
    benchmark:
        "benchmarks/report.jsonl"
    localrule: True
    conda:
        "../envs/workflow.yaml"
    params:
        arguments=same_configuration,
    message:
        "Making results/report.html"
    script:
        "../workflow/scripts/make_report.py"


rule figures:
    """Target: every figure."""
    input:
        all_figures(),
    localrule: True
