"""Identity and resources of single jobs: one dict of builtins per stage. And what files without a record must say."""

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


try:
    require_identity(results_and_specs())
except InputError as error:
    raise WorkflowError(str(error)) from None
