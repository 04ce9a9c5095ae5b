"""Files of other tools, by name: what a row of each says.

A format is a function of a row and its place in the file. A column that the tool always writes is taken as it is, so
that a file of another tool is noticed; what it cannot say stays None. Light: the names are checked at parse time.
"""

from collections.abc import Callable
from typing import NamedTuple


class Found(NamedTuple):
    """What a row says.

    responses: a text or null, a list, or lists of lists; finish_reasons, tokens: as many, or None where they are not
    known. problem, row: id and number from 0 of the problem; prompt: a text that its question stands in, also amid
    lists and mappings. part: rows of a file whose part is not that of its first row repeat responses. goes_on: whether
    the responses go on with the question.
    """

    responses: object
    problem: object = None
    row: object = None
    prompt: object = None
    finish_reasons: object = None
    tokens: object = None
    part: object = None
    goes_on: bool = False


class Format(NamedTuple):
    """read: what a row says. extraction: where the program of a response is."""

    read: Callable[[dict, int | str], Found]
    extraction: str = "fence"


def lm_eval(row: dict, place) -> Found:
    """samples_*.jsonl of lm-evaluation-harness: every document once per filter, with all its responses each time."""
    return Found(row["resps"], row=row["doc_id"], prompt=row["doc"], part=row.get("filter"))


def evalplus(row: dict, place) -> Found:
    """samples.jsonl: a whole program, or what goes on with the prompt."""
    if "solution" in row:
        return Found(row["solution"], problem=row["task_id"])
    return Found(row["completion"], problem=row["task_id"], goes_on=True)


def livecodebench(row: dict, place) -> Found:
    """*_output.json and *_eval_all.json; or programs alone, as its custom evaluator takes them."""
    fenced = [f"{FENCE}\n{code}\n{FENCE}" for code in row["code_list"]]
    return Found(row.get("output_list", fenced), problem=row["question_id"])


FENCE = "`" * 8  # longer than any that a program may hold


def inspect(row: dict, place) -> Found:
    """Samples of a log of inspect, a row per epoch; an id that is a number may be its own, from 1."""
    attachments, own = row.get("attachments") or {}, isinstance(row["id"], int)
    found = _generated(row["output"], attachments)
    return found._replace(problem=None if own else row["id"], prompt=_attached(row["input"], attachments))


def evalscope(row: dict, place) -> Found:
    """predictions/*.jsonl; `index` counts repeats of a problem too, so the question is what tells."""
    asked = [message for message in row["messages"] if message["role"] != "assistant"]
    return _generated(row["model_output"], {})._replace(row=row["index"], prompt=asked)


def _generated(output: dict, attachments: dict) -> Found:
    """The output of a model as inspect and evalscope write it: no choice where the request failed."""
    choices = output["choices"]
    texts = [_attached(_said(choice["message"]["content"]), attachments) for choice in choices]
    usage = output.get("usage") or {}
    return Found(
        texts or None,
        finish_reasons=[choice.get("stop_reason") for choice in choices] or None,
        tokens=[usage.get("output_tokens")] if len(choices) == 1 else None,
    )


def _said(content) -> str | None:
    """The text of a message, which may be in parts; reasoning that the API gave apart is not in it."""
    if not isinstance(content, list):
        return content
    return "".join(part["text"] for part in content if part["type"] == "text")


def _attached(value, attachments: dict):
    """A text, or what it refers to."""
    return attachments.get(value.removeprefix("attachment://"), value) if isinstance(value, str) else value


def lighteval(row: dict, place) -> Found:
    """details_*.parquet, since 0.10; before, with `predictions`."""
    if "predictions" in row:
        return Found(row["predictions"], row=place, prompt=row["example"])
    said, doc = row["model_response"], row["doc"]
    tokens = [len(one) for one in said["output_tokens"]]
    found = Found(said["text"], row=doc["id"], prompt=doc["query"])
    return found._replace(tokens=tokens) if len(tokens) == len(said["text"]) else found


def nemo_skills(row: dict, place) -> Found:
    """output-rs*.jsonl, a file per seed: the row of the data set, with what was generated."""
    question = row["problem"] if "problem" in row else row["question"]
    ids = (row[key] for key in ("problem_id", "task_id", "id") if key in row)
    ended = {"finish_reasons": row.get("finish_reason"), "tokens": row.get("num_generated_tokens")}
    return Found(row["generation"], problem=next(ids, None), prompt=question, **ended)


def verl(row: dict, place) -> Found:
    """Dumps of validation and of rollouts; or the parquet file of main_generation, with many responses a row."""
    if "responses" in row:
        return Found(row["responses"], prompt=row["prompt"])
    return Found(row["output"], prompt=row["input"])


def opencompass(row: dict, place) -> Found:
    """predictions/*.json, a mapping by number; or its jsonl, with the number in `idx`."""
    return Found(row["prediction"], row=row.get("idx", place), prompt=row["origin_prompt"])


def bigcode(row: list, place) -> Found:
    """generations.json: for every problem in order the list of its programs."""
    if not isinstance(row, list):
        raise TypeError("not a list of programs")
    return Found(row, row=place)


FORMATS = {
    "lm-eval": Format(lm_eval),
    "evalplus": Format(evalplus, "program"),
    "livecodebench": Format(livecodebench),
    "inspect": Format(inspect),
    "lighteval": Format(lighteval),
    "nemo-skills": Format(nemo_skills),
    "verl": Format(verl),
    "evalscope": Format(evalscope),
    "opencompass": Format(opencompass),
    "bigcode": Format(bigcode, "program"),
}
