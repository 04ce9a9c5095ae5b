"""Which graders judge the answers to which benchmarks. A grader is a file in grading/ and a name here.

Light: runs at parse time. Grading itself never imports this list, so that a new line in it changes no verdict's code.
"""

from boundary.verifying.grading.reported import name as REPORTED

VERIFIERS = {  # verifier of a benchmark -> its graders, the default first
    "math": ("math_verify", "boxed", "paper"),
    "visual": ("math_verify", "boxed"),
    "code": ("code", "tolerant"),
    "countdown": ("countdown",),
    "reasoning_gym": ("reasoning_gym",),
    "continuation": ("continuation",),  # of a question that was cut in two
    "none": (REPORTED,),  # problems that are only named: models bring counts
}


def grader_files(graders: tuple[str, ...]) -> list[str]:
    """The source files of graders, for `closure.library`."""
    return [f"boundary/verifying/grading/{name}.py" for name in graders]
