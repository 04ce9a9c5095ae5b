"""Recipes, and the models of a run that are trained by them. Light: runs at parse time.

Before the schema: recipes with `like`, and `trainings`, each of which means many models. After it: the steps of recipes
are scaled, and every trained model gets the folder of its weights, so that its samples are planned before it is
trained.
"""

from collections.abc import Collection
from pathlib import Path
from typing import Any

from boundary import paths
from boundary.config.checkpoints import OF_BASE
from boundary.config.explanations import suggest
from boundary.contracts import Benchmark, Config, Model, Recipe
from boundary.errors import InputError
from boundary.zoo.recipes import root_of, scaled, seeds_of, steps_of
from boundary.zoo.tasks import SIZES, TASKS

ZOO = Path(__file__).parents[1] / "zoo"
REINFORCED, SUPERVISED = (
    sorted(path.stem for path in (ZOO / kind).glob("[a-z]*.py")) for kind in ("algorithms", "supervised")
)
NEEDED = {  # keys of a recipe without which its algorithm does not run
    "reinforced": ("start", "steps", "problems", "rollouts", "learning_rate", "max_new_tokens"),
    "supervised": ("steps", "documents", "muon_lr", "adam_lr", "warmup", "decay", "prompt_weight"),
    "rft": ("start", "problems", "rollouts", "max_new_tokens"),
    "distill": ("start",),
}
OF_TRAINED = ("trained", "seed", "step")
OF_TRAINING = ("recipe", "seeds", "steps", "base")


# --- before the schema: what is short becomes long -------------------------------------------------------------------


def merge_recipes(known: dict, given: Any) -> dict:
    """The recipes of the registry and of the user, who may change single keys, or derive a recipe with `like`."""
    given = given if isinstance(given, dict) else {}
    every = {**known, **given}
    for name, entry in given.items():
        if isinstance(entry, dict) and "like" not in entry:
            every[name] = {**known.get(name, {}), **entry}
    return {name: _unlike(name, every) for name in every}


def _unlike(name: str, recipes: dict[str, Any], seen: tuple[str, ...] = ()) -> dict:
    """A recipe with the keys of the one that it is like, and its own."""
    entry = recipes[name]
    if not isinstance(entry, dict) or "like" not in entry:
        return entry
    other, key = entry["like"], f"config: recipes.{name}.like"
    if other not in recipes:
        raise InputError(_no_recipe(key, other, recipes))
    if other in (name, *seen):
        raise InputError(f"{key} = {other!r}: these recipes are like each other, in a circle")
    own = {key: value for key, value in entry.items() if key != "like"}
    return {**_unlike(other, recipes, (*seen, name)), **own}


def _no_recipe(key: str, name: str, recipes: Collection[str]) -> str:
    return f"{key} = {name!r} is no recipe{suggest(name, recipes)}; recipes: {', '.join(recipes)}"


def expand_trainings(config: dict) -> None:
    """Every entry of `trainings` becomes models, runs and pairs; a trained model gets the keys of its start.

    Values of another shape are left for the schema to report.
    """
    trainings, models = config.get("trainings", {}), config.get("models")
    if isinstance(trainings, dict) and isinstance(models, dict):
        for name, training in trainings.items():
            if isinstance(training, dict) and isinstance(training.get("recipe"), str):
                _expand(config, name, training)
        for name, entry in models.items():
            if isinstance(entry, dict) and isinstance(entry.get("trained"), str):
                root = models.get(root_of(config["recipes"], entry["trained"]))
                if isinstance(root, dict):
                    models[name] = {key: root[key] for key in OF_BASE if key in root} | entry


