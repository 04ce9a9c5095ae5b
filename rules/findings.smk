"""Findings: statements of the paper and its critics, tested on the pairs and groups of a run."""

from boundary.findings.plan import FINDINGS, FINDINGS_PARTS, Findings

findings = Findings(grid)


rule state_findings:
    """Conclusions at this scale, finding by finding, by the roles in the configuration."""
    input:
        claims=paths.CLAIMS_TABLE,
        counts=whole.files(paths.COUNTS),
        likelihoods=contents.table("likelihood"),
    output:
        csv=report(FINDINGS, caption="../workflow/report/table_findings.rst", category="0. Findings"),
        parquet="results/tables/findings.parquet",
        parts=report(
            "results/tables/findings_parts.csv",
            caption="../workflow/report/table_findings_parts.rst",
            category="0. Findings",
        ),
        parts_parquet=FINDINGS_PARTS,
    log:
        paths.log(FINDINGS),
    benchmark:
        paths.benchmark(FINDINGS)
    localrule: True
    conda:
        environment("workflow.yaml")
    params:
        spec=lambda wildcards: findings.spec(),
        code=library("state_findings.py"),
    script:
        "../workflow/scripts/state_findings.py"


rule findings:
    """Target: the table of findings."""
    input:
        configured(contents.findings(), "findings"),
    localrule: True
