"""Groups along decodings: one pair under several of them, such as temperatures or limits. Light: runs at parse time."""

from typing import Any

from boundary.config.explanations import suggest
from boundary.contracts import Config, Member
from boundary.errors import InputError
from boundary.grid import Grid
from boundary.names import SIDES, sides


def along_decodings(config: Config, key: str, group: Any) -> dict[Any, dict[str, str]]:
    """The members of a group `by: decoding`, by their place: {base, tuned, decoding}.

    key: of the group, for errors. A decoding may be two, the base's first: `t0.6-vs-t1.0`.
    """
    for role in SIDES:
        if role not in group:
            raise InputError(f"{key}: its members are decodings, so it needs a `base` and a `tuned` model")
    if "decodings" in group:
        raise InputError(f"{key}.decodings: its members are decodings already; leave it out")
    for at, decoding in group["members"].items():
        if not isinstance(decoding, str) or not set(sides(decoding)) <= set(config["decodings"]):
            raise InputError(
                f"{key}.members.{at} = {decoding!r} is not a decoding of this run"
                f"{suggest(decoding, config['decodings'])}; decodings: {', '.join(config['decodings'])}"
            )
    pair = {role: group[role] for role in SIDES}
    return {at: pair | {"decoding": decoding} for at, decoding in group["members"].items()}


def pair_of(member: Member) -> Any:
    """The pair of a group's member, as `pairs` names it."""
    pair, decodings = {role: member[role] for role in SIDES}, sides(member.get("decoding", ""))
    return pair if decodings[0] == decodings[1] else pair | {"decodings": list(decodings)}


def check_axes(config: Config) -> None:
    """InputError if a group along decodings has nothing to show."""
    grid = Grid(config)
    for name, group in config["groups"].items():
        if "by" in group and not any(grid.axis_members(group, benchmark) for benchmark in config["benchmarks"]):
            raise InputError(
                f"config: groups.{name}: on no benchmark of this run are {group['base']} and {group['tuned']} both "
                "there under two of its decodings (see the `decodings` and `benchmarks` of the models, and the "
                "`benchmarks` of the decodings and of the group)"
            )
