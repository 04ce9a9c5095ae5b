"""Targets by name: one for every group, such as `snakemake figure2`; and targets that print or renew something.

Last, as it needs to know all rules: what the terminal shows of them, and what can be asked for.
"""

shown(require_free_names, config["groups"], [rule.name for rule in workflow.rules])

STAGES = {rule.name: Path(str(rule.snakefile)).stem for rule in workflow.rules if not rule.norun}
STAGES |= {"render_prompts": "prompts"}  # samples nothing


if workflow.is_main_process and not (
    REAL or MODULE or workflow.output_settings.verbose or workflow.output_settings.quiet
):
    DryRun(cache(reasons)).watch(logger)
if REAL and not (MODULE or workflow.output_settings.verbose):
    Terminal(
        STAGES,
        setup.samples_of,
        paths.REPORT,
        elsewhere=lambda: not workflow.local_exec,
        left=setup.pace.left,
        targets=asked_for,
    ).watch(logger)

for group in config["groups"].values():

    rule:
        name:
            group["file"]
        input:
            contents.group(group),
        localrule: True


rule plan:
    """Target: prints what would be sampled, in blocks, samples, tokens and GPU-hours (CPU-hours without a GPU); samples nothing."""
    log:
        paths.log("plan"),
    localrule: True
    conda:
        environment("workflow.yaml")
    params:
        jobs=lambda wildcards: setup.to_plan(),
        weights=lambda wildcards: weights.hub_weights(),
        sizes=str(sizes_file(LOCK)),
        claims=lambda wildcards: claims.planned(),
        local=workflow.local_exec,
    script:
        "../workflow/scripts/show_plan.py"


rule golds:
    """Target: prints how every gold answer of mathematics is read: its kind, letters, unit, or the rule that failed."""
    input:
        whole.files(paths.BENCHMARK),
    log:
        paths.log("golds"),
    localrule: True
    conda:
        environment("workflow.yaml")
    script:
        "../workflow/scripts/show_golds.py"


rule help:
    """Target: prints the targets with a line each."""
    log:
        paths.log("help"),
    localrule: True
    conda:
        environment("workflow.yaml")
    params:
        text=lambda wildcards: list_of_targets({rule.name: rule.docstring for rule in workflow.rules}, config["groups"]),
    script:
        "../workflow/scripts/show_help.py"


rule pin:
    """Target: updates the locked commits of hub branches; samples of other commits are sampled again."""
    log:
        paths.log("pin"),
    localrule: True
    conda:
        environment("workflow.yaml")
    params:
        lock=str(LOCK),
        names=lambda wildcards: unlocked(resolve(ASKED, ROOT, beside=FILE.parent)),
    script:
        "../workflow/scripts/pin.py"
