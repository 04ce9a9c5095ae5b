"""What a resolved recipe says: its seeds, its steps, and where it starts. Light: used at parse time."""

from boundary.contracts import Recipe, Start


def seeds_of(recipe: Recipe) -> list[int]:
    """Those that a recipe is trained with where nobody says others; the first is that of a start."""
    return recipe.get("seeds", [0])


def is_reinforced(recipe: Recipe) -> bool:
    """Whether it is learnt from rewards, and not from documents."""
    return "documents" not in recipe


def steps_of(recipe: Recipe) -> list[int]:
    """The steps after which there are weights."""
    return sorted({*recipe["checkpoints"], recipe["steps"]})


def scaled(step: int, scale: float) -> int:
    """A step where trainings have `scale` of their steps, at least 1: for trying them out."""
    return max(1, round(step * scale))


def start_of(recipes: dict[str, Recipe], name: str) -> Start:
    """What a recipe goes on from: {model}, {recipe, seed, step}, or nothing."""
    start = recipes[name].get("start", {})
    if "recipe" not in start:
        return start
    other = recipes[start["recipe"]]
    seed, step = start.get("seed", seeds_of(other)[0]), start.get("step", other["steps"])
    return {"recipe": start["recipe"], "seed": seed, "step": step}


def root_of(recipes: dict[str, Recipe], name: str) -> str | None:
    """The model that the trainings behind a recipe began from; None where they began from nothing."""
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
