"""The tiny zoo: trains the models of resources/zoo again from nothing, on CPU, into results/zoo.

Nothing here is planned unless the target `zoo` is asked for; the default run uses the weights that are shipped.
"""

ZOO_CODE = code("boundary/zoo/training.py", "boundary/zoo/card.py", "boundary/zoo/tokenizer.py")


wildcard_constraints:
    task=one_of(ZOO),


rule train_base:
    """Language-model pretraining on a synthetic corpus of mixed quality."""
    input:
        code=code("train_base.py") + ZOO_CODE,
        task=task_code,
    output:
        directory("results/zoo/{task}-base"),
    log:
        "logs/zoo/{task}-base.log",
    benchmark:
        "benchmarks/zoo/{task}-base.jsonl"
    conda:
        "../envs/workflow.yaml"
    params:
        spec=recipe_spec("base"),
    message:
        "Pretraining the {wildcards.task} base model (minutes)"
    script:
        "../workflow/scripts/train_base.py"


rule train_grpo:
    """GRPO from the base with a verifiable reward; one folder per saved training step."""
    input:
        base="results/zoo/{task}-base",
        code=code("train_grpo.py") + ZOO_CODE,
        task=task_code,
    output:
        directory("results/zoo/{task}-grpo"),
    log:
        "logs/zoo/{task}-grpo.log",
    benchmark:
        "benchmarks/zoo/{task}-grpo.jsonl"
    conda:
        "../envs/workflow.yaml"
    params:
        spec=recipe_spec("grpo"),
    message:
        "GRPO on {wildcards.task} (minutes)"
    script:
        "../workflow/scripts/train_grpo.py"


rule train_distilled:
    """Fine-tuning of the base on a stronger teacher's traces."""
    input:
        base="results/zoo/{task}-base",
        code=code("train_distilled.py") + ZOO_CODE,
        task=task_code,
    output:
        directory("results/zoo/{task}-distilled"),
    log:
        "logs/zoo/{task}-distilled.log",
    benchmark:
        "benchmarks/zoo/{task}-distilled.jsonl"
    conda:
        "../envs/workflow.yaml"
    params:
        spec=recipe_spec("distilled"),
    message:
        "Distilling a teacher into the {wildcards.task} base model (minutes)"
    script:
        "../workflow/scripts/train_distilled.py"


rule zoo:
    """Target: every model of the zoo, trained from nothing (about a quarter of an hour on two cores)."""
    input:
        expand("results/zoo/{task}-{stage}", task=ZOO, stage=["base", "grpo", "distilled"]),
    localrule: True
