"""Inputs, tracked code and identity of single jobs: what the stages ask of the configuration."""

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


def group_of(wildcards):
    """A group by its file name, with the members that a benchmark has."""
    title, group = next((t, g) for t, g in config["groups"].items() if g["file"] == wildcards.group)
    return group | {"title": str(title), "members": members_of(group, wildcards.benchmark)}


def group_curves(wildcards):
    names = dict.fromkeys(m[side] for m in group_of(wildcards)["members"] for side in ("base", "tuned"))
    return [f"results/passk/{name}/{wildcards.benchmark}/{wildcards.decoding}.parquet" for name in names]


def group_measures(wildcards):
    return [
        f"results/pairs/{m['base']}-vs-{m['tuned']}/{wildcards.benchmark}/{wildcards.decoding}/measures.parquet"
        for m in group_of(wildcards)["members"]
    ]


def group_members():
    """Every member of every group, on every benchmark and decoding: what a row of the table of groups is about."""
    return [
        {"group": str(title), "axis": group["axis"], "at": str(member["at"])}
        | {"benchmark": benchmark, "decoding": decoding, "base": member["base"], "tuned": member["tuned"]}
        for title, group in config["groups"].items()
        for benchmark in config["benchmarks"]
        for decoding in config["decodings"]
        for member in members_of(group, benchmark)
    ]


def for_every_member(kind):
    return [
        f"results/pairs/{m['base']}-vs-{m['tuned']}/{m['benchmark']}/{m['decoding']}/{kind}.parquet"
        for m in group_members()
    ]


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


# --- resources ----------------------------------------------------------------------------------------------------


def gpus_of_model(wildcards):
    """How many GPUs a sampling job takes."""
    return config["models"][wildcards.model]["tensor_parallel_size"]


def sampling_jobs():
    """Every model, benchmark and decoding with its blocks: what rule plan asks for."""
    pattern = "{folder}/samples/{model}/{benchmark}/{decoding}/{block}.{suffix}"
    jobs = []
    for model, entry in config["models"].items():
        for benchmark in entry["benchmarks"]:
            for decoding in config["decodings"]:
                names = {"model": model, "benchmark": benchmark, "decoding": decoding}
                files = [
                    [
                        pattern.format(folder="results", suffix="parquet", block=block, **names),
                        pattern.format(folder="benchmarks", suffix="jsonl", block=block, **names),
                        config["benchmarks"][benchmark]["block"],
                    ]
                    for block in blocks(benchmark)
                ]
                spec = identity.sample_spec(config, model, decoding)
                jobs.append({**names, "spec": spec, "gpus": entry["tensor_parallel_size"], "blocks": files})
    return jobs


# --- files without a record -----------------------------------------------------------------------------------------


class Names(dict):
    """Wildcards of a job that is not planned yet, for the functions that take them."""

    __getattr__ = dict.__getitem__


def results_and_specs():
    """Every result that carries a spec, with the spec it should carry: (path, spec)."""
    files = []
    for benchmark in config["benchmarks"]:
        files.append((f"results/benchmarks/{benchmark}.parquet", benchmark_spec(Names(benchmark=benchmark))))
        for decoding in config["decodings"]:
            for model in models_of(benchmark):
                names = Names(model=model, benchmark=benchmark, decoding=decoding)
                sampled, place = sample_spec(names), f"{model}/{benchmark}/{decoding}"
                for block in blocks(benchmark):
                    files += [
                        (f"results/{stage}/{place}/{block}.parquet", sampled) for stage in ("samples", "verdicts")
                    ]
                files.append((f"results/counts/{place}.parquet", sampled))
                files.append((f"results/passk/{place}.parquet", passk_spec(names)))
            for base, tuned in pairs_of(benchmark):
                names = Names(base=base, tuned=tuned, benchmark=benchmark, decoding=decoding)
                folder = f"results/pairs/{base}-vs-{tuned}/{benchmark}/{decoding}"
                files.append((f"{folder}/overlap.parquet", pair_spec(names)))
    return files


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


def passk_spec(wildcards):
    return config["bootstrap"] | {"beyond": config["analysis"]["beyond"]}


def pair_spec(wildcards):
    names, analysis = (wildcards.base, wildcards.tuned), config["analysis"]
    pair = next(pair for pair in config["pairs"] if (pair["base"], pair["tuned"]) == names)
    return config["bootstrap"] | {
        "grader": config["benchmarks"][wildcards.benchmark]["grader"],
        "efficiency_k": None if analysis["efficiency_k"] == "all" else analysis["efficiency_k"],
        "rate": analysis["rate"],
        "match_budgets": pair["match_budgets"],
    }


def topup_spec(wildcards):
    return {
        "models": paired_models(wildcards.benchmark),
        "grader": config["benchmarks"][wildcards.benchmark]["grader"],
        "rate": config["analysis"]["rate"],
        "level": config["bootstrap"]["level"],
    }


def claims_spec(wildcards):
    analysis = config["analysis"]
    return {
        "level": config["bootstrap"]["level"],
        "rate": analysis["rate"],
        "large_k": analysis["large_k"],
        "topped_up": [name for name in config["benchmarks"] if topup_blocks(name)],
        "labels": {name: model["label"] for name, model in config["models"].items()},
    }


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


def group_spec(wildcards):
    """`figure_spec` of the models of a group alone, and the group."""
    group, spec = group_of(wildcards), figure_spec(wildcards)
    names = dict.fromkeys(m[side] for m in group["members"] for side in ("base", "tuned"))
    models = {model["name"]: model for model in spec["models"]}
    kept = {key: group.get(key) for key in ("title", "axis", "scale", "folded", "k", "members")}
    return spec | {"models": [models[name] for name in names], "group": kept}


try:
    require_identity(results_and_specs())
except InputError as error:
    raise WorkflowError(str(error)) from None
