"""Targets by name, in words: rules whose docstring begins with `Target:`. Light: runs at parse time."""

from collections.abc import Collection, Mapping

from boundary.contracts import Benchmark, Group
from boundary.grid import unpublished

NOT_TRACKED = True
MARK = "Target: "
HANDED_OVER = ("export", "review")  # targets that hold questions and responses


def list_of_targets(docstrings: Mapping[str, str | None], groups: Mapping[str, Group]) -> str:
    """The targets of a run, a line each. docstrings: of all rules, by name. groups: of the configuration, by title."""
    said = {name: text.removeprefix(MARK) for name, text in docstrings.items() if text and text.startswith(MARK)}
    said = {"all": said.pop("all")} | dict(sorted(said.items()))
    said |= {group["file"]: f"the figures and comparisons of the group {title}" for title, group in groups.items()}
    width = max(map(len, said))
    lines = [f"  {name:{width}}  {text}" for name, text in said.items()]
    return "\n".join(["snakemake [TARGET] [--configfile FILE], where TARGET is one of:", *lines])


def not_handed_over(targets: Collection[str], benchmarks: Mapping[str, Benchmark]) -> list[str]:
    """A sentence where a target is asked for that leaves benchmarks out, as they are not published."""
    hidden = unpublished(benchmarks)
    asked = [name for name in HANDED_OVER if name in targets]
    if not (hidden and asked):
        return []
    return [f"{' and '.join(asked)}: without {', '.join(hidden)} (`publish: false`)"]
