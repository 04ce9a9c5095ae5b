"""Findings: the roles in the table of findings. Light: runs at parse time."""

from boundary import work
from boundary.config.explanations import suggest
from boundary.contracts import Config, Group
from boundary.errors import InputError
from boundary.grid import Grid
from boundary.names import ACROSS, Condition, Run
from boundary.report.shown import Figure
from boundary.report.trained import DISTILLATION
from boundary.results import Result
from boundary.verifying.verifiers import CHOICE

OF_GROUPS = ("steps", "rollouts", "kl")
OF_RUN = ("scale", "benchmarks")  # what is no role


def _is_asked(grid: Grid, _) -> bool:
    return "findings" in grid.config


FINDINGS = Result("results/tables/findings.csv", Run, where=_is_asked)
FINDINGS_PARTS = Result(
    "results/tables/findings_parts.parquet",
    Run,
    where=_is_asked,
    work=lambda grid, _: work.of_claims(grid) | work.of_curves(grid, grid.curves) | {("findings",)},
)


def trained_conditions(grid: Grid) -> list[Condition]:
    """Every benchmark and decoding on which a training named in `findings` is compared."""
    asked = grid.config.get("findings", {})
    found = [(b, d) for _, tuned, b, d in grid.every_comparison if tuned in asked.get("trained", [])]
    return [Condition(b, d) for b, d in dict.fromkeys(found) if b in asked.get("benchmarks", [b]) and ACROSS not in d]


FIGURES = [
    Figure(
        "trained",
        "0. Findings",
        {"parts": FINDINGS_PARTS},
        together=True,
        where=lambda grid, condition: condition in trained_conditions(grid),
        after="likelihood_along",
    )
]


class Findings:
    """The specs of the run's findings."""

    def __init__(self, grid: Grid):
        self.grid, self.config = grid, grid.config

    def spec(self) -> dict:
        """The roles, and all other settings of findings."""
        return {
            "level": self.config["analysis"]["level"],
            "large_k": self.config["analysis"]["large_k"],
            "graders": {name: self.grid.grader(name) for name in self.grid.benchmarks},
            "runs": self.config["runs"],
            "groups": self.grid.group_rows,
            "files": {str(title): group["file"] for title, group in self.grid.groups.items()},
            "roles": self.config["findings"],
        }


def check(config: Config, places) -> None:
    """Turn roles into lists of tuned models, sets of runs or groups of the run."""
    asked = config.get("findings")
    if asked is None:
        return
    guessed = [name for name, entry in config["benchmarks"].items() if entry["verifier"] == CHOICE]
    if guessed:  # whose coverage at large k is what guessing reaches
        asked.setdefault("benchmarks", [name for name in config["benchmarks"] if name not in guessed])
        if named := set(guessed) & set(asked["benchmarks"]):
            raise InputError(
                f"config: findings.benchmarks: {min(named)!r} is multiple choice, where guessing carries pass@k: no "
                "statement about coverage is decided there; leave it out"
            )
    tuned = {pair["tuned"]: None for pair in config["pairs"] + config["run_pairs"]}
    of_teachers = [
        name for name in tuned if name in config["models"] and config["models"][name].get("kind") == DISTILLATION
    ]
    if of_teachers:
        asked.setdefault("distilled", of_teachers)
    groups = {str(title): group for title, group in config["groups"].items()}
    kinds = {"benchmarks": config["benchmarks"]} | dict.fromkeys(OF_GROUPS, groups)
    for role in [role for role in asked if role != "scale"]:
        asked[role] = [asked[role]] if isinstance(asked[role], str) else asked[role]
        known = kinds.get(role, tuned)
        what = {"benchmarks": "benchmarks", **dict.fromkeys(OF_GROUPS, "groups")}.get(role, "tuned sides of pairs")
        for name in asked[role]:
            if name not in known:
                raise InputError(
                    f"config: findings.{role}: {name!r} is unknown{suggest(name, known)}; {what}: {', '.join(known)}"
                )
    for name in asked.get("likely", []):
        if "likelihood" not in config or name in config["runs"]:
            raise InputError(
                f"config: findings.likely: {name!r} has no likelihoods: name single models, and ask for `likelihood`"
            )
    for role in OF_GROUPS:
        _check_groups(role, [groups[title] for title in asked.get(role, [])], asked.get(role, []))
    if not [role for role in asked if role not in OF_RUN]:
        raise InputError("config: findings: no role is given; roles are trained, steps and so on, see config/README.md")


def _check_groups(role: str, groups: list[Group], titles: list[str]) -> None:
    """InputError where groups cannot be followed from their first place to their last."""
    for group, title in zip(groups, titles, strict=True):
        places = [member["at"] for member in group["members"]]
        if "by" in group or len(places) < 2 or not all(isinstance(place, int | float) for place in places):
            raise InputError(
                f"config: findings.{role}: the group {title!r} must have two places or more that are numbers"
            )
        if places != [member["at"] for member in groups[0]["members"]]:
            raise InputError(f"config: findings.{role}: the groups {titles[0]!r} and {title!r} have other places")