def _expand(config: dict[str, Any], name: str, training: dict[str, Any]) -> None:
    if training["recipe"] not in config["recipes"]:
        raise InputError(_no_recipe(f"config: trainings.{name}.recipe", training["recipe"], config["recipes"]))
    known = config["recipes"]
    recipe = known[training["recipe"]]
    if not isinstance(recipe, dict):
        return
    seeds = training.get("seeds", seeds_of(known[training["recipe"]]))
    steps = training.get("steps", [*recipe.get("checkpoints", []), recipe.get("steps")])
    if not (isinstance(seeds, list) and isinstance(steps, list)):
        return
    said = {key: value for key, value in training.items() if key not in OF_TRAINING}
    for step in dict.fromkeys(steps):
        members = {seed: f"{name}-s{seed}-{step}" if len(seeds) > 1 else f"{name}-{step}" for seed in seeds}
        label = f"{training.get('label', name)}, step {step}"
        for seed, model in members.items():
            own = {"label": label + (f", seed {seed}" if len(seeds) > 1 else "")}
            own |= {"trained": training["recipe"], "seed": seed, "step": step}
            if model in config["models"]:
                raise InputError(f"config: trainings.{name}: there is a model {model!r} already; give it another name")
            config["models"][model] = said | own
        sides = list(members.values())
        if len(seeds) > 1:
            config.setdefault("runs", {})[f"{name}-{step}"] = list(members.values())
            sides.append(f"{name}-{step}")
        if "base" in training:
            pairs = config.setdefault("pairs", [])
            there = [(pair.get("base"), pair.get("tuned")) for pair in pairs]
            pairs += [
                {"base": training["base"], "tuned": side} for side in sides if (training["base"], side) not in there
            ]


# --- after the schema ------------------------------------------------------------------------------------------------


def add_trained(config: Config) -> None:
    """Recipes checked and scaled; trained models get the folder of their weights, and `training`."""
    recipes, scale = config["recipes"], config["zoo"]["scale"]
    for name, recipe in recipes.items():
        _check(config, name, recipe)
    for recipe in recipes.values():
        recipe["steps"] = scaled(recipe["steps"], scale)
        recipe["checkpoints"] = sorted({*(scaled(step, scale) for step in recipe.get("checkpoints", []))})
        if "step" in recipe.get("start", ()):
            recipe["start"]["step"] = scaled(recipe["start"]["step"], scale)
    for name, entry in config["models"].items():
        if "trained" in entry:
            _place(config, f"config: models.{name}", entry, scale)


def _check(config: Config, name: str, recipe: Recipe) -> None:
    key, algorithm = f"config: recipes.{name}", recipe["algorithm"]
    if recipe["task"] not in TASKS:
        raise InputError(
            f"{key}.task = {recipe['task']!r} is unknown{suggest(recipe['task'], TASKS)}; known: {', '.join(TASKS)}"
        )
    known = [*REINFORCED, *SUPERVISED]
    if algorithm not in known:
        raise InputError(
            f"{key}.algorithm = {algorithm!r} is unknown{suggest(algorithm, known)}; known: {', '.join(known)}"
        )
    needed = NEEDED["supervised" if algorithm in SUPERVISED else "reinforced"] + NEEDED.get(algorithm, ())
    for one in needed:
        if one not in recipe:
            raise InputError(f"{key}: the key {one!r} is missing, which algorithm {algorithm} needs")
    if algorithm == "pretrain" and "start" in recipe:
        raise InputError(f"{key}.start: algorithm pretrain begins from nothing; leave it out")
    if "lora" in recipe and algorithm in SUPERVISED:
        raise InputError(f"{key}.lora: algorithm {algorithm} trains whole models; leave it out")
    if recipe.get("prompt", next(iter(config["prompts"]))) not in config["prompts"]:
        raise InputError(
            f"{key}.prompt = {recipe['prompt']!r} is unknown{suggest(recipe['prompt'], config['prompts'])}"
        )
    wrong = [step for step in recipe.get("checkpoints", []) if step > recipe["steps"]]
    if wrong:
        raise InputError(f"{key}.checkpoints: {wrong[0]} is more than steps = {recipe['steps']}")
    if "pool" in recipe and recipe["pool"] < recipe.get("problems", 0):
        raise InputError(f"{key}.pool = {recipe['pool']}: must hold the {recipe['problems']} problems of a batch")
    check_size(key, recipe)
    if recipe.get("k", 1) > recipe.get("rollouts", 1):
        raise InputError(f"{key}.k = {recipe['k']} is more than rollouts = {recipe['rollouts']}")
    other = recipe.get("start", {}).get("recipe")
    if other is not None and other not in config["recipes"]:
        raise InputError(_no_recipe(f"{key}.start.recipe", other, config["recipes"]))
    if other is not None and "lora" in config["recipes"][other]:
        raise InputError(f"{key}.start.recipe = {other!r} trains an adapter; start from whole weights")
    if other is not None and root_of(config["recipes"], name) is None and _circular(config["recipes"], name):
        raise InputError(f"{key}.start.recipe = {other!r}: these recipes start from each other, in a circle")


