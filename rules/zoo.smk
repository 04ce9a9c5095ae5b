"""The tiny zoo: trains the models of resources/zoo again from nothing, on CPU, into results/zoo.

Nothing here is planned unless the target `zoo` is asked for; the default run uses the weights that are shipped. Like
sampling, training is protected: code is not tracked, a protocol number in boundary/identity.py is.
"""


rule train:
    """A model of the zoo by its recipe in config/recipes.yaml; checkpoints in folders of their own."""
    input:
        start=by_name(inputs.training_start, RECIPES),
    output:
        directory(paths.TRAINED),
    log:
        paths.log(paths.TRAINED),
    benchmark:
        paths.benchmark(paths.TRAINED)
    wildcard_constraints:
        task=one_of(RECIPES),
        recipe=one_of({recipe for recipes in RECIPES.values() for recipe in recipes}),
    conda:
        environment("workflow.yaml")
    params:
        spec=by_name(identity.training, RECIPES, config["zoo"]["scale"]),
    message:
        "Training {wildcards.task}-{wildcards.recipe} (minutes)"
    script:
        "../workflow/scripts/train.py"


rule zoo:
    """Target: every model of the zoo, trained from nothing (about a quarter of an hour on two cores)."""
    input:
        inputs.every_model_of_the_zoo(RECIPES),
    localrule: True
