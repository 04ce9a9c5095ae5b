"""The plans of stages: a folder of the library with a plan.py is a stage of the run.

Such a module may have, in addition to its results and their specs:

    check(config, places)  fills in and checks its part of a configuration; places: folders in which files are searched
    FIGURES, TABLES        its additions to the report
    DELIVERED              results that `all` makes in addition to figures and tables

Light: runs at parse time.
"""

from functools import cache
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

NOT_TRACKED = True


@cache
def plans() -> list[ModuleType]:
    """Every plan, by the names of their folders."""
    folders = sorted(path.parent.name for path in Path(__file__).parent.glob("*/plan.py"))
    return [import_module(f"boundary.{folder}.plan") for folder in folders]


def said(name: str) -> list[Any]:
    """The values of a name in all plans that have it."""
    return [getattr(plan, name) for plan in plans() if hasattr(plan, name)]


def in_place(own: list, kinds: str) -> list:
    """`own`, and the FIGURES or TABLES of plans, each after the entry that it names, or at the end."""
    found, waiting = list(own), [one for more in said(kinds) for one in more]
    while waiting:
        names = [one.name for one in found]
        ready = next((one for one in waiting if one.after in names), None)
        one = ready or waiting[0]
        found.insert(names.index(one.after) + 1 if ready else len(found), one)
        waiting.remove(one)
    return found
