"""Inputs and tracked code of single jobs: what the stages ask of the configuration."""

# --- code ----------------------------------------------------------------------------------------------------------


def code(*files):
    """Files under workflow/scripts as inputs: jobs rerun when their content changes, not when they are touched."""
    return [f"workflow/scripts/{file}" for file in files]


VERIFICATION = code(
    "verify_block.py",
    "boundary/verification.py",
    "boundary/verdict_cache.py",
    "boundary/workers.py",
    "boundary/prompts.py",
    "boundary/grading/__init__.py",
)


def grader_code(wildcards):
    """What decides the verdicts of a verifier's graders, as inputs."""
    return code(*sorted({f"boundary/{file}" for grader in VERIFIERS[wildcards.verifier] for file in FILES[grader]}))


def grader_fingerprint(wildcards):
    return f"results/code/{config['benchmarks'][wildcards.benchmark]['verifier']}.sha256"


# --- inputs --------------------------------------------------------------------------------------------------------


def benchmark_source(wildcards):
    """The file that a benchmark is made of, or the manifest of its download."""
    entry = config["benchmarks"][wildcards.benchmark]
    if entry["source"] in ("hub", "url"):
        return "results/downloads/benchmarks/{benchmark}.json".format(**wildcards)
    return entry["file"] if entry["source"] == "file" else []


def weights_download(wildcards):
    """The manifest of a model's download, where its weights come from a hub."""
    weights = config["models"][wildcards.model]["weights"]
    return ["results/downloads/models/{model}.json".format(**wildcards)] if is_hub_id(weights) else []


def imported_file(origin):
    """An input function: the file of a model's responses or counts on a benchmark."""

    def of_curve(wildcards):
        return config["models"][wildcards.model][origin]["files"][wildcards.benchmark]

    return of_curve


def verdict_blocks(wildcards):
    return expand(
        "results/verdicts/{model}/{benchmark}/{decoding}/{block}.parquet",
        block=blocks(wildcards.model, wildcards.benchmark),
        **wildcards,
    )


def paired_counts(wildcards):
    """Counts of every model that stands in a pair on a benchmark."""
    models = paired_models(wildcards.benchmark, wildcards.decoding)
    return expand("results/counts/{model}/{benchmark}/{decoding}.parquet", model=models, **wildcards)


def topup_verdicts(wildcards):
    return expand(
        "results/topup/verdicts/{model}/{benchmark}/{decoding}/{block}.parquet",
        block=topup_blocks(wildcards.model, wildcards.benchmark),
        **wildcards,
    )


SIDES = ("base", "tuned")


def counts_of(side):
    """An input function: the counts of one side of a pair."""

    def of_pair(wildcards):
        decoding = sides(wildcards.decoding)[side == "tuned"]
        return f"results/counts/{wildcards[side]}/{wildcards.benchmark}/{decoding}.parquet"

    return of_pair


def topup_counts(side):
    """An input function: the extra counts of one side of a pair, where the benchmark's `topup` asks for them."""

    def of_pair(wildcards):
        path = counts_of(side)(wildcards).replace("results/counts", "results/topup/counts")
        alike = wildcards.decoding in config["decodings"]  # across decodings the sides got no extra samples together
        return [path] if alike and all(topup_blocks(wildcards[s], wildcards.benchmark) for s in SIDES) else []

    return of_pair


def of_every_model(pattern):
    """An input function: a file of every model that has a curve on a benchmark under a decoding, or two."""

    def of_benchmark(wildcards):
        benchmark, decoding = wildcards.benchmark, wildcards.decoding
        return [
            pattern.format(model=model, benchmark=benchmark, decoding=decoding_of(model, benchmark, decoding))
            for model in models_of(benchmark, decoding)
        ]

    return of_benchmark


curves_of_benchmark = of_every_model("results/passk/{model}/{benchmark}/{decoding}.parquet")
counts_of_benchmark = of_every_model("results/counts/{model}/{benchmark}/{decoding}.parquet")


def beyond_of_benchmark(kind):
    """An input function: the `kind` file (curve, fit) of every model of a benchmark."""
    return of_every_model(f"results/beyond/{{model}}/{{benchmark}}/{{decoding}}/{kind}.parquet")


def pair_files(kind):
    """An input function: the `kind` file of every pair of a benchmark."""

    def of_benchmark(wildcards):
        return [
            f"results/pairs/{base}-vs-{tuned}/{wildcards.benchmark}/{wildcards.decoding}/{kind}.parquet"
            for base, tuned in pairs_of(wildcards.benchmark, wildcards.decoding)
        ]

    return of_benchmark


def task_code(wildcards):
    return code(f"boundary/zoo/{wildcards.task}.py")


def recipe_spec(stage):
    """A params function: the recipe of one stage for a task, its steps scaled by config key zoo.scale."""

    def of_task(wildcards):
        return {"recipe": ZOO[wildcards.task][stage], "scale": config["zoo"]["scale"]}

    return of_task
