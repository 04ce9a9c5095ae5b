"""Targets by name: one for every group, such as `snakemake figure2`; and `pin`, which renews the lock file."""


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


for group in config["groups"].values():

    rule:
        name:
            group["file"]
        input:
            group_files(group),
        localrule: True


rule pin:
    """Target: takes today's commits of the hub branches that the configuration names; what was sampled from others is sampled anew."""
    log:
        "logs/pin.log",
    localrule: True
    conda:
        "../envs/workflow.yaml"
    params:
        lock=str(LOCK),
        names=unlocked(resolve(ASKED, Path(workflow.basedir))),
    script:
        "../workflow/scripts/pin.py"
