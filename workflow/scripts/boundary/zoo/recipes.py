"""Facts of a resolved recipe: its seeds, its steps, and its start. Light: used at parse time."""

from boundary.contracts import Recipe, Start


def seeds_of(recipe: Recipe) -> list[int]:
    """The seeds of a recipe, unless a training names others; another recipe starts from the first."""
    return recipe.get("seeds", [0])


def is_reinforced(recipe: Recipe) -> bool:
    """Whether the recipe learns from rewards, not from documents."""
    return "documents" not in recipe


def steps_of(recipe: Recipe) -> list[int]:
    """The steps after which weights are kept."""
    return sorted({*recipe["checkpoints"], recipe["steps"]})


def scaled(step: int, scale: float) -> int:
    """A step if trainings have only the share `scale` of their steps, at least 1, for trials."""
    return max(1, round(step * scale))


def start_of(recipes: dict[str, Recipe], name: str) -> Start:
    """The start of a recipe: {model}, {recipe, seed, step}, or nothing."""
    start = recipes[name].get("start", {})
    if "recipe" not in start:
        return start
    other = recipes[start["recipe"]]
    seed, step = start.get("seed", seeds_of(other)[0]), start.get("step", other["steps"])
    return {"recipe": start["recipe"], "seed": seed, "step": step}


def root_of(recipes: dict[str, Recipe], name: str) -> str | None:
    """The model from which the trainings behind a recipe start; None for random weights."""
    seen = []
    while name in recipes and name not in seen:
        seen.append(name)
        start = recipes[name].get("start") if isinstance(recipes[name], dict) else None
        if not isinstance(start, dict):
            return None
        if "model" in start:
            return start["model"]
        name = start.get("recipe", "")
    return None
