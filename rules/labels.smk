"""What figures and groups ask of the configuration: labels, styles, members."""


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
