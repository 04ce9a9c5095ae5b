"""Inputs, tracked code and identity of single jobs: what the stages ask of the configuration."""

import json
import os

# --- code ----------------------------------------------------------------------------------------------------------


def code(*files):
    """Files under workflow/scripts as inputs: jobs rerun when their content changes, not when they are touched."""
    return [f"workflow/scripts/{file}" for file in files]


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


def curves_of_benchmark(wildcards):
    return expand(
        "results/passk/{model}/{benchmark}/{decoding}.parquet", model=models_of(wildcards.benchmark), **wildcards
    )


def counts_of_benchmark(wildcards):
    return expand(
        "results/counts/{model}/{benchmark}/{decoding}.parquet", model=models_of(wildcards.benchmark), **wildcards
    )


def pair_files(kind):
    """An input function: the `kind` file of every pair of a benchmark."""

    def of_benchmark(wildcards):
        return [
            f"results/pairs/{base}-vs-{tuned}/{wildcards.benchmark}/{wildcards.decoding}/{kind}.parquet"
            for base, tuned in pairs_of(wildcards.benchmark)
        ]

    return of_benchmark


def in_report(figure, category):
    """The SVG of a figure, shown in the report, and the PNG beside it."""
    path = f"results/figures/{{benchmark}}/{{decoding}}/{figure}"
    labels = {"benchmark": "{benchmark}", "decoding": "{decoding}"}
    caption = f"../workflow/report/{figure}.rst"
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


# --- identity: one dict of builtins per stage ------------------------------------------------------------------------


def benchmark_spec(wildcards):
    return identity.benchmark_spec(config, wildcards.benchmark)


def prompt_spec(wildcards):
    return {"template": config["prompts"][config["models"][wildcards.model]["prompt"]]}


def sample_spec(wildcards):
    return identity.sample_spec(config, wildcards.model, wildcards.decoding)


def limits_that_count(wildcards):
    """The limits of verification; the level below which it warns changes no verdict."""
    return {key: value for key, value in config["verification"].items() if key != "minimum_isolation"}


def bootstrap_spec(wildcards):
    return config["bootstrap"]


def pair_spec(wildcards):
    return config["bootstrap"] | {"grader": config["benchmarks"][wildcards.benchmark]["grader"]}


def figure_spec(wildcards):
    """Labels and styles of the models of a benchmark, in order, and what else a figure says."""
    benchmark = config["benchmarks"][wildcards.benchmark]
    return {
        "models": [
            {"name": name, "place": place, **{key: model.get(key) for key in ("label", "color", "marker")}}
            for place, (name, model) in enumerate(config["models"].items())
            if wildcards.benchmark in model["benchmarks"]
        ],
        "pairs": pairs_of(wildcards.benchmark),
        "grader": benchmark["grader"],
        "level": config["bootstrap"]["level"],
        "guess_floor": benchmark.get("guess_floor"),
        "note": benchmark.get("note"),
        "title": f"{wildcards.benchmark}, {wildcards.decoding}",
    }
