"""Functions for rules, of a job's wildcards.

Snakemake inspects the signature of every such function for every job. An explicit signature makes this a hundred times
cheaper. Light: runs at parse time.
"""

from collections.abc import Callable
from inspect import Parameter, Signature
from typing import Any

NOT_TRACKED = True
NAMES = [Parameter(name, Parameter.POSITIONAL_OR_KEYWORD) for name in ("wildcards", "input", "output")]


def by_name(function: Callable, *arguments) -> Callable:
    """An input, params or resources function: `function` with these arguments and the job's wildcards by name."""

    def ask(wildcards):
        return function(*arguments, **wildcards)

    return _signed(ask, NAMES[:1])


def not_compared(function: Callable, *arguments) -> Callable:
    """`by_name` for values that change no output; the function may also take the job's input and output by these names.

    Snakemake leaves it out when it compares the params of a job with those of its last run, because the function takes
    these names.
    """

    def ask(wildcards, input, output):
        return function(*arguments, input=input, output=output, **wildcards)

    return _signed(ask, NAMES)


def _signed(ask: Any, names: list[Parameter]) -> Callable:
    ask.__signature__ = Signature(names)
    return ask
