"""Targets by name, in words: rules whose docstring begins with `Target:`. Light: runs at parse time."""

from collections.abc import Mapping

from boundary.contracts import Group

NOT_TRACKED = True
MARK = "Target: "


def list_of_targets(docstrings: Mapping[str, str | None], groups: Mapping[str, Group]) -> str:
    """The targets of a run, a line each. docstrings: of all rules, by name. groups: of the configuration, by title."""
    said = {name: text.removeprefix(MARK) for name, text in docstrings.items() if text and text.startswith(MARK)}
    said = {"all": said.pop("all")} | dict(sorted(said.items()))
    said |= {group["file"]: f"the figures and comparisons of the group {title}" for title, group in groups.items()}
    width = max(map(len, said))
    lines = [f"  {name:{width}}  {text}" for name, text in said.items()]
    return "\n".join(["snakemake [TARGET] [--configfile FILE], where TARGET is one of:", *lines])
