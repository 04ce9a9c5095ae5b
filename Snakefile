"""beyond-base: does an RL-trained language model solve anything its base model cannot?"""

from snakemake.utils import min_version

min_version("9.20")


if not workflow.config_settings.configfiles:  # a user's --configfile replaces the default run, it does not add to it

    configfile: "config/config.yaml"


report: "workflow/report/workflow.rst"


include: "rules/common.smk"  # the configuration, checked, and what there is to do
include: "rules/jobs.smk"  # inputs and identity of single jobs


wildcard_constraints:
    model=one_of(config["models"]),
    base=one_of(config["models"]),
    tuned=one_of(config["models"]),
    benchmark=one_of(config["benchmarks"]),
    decoding=one_of(config["decodings"]),
    block=r"\d+-\d+",
    group=one_of(group["file"] for group in config["groups"].values()) or "none",


rule all:
    """Target: the report, its figures and tables, and all they need."""
    default_target: True
    input:
        "results/report.html",
    localrule: True


include: "rules/benchmarks.smk"
include: "rules/samples.smk"
include: "rules/verdicts.smk"
include: "rules/passk.smk"
include: "rules/topup.smk"
include: "rules/pairs.smk"
include: "rules/figures.smk"
include: "rules/report.smk"
include: "rules/zoo.smk"


# beside Snakemake, not through a cluster's scheduler: seconds each (downloads want its network, too)
localrules:
    build_benchmark,
    render_prompts,
    count_correct,
    count_topup,
    estimate_passk,
    plan_topup,
    compare_pair,
    state_claims,
    draw_passk,
    draw_difference,
    draw_overlap,
    draw_histogram,
    draw_transitions,
    draw_beyond,
    draw_cost,
    draw_group,
    tabulate_passk,
    tabulate_pairs,
    tabulate_metrics,
    tabulate_groups,
    tabulate_graders,
