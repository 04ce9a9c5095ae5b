"""Who plays which role in the table of findings. Light: runs at parse time."""

from boundary.config.explanations import suggest
from boundary.errors import InputError

OF_GROUPS = ("steps", "rollouts", "kl")
OF_RUN = ("scale", "benchmarks")  # what is no role


def check_findings(config: dict) -> None:
    """Roles become lists of tuned models, sets of runs or groups that the run has."""
    asked = config.get("findings")
    if asked is None:
        return
    tuned = {pair["tuned"]: None for pair in config["pairs"] + config["run_pairs"]}
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


def _check_groups(role: str, groups: list[dict], titles: list[str]) -> None:
    """InputError where groups cannot be followed from their first place to their last."""
    for group, title in zip(groups, titles, strict=True):
        places = [member["at"] for member in group["members"]]
        if "by" in group or len(places) < 2 or not all(isinstance(place, int | float) for place in places):
            raise InputError(
                f"config: findings.{role}: the group {title!r} must have two places or more that are numbers"
            )
        if places != [member["at"] for member in groups[0]["members"]]:
            raise InputError(f"config: findings.{role}: the groups {titles[0]!r} and {title!r} have other places")
