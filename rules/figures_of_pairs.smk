"""Figures of pairs and groups: one rule each, per benchmark and decoding."""


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
