"""The grader of reasoning-gym's procedural tasks: the library's own scorer, run in the sandbox.

Scorers may evaluate an answer as code, so they run where programs do. A gold holds the task, its options, and the entry
that the library made. Right is a score of 1.
"""

import importlib.metadata
import json

from boundary.verifying.answers import Mark, located
from boundary.verifying.grading import Context, Limits, Verdict, match_if
from boundary.verifying.grading.code import failure_of, run, strongest_level  # noqa: F401
from boundary.verifying.sandbox import values

name = "reasoning_gym"
LIMITS = ("cpu_seconds", "memory_mb", "isolation")
MODULE = "reasoning_gym"
MOST = 65_536  # bytes that may come back
SCORER = """
import json
import reasoning_gym

def score(task, options, entry, answer):
    dataset = reasoning_gym.create_dataset(task, size=1, seed=0, **json.loads(options))
    return float(dataset.score_answer(answer, json.loads(entry)))
"""


def __getattr__(attribute: str):
    if attribute == "version":  # of the library, which need not be there to read a configuration
        return f"1, reasoning-gym {importlib.metadata.version('reasoning-gym')}"
    raise AttributeError(attribute)


def extract(text: str, finished: bool = True, context: Context | None = None) -> str | None:
    """What a response marks as its answer, <answer> tags before all, else the last line of a finished one."""
    context = context or Context()
    found = located(text, finished, context.form or "tags", context.thinking)
    return found.content if isinstance(found, Mark) else found and found.strip().splitlines()[-1].strip()


def as_response(answer: str) -> str:
    """A response that gives this answer."""
    return f"<answer>{answer}</answer>"


def check_gold(gold: dict) -> None:
    if not {"task", "options", "entry"} <= gold.keys():
        raise ValueError("it is not a gold of reasoning-gym")


def grade(gold: dict, answer: str, limits: Limits) -> Verdict:
    arguments = [gold["task"], json.dumps(gold["options"]), json.dumps(gold["entry"]), answer]
    tests = {"entry_point": "score", "inputs": [values.dumps(arguments)]}
    data, ending = run(tests, SCORER, limits, MOST, lambda *_: True, preload=(MODULE,))
    if (failure := failure_of(ending, data, limits)) is not None:
        return failure
    kind, content = json.loads(bytes(data[b"r"]).split(b"\n")[0])
    if kind != "value":
        return Verdict("mismatch", f"the scorer cannot read it: {content}")
    return match_if(content >= 1, f"score {content:.2f}")
