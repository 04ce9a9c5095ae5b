"""What differs between two settings, in plain words: `temperature was 1.0, is 0.9`; why jobs run again, and why files
do not count. Light: runs at parse time."""

import ast
import re
from typing import Any

LONGEST = 40  # characters of a value
CODE = re.compile(r"[0-9a-f]{16}")  # a digest of `closure.library`


def changes(before: Any, now: Any, name: str = "it") -> list[str]:
    """Differences between two values, a phrase each; null and missing are the same.

    name: of the values; nested values are named by their keys.
    """
    if isinstance(before, dict) and isinstance(now, dict):
        keys = dict.fromkeys([*before, *now])
        return [line for key in keys for line in changes(before.get(key), now.get(key), str(key))]
    if isinstance(before, list | tuple) and isinstance(now, list | tuple) and len(before) == len(now):
        return [line for one, other in zip(before, now, strict=True) for line in changes(one, other, name)]
    return [] if before == now else [f"{name} was {_short(before)}, is {_short(now)}"]


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
    found = []
    for value in now:
        if isinstance(value, str) and CODE.fullmatch(value):
            found.append("code of the workflow changed")
            continue
        others = [changes(other, value) for other in before if type(other) is type(value)]
        nearest: list[str] = min(others, key=len, default=["its settings changed"])
        found += nearest
    return "; ".join(dict.fromkeys(found)) or "its settings changed"


def _value(text: str) -> Any:
    try:
        return ast.literal_eval(text)
    except (ValueError, SyntaxError):
        return text


def _short(value: Any) -> str:
    if value is None:
        return "not set"
    shown = str(value) if isinstance(value, str) else repr(value)
    return shown if len(shown) <= LONGEST else f"{shown[:LONGEST]}…"
