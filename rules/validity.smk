"""Validity: do correct responses to rarely solved problems reason validly? A page for people, and their labels."""

from boundary.validity.plan import (
    COT_PASSK,
    JUDGED,
    LABELLED,
    RARE,
    SHEET,
    SHEET_KEY,
    SHEET_QUESTIONS,
    VALIDITY,
    Validity,
)

validity = Validity(grid)


rule list_rare_responses:
    """The correct responses of every model of a condition to problems that it rarely solves, for people to label."""
    input:
        unpack(by_name(validity.files)),
    output:
        RARE,
    log:
        paths.log(RARE),
    benchmark:
        paths.benchmark(RARE)
    wildcard_constraints:
        **paths.only("{benchmark}/{decoding}", validity.places(judged=False)),
    conda:
        environment("workflow.yaml")
    params:
        spec=by_name(validity.listed_responses),
        code=library("list_rare_responses.py"),
    script:
        "../workflow/scripts/list_rare_responses.py"


rule make_sheet:
    """A page on which people label responses of hidden models, its key, and the same questions for a judge."""
    input:
        responses=RARE,
        problems=paths.BENCHMARK,
        template=paths.beside_workflow(ROOT, "workflow/report/review.html"),
    output:
        page=SHEET,
        key=SHEET_KEY,
        questions=SHEET_QUESTIONS,
    log:
        paths.log(SHEET),
    benchmark:
        paths.benchmark(SHEET)
    wildcard_constraints:
        benchmark=one_of(filter(grid.is_published, config["benchmarks"])),
    localrule: True
    conda:
        environment("workflow.yaml")
    params:
        spec=by_name(validity.sheet),
        code=library("make_sheet.py"),
    message:
        "Making {output.page}"
    script:
        "../workflow/scripts/make_sheet.py"


rule judge_validity:
    """Rare correct responses, and their labels by reviewers or a program: valid chains of thought, CoT-pass@k."""
    input:
        unpack(by_name(validity.files)),
        problems=paths.BENCHMARK,
        labels=by_name(validity.label_files),
    output:
        responses=RARE,
        models=VALIDITY,
        curves=COT_PASSK,
        problems=JUDGED,
        labelled=LABELLED,
    log:
        paths.log(VALIDITY),
    benchmark:
        paths.benchmark(VALIDITY)
    wildcard_constraints:
        **paths.only("{benchmark}/{decoding}", validity.places(judged=True)),
    localrule: True
    conda:
        environment("workflow.yaml")
    params:
        spec=by_name(validity.spec),
        rare=by_name(validity.listed_responses),
        code=library("judge_validity.py"),
    script:
        "../workflow/scripts/judge_validity.py"


rule review:
    """Target: the sheets on which people review responses of all pairs; not part of `all`."""
    input:
        whole.files(SHEET),
    localrule: True
