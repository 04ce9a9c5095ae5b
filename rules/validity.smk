"""Validity: do the correct responses to rarely solved problems reason validly? A sheet for people, and their labels."""


rule list_rare_responses:
    """The correct responses of a model to the problems that it rarely solves."""
    input:
        counts=paths.COUNTS,
        samples=by_name(inputs.of_blocks, paths.SAMPLES),
        verdicts=by_name(inputs.of_blocks, paths.VERDICTS),
    output:
        paths.RARE,
    log:
        paths.log(paths.RARE),
    benchmark:
        paths.benchmark(paths.RARE)
    localrule: True
    conda:
        environment("workflow.yaml")
    params:
        spec=by_name(specs.rare_responses),
        sample=by_name(specs.sample),
        code=library("list_rare_responses.py"),
    script:
        "../workflow/scripts/list_rare_responses.py"


rule make_sheet:
    """A page on which people label responses without seeing the model, the key to it, and the same asked of a judge."""
    input:
        responses=by_name(inputs.of_compared, paths.RARE),
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
    """What reviewers or a program say of the responses: problems with a valid chain of thought, and CoT-pass@k."""
    input:
        responses=by_name(inputs.of_compared, paths.RARE),
        counts=by_name(inputs.of_compared, paths.COUNTS),
        problems=paths.BENCHMARK,
        labels=by_name(inputs.label_files),
    output:
        models=paths.VALIDITY,
        curves=paths.COT_PASSK,
        problems=paths.JUDGED,
    log:
        paths.log(paths.VALIDITY),
    benchmark:
        paths.benchmark(paths.VALIDITY)
    localrule: True
    conda:
        environment("workflow.yaml")
    params:
        spec=by_name(specs.validity),
        code=library("judge_validity.py"),
    script:
        "../workflow/scripts/judge_validity.py"


rule review:
    """Target: the sheets on which people review responses of all pairs. Nothing of it is part of `all`."""
    input:
        inputs.every_sheet(),
    localrule: True
