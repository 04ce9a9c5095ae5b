"""Validity: do the correct responses to rarely solved problems reason validly? A sheet for people, and their labels."""

conditions = [{"benchmark": benchmark, "decoding": decoding} for benchmark, decoding in grid.reviewed_conditions]
labelled = [{"benchmark": benchmark, "decoding": decoding} for benchmark, decoding in grid.judged_conditions]


rule list_rare_responses:
    """The correct responses of every model of a condition to the problems that it rarely solves, for people to label."""
    input:
        unpack(by_name(inputs.reviewed)),
    output:
        paths.RARE,
    log:
        paths.log(paths.RARE),
    benchmark:
        paths.benchmark(paths.RARE)
    wildcard_constraints:
        **paths.only("{benchmark}/{decoding}", [c for c in conditions if c not in labelled]),
    conda:
        environment("workflow.yaml")
    params:
        spec=by_name(specs.listed_responses),
        code=library("list_rare_responses.py"),
    script:
        "../workflow/scripts/list_rare_responses.py"


rule make_sheet:
    """A page on which people label responses without seeing the model, the key to it, and the same asked of a judge."""
    input:
        responses=paths.RARE,
        problems=paths.BENCHMARK,
        template=paths.beside_workflow(ROOT, "workflow/report/review.html"),
    output:
        page=paths.SHEET,
        key=paths.SHEET_KEY,
        questions=paths.SHEET_QUESTIONS,
    log:
        paths.log(paths.SHEET),
    benchmark:
        paths.benchmark(paths.SHEET)
    localrule: True
    conda:
        environment("workflow.yaml")
    params:
        spec=by_name(specs.sheet),
        code=library("make_sheet.py"),
    message:
        "Making {output.page}"
    script:
        "../workflow/scripts/make_sheet.py"


rule judge_validity:
    """Rare correct responses, and what reviewers or a program say of them: valid chains of thought, CoT-pass@k."""
    input:
        unpack(by_name(inputs.reviewed)),
        problems=paths.BENCHMARK,
        labels=by_name(inputs.label_files),
    output:
        responses=paths.RARE,
        models=paths.VALIDITY,
        curves=paths.COT_PASSK,
        problems=paths.JUDGED,
    log:
        paths.log(paths.VALIDITY),
    benchmark:
        paths.benchmark(paths.VALIDITY)
    wildcard_constraints:
        **paths.only("{benchmark}/{decoding}", labelled),
    localrule: True
    conda:
        environment("workflow.yaml")
    params:
        spec=by_name(specs.validity),
        rare=by_name(specs.listed_responses),
        code=library("judge_validity.py"),
    script:
        "../workflow/scripts/judge_validity.py"


rule review:
    """Target: the sheets on which people review responses of all pairs. Nothing of it is part of `all`."""
    input:
        inputs.every_sheet(),
    localrule: True
