"""The grader of reasoning-gym's procedural tasks: the library's own scorer, run in the sandbox.

Scorers read an answer in their own ways, so they run where programs run. An answer that a scorer would evaluate reaches
it only as text generated here (scorable.py). A gold has the task, its options, and the entry that the library made.
Right is a score of 1, given once, by a scorer that finished.
"""

import importlib.metadata
import json

from boundary.contracts import Gold
from boundary.verifying.grading import Limits, Verdict, match_if
from boundary.verifying.grading.code import control, failure_of, run, strongest_level  # noqa: F401
from boundary.verifying.grading.scorable import scorable
from boundary.verifying.sandbox import values
from boundary.verifying.workers import InfrastructureError

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


def check_gold(gold: Gold) -> None:
    if not {"task", "options", "entry"} <= gold.keys():
        raise ValueError("it is not a gold of reasoning-gym")


def grade(gold: Gold, answer: str, limits: Limits) -> Verdict:
    entry = gold["entry"]
    facts = entry.get("metadata", {})
    task = facts.get("source_dataset", "") if gold["task"] == "composite" else gold["task"]
    try:
        text = scorable(task, answer, gold["answers"], facts)
    except ValueError as error:
        return Verdict("mismatch", f"the scorer is not given it: {error}"[:120])
    tests = {
        "entry_point": "score",
        "inputs": [values.dumps([gold["task"], json.dumps(gold["options"]), json.dumps(entry), text])],
    }
    data, ending = run(tests, SCORER, limits, MOST, lambda *_: True, preload=(MODULE,))
    if data[b"r"].startswith(b'["failed"'):  # before an answer is seen
        raise InfrastructureError(f"reasoning-gym does not run in the sandbox: {bytes(data[b'r'])!r:.200}")
    if (failure := failure_of(ending, data, limits)) is not None:
        return failure
    result, *others = bytes(data[b"r"]).split(b"\n")
    if ending.ended_by != "end" or len(others) != 2:  # the end itself, and nothing after it
        return Verdict("error", "the scorer did not come to its end")
    kind, content = json.loads(result)
    if kind != "value":
        return Verdict("mismatch", f"the scorer cannot read it: {content}"[:120])
    return match_if(content >= 1, f"score {content:.2f}")
