"""What figures, groups and the report ask of the configuration: labels, styles, members."""

import json
import os


def figure_spec(wildcards):
    """Labels and styles of the models of a benchmark, in order, and what else a figure says."""
    benchmark = config["benchmarks"][wildcards.benchmark]
    drawn = models_of(wildcards.benchmark, wildcards.decoding)
    return {
        "models": [
            {"name": name, "place": place, **{key: model.get(key) for key in ("label", "color", "marker")}}
            for place, (name, model) in enumerate(config["models"].items())
            if name in drawn
        ],
        "pairs": pairs_of(wildcards.benchmark, wildcards.decoding),
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
    return group | {"title": str(title), "members": members_of(group, wildcards.benchmark, wildcards.decoding)}


def group_curves(wildcards):
    names = dict.fromkeys(m[side] for m in group_of(wildcards)["members"] for side in ("base", "tuned"))
    where = wildcards.benchmark, wildcards.decoding
    return [f"results/passk/{name}/{where[0]}/{decoding_of(name, *where)}.parquet" for name in names]


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
        for benchmark, decoding in settings()
        for member in members_of(group, benchmark, decoding)
    ]


def for_every_member(kind):
    return [
        f"results/pairs/{m['base']}-vs-{m['tuned']}/{m['benchmark']}/{m['decoding']}/{kind}.parquet"
        for m in group_members()
    ]


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
