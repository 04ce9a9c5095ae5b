"""Inputs and tracked code of single jobs: what the stages ask of the configuration."""

import json
import os

# --- code ----------------------------------------------------------------------------------------------------------


def code(*files):
    """Files under workflow/scripts as inputs: jobs rerun when their content changes, not when they are touched."""
    return [f"workflow/scripts/{file}" for file in files]


def verification_code(wildcards):
    return code(
        "verify_block.py",
        "boundary/verification.py",
        "boundary/verdict_cache.py",
        "boundary/workers.py",
        "boundary/prompts.py",
        "boundary/grading/__init__.py",
    )


def grader_code(wildcards):
    """What decides the verdicts of a benchmark's graders, as inputs."""
    graders = VERIFIERS[config["benchmarks"][wildcards.benchmark]["verifier"]]
    return code(*sorted({f"boundary/{file}" for grader in graders for file in FILES[grader]}))


# --- inputs --------------------------------------------------------------------------------------------------------


def benchmark_file(wildcards):
    """The file of a benchmark that comes from one."""
    entry = config["benchmarks"][wildcards.benchmark]
    return entry["file"] if entry["source"] == "file" else []


def verdict_blocks(wildcards):
    return expand(
        "results/verdicts/{model}/{benchmark}/{decoding}/{block}.parquet",
        block=blocks(wildcards.benchmark),
        **wildcards,
    )


def paired_counts(wildcards):
    """Counts of every model that stands in a pair on a benchmark."""
    return expand(
        "results/counts/{model}/{benchmark}/{decoding}.parquet", model=paired_models(wildcards.benchmark), **wildcards
    )


def topup_verdicts(wildcards):
    return expand(
        "results/topup/verdicts/{model}/{benchmark}/{decoding}/{block}.parquet",
        block=topup_blocks(wildcards.benchmark),
        **wildcards,
    )


def topup_counts(side):
    """An input function: the extra counts of one side of a pair, where the benchmark's `topup` asks for them."""

    def of_pair(wildcards):
        path = f"results/topup/counts/{wildcards[side]}/{wildcards.benchmark}/{wildcards.decoding}.parquet"
        return [path] if topup_blocks(wildcards.benchmark) else []

    return of_pair


def curves_of_benchmark(wildcards):
    return expand(
        "results/passk/{model}/{benchmark}/{decoding}.parquet", model=models_of(wildcards.benchmark), **wildcards
    )


def counts_of_benchmark(wildcards):
    return expand(
        "results/counts/{model}/{benchmark}/{decoding}.parquet", model=models_of(wildcards.benchmark), **wildcards
    )


def beyond_of_benchmark(kind):
    """An input function: the `kind` file (curve, fit) of every model of a benchmark."""

    def of_benchmark(wildcards):
        return expand(
            "results/beyond/{model}/{benchmark}/{decoding}/{kind}.parquet",
            model=models_of(wildcards.benchmark),
            kind=kind,
            **wildcards,
        )

    return of_benchmark


def pair_files(kind):
    """An input function: the `kind` file of every pair of a benchmark."""

    def of_benchmark(wildcards):
        return [
            f"results/pairs/{base}-vs-{tuned}/{wildcards.benchmark}/{wildcards.decoding}/{kind}.parquet"
            for base, tuned in pairs_of(wildcards.benchmark)
        ]

    return of_benchmark


def in_report(figure, category, **labels):
    """The SVG of a figure, shown in the report, and the PNG beside it."""
    path = f"results/figures/{{benchmark}}/{{decoding}}/{figure}"
    labels = {"benchmark": "{benchmark}", "decoding": "{decoding}"} | labels
    caption = f"../workflow/report/{figure.partition('-')[0]}.rst"
    return [report(f"{path}.svg", caption=caption, category=category, labels=labels), f"{path}.png"]


def same_configuration(wildcards):
    """Arguments of a second Snakemake that is to see the configuration of this one."""
    settings = workflow.config_settings
    files = [os.path.relpath(file) for file in settings.configfiles]
    values = [f"{key}={json.dumps(value)}" for key, value in settings.config.items()]
    snakefile = os.path.relpath(workflow.main_snakefile)
    return ["-s", snakefile] + (["--configfile", *files] if files else []) + (["--config", *values] if values else [])


def task_code(wildcards):
    return code(f"boundary/zoo/{wildcards.task}.py")


def recipe_spec(stage):
    """A params function: the recipe of one stage for a task, its steps scaled by config key zoo.scale."""

    def of_task(wildcards):
        return {"recipe": ZOO[wildcards.task][stage], "scale": config["zoo"]["scale"]}

    return of_task
