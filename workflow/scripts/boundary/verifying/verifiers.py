"""Graders by benchmark. A grader is a file in grading/ and a name here.

Light: runs at parse time. Grading itself never imports this list, so a new line in it changes no verdict's code.
"""

from functools import cache
from pathlib import Path

from boundary.contracts import Config
from boundary.verifying.grading.reported import name as REPORTED

CHOICE = "choice"  # multiple choice, of which the chance of a guess is known
CONTINUATION = "continuation"
VERIFIERS = {  # verifier of a benchmark -> its graders, the default first
    "math": ("mathematics", "boxed", "paper"),
    "visual": ("mathematics", "boxed"),
    "code": ("code", "tolerant"),
    "countdown": ("countdown",),
    CHOICE: ("choice",),
    "reasoning_gym": ("reasoning_gym",),
    CONTINUATION: (CONTINUATION,),  # of a question that was cut in two
    "none": (REPORTED,),  # problems that are only named: models bring counts
}
NAMED = {"math": ("math_verify",), "visual": ("math_verify",)}  # graders beside them, where a benchmark names one
# in bundles that do not say which graders they have: their `math_verify` was the default of then
FORMER = VERIFIERS | {"math": ("math_verify", "boxed", "paper"), "visual": ("math_verify", "boxed")}


def choices(verifier: str) -> tuple[str, ...]:
    """The graders from which a benchmark may choose."""
    return VERIFIERS[verifier] + NAMED.get(verifier, ())


def renamed(config: Config) -> list[str]:
    """The message of a start about benchmarks that name the grader whose name the default once had."""
    if "opened" in config.get("bundle", {}):
        return []
    names = [name for name, entry in config["benchmarks"].items() if entry.get("grader") == "math_verify"]
    of = f"benchmarks {', '.join(names)}: grader `math_verify` is math-verify as it is; "
    return [of + "the default, which once had this name, is `mathematics`"] if names else []


@cache
def grader_files(graders: tuple[str, ...]) -> tuple[str, ...]:
    """The source files of graders, and of how they find answers, for `closure.library`."""
    own = [name for name in graders if (Path(__file__).parent / f"finding/{name}.py").is_file()]
    grading = (f"boundary/verifying/grading/{name}.py" for name in graders)
    return (*grading, *(f"boundary/verifying/finding/{name}.py" for name in own))
