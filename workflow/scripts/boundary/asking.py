"""What rules ask of the library, as functions of a job's wildcards.

Snakemake looks at the signature of every such function for every job; one that is written down is a hundred times
cheaper than one that has to be found out. Light: runs at parse time.
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
    """`by_name` for what changes no output, also given the job's input and output by these names.

    As it takes them, Snakemake leaves it out when it compares the params of a job with those of its last run.
    """

    def ask(wildcards, input, output):
        return function(*arguments, input=input, output=output, **wildcards)

    return _signed(ask, NAMES)


def _signed(ask: Any, names: list[Parameter]) -> Callable:
    ask.__signature__ = Signature(names)
    return ask
