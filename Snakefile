"""beyond-base: does an RL-trained language model solve anything its base model cannot?"""

from snakemake.utils import min_version

min_version("9.20")


include: "rules/common.smk"  # the configuration, checked, and what there is to do


report: "workflow/report/workflow.rst"


wildcard_constraints:
    model=one_of(config["models"]),
    writer=one_of(config["models"]),
    base=one_of([*config["models"], *config["runs"]]),
    tuned=one_of([*config["models"], *config["runs"]]),
    benchmark=one_of(config["benchmarks"]),
    decoding=one_of({decoding for *_, decoding in grid.curves + grid.every_comparison}),
    block=r"\d+-\d+|imported",
    group=one_of(group["file"] for group in config["groups"].values()),


rule all:
    """Target: the report, and every file that it links or is made from, down to samples and verdicts."""
    input:
        contents.everything(),
    localrule: True


include: "rules/benchmarks.smk"
include: "rules/weights.smk"
include: "rules/sampling.smk"
include: "rules/cutting.smk"
include: "rules/importing.smk"
include: "rules/verifying.smk"
include: "rules/analysis.smk"
include: "rules/screening.smk"
include: "rules/comparing.smk"
include: "rules/likelihood.smk"
include: "rules/truth.smk"
include: "rules/topup.smk"
include: "rules/validity.smk"
include: "rules/exporting.smk"
include: "rules/findings.smk"
include: "rules/report.smk"
include: "rules/page.smk"
include: "rules/bundling.smk"
include: "rules/papers.smk"
include: "rules/zoo.smk"
include: "rules/targets.smk"
