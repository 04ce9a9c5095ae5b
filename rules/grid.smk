"""What there is to do: the grid of models, benchmarks, decodings, blocks, pairs and groups, as paths of files."""

import csv


def settings():
    """Every benchmark with every decoding, or pair of decodings, that something is drawn for."""
    compared = [(benchmark, decoding) for _, _, benchmark, decoding in PAIRS]
    return list(dict.fromkeys([(benchmark, decoding) for _, benchmark, decoding in CURVES] + compared))


def models_of(benchmark, decoding):
    """Models with a curve on a benchmark, in the order of the configuration. decoding: one, or two of a comparison."""
    first, second = sides(decoding)
    if first == second:
        return [m for m, b, d in CURVES if (b, d) == (benchmark, decoding)]
    return paired_models(benchmark, decoding)


def decoding_of(model, benchmark, decoding):
    """The decoding of a model's samples where `decoding` may be two: that of the bases, and that of the tuned ones."""
    first, second = sides(decoding)
    return first if model in {base for base, _ in pairs_of(benchmark, decoding)} else second


def pairs_of(benchmark, decoding):
    """Pairs (base, tuned) that are compared on a benchmark under a decoding, or across two."""
    return [(base, tuned) for base, tuned, b, d in PAIRS if (b, d) == (benchmark, decoding)]


def samples_of(model, benchmark):
    """Samples of every problem: the benchmark's, or the model's own number."""
    return config["models"][model]["samples"].get(benchmark, config["benchmarks"][benchmark]["samples"])


def ranges(start, end, block):
    return [f"{first:04d}-{first + block - 1:04d}" for first in range(start, end, block)]


def blocks(model, benchmark):
    """Ranges of sample indices, such as 0000-0255: raising `samples` adds ranges and changes none."""
    if "responses" in config["models"][model]:
        return ["imported"]
    return ranges(0, samples_of(model, benchmark), config["benchmarks"][benchmark]["block"])


def topup_blocks(model, benchmark):
    """Ranges of sample indices after those of `blocks`, which undecided problems alone get."""
    entry, start = config["benchmarks"][benchmark], samples_of(model, benchmark)
    return ranges(start, start + entry["topup"], entry["block"]) if "weights" in config["models"][model] else []


def paired_models(benchmark, decoding):
    """Models that stand in a pair on a benchmark, in the order of the configuration."""
    paired = {name for pair in pairs_of(benchmark, decoding) for name in pair}
    return [name for name in config["models"] if name in paired]


def for_every_curve(pattern):
    """`pattern` for every model, its benchmarks, and its decodings."""
    return [pattern.format(model=model, benchmark=b, decoding=d) for model, b, d in CURVES]


def for_every_block(pattern):
    """`pattern` for every model, its benchmarks, their blocks, and its decodings."""
    return [
        pattern.format(model=model, benchmark=benchmark, decoding=decoding, block=block)
        for model, benchmark, decoding in CURVES
        if "counts" not in config["models"][model]
        for block in blocks(model, benchmark)
    ]


def for_every_pair(pattern):
    """`pattern` for every pair, the benchmarks both models share, and every decoding, or two."""
    return [pattern.format(base=base, tuned=tuned, benchmark=b, decoding=d) for base, tuned, b, d in PAIRS]


def groups_of(benchmark, decoding):
    """File names of the groups that have a member on a benchmark."""
    return [group["file"] for group in config["groups"].values() if members_of(group, benchmark, decoding)]


def members_of(group, benchmark, decoding):
    """The members of a group whose pair is compared on a benchmark under a decoding."""
    if benchmark not in group.get("benchmarks", [benchmark]) or decoding not in group.get("decodings", [decoding]):
        return []
    pairs = pairs_of(benchmark, decoding)
    return [member for member in group["members"] if (member["base"], member["tuned"]) in pairs]


def all_figures():
    """Every figure: some per benchmark and decoding, and what needs a pair or a group where there is one."""
    return [path for benchmark, decoding in settings() for path in figures_of(benchmark, decoding)]


def figures_of(benchmark, decoding):
    return expand(
        "results/figures/{benchmark}/{decoding}/{figure}.{format}",
        benchmark=benchmark,
        decoding=decoding,
        figure=["passk", "histogram", "beyond", "cost"]
        + (["overlap", "difference", "transitions"] if pairs_of(benchmark, decoding) else [])
        + [f"group-{group}" for group in groups_of(benchmark, decoding)],
        format=["svg", "png"],
    )


PUBLISHED = "resources/published/arxiv-2504.13837"


def published_cells():
    """(model, benchmark) of which numbers were published."""
    with open(f"{PUBLISHED}.csv") as file:
        return {(row["model"], row["benchmark"]) for row in csv.DictReader(file)}


def all_tables():
    """Every table of the report."""
    tables = ["passk", "metrics", "beyond", "graders", "flags"]
    covered = published_cells() & {(model, benchmark) for model, benchmark, _ in CURVES}
    tables += ["published", "published_problems"] if covered else []
    tables += ["pairs", "problems", "claims"] if PAIRS else []
    tables += ["groups"] if config["groups"] else []
    return [f"results/tables/{table}.csv" for table in tables]


def group_files(group):
    """The figures of a group and the comparisons of its pairs."""
    places = [(place, member) for place in settings() for member in members_of(group, *place)]
    figures = [f"results/figures/{b}/{d}/group-{group['file']}.{end}" for (b, d), _ in places for end in ("svg", "png")]
    kinds = ("overlap", "difference")
    pairs = [
        f"results/pairs/{member['base']}-vs-{member['tuned']}/{b}/{d}/{kind}.parquet"
        for (b, d), member in places
        for kind in kinds
    ]
    return list(dict.fromkeys(figures + pairs))
