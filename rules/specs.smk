"""Identity and resources of single jobs: one dict of builtins per stage. And what files without a record must say."""

# --- identity: one dict of builtins per stage ------------------------------------------------------------------------


def benchmark_spec(wildcards):
    return identity.benchmark_spec(locked_config(), wildcards.benchmark)


def benchmark_download_spec(wildcards):
    """Where the files of a benchmark are; of a hub, with their commit."""
    entry = locked_config()["benchmarks"][wildcards.benchmark]
    return {key: entry[key] for key in ("hub", "files", "url", "sha256") if key in entry}


def prompt_spec(wildcards):
    return identity.prompt_spec(config, wildcards.model, wildcards.benchmark)


def sample_spec(wildcards):
    return identity.sample_spec(locked_config(), wildcards.model, wildcards.benchmark, wildcards.decoding)


# the limits of verification; the level below which it warns changes no verdict
LIMITS_THAT_COUNT = {key: value for key, value in config["verification"].items() if key != "minimum_isolation"}


def passk_spec(wildcards):
    return config["bootstrap"] | {"beyond": config["analysis"]["beyond"]}


def pair_spec(wildcards):
    analysis = config["analysis"]
    names = (wildcards.base, wildcards.tuned, sides(wildcards.decoding))
    match = {(p["base"], p["tuned"], tuple(p.get("decodings", ()))): p["match_budgets"] for p in config["pairs"]}
    return config["bootstrap"] | {
        "grader": config["benchmarks"][wildcards.benchmark]["grader"],
        "efficiency_k": None if analysis["efficiency_k"] == "all" else analysis["efficiency_k"],
        "rate": analysis["rate"],
        "match_budgets": match.get(names, match.get((*names[:2], ()))),
    }


def topup_spec(wildcards):
    return {
        "models": paired_models(wildcards.benchmark, wildcards.decoding),
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
        "topped_up": [name for name, entry in config["benchmarks"].items() if entry["topup"]],
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
    for model, benchmark, decoding in CURVES:
        entry, names = config["models"][model], Names(model=model, benchmark=benchmark, decoding=decoding)
        if "weights" not in entry:
            continue
        files = [
            [
                pattern.format(folder="results", suffix="parquet", block=block, **names),
                pattern.format(folder="benchmarks", suffix="jsonl", block=block, **names),
                config["benchmarks"][benchmark]["block"],
            ]
            for block in blocks(model, benchmark)
        ]
        expected = config["benchmarks"][benchmark].get("problems")
        jobs.append(
            {
                **names,
                "spec": identity.sample_spec(config, *names.values()),
                "gpus": entry["tensor_parallel_size"],
                "blocks": files,
                "problems": expected,
            }
        )
    return jobs


class Names(dict):
    """Wildcards of a job that is not planned yet, for the functions that take them."""

    __getattr__ = dict.__getitem__


# --- files without a record -----------------------------------------------------------------------------------------


def results_and_specs():
    """Every result that carries a spec, with the spec it should carry: (path, spec)."""
    files = [
        (f"results/benchmarks/{benchmark}.parquet", identity.benchmark_spec(config, benchmark))
        for benchmark in config["benchmarks"]
    ]
    for model, benchmark, decoding in CURVES:
        names, place = Names(model=model, benchmark=benchmark, decoding=decoding), f"{model}/{benchmark}/{decoding}"
        sampled = identity.sample_spec(config, model, benchmark, decoding)
        if "counts" not in config["models"][model]:
            for stage in ("samples", "verdicts"):
                files += [(f"results/{stage}/{place}/{block}.parquet", sampled) for block in blocks(model, benchmark)]
        files.append((f"results/counts/{place}.parquet", sampled))
        files.append((f"results/passk/{place}.parquet", passk_spec(names)))
    for base, tuned, benchmark, decoding in PAIRS:
        names = Names(base=base, tuned=tuned, benchmark=benchmark, decoding=decoding)
        folder = f"results/pairs/{base}-vs-{tuned}/{benchmark}/{decoding}"
        files.append((f"{folder}/overlap.parquet", pair_spec(names)))
    return files


try:
    require_identity(results_and_specs())
except InputError as error:
    raise WorkflowError(str(error)) from None
