"""How the models of a run were trained, by which the report tells them apart. Light: runs at parse time."""

from boundary.config.trainings import SUPERVISED
from boundary.grid import Grid

RL, SFT, DISTILLATION = "rl", "sft", "distillation"
WORDS = {RL: "RL", SFT: "SFT", DISTILLATION: "distillation"}
ALGORITHMS = {"distill": DISTILLATION, "pretrain": SFT, "rft": SFT}


def kinds(grid: Grid) -> dict[str, str]:
    """How models, and several runs together, were trained: `rl`, `sft`, `distillation`, or what `trained_by` has.

    Those of which nothing is known are left out.
    """
    recipes, found = grid.config["recipes"], {}
    for name, entry in grid.models.items():
        algorithm = recipes[entry["training"]["recipe"]]["algorithm"] if "training" in entry else None
        trained = algorithm and (ALGORITHMS.get(algorithm, algorithm) if algorithm in SUPERVISED else RL)
        if kind := entry.get("kind") or entry.get("trained_by") or trained:
            found[name] = kind
    together = {name: {found.get(run) for run in runs} for name, runs in grid.config["runs"].items()}
    return found | {name: kind.pop() for name, kind in together.items() if len(kind) == 1 and None not in kind}


def word(kind: str | None) -> str:
    """A kind as the report names it; models of which nothing is known are tuned."""
    return "tuned" if kind is None else WORDS.get(kind, kind)
