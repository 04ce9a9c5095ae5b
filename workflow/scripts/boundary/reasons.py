"""Why a job runs again, in plain words, for dry runs. Light: runs at parse time."""

import ast
import re
from typing import Any

from boundary.changes import ADDED, REMOVED, changes

NOT_TRACKED = True
CODE = re.compile(r"[0-9a-f]{16}")  # a digest of `closure.library`


def in_words(reason: Any) -> str:
    """Why a job runs. reason: `snakemake.jobs.Reason` (version 9.27)."""
    files = reason.updated_input - reason.updated_input_run
    if reason.forced:
        return "forced"
    if reason.incomplete_output:
        return "it was not finished"
    if reason.missing_output:
        return "not there yet"
    if reason.params_changed:
        return _of_params(reason.params_changed)
    if reason.code_changed:
        return "its script changed"
    if reason.software_stack_changed:
        return "its software environment changed"
    if files:
        return f"{', '.join(sorted(map(str, files))[:3])} changed"
    if reason.input_changed:
        return "it is made from other files than before"
    return "its input is made again" if reason.updated_input_run else ""


def _of_params(change: Any) -> str:
    """change: the parameters of a job that only its last run had, and those that only this one has, as text."""
    before, now = ([_value(text) for text in sorted(texts)] for texts in (change.only_old, change.only_new))
    phrases: list[str] = []
    code_changed = False
    for value in now:
        if isinstance(value, str) and CODE.fullmatch(value):
            code_changed = True
            continue
        others = [changes(other, value) for other in before if type(other) is type(value)]
        fewest = min(others, key=len) if others else ["its settings changed"]
        phrases += fewest
    # a job with other parts is made by other modules, which are not changed by that
    if code_changed and not any(phrase.startswith((ADDED, REMOVED)) for phrase in phrases):
        phrases.insert(0, "code of the workflow changed")
    return "; ".join(dict.fromkeys(phrases)) or "its settings changed"


def _value(text: str) -> Any:
    try:
        return ast.literal_eval(text)
    except (ValueError, SyntaxError):
        return text
