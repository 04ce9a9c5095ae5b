"""beyond-base: does an RL-trained language model solve anything its base model cannot?"""

from snakemake.utils import min_version

min_version("9.20")


if not workflow.config_settings.configfiles:  # a user's --configfile replaces the default run, it does not add to it

    configfile: "config/config.yaml"


report: "workflow/report/workflow.rst"


include: "rules/common.smk"  # the configuration, checked
include: "rules/grid.smk"  # what there is to do
include: "rules/jobs.smk"  # inputs of single jobs
include: "rules/specs.smk"  # their identity
include: "rules/labels.smk"  # what figures, groups and the report say


wildcard_constraints:
    model=one_of(config["models"]),
    base=one_of(config["models"]),
    tuned=one_of(config["models"]),
    benchmark=one_of(config["benchmarks"]),
    decoding=one_of({decoding for _, decoding in settings()}),
    block=r"\d+-\d+|imported",
    verifier=one_of(VERIFIERS),
    group=one_of(group["file"] for group in config["groups"].values()),


rule all:
    """Target: the report, its figures and tables, and all they need."""
    default_target: True
    input:
        "results/report.html",
    localrule: True


include: "rules/benchmarks.smk"
include: "rules/samples.smk"
include: "rules/imports.smk"
include: "rules/verdicts.smk"
include: "rules/passk.smk"
include: "rules/topup.smk"
include: "rules/pairs.smk"
include: "rules/figures.smk"
include: "rules/figures_of_pairs.smk"
include: "rules/tables.smk"
include: "rules/report.smk"
include: "rules/targets.smk"
include: "rules/zoo.smk"
include: "rules/local.smk"