def check_size(key: str, entry: Recipe | Benchmark) -> None:
    """InputError if a recipe or benchmark of the zoo asks for sizes or sets that its task does not have."""
    task = entry.get("task", "")
    least, most = SIZES.get(task, (0, 0))
    if "set" in entry and task not in SIZES:
        raise InputError(f"{key}.set: the task {task} has no such sets; those that have: {', '.join(SIZES)}")
    if "largest" in entry and not least <= entry["largest"] <= most:
        allowed = ", ".join(f"of {name} {low} to {high}" for name, (low, high) in SIZES.items())
        raise InputError(f"{key}.largest = {entry['largest']}: the problems of {task} are not of that size; {allowed}")


def _circular(recipes: dict[str, Recipe], name: str) -> bool:
    seen, start = [], recipes[name].get("start", {})
    while "recipe" in start and name not in seen:
        seen.append(name)
        name = start["recipe"]
        start = recipes[name].get("start", {}) if name in recipes else {}
    return name in seen


def _place(config: Config, key: str, entry: Any, scale: float) -> None:
    """Put the folder of a trained model in place of `trained`, `seed` and `step`."""
    from boundary.config.checks import ORIGINS  # checks the entry as a whole, later

    name = entry["trained"]
    if name not in config["recipes"]:
        raise InputError(_no_recipe(f"{key}.trained", name, config["recipes"]))
    if other := [origin for origin in ORIGINS if origin in entry]:
        raise InputError(f"{key} has trained and {other[0]}: it must have exactly one of trained, {', '.join(ORIGINS)}")
    recipe = config["recipes"][name]
    step = scaled(entry["step"], scale) if "step" in entry else recipe["steps"]
    if step not in steps_of(recipe):
        raise InputError(
            f"{key}.step = {entry['step']}: recipe {name} keeps no weights of that step; "
            f"steps with weights: {', '.join(map(str, steps_of(recipe)))}"
        )
    training = {"recipe": name, "seed": entry.get("seed", seeds_of(recipe)[0]), "step": step}
    for one in OF_TRAINED:
        entry.pop(one, None)
    root = start_model(config, name)
    kind, folder = "adapter" if "lora" in recipe else "weights", paths.STEP.format(**training)
    entry |= {"training": training, kind: folder}
    if root is not None:
        entry["weights" if "lora" in recipe else "tokenizer"] = root["weights"]  # it is that of the start


def start_model(config: Config, recipe: str) -> Model | None:
    """The entry of the model from which the trainings behind a recipe start. InputError if it is not in this run."""
    root = root_of(config["recipes"], recipe)
    if root is None:
        return None
    entry = config["models"].get(root)
    key = f"config: recipes.{recipe}.start.model = {root!r}"
    if entry is None:
        raise InputError(f"{key} is not a model of this run{suggest(root, config['models'])}; add it to `models`")
    if "weights" not in entry or "adapter" in entry:
        raise InputError(f"{key} has no weights of its own here, which training could start from")
    return entry
