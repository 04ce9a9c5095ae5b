"""Training: models by recipes, config/recipes.yaml and the configuration's own; the tiny models of resources/zoo too.

Nothing here is planned unless a model of the run is `trained`, or one of the targets below is asked for; the default run
uses the weights that are shipped. Like sampling, training is protected: code is not tracked, a protocol number in
boundary/identity.py is, and what a training has reached is kept in a hidden folder, from which it goes on.
"""


rule train:
    """The weights of a recipe with one seed after each of its checkpoints, and the log of its steps."""
    input:
        start=by_name(trainings.start),
    output:
        folder=directory(paths.TRAINED),
        log=paths.TRAINING,
    log:
        paths.log(paths.TRAINED),
    benchmark:
        paths.benchmark(paths.TRAINED)
    wildcard_constraints:
        recipe=one_of(config["recipes"]),
        seed="[0-9]+",
    priority: 1  # samples wait for it, and a training may wait for another: begun last, it would run alone
    conda:
        environment("workflow.yaml")
    threads: by_name(trainings.threads)
    params:
        spec=pinned(trainings.job),
        setup=not_compared(trainings.setup),
    message:
        "Training {wildcards.recipe}, seed {wildcards.seed}"
    script:
        "../workflow/scripts/train.py"


rule trainings:
    """Target: the trainings of all models of the run."""
    input:
        whole.files(paths.TRAINING),
    localrule: True


rule zoo:
    """Target: all models of the zoo, trained from random weights (15 minutes on two cores)."""
    input:
        trainings.every_model_of_the_zoo(),
    localrule: True


for recipe in config["recipes"]:

    rule:
        name:
            f"train_{recipe}"
        input:
            trainings.seeds_of_recipe(recipe),
        localrule: True
