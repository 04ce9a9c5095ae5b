"""Where the answer of a response is, for each grader: a file here of its name, or an `extract` of its own.

Apart from the graders, whose verdicts are remembered by their code: what changes here grades only answers that are new.
A file has
  extract(text, finished, context)  the answer of a response, or None: string search, linear in the text, unprotected
  as_response(answer)               a response that gives an answer; where it is not there, the answer in a box
  chosen(said, options, order)      which of a problem's options is said, where its gold has some; see choice.py
"""

import importlib
from collections.abc import Callable, Sequence
from pathlib import Path
from types import ModuleType

from boundary.verifying import boxes
from boundary.verifying.grading import Context, grader

Finder = Callable[[str, bool, Context | None], str | None]
Chooser = Callable[[str, Sequence[str], Sequence[int] | None], str | None]


def _module(name: str) -> ModuleType:
    own = (Path(__file__).parent / f"{name}.py").is_file()
    return importlib.import_module(f"boundary.verifying.finding.{name}") if own else grader(name)


def finder(name: str) -> Finder:
    """How a grader finds the answer of a response."""
    return _module(name).extract


def chooser(name: str) -> Chooser | None:
    """How a grader tells which option of a problem an answer is; None where it has no options."""
    return getattr(_module(name), "chosen", None)


def as_response(name: str, answer: str) -> str:
    """A response that gives an answer as a grader looks for it, such as a gold answer that is tried."""
    return getattr(_module(name), "as_response", in_box)(answer)


def in_box(answer: str) -> str:
    """An answer in a box, if it has none: the files here are names of this package too, such as `boxed`."""
    return answer if boxes.OPENING in answer else boxes.boxed(answer)
